"""How far it is, on standard error, and only when it takes long."""

from __future__ import annotations

import sys
import time

PATIENCE_S = 0.5


def note(words: str) -> None:
    """A line for whoever waits."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


class Progress:
    """One line that is written over: what is being done, and how far it is."""

    def __init__(self, what: str) -> None:
        """Begin; nothing is shown during the first half second."""
        self._what = what
        self._next_s = time.monotonic() + PATIENCE_S
        self._is_shown = False

    def at(self, done: int) -> None:
        """So much is done."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + PATIENCE_S
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"{self._what}: {done}{end}")
        sys.stderr.flush()
        self._is_shown = True

    def end(self) -> None:
        """Leave the line, so that what comes next begins on one of its own."""
        if self._is_shown and sys.stderr.isatty():
            sys.stderr.write("\n")
