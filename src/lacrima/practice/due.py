"""Sessions that make themselves out of recurring appointments."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from lacrima.practice.people import the_practice, zone_of
from lacrima.records import audit, clock
from lacrima.records.models import Episode, Session, Slot

LOOK_BACK_DAYS = 60
DAYS_A_WEEK = 7


def make_from_slots(*, now: datetime) -> int:
    """Make the sessions of all recurring appointments up to the end of the local day.

    Looks back at most 60 days, and never behind what was made before: a session that was moved
    or deleted does not come back. Running it twice makes nothing twice. Returns how many.
    """
    practice = the_practice()
    if practice is None:
        return 0
    zone = zone_of(practice)
    today = now.astimezone(zone).date()
    if not _waiting(today).exists():
        return 0
    with audit.change(by=None, action="sessions.made") as line:
        made = _make_all(list(_waiting(today).select_for_update(of=("self",))), today, zone)
        line.details["count"] = made
    return made


def _waiting(today: date) -> QuerySet[Slot]:
    not_made = Q(made_until=None) | Q(made_until__lt=today)
    return Slot.objects.filter(not_made, from_on__lte=today).select_related("episode")


def _make_all(slots: list[Slot], today: date, zone: ZoneInfo) -> int:
    new = [(slot, start_of(slot, day, zone)) for slot in slots for day in _open_days(slot, today)]
    known = set(Session.objects.filter(slot__in=slots).values_list("slot_id", "start"))
    fresh = sorted(
        ((slot, start) for slot, start in new if (slot.pk, start) not in known),
        key=lambda pair: pair[1],
    )
    numbers = next_numbers({slot.episode_id for slot, _ in fresh})
    rows = []
    for slot, start in fresh:
        numbers[slot.episode_id] += 1
        rows.append(_session(slot, start, numbers[slot.episode_id]))
    Session.objects.bulk_create(rows)
    Slot.objects.filter(pk__in=[slot.pk for slot in slots]).update(made_until=today)
    return len(rows)


def _open_days(slot: Slot, today: date) -> Iterator[date]:
    first = today - timedelta(days=LOOK_BACK_DAYS)
    if slot.made_until:
        first = max(first, slot.made_until + timedelta(days=1))
    last = min(day for day in (today, slot.until_on, slot.episode.ended_on) if day)
    return days_of(slot, first=first, last=last)


def days_of(slot: Slot, *, first: date, last: date) -> Iterator[date]:
    """The local days of an appointment from `first` to `last`, both included."""
    step = DAYS_A_WEEK * slot.every_weeks
    start = slot.from_on + timedelta(days=(slot.weekday - slot.from_on.weekday()) % DAYS_A_WEEK)
    skipped = max(0, -(-(first - start).days // step))
    day = start + timedelta(days=skipped * step)
    while day <= last:
        yield day
        day += timedelta(days=step)


def start_of(slot: Slot, day: date, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the local clock shows the appointment's time on that day.

    An hour that the clock skips in spring is taken an hour later; of an hour that comes twice
    in autumn, the first.
    """
    return local_to_utc(day, slot.local_time, zone)


def local_to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local day and time as a moment in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def next_numbers(episodes: set[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The highest session number so far of each episode; 0 where there is none."""
    rows = (
        Episode.objects.filter(pk__in=episodes)
        .annotate(last_number=Max("sessions__number"))
        .values_list("pk", "last_number")
    )
    return {pk: number or 0 for pk, number in rows}


def _session(slot: Slot, start: datetime, number: int) -> Session:
    now = clock.now()
    return Session(
        episode_id=slot.episode_id,
        number=number,
        start=start,
        length_min=slot.length_min,
        modality=slot.modality,
        slot=slot,
        created_at=now,
        changed_at=now,
    )


def next_start(slots: list[Slot], *, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When the next appointment of these begins, within the next year; None without one."""
    today = after.astimezone(zone).date()
    horizon = today + timedelta(days=366)
    starts = []
    for slot in slots:
        last = min(day for day in (horizon, slot.until_on) if day)
        days = days_of(slot, first=today, last=last)
        found = (start_of(slot, day, zone) for day in days)
        starts += [next((start for start in found if start > after), None)]
    return min((start for start in starts if start), default=None)
