"""The page My care, as plain values: what comes up, tears, guesses, ProQOL, what she set up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lacrima.practice.due import local_to_utc
from lacrima.practice.own_care import desk, entries, standing_on_today
from lacrima.practice.own_care_entries import REMINDS, Desk, Reminder
from lacrima.practice.own_care_guesses import Guesses, guesses
from lacrima.practice.own_care_lines import EntryLine, entry_lines, session_words
from lacrima.practice.own_care_patterns import Pattern, patterns
from lacrima.practice.own_care_proqol import ProQOL, proqol
from lacrima.practice.own_care_tears import Tears, first_of_window, own_moments, tears
from lacrima.practice.pages_parts import Seeing, seeing
from lacrima.practice.words import SessionState
from lacrima.records.access import Right, require, visible
from lacrima.records.models import Member, Session

MOST_LATEST = 5


@dataclass(frozen=True)
class ReminderLine:
    """One reminder: what for, when it comes next, whether it stands now."""

    id: str
    what: str
    words: str
    every_weeks: int
    next_on: date | None
    stands: bool
    is_on_today: bool


@dataclass(frozen=True)
class OwnCarePage:
    """All that My care shows."""

    today: date
    latest: tuple[EntryLine, ...]
    count: int
    patterns: tuple[Pattern, ...]
    tears: Tears
    guesses: tuple[Guesses, ...]
    proqol: ProQOL
    reminders: tuple[ReminderLine, ...]
    desk: Desk

    @property
    def standing(self) -> tuple[ReminderLine, ...]:
        """The reminders that stand now."""
        return tuple(one for one in self.reminders if one.stands)

    @property
    def is_all_early(self) -> bool:
        """Whether there is nothing to tell yet."""
        return all(one.is_early for one in self.patterns)


def own_care_page(by: Member, *, now: datetime) -> OwnCarePage:
    """My care of this person, and of nobody else."""
    require(by, Right.WRITE_PRIVATELY)
    eyes = seeing(by)
    today = now.astimezone(eyes.zone).date()
    own, (told, _version) = entries(by), desk(by)
    since = local_to_utc(first_of_window(today), datetime.min.time(), eyes.zone)
    moments = own_moments(by, since=since, zone=eyes.zone)
    return OwnCarePage(
        today=today,
        latest=entry_lines(own[:MOST_LATEST], eyes),
        count=len(own),
        patterns=patterns(own, moments),
        tears=tears(by, own, moments, today=today, zone=eyes.zone),
        guesses=guesses(by),
        proqol=proqol(own),
        reminders=reminder_lines(told, today),
        desk=told,
    )


def reminder_lines(told: Desk, today: date) -> tuple[ReminderLine, ...]:
    """Her reminders, those that stand first, then by their next day."""
    lines = [_reminder(one, today) for one in told.reminders]
    return tuple(sorted(lines, key=lambda one: (not one.stands, one.next_on or date.max)))


def _reminder(one: Reminder, today: date) -> ReminderLine:
    return ReminderLine(
        id=one.id,
        what=str(REMINDS[one.what]),
        words=one.words,
        every_weeks=one.every_weeks,
        next_on=one.next_turn(today),
        stands=one.stands(today),
        is_on_today=one.is_on_today,
    )


def today_lines(by: Member, today: date) -> tuple[str, ...]:
    """What Today says of her reminders, if she wants: what they are for, and never her words."""
    return tuple(str(REMINDS[one.what]) for one in standing_on_today(by, today))


@dataclass(frozen=True)
class SessionChoice:
    """A session of today that a state may belong to."""

    id: uuid.UUID
    words: str
    start_local: datetime
    has_begun: bool


def sessions_of_today(by: Member, *, now: datetime) -> tuple[SessionChoice, ...]:
    """Her sessions of today, in their order."""
    eyes = seeing(by)
    day = now.astimezone(eyes.zone).date()
    begin = local_to_utc(day, datetime.min.time(), eyes.zone)
    end = local_to_utc(day, datetime.max.time(), eyes.zone)
    rows = visible(by, Session).filter(start__gte=begin, start__lte=end)
    told = list(rows.exclude(state=SessionState.CANCELLED).order_by("start"))
    names = session_words({row.pk for row in told}, eyes)
    return tuple(_choice(row, names[row.pk], eyes, now) for row in told)


def _choice(row: Session, words: str, eyes: Seeing, now: datetime) -> SessionChoice:
    start = eyes.local(row.start)
    return SessionChoice(row.pk, words, start or now, row.start is not None and row.start <= now)
