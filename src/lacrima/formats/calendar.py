"""Reads a calendar file (ICS) into appointments, repeating ones written out within a window.

What cannot become an appointment (a whole day, a cancelled one, a repetition by the hour) is
left out and listed with its reason, without its title: a title is often a client's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes, vRecur, vUri

from lacrima.errors import BadCalendar
from lacrima.moments.words import Modality

MAX_CALENDAR_BYTES = 20_000_000
MAX_APPOINTMENTS = 10_000
MAX_REPETITIONS = 50_000
DEFAULT_LENGTH_MIN = 50
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment: the calendar's own id, start in UTC, length, title.

    modality: video or phone where the calendar says so in a CONFERENCE property, else None.
    """

    uid: str
    start: datetime
    length_min: int
    title: str
    modality: Modality | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that makes no appointment, and why."""

    uid: str
    why: str


@dataclass(frozen=True, slots=True)
class Appointments:
    """The appointments that begin in the window, by start; and the entries left out."""

    appointments: list[Appointment]
    skipped: list[Skipped]


# What the reading library lets through of a file that is broken: an odd zone name becomes a file
# name that is too long, an odd year a number that is too large.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)


class _Skip(Exception):
    """An entry that makes no appointment, on its way to the list."""


def read_calendar(
    data: bytes, *, window_start: datetime, window_end: datetime, zone: tzinfo
) -> Appointments:
    """The appointments in a calendar file that begin from window_start up to window_end.

    window_start, window_end: aware. zone: where times without a zone belong. Repetitions are
    written out in local time, so that "Tuesdays at 3" stays at 3 when the clocks change; moved
    and cancelled single dates are respected. An entry without an end lasts 50 minutes.

    Raises BadCalendar where the file is no calendar, is larger than 20 MB, or would make more
    than 10,000 appointments.
    """
    events = _events(data)
    found: list[Appointment] = []
    skipped: list[Skipped] = []
    moved = _moved(events, zone)
    for event in events:
        try:
            for appointment in _appointments(event, moved, window_start, window_end, zone):
                found.append(appointment)
                if len(found) > MAX_APPOINTMENTS:
                    raise _bad(
                        f"more than {MAX_APPOINTMENTS} appointments", "a shorter stretch of time"
                    )
        except _Skip as reason:
            skipped.append(Skipped(_uid(event), str(reason)))
    found.sort(key=lambda appointment: (appointment.start, appointment.uid))
    return Appointments(found, skipped)


def _bad(found: str, expected: str) -> BadCalendar:
    return BadCalendar(found, where="calendar", expected=expected)


def _events(data: bytes) -> list[Event]:
    if len(data) > MAX_CALENDAR_BYTES:
        raise _bad("a file larger than 20 MB", "a calendar of one practice")
    try:
        calendars = Calendar.from_ical(data, multiple=True)
        entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    except _UNREADABLE as mistake:
        raise _bad("a file that is no calendar", "an ICS file as calendars export it") from mistake
    if not calendars:
        raise _bad("a file without a calendar in it", "an ICS file as calendars export it")
    return [entry for entry in entries if isinstance(entry, Event)]


def _uid(event: Event) -> str:
    return str(event.get("UID", "")) or "without an id"


def _moved(events: list[Event], zone: tzinfo) -> dict[str, set[datetime]]:
    """For each id the repetitions that an entry of their own replaces."""
    moved: dict[str, set[datetime]] = {}
    for event in events:
        with suppress(_Skip):  # the entry itself is listed with its reason when its turn comes
            original = _value(event, "RECURRENCE-ID")
            if isinstance(original, datetime):
                moved.setdefault(_uid(event), set()).add(_aware(original, zone))
    return moved


def _appointments(
    event: Event,
    moved: dict[str, set[datetime]],
    window_start: datetime,
    window_end: datetime,
    zone: tzinfo,
) -> Iterator[Appointment]:
    start = _start(event)
    length_min = _length_min(event, start)
    is_single = "RECURRENCE-ID" in event or not ("RRULE" in event or "RDATE" in event)
    starts = iter([start]) if is_single else _repetitions(event, start, window_end, zone)
    replaced = set() if is_single else moved.get(_uid(event), set())
    for each in starts:
        moment = _aware(each, zone)
        if window_start <= moment < window_end and moment not in replaced:
            yield Appointment(
                _uid(event),
                moment.astimezone(UTC),
                length_min,
                str(event.get("SUMMARY", "")),
                _modality(event),
            )


def _start(event: Event) -> datetime:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _Skip("cancelled")
    start = _value(event, "DTSTART")
    if start is None:
        raise _Skip("without a start")
    if not isinstance(start, datetime):
        raise _Skip("a whole day")
    return start


def _length_min(event: Event, start: datetime) -> int:
    duration, end = _value(event, "DURATION"), _value(event, "DTEND")
    if isinstance(duration, timedelta):
        length = duration
    elif isinstance(end, datetime) and (end.tzinfo is None) == (start.tzinfo is None):
        length = end - start
    else:
        return DEFAULT_LENGTH_MIN
    minutes = round(length.total_seconds() / 60)
    if not 0 < minutes <= 24 * 60:
        raise _Skip("a length below a minute or above a day")
    return minutes


def _repetitions(
    event: Event, start: datetime, window_end: datetime, zone: tzinfo
) -> Iterator[datetime]:
    """Every start of a repeating entry up to the window's end, in the entry's own zone."""
    home = start.tzinfo or zone
    first, last = start.replace(tzinfo=None), window_end.astimezone(home).replace(tzinfo=None)
    local = {first, *(_local(each, home) for each in _dates(event, "RDATE"))}
    for rule in _each(event, "RRULE"):
        local.update(_by_rule(rule, first, last, home))
    without = {_local(each, home) for each in _dates(event, "EXDATE")}
    return (each.replace(tzinfo=home) for each in sorted(local - without) if each <= last)


def _by_rule(rule: Any, first: datetime, last: datetime, home: tzinfo) -> list[datetime]:
    if not isinstance(rule, vRecur):
        raise _Skip("a repetition that cannot be read")
    if _TOO_OFTEN & {str(each).upper() for each in rule.get("FREQ", [])}:
        raise _Skip("a repetition by the hour or more often")
    rule = rule.copy()
    until = [_local(each, home, is_end=True) for each in rule.pop("UNTIL", [])]
    end = min([last, *until])
    try:
        text = rule.to_ical().decode()
        if "COUNT" not in rule:
            text += f";UNTIL={end:%Y%m%dT%H%M%S}"
        repetitions = rrulestr(text, dtstart=first)
    except _UNREADABLE as mistake:
        raise _Skip("a repetition that cannot be read") from mistake
    starts: list[datetime] = []
    for each in takewhile(lambda moment: moment <= end, repetitions):
        starts.append(each)
        if len(starts) > MAX_REPETITIONS:
            raise _Skip("a repetition without an end in sight")
    return starts


def _modality(event: Event) -> Modality | None:
    features = {
        feature.strip().upper()
        for conference in _each(event, "CONFERENCE")
        for feature in _features(conference)
    }
    if "VIDEO" in features:
        return Modality.VIDEO
    return Modality.PHONE if "PHONE" in features else None


def _features(conference: Any) -> list[str]:
    if not isinstance(conference, vUri):
        return []
    said = conference.params.get("FEATURE", "")
    return said.split(",") if isinstance(said, str) else [str(each) for each in said]


def _each(event: Event, key: str) -> list[Any]:
    value = event.get(key)
    return [] if value is None else value if isinstance(value, list) else [value]


def _dates(event: Event, key: str) -> Iterator[date]:
    for group in _each(event, key):
        if not isinstance(group, vDDDLists):
            raise _Skip("a date that cannot be read")
        for each in group.dts:
            value = each.dt[0] if isinstance(each.dt, tuple) else each.dt
            if not isinstance(value, date):
                raise _Skip("a date that cannot be read")
            yield value


def _value(event: Event, key: str) -> date | timedelta | None:
    value = event.get(key)
    if value is None:
        return None
    moment = value.dt if isinstance(value, vDDDTypes) else None
    if not isinstance(moment, date | timedelta):
        raise _Skip("a date that cannot be read")
    return moment


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _local(moment: date, home: tzinfo, *, is_end: bool = False) -> datetime:
    """The moment on the home clock; a bare date is its beginning (as an end: its last second)."""
    if not isinstance(moment, datetime):
        clock = timedelta(hours=23, minutes=59, seconds=59) if is_end else timedelta()
        return datetime(moment.year, moment.month, moment.day) + clock  # noqa: DTZ001
    return moment.astimezone(home).replace(tzinfo=None) if moment.tzinfo else moment
