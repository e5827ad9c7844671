"""Many may use the open practice at once; locking it waits, a little, until they are done."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator


class Holds:
    """A readers' lock whose closer never waits for itself, nor for ever.

    A request that asks for the lock from inside its own hold does not count as a user, and two
    such requests do not wait for one another.
    """

    def __init__(self) -> None:
        """Nobody is inside."""
        self._changed = threading.Condition()
        self._inside: Counter[int] = Counter()
        self._closing: set[int] = set()
        self._closer: int | None = None

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Be inside; waits while the practice is just being locked. May be nested."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._closer in (None, me) or me in self._inside)
            self._inside[me] += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                self._inside += Counter()  # forgets threads that are out
                self._changed.notify_all()

    @contextlib.contextmanager
    def closed(self, wait_s: float) -> Iterator[bool]:
        """Let nobody new in and wait up to ``wait_s`` for the others; False if some stayed."""
        me = threading.get_ident()
        if self._closer == me:
            yield True
            return
        with self._changed:
            self._closing.add(me)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closer is None)
            self._closer = me
            are_out = self._changed.wait_for(lambda: not self._others(), timeout=wait_s)
        try:
            yield are_out
        finally:
            with self._changed:
                self._closer = None
                self._closing.discard(me)
                self._changed.notify_all()

    def _others(self) -> set[int]:
        return set(self._inside) - self._closing
