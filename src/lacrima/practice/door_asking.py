"""What a door asks now. Nothing that a therapist logged, felt or guessed is looked at here.

A client who noticed nothing must not learn it from a form: so this file reads when sessions were,
what the client settled and answered, and nothing else. A test gives it four sessions that differ
in the therapist's tears alone, and compares every sign that the client receives.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lacrima.practice.words import Occasion
from lacrima.records.models import DoorStep

USUAL_LENGTH_MIN = 50
ASKED_DAYS = 7  # at a door of one's own; on arrival the last session is asked for, however long ago
ARRIVAL_DAYS = 60
ARRIVAL_HOURS = 12
SECOND_AFTER = timedelta(hours=24)
SECOND_WITHIN = timedelta(hours=96)  # "one to three days later", to the end of the third evening
SECOND_AT_MOST = timedelta(days=8)


@dataclass(frozen=True)
class Met:
    """A session that took place, or is to come: no more of it than its time."""

    session_id: uuid.UUID
    number: int | None
    start: datetime
    length_min: int | None
    is_heavy_told: bool = False

    @property
    def end(self) -> datetime:
        """When it was over."""
        return self.start + timedelta(minutes=self.length_min or USUAL_LENGTH_MIN)


@dataclass(frozen=True)
class Given:
    """An answer that the client gave: when, and whether anything stood out."""

    session_id: uuid.UUID
    step: DoorStep
    at: datetime
    stood_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settled:
    """How this door is settled."""

    every_sessions: int = 1
    forms: tuple[tuple[str, int], ...] = ()  # slug, days between
    evening_hour: int = 20
    paused_until: date | None = None
    is_stopped: bool = False
    ask_until: date | None = None


@dataclass(frozen=True)
class Ask:
    """One page of questions: `heaviness`, `form`, or a step of the two questions."""

    kind: str
    session_id: uuid.UUID | None = None
    number: int | None = None
    day: date | None = None
    slug: str = ""
    stood_out: tuple[str, ...] = ()
    is_last: bool = False


def is_quiet(settled: Settled, today: date) -> bool:
    """Is nothing asked now: stopped, paused, or after the last day of asking?"""
    is_paused = settled.paused_until is not None and today <= settled.paused_until
    is_over = settled.ask_until is not None and today > settled.ask_until
    return settled.is_stopped or is_paused or is_over


def asks_now(
    settled: Settled,
    met: Sequence[Met],
    given: Sequence[Given],
    filled: Mapping[str, datetime],
    *,
    now: datetime,
    zone: ZoneInfo,
    on_arrival: bool = False,
) -> list[Ask]:
    """What is asked at this moment, in its order: questionnaires never after a told moment.

    `filled`: when each questionnaire was last filled in. `on_arrival`: handed over in the
    practice, before a session.
    """
    today = now.astimezone(zone).date()
    if is_quiet(settled, today):
        return []
    past = [one for one in met if one.end <= now]
    found = [*_heaviness(met, now, zone)] if on_arrival else []
    found += [
        Ask("form", slug=slug)
        for slug, days in settled.forms
        if slug not in filled or now - filled[slug] >= timedelta(days=days, hours=-12)
    ]
    found += _two_questions(settled, past, given, now=now, zone=zone, on_arrival=on_arrival)
    found += _of_what_was_mentioned(settled, past, given, now=now, zone=zone)
    return found


def _heaviness(met: Sequence[Met], now: datetime, zone: ZoneInfo) -> list[Ask]:
    """How heavy things are, before the session that is to begin."""
    soon = [
        one
        for one in met
        if one.start.astimezone(zone).date() == now.astimezone(zone).date()
        and now <= one.start + timedelta(minutes=15)
        and not one.is_heavy_told
    ]
    return [_of("heaviness", soon[0], zone)] if soon else []


def _two_questions(
    settled: Settled,
    past: Sequence[Met],
    given: Sequence[Given],
    *,
    now: datetime,
    zone: ZoneInfo,
    on_arrival: bool,
) -> list[Ask]:
    if not past or (len(past) - 1) % settled.every_sessions:
        return []
    last = past[-1]
    days = ARRIVAL_DAYS if on_arrival else ASKED_DAYS
    is_answered = any(
        one.session_id == last.session_id and one.step is DoorStep.ASKED for one in given
    )
    if is_answered or now - last.end > timedelta(days=days):
        return []
    return [_of(DoorStep.ASKED.value, last, zone, is_last=settled.ask_until is not None)]


def _of_what_was_mentioned(
    settled: Settled,
    past: Sequence[Met],
    given: Sequence[Given],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> list[Ask]:
    sessions = {one.session_id: one for one in past}
    found = []
    for mention in given:
        session = sessions.get(mention.session_id)
        if mention.step is not DoorStep.ASKED or not mention.stood_out or session is None:
            continue
        steps = {one.step: one for one in given if one.session_id == mention.session_id}
        step = step_now(settled, session, mention, steps, now=now, zone=zone)
        if step is not None:
            found.append(_of(step.value, session, zone, stood_out=mention.stood_out))
    return found


def step_now(
    settled: Settled,
    session: Met,
    mention: Given,
    steps: Mapping[DoorStep, Given],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> DoorStep | None:
    """The first impression from that evening on; second thoughts one to three days later."""
    if DoorStep.SECOND in steps:
        return None
    first = steps.get(DoorStep.FIRST)
    evening = evening_of(session, settled.evening_hour, zone)
    second_from = (first.at if first else max(evening, mention.at)) + SECOND_AFTER
    if second_from <= now <= second_from + SECOND_AT_MOST:
        return DoorStep.SECOND
    return DoorStep.FIRST if first is None and evening <= now < second_from else None


def evening_of(session: Met, hour: int, zone: ZoneInfo) -> datetime:
    """The hour that the client chose, on the day of the session; the end of a later session."""
    day = session.start.astimezone(zone).date()
    return max(datetime.combine(day, time(hour), zone), session.end)


def occasion_of(step: DoorStep, session: Met, given_at: datetime, zone: ZoneInfo) -> Occasion:
    """How what is told now stands to the session: that evening, some days later, or later."""
    day = session.start.astimezone(zone).date()
    next_noon = datetime.combine(day + timedelta(days=1), time(12), zone)
    if step is DoorStep.FIRST and given_at < next_noon:
        return Occasion.SAME_EVENING
    is_second = step is DoorStep.SECOND and given_at - session.end <= SECOND_WITHIN
    return Occasion.SECOND_THOUGHTS if is_second else Occasion.LATER


def reminder_times(
    settled: Settled, met: Sequence[Met], *, now: datetime, zone: ZoneInfo
) -> list[datetime]:
    """When a client may be reminded: the evening of each session to come that is asked for.

    Every session, whatever was logged: only the calendar and the client's own hour decide.
    """
    past = sum(one.end <= now for one in met)
    ahead = [one for one in met if one.end > now]
    return [
        evening_of(one, settled.evening_hour, zone)
        for place, one in enumerate(ahead, start=past)
        if place % settled.every_sessions == 0
        and not is_quiet(settled, one.start.astimezone(zone).date())
    ]


def _of(
    kind: str,
    session: Met,
    zone: ZoneInfo,
    *,
    stood_out: tuple[str, ...] = (),
    is_last: bool = False,
) -> Ask:
    day = session.start.astimezone(zone).date()
    return Ask(kind, session.session_id, session.number, day, stood_out=stood_out, is_last=is_last)
