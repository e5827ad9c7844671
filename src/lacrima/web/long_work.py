"""Work that may take longer than a page: done in a thread of its own, watched by the page.

Whatever is short is done at once. Longer work holds the vault while it runs, so a lock waits a
little for it; when the lock comes first, the work ends with an error and nothing is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from django.db import connections
from django.utils import translation

from lacrima.errors import LacrimaError, Locked, OurFault
from lacrima.vault.process import VAULT, LockState

log = logging.getLogger("lacrima.web")

PATIENCE_S = 0.4


class Watcher(Protocol):
    """Is told what is being done, and how many of them are done."""

    def __call__(self, what: str, done: int, /) -> None:
        """Take note."""
        ...


class Work:
    """One piece of work: running, or over with or without an error."""

    def __init__(self, do: Callable[[Watcher], None], *, said: str, total: int = 0) -> None:
        """Not begun yet. `said`: what is being done; `total`: how many, where that is known."""
        self._do = do
        self.said, self.total = said, total
        self._generation = VAULT.generation
        self._language = translation.get_language()
        self._over = threading.Event()
        self.done = 0
        self.error: LacrimaError | None = None

    @property
    def is_over(self) -> bool:
        """Is it done, or given up?"""
        return self._over.is_set()

    def at_once(self) -> None:
        """Do it here and now. Raises what it raises."""
        try:
            self._do(self._note)
        except LacrimaError as error:
            self.error = error
            raise
        finally:
            self._over.set()

    def begin(self) -> None:
        """Do it in a thread; wait a moment, in case it is done by then."""
        threading.Thread(target=self._run, name="long work", daemon=True).start()
        self._over.wait(PATIENCE_S)

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it is over by then."""
        return self._over.wait(seconds)

    def _note(self, _what: str, done: int) -> None:
        self.done = done

    def _run(self) -> None:
        try:
            with VAULT.in_use(), translation.override(self._language):
                if VAULT.state is not LockState.OPEN or VAULT.generation != self._generation:
                    raise Locked("the practice was locked", next_step="Unlock it, and begin again.")
                self._do(self._note)
        except LacrimaError as error:
            self.error = error
        except Exception as mishap:  # noqa: BLE001  said on the page; a thread has nobody to tell
            log.warning("long work was not done: %s", type(mishap).__name__)
            self.error = OurFault("something went wrong here", next_step="Nothing was changed.")
        finally:
            connections.close_all()
            self._over.set()
