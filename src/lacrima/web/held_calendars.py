"""Calendars that somebody is just looking at: in the memory of this process, one for each person.

Titles of appointments are often names, so they go neither to the disk nor into a session. Half an
hour lets go of one, and every lock lets go of all.
"""

from __future__ import annotations

import threading
import time
import uuid

from lacrima.practice.calendars import CalendarPreview
from lacrima.vault.process import VAULT

LONGEST_S = 30 * 60
_held: dict[uuid.UUID, tuple[float, CalendarPreview]] = {}
_lock = threading.Lock()


def hold(owner: uuid.UUID, preview: CalendarPreview) -> None:
    """Hold this one, in the place of the one before."""
    with _lock:
        _held[owner] = (time.monotonic(), preview)


def of(owner: uuid.UUID) -> CalendarPreview | None:
    """The one she looks at; None when there is none any more."""
    with _lock:
        at, preview = _held.get(owner, (0.0, None))
        if preview is not None and time.monotonic() - at > LONGEST_S:
            del _held[owner]
            return None
        return preview


def let_go(owner: uuid.UUID) -> None:
    """It was brought in."""
    with _lock:
        _held.pop(owner, None)


def _let_go_of_all() -> None:
    with _lock:
        _held.clear()


VAULT.on_lock(_let_go_of_all)
