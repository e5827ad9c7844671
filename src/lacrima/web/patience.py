"""After five wrong tries each further one waits a little longer, up to a minute.

The slow key derivation, or the length of a code, is the real limit; nobody is ever shut out for
good. Each door has its own: a wrong will keeps nobody from her practice.
"""

from __future__ import annotations

import math
import threading
import time

FREE_TRIES = 5
LONGEST_WAIT_S = 60.0


class Patience:
    """How often somebody was wrong at one door, and when last."""

    def __init__(self) -> None:
        """Nobody was wrong yet."""
        self._lock = threading.Lock()
        self._wrong = 0
        self._last_s = 0.0

    def wait_s(self) -> int:
        """For how many whole seconds to wait before the next try; 0 to try now."""
        with self._lock:
            if self._wrong < FREE_TRIES:
                return 0
            pause_s = min(2.0 ** (self._wrong - FREE_TRIES + 1), LONGEST_WAIT_S)
            return max(0, math.ceil(self._last_s + pause_s - time.monotonic()))

    def note_wrong(self) -> None:
        """Another wrong try."""
        with self._lock:
            self._wrong, self._last_s = self._wrong + 1, time.monotonic()

    def note_right(self) -> None:
        """It opened: begin again."""
        with self._lock:
            self._wrong = 0


_PRACTICE = Patience()
OF_WILLS = Patience()
OF_DOORS = Patience()  # codes that are typed at the door of a clinic
_OF_MEMBERS: dict[str, Patience] = {}


def of_member(who: str) -> Patience:
    """Of one member of a clinic, at what is hers alone."""
    return _OF_MEMBERS.setdefault(who, Patience())


wait_s = _PRACTICE.wait_s
note_wrong = _PRACTICE.note_wrong
note_right = _PRACTICE.note_right
