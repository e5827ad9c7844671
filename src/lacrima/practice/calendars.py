"""Sessions out of a calendar file: looked at first, matched to clients by you, brought in once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lacrima.errors import OutOfRange
from lacrima.formats import calendar as ics
from lacrima.practice.due import local_to_utc, next_numbers
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.words import Modality
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require
from lacrima.records.models import Episode, Member, Session

DAYS_BACK = 366
DAYS_AHEAD = 35
LONGEST_SESSION_MIN = 600


@dataclass(frozen=True)
class CalendarEntry:
    """One title in the calendar: how often it is there, first and last. Often a client's name."""

    title: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class CalendarPreview:
    """What a calendar file holds, before anything is kept."""

    entries: tuple[CalendarEntry, ...]
    appointments: tuple[ics.Appointment, ...]
    skipped: tuple[ics.Skipped, ...]


def read_calendar(data: bytes, *, by: Member, zone: ZoneInfo | str) -> CalendarPreview:
    """The appointments of the last year and the next five weeks, by title. Keeps nothing.

    Raises BadCalendar for a file that is no calendar.
    """
    require(by, Right.BRING_IN_DATA)
    here = ZoneInfo(zone) if isinstance(zone, str) else zone
    now = clock.now()
    found = ics.read_calendar(
        data,
        window_start=now - timedelta(days=DAYS_BACK),
        window_end=now + timedelta(days=DAYS_AHEAD),
        zone=here,
    )
    return CalendarPreview(
        _by_title(found.appointments), tuple(found.appointments), tuple(found.skipped)
    )


def _by_title(appointments: list[ics.Appointment]) -> tuple[CalendarEntry, ...]:
    starts: dict[str, list[datetime]] = {}
    for one in appointments:
        starts.setdefault(one.title, []).append(one.start)
    return tuple(
        CalendarEntry(title, len(times), min(times), max(times))
        for title, times in sorted(starts.items())
    )


def bring_in_calendar(
    preview: CalendarPreview, assignments: Mapping[str, uuid.UUID | str], *, by: Member
) -> int:
    """Make sessions of the appointments whose title (or uid) you assigned to an episode.

    An appointment that is there already (same uid and start, or the same start in the same
    episode) is not made again. Returns how many were made. A session still to come gets its
    number on its day.
    """
    with audit.change(by=by, action="calendar.brought_in") as line:
        require(by, Right.BRING_IN_DATA)
        require(by, Right.WRITE_CARE)
        episodes = {str(key): find(by, Episode, key) for key in set(assignments.values())}
        chosen = [
            (episodes[str(key)], one)
            for one in preview.appointments
            if (key := assignments.get(one.uid) or assignments.get(one.title))
        ]
        made = _fresh(chosen)
        Session.objects.bulk_create(made)
        give_numbers(now=clock.now())
        line.details.update(count=len(made), episodes=len(episodes))
        return len(made)


def _fresh(chosen: list[tuple[Episode, ics.Appointment]]) -> list[Session]:
    uids = {one.uid for _, one in chosen}
    known = Session.objects.filter(calendar_uid__in=uids)
    seen = set(known.values_list("calendar_uid", "start"))
    episodes = {episode.pk for episode, _ in chosen}
    taken = set(Session.objects.filter(episode__in=episodes).values_list("episode", "start"))
    made = []
    for episode, one in chosen:
        if (one.uid, one.start) in seen or (episode.pk, one.start) in taken:
            continue
        seen.add((one.uid, one.start))
        taken.add((episode.pk, one.start))
        made.append(_session(episode, one))
    return made


def _session(episode: Episode, one: ics.Appointment) -> Session:
    if one.length_min > LONGEST_SESSION_MIN or len(one.uid) > 255:
        raise OutOfRange(
            "an appointment that is no session",
            where="calendar",
            expected=f"at most {LONGEST_SESSION_MIN} minutes",
            next_step="Leave this title out.",
        )
    return Session(
        episode=episode,
        start=one.start,
        length_min=one.length_min,
        modality=one.modality or Modality.ROOM,
        calendar_uid=one.uid,
    )


def give_numbers(*, now: datetime) -> int:
    """Number the sessions out of calendars whose day has come, in the order of their starts."""
    practice = the_practice()
    if practice is None:
        return 0
    zone = zone_of(practice)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    end = local_to_utc(tomorrow, time(0), zone)
    waiting = list(
        Session.objects.filter(number=None, state="held", start__lt=end)
        .exclude(calendar_uid="")
        .order_by("start")
    )
    numbers = next_numbers({row.episode_id for row in waiting})
    for row in waiting:
        numbers[row.episode_id] += 1
        row.number = numbers[row.episode_id]
    Session.objects.bulk_update(waiting, ["number"], batch_size=200)
    return len(waiting)
