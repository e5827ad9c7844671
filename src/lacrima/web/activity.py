"""When was somebody last here? Asked by the one that locks an idle practice.

Two clocks: the steady one does not run while a laptop sleeps, the one on the wall can be set back.
Whichever says longer is believed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lacrima.practice.rights import Practice


@dataclass
class _Seen:
    steady_s: float
    wall_s: float
    idle_minutes: int
    zone: str


_seen = _Seen(time.monotonic(), time.time(), 10, "UTC")


def note(practice: Practice | None = None) -> None:
    """Somebody is here now. What the practice wishes is remembered for when it is locked."""
    _seen.steady_s, _seen.wall_s = time.monotonic(), time.time()
    if practice is not None:
        _seen.idle_minutes, _seen.zone = practice.idle_minutes, practice.zone


def quiet_s() -> float:
    """For how many seconds has nobody been here?"""
    return max(time.monotonic() - _seen.steady_s, time.time() - _seen.wall_s, 0.0)


def idle_limit_s() -> float:
    """After how many quiet seconds the practice locks itself."""
    return 60.0 * max(_seen.idle_minutes, 1)


def zone() -> ZoneInfo:
    """The practice's own zone, as last seen."""
    try:
        return ZoneInfo(_seen.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
