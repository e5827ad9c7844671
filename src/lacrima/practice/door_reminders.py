"""Reminders that a client may take along: the evenings of sessions to come, as a calendar file.

Only the calendar and the hour that the client chose decide. What was logged is not looked at, and
no word in the file says what it is about: a partner may look at the phone.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from lacrima.practice.absences import cover_for
from lacrima.practice.changing import take
from lacrima.practice.door_asking import Met, reminder_times
from lacrima.practice.door_plan import door_of
from lacrima.practice.door_visits import met_by, settled_of, whose
from lacrima.practice.due import days_of, start_of
from lacrima.practice.people import the_practice, zone_of
from lacrima.records import audit, clock
from lacrima.records.models import Member, Participant, Slot

AHEAD_DAYS = 84
LASTS = timedelta(minutes=5)


def times_for(seat: Participant) -> list[datetime]:
    """When this client may be reminded, within the next twelve weeks, on the practice's clock."""
    practice, now = the_practice(), clock.now()
    zone = zone_of(practice) if practice else ZoneInfo("UTC")
    settled = settled_of(door_of(seat), seat)
    met = met_and_to_come(seat, now, zone)
    found = reminder_times(settled, met, now=now, zone=zone)
    rest = settled.paused_until
    last = now + timedelta(days=AHEAD_DAYS)
    return [at for at in found if now < at <= last and (rest is None or at.date() > rest)]


def met_and_to_come(seat: Participant, now: datetime, zone: ZoneInfo) -> list[Met]:
    """All sessions with a time, and the appointments of the next weeks, but for days away."""
    there = met_by(seat)
    to_come = [one for one in there if one.start > now] + _to_come(seat, there, now, zone)
    meets = [one for one in to_come if not _is_away(seat, one.start.astimezone(zone).date())]
    return sorted([*(one for one in there if one.start <= now), *meets], key=lambda one: one.start)


def id_to_come(seat_id: uuid.UUID, start: datetime) -> uuid.UUID:
    """What names an appointment whose session has not made itself yet: always the same."""
    return uuid.uuid5(seat_id, start.astimezone(UTC).isoformat())


def note_mail(participant: Participant, *, by: Member) -> None:
    """One line that a reminder was handed to the mail; to which address is kept nowhere."""
    with audit.change(by=by, action="door.reminder_mailed") as line:
        seat = take(by, participant)
        line.of(whose(seat))
        line.about(seat)


def _to_come(seat: Participant, there: Sequence[Met], now: datetime, zone: ZoneInfo) -> list[Met]:
    """Appointments whose sessions have not made themselves yet."""
    known = {one.start for one in there}
    found = []
    for slot in Slot.objects.filter(episode=seat.episode_id):
        for start in _starts(slot, seat, now, zone):
            if start > now and start not in known:
                found.append(Met(id_to_come(seat.pk, start), None, start, slot.length_min))
    return found


def _starts(slot: Slot, seat: Participant, now: datetime, zone: ZoneInfo) -> list[datetime]:
    today = now.astimezone(zone).date()
    made = slot.made_until
    first = max(today, made + timedelta(days=1)) if made else today
    ends = (today + timedelta(days=AHEAD_DAYS), slot.until_on, seat.episode.ended_on)
    last = min(day for day in ends if day)
    return [start_of(slot, day, zone) for day in days_of(slot, first=first, last=last)]


def _is_away(seat: Participant, day: date) -> bool:
    """Nobody meets on a day on which the therapist is away."""
    return cover_for(seat.episode, seat.client, on=day) is not None


def calendar_file(
    seat: Participant, times: Sequence[datetime], *, summary: str, description: str = ""
) -> bytes:
    """The same evenings as a file for any calendar. It names nobody and nothing."""
    calendar = Calendar()
    calendar.add("prodid", "-//a moment for you//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for at in times:
        calendar.add_component(_event(seat, at, summary, description))
    return bytes(calendar.to_ical())


def _event(seat: Participant, at: datetime, summary: str, description: str) -> Event:
    event, begin = Event(), at.astimezone(ZoneInfo("UTC"))
    event.add("uid", str(uuid.uuid5(seat.pk, begin.isoformat())))
    event.add("dtstamp", clock.now())
    event.add("dtstart", begin)
    event.add("dtend", begin + LASTS)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if description:
        event.add("description", description)
    event.add_component(_alarm(summary))
    return event


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(0))
    return alarm
