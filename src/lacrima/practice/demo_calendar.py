"""When things happen in the demo: always around now, at any hour of any day of the week."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from lacrima.practice.due import local_to_utc

USUAL_DAY = (time(9), time(10), time(11, 30), time(14), time(15), time(16, 30))
NOON_MIN = 12 * 60
HALF_HOUR_MIN = 30
APART_MIN = 10


@dataclass(frozen=True)
class Calendar:
    """Now, and the zone the practice lives in."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def at(self, day: date, local: time) -> datetime:
        """A local day and time as a moment in UTC."""
        return local_to_utc(day, local, self.zone)

    def appointments(self) -> tuple[time, ...]:
        """The times of today's six sessions: a usual day, moved so that some of it is over.

        Before noon the whole day begins earlier; just after midnight its beginning is squeezed
        together, so that it stays within the day.
        """
        local = self.now.astimezone(self.zone)
        late_min = min(0, local.hour * 60 + local.minute - NOON_MIN)
        moved_min = late_min // HALF_HOUR_MIN * HALF_HOUR_MIN
        return tuple(
            _time_of(max(usual.hour * 60 + usual.minute + moved_min, place * APART_MIN))
            for place, usual in enumerate(USUAL_DAY)
        )

    def days_ago(self, days: int) -> date:
        """The local day so many days ago."""
        return self.today - timedelta(days=days)


def _time_of(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def local_zone(now: datetime) -> str:
    """The name of this computer's time zone; where it has none to tell, its distance from UTC.

    A distance that is no whole hour becomes UTC.
    """
    named = os.environ.get("TZ", "").lstrip(":") or _named_by_the_system()
    if named in available_timezones():
        return named
    offset = now.astimezone().utcoffset() or timedelta()
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    return "UTC" if rest or not hours else f"Etc/GMT{-hours:+d}"


def _named_by_the_system() -> str:
    link = Path("/etc/localtime")
    parts = str(link.resolve()).split("zoneinfo/", 1) if link.is_symlink() else []
    return parts[1] if len(parts) > 1 else ""


def begin(now: datetime) -> Calendar:
    """The calendar of a demo that is made now."""
    return Calendar(now.astimezone(UTC), ZoneInfo(local_zone(now)))
