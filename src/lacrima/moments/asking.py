"""When a client is asked, and what: rules that know nothing of the therapist's emotion.

These functions depend on what they are given, and nothing else: when the sessions were, what the
client chose, what the client said, and whether tears of the client's own were noted. Whether the
therapist's tears fell, were held back or were noticed is not among it, so no form, no time and
no reminder can give her away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lacrima.errors import OutOfRange

LONGEST_OPEN = timedelta(days=7)
SECOND_THOUGHTS_OPEN = timedelta(days=2)
BETWEEN_EXTRA_ASKS = timedelta(days=30)
MORNING_AFTER = time(12)
MOST_SECONDS_A_WEEK = 180
SECONDS_AN_ITEM = 7
SECONDS_TO_BEGIN = 10


class Asking(StrEnum):
    """What is asked. The order is the order of one sitting: scores come before any moment."""

    MEASURES = "measures"
    AFTER_SESSION = "after_session"
    FIRST_IMPRESSION = "first_impression"
    SECOND_THOUGHTS = "second_thoughts"
    ONCE_MORE = "once_more"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a client chose: after every how many sessions, at which hour, how many days later.

    Raises OutOfRange for a number that is not offered.

    >>> Rhythm().evening
    datetime.time(20, 0)
    """

    every_sessions: int = 1
    evening: time = time(20)
    second_after_days: int = 2

    def __post_init__(self) -> None:
        """Refuse what is not offered."""
        if not 1 <= self.every_sessions <= 8:
            raise OutOfRange("a rhythm that is not offered", expected="every 1 to 8 sessions")
        if not 1 <= self.second_after_days <= 3:
            raise OutOfRange("second thoughts at another time", expected="1 to 3 days later")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session that took place: its end, and the start of the next one where that is known."""

    session: str
    end: datetime
    next_start: datetime | None = None

    def closes(self, at: datetime) -> datetime:
        """This moment, or the start of the next session where that comes first."""
        return at if self.next_start is None else min(at, self.next_start)


@dataclass(frozen=True, slots=True)
class Told:
    """What a client said after a session: when, and whether anything stood out."""

    session: str
    at: datetime
    is_something: bool


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which nothing is asked: a pause until a moment, or (None) a stop."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Is this moment in it?"""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to be asked, from `opens` up to but not including `closes`."""

    kind: Asking
    session: str
    opens: datetime
    closes: datetime

    def is_open(self, at: datetime) -> bool:
        """Can it be answered at this moment?"""
        return self.opens <= at < self.closes


def asks(
    meetings: Sequence[Meeting],
    rhythm: Rhythm,
    told: Collection[Told] = (),
    own_tears: Collection[str] = (),
    *,
    zone: ZoneInfo,
    quiet: Collection[Quiet] = (),
    last_day: date | None = None,
) -> tuple[Ask, ...]:
    """All that is asked about these sessions (in their order), in the order in which it opens.

    `own_tears` names the sessions in which tears of the client's own were noted: where the client
    said nothing stood out, they cause one more neutral ask, at most once in 30 days. `last_day` is
    the last on which anything is asked, in `zone`.

    >>> from datetime import UTC
    >>> meeting = Meeting("s1", datetime(2026, 3, 3, 15, tzinfo=UTC))
    >>> [ask.kind.value for ask in asks([meeting], Rhythm(), zone=ZoneInfo("Europe/Madrid"))]
    ['after_session']
    """
    said = {one.session: one for one in sorted(told, key=lambda one: one.at)}
    found: list[Ask] = []
    for meeting in meetings[:: rhythm.every_sessions]:
        found += _about(meeting, rhythm, said.get(meeting.session), zone)
    found += _once_more(meetings, rhythm, said, own_tears, zone)
    return tuple(
        ask
        for ask in sorted(found, key=lambda ask: (ask.opens, ask.session))
        if ask.opens < ask.closes
        and not any(one.covers(ask.opens) for one in quiet)
        and (last_day is None or ask.opens.astimezone(zone).date() <= last_day)
    )


def _about(meeting: Meeting, rhythm: Rhythm, said: Told | None, zone: ZoneInfo) -> Iterator[Ask]:
    until = meeting.closes(meeting.end + LONGEST_OPEN)
    yield Ask(Asking.AFTER_SESSION, meeting.session, meeting.end, until)
    if said is None or not said.is_something:
        return
    evening = _evening(meeting, rhythm, zone)
    opens = max(evening, said.at)
    noon = datetime.combine(opens.astimezone(zone).date() + timedelta(1), MORNING_AFTER, zone)
    yield Ask(Asking.FIRST_IMPRESSION, meeting.session, opens, meeting.closes(noon))
    yield _later(Asking.SECOND_THOUGHTS, meeting, rhythm, zone)


def _once_more(
    meetings: Sequence[Meeting],
    rhythm: Rhythm,
    said: dict[str, Told],
    own_tears: Collection[str],
    zone: ZoneInfo,
) -> Iterator[Ask]:
    before: datetime | None = None
    for meeting in meetings:
        told = said.get(meeting.session)
        if meeting.session not in own_tears or (told is not None and told.is_something):
            continue
        ask = _later(Asking.ONCE_MORE, meeting, rhythm, zone)
        if ask.opens < ask.closes and (before is None or ask.opens - before >= BETWEEN_EXTRA_ASKS):
            before = ask.opens
            yield ask


def _evening(meeting: Meeting, rhythm: Rhythm, zone: ZoneInfo, days: int = 0) -> datetime:
    """The client's hour on the day of a session or some days later, never before its end."""
    day = meeting.end.astimezone(zone).date() + timedelta(days)
    return max(datetime.combine(day, rhythm.evening, zone), meeting.end)


def _later(kind: Asking, meeting: Meeting, rhythm: Rhythm, zone: ZoneInfo) -> Ask:
    opens = _evening(meeting, rhythm, zone, rhythm.second_after_days)
    return Ask(kind, meeting.session, opens, meeting.closes(opens + SECOND_THOUGHTS_OPEN))


@dataclass(frozen=True, slots=True)
class Measure:
    """A questionnaire of a client's plan: how many items it has, and every how many weeks."""

    instrument: str
    items: int
    every_weeks: int = 1

    @property
    def seconds(self) -> int:
        """About how long it takes, by a plain count of its items."""
        return SECONDS_TO_BEGIN + self.items * SECONDS_AN_ITEM


def seconds_a_week(plan: Collection[Measure]) -> float:
    """About how long the questionnaires of a plan take, a week, all together.

    >>> seconds_a_week([Measure("phq-8", 8), Measure("gad-7", 7, every_weeks=2)])
    95.5
    """
    return sum(one.seconds / one.every_weeks for one in plan)


def check_plan(plan: Collection[Measure]) -> None:
    """Refuse, by OutOfRange, a plan that asks for more than three minutes a week in all."""
    if seconds_a_week(plan) > MOST_SECONDS_A_WEEK:
        raise OutOfRange(
            "more questionnaires than three minutes a week allow",
            where="plan",
            expected="fewer, or less often",
        )


def measures_due(
    plan: Collection[Measure], last_answered: dict[str, date], *, on: date
) -> tuple[str, ...]:
    """Which questionnaires of the plan it is time for on this day; a day early counts as time.

    >>> measures_due([Measure("phq-8", 8)], {"phq-8": date(2026, 3, 2)}, on=date(2026, 3, 8))
    ('phq-8',)
    """
    due = []
    for one in plan:
        before = last_answered.get(one.instrument)
        if before is None or on - before >= timedelta(weeks=one.every_weeks, days=-1):
            due.append(one.instrument)
    return tuple(due)
