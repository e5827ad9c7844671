"""After five wrong passphrases each further try waits a little longer, up to a minute.

The slow key derivation is the real limit; nobody is ever shut out for good.
"""

from __future__ import annotations

import math
import threading
import time

FREE_TRIES = 5
LONGEST_WAIT_S = 60.0

_lock = threading.Lock()
_wrong = 0
_last_s = 0.0


def wait_s() -> int:
    """For how many whole seconds to wait before the next try; 0 to try now."""
    with _lock:
        if _wrong < FREE_TRIES:
            return 0
        pause_s = min(2.0 ** (_wrong - FREE_TRIES + 1), LONGEST_WAIT_S)
        return max(0, math.ceil(_last_s + pause_s - time.monotonic()))


def note_wrong() -> None:
    """Another wrong try."""
    global _wrong, _last_s
    with _lock:
        _wrong, _last_s = _wrong + 1, time.monotonic()


def note_right() -> None:
    """It opened: begin again."""
    global _wrong  # noqa: PLW0603
    with _lock:
        _wrong = 0
