"""One simulated client: her episode, sessions, scores, moments and voices, from her true course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from lacrima.moments.words import (
    Flow,
    HeldBack,
    LogState,
    Nature,
    Noticed,
    Occasion,
    Shown,
    Side,
    SpokenOf,
)
from lacrima.practice.simulate_rows import Rows, alliance, numbered
from lacrima.practice.simulate_truth import Course, Truth, course, spread
from lacrima.records.models import (
    Answers,
    AnswerSource,
    Client,
    Episode,
    Expression,
    Member,
    Moment,
    Participant,
    PlainScore,
    Session,
    Slot,
    Voice,
)

ACTIVE_AT_MOST = 25
PAST_DAYS = 5 * 365
LENGTH_MIN = 50


@dataclass(frozen=True)
class Stage:
    """Where simulated people appear: the world, its therapist, the rows, the plain score, today."""

    truth: Truth
    owner: Member
    rows: Rows
    sleep: PlainScore
    today: datetime


@dataclass(frozen=True)
class Simulated:
    """The truth about one client. Session numbers count from 1."""

    code: str
    course: Course

    def as_json(self) -> dict[str, Any]:
        """For the truth file."""
        return {
            "code": self.code,
            "sessions": len(self.course),
            "start": self.course.start,
            "slope": self.course.slope,
            "client_tears": _numbers(self.course.client_tears),
            "therapist_tears": _numbers(self.course.therapist_tears),
        }


@dataclass(frozen=True)
class _Cast:
    client: Client
    episode: Episode
    seat: Participant
    therapist: Participant


def _numbers(flags: Any) -> list[int]:
    return [int(place) + 1 for place in np.flatnonzero(flags)]


def add_client(stage: Stage, number: int, sessions: int, rng: np.random.Generator) -> Simulated:
    """Add one client with so many sessions to the rows; what is true about her."""
    truth_of_one = course(stage.truth, sessions, rng)
    code = f"S {number + 1:05d}"
    client, episode, seat = stage.rows.individual(code, stage.owner)
    therapist = stage.rows.of(Participant)[-1]
    cast = _Cast(client, episode, seat, therapist)
    starts, slot = _calendar(stage, number, sessions, episode, rng)
    for place, start in enumerate(starts):
        _session(stage, cast, truth_of_one, place, start, slot, rng)
    return Simulated(code, truth_of_one)


def _calendar(
    stage: Stage, number: int, sessions: int, episode: Episode, rng: np.random.Generator
) -> tuple[list[datetime], Slot | None]:
    is_active = number < ACTIVE_AT_MOST
    back_days = number % 5 if is_active else int(rng.integers(7, PAST_DAYS))
    last_on = (stage.today - timedelta(days=back_days)).date()
    at = time(9 + number % 8)
    starts = [
        datetime.combine(last_on - timedelta(weeks=back), at, tzinfo=stage.today.tzinfo)
        for back in reversed(range(sessions))
    ]
    episode.started_on = starts[0].date()
    if not is_active:
        episode.ended_on = last_on
        return starts, None
    slot = Slot(episode=episode, weekday=last_on.weekday(), local_time=at, from_on=last_on)
    slot.made_until = stage.today.date()
    return starts, stage.rows.add(slot)


def _session(
    stage: Stage,
    cast: _Cast,
    true: Course,
    place: int,
    start: datetime,
    slot: Slot | None,
    rng: np.random.Generator,
) -> None:
    is_today = start.date() == stage.today.date()
    is_logged = not is_today and rng.random() >= stage.truth.not_logged_share
    has_tears = bool(true.client_tears[place] or true.therapist_tears[place])
    state = LogState.MOMENTS if has_tears else LogState.NOTHING
    is_heaviness_known = not is_today and rng.random() >= stage.truth.missing_share
    session = stage.rows.add(
        Session(
            episode=cast.episode,
            number=place + 1,
            start=start,
            length_min=LENGTH_MIN,
            slot=slot if place == len(true) - 1 else None,
            log_state=state if is_logged else LogState.NOT_YET,
            heaviness=_heaviness(true, place) if is_heaviness_known else None,
            heaviness_by=Side.THERAPIST if is_heaviness_known else "",
        )
    )
    if not is_today:
        _scores(stage, cast, true, place, session, rng)
    if is_logged and has_tears:
        _moment(stage, cast, true, place, session, rng)


def _heaviness(true: Course, place: int) -> int:
    return int(np.clip(round(5 + 2 * float(true.heaviness[place])), 0, 10))


def _scores(
    stage: Stage,
    cast: _Cast,
    true: Course,
    place: int,
    session: Session,
    rng: np.random.Generator,
) -> None:
    level = float(true.score[place])
    is_given = rng.random(4) >= stage.truth.missing_share
    if is_given[0]:
        _answers(stage, cast, session, "phq-9", phq_9(round(level), rng))
    if is_given[1]:
        worry = int(np.clip(round(0.75 * level + rng.normal(0, 1.5)), 0, 21))
        _answers(stage, cast, session, "gad-7", numbered("gad7", spread(worry, 7, 3, rng)))
    if is_given[2]:
        tenths = int(np.clip(round(82 - 1.2 * level + rng.normal(0, 7)), 0, 100))
        _answers(stage, cast, session, "alliance-check", alliance(tenths))
    if is_given[3]:
        _sleep(stage, cast, session, int(np.clip(round(9 - level / 3 + rng.normal()), 0, 10)))


def phq_9(total: int, rng: np.random.Generator) -> dict[str, int | None]:
    """Nine answers of that sum. The ninth is above 0 seldom, and only where much is heavy."""
    ninth = 1 if total > 24 or (total >= 15 and rng.random() < 0.04) else 0
    ninth = max(ninth, total - 24)
    return numbered("phq9", [*spread(total - ninth, 8, 3, rng), ninth])


def _answers(
    stage: Stage, cast: _Cast, session: Session, slug: str, items: dict[str, int | None]
) -> None:
    stage.rows.answers(cast.client, session, slug, items, given_at=session.start)


def _sleep(stage: Stage, cast: _Cast, session: Session, total: int) -> None:
    stage.rows.add(
        Answers(
            client=cast.client,
            episode=cast.episode,
            session=session,
            given_at=session.start,
            instrument=stage.sleep.slug,
            plain_score=stage.sleep,
            total=total,
            source=AnswerSource.SIMULATED,
        )
    )


def _moment(
    stage: Stage,
    cast: _Cast,
    true: Course,
    place: int,
    session: Session,
    rng: np.random.Generator,
) -> None:
    criers = [
        seat
        for seat, tears in ((cast.seat, true.client_tears), (cast.therapist, true.therapist_tears))
        if tears[place]
    ]
    shown = Shown(int(rng.choice([1, 2, 3], p=[0.45, 0.45, 0.1])))
    moment = stage.rows.add(Moment(session=session, nature=Nature.SHOWED))
    voice = _therapist_voice(stage, cast, moment, criers, rng)
    for seat in criers:
        _expression(stage, voice, seat, shown)
    if rng.random() < 0.4:
        _client_voice(stage, cast, moment, criers, shown, rng)


def _therapist_voice(
    stage: Stage,
    cast: _Cast,
    moment: Moment,
    criers: list[Participant],
    rng: np.random.Generator,
) -> Voice:
    return stage.rows.add(
        Voice(
            moment=moment,
            side=Side.THERAPIST,
            participant=cast.therapist,
            occasion=Occasion.IN_SESSION,
            given_at=moment.session.start,
            is_simulated=True,
            first=criers[0],
            flow=str(rng.choice([Flow.WENT_ON, Flow.PAUSED], p=[0.9, 0.1])),
            noticed=str(rng.choice(list(Noticed))) if cast.therapist in criers else "",
            spoken_of=str(rng.choice([SpokenOf.YES, SpokenOf.SAW_NO_NEED, ""])),
        )
    )


def _client_voice(
    stage: Stage,
    cast: _Cast,
    moment: Moment,
    criers: list[Participant],
    shown: Shown,
    rng: np.random.Generator,
) -> None:
    is_other_than_told = rng.random() < 0.3
    voice = stage.rows.add(
        Voice(
            moment=moment,
            side=Side.CLIENT,
            participant=cast.seat,
            occasion=Occasion.SAME_EVENING,
            given_at=moment.session.start + timedelta(hours=5),
            is_simulated=True,
            rating=int(np.clip(round(rng.normal(1.3, 1.6)), -4, 4)),
            noticed=str(rng.choice(list(Noticed))) if cast.therapist in criers else "",
            items={"understood": int(rng.integers(1, 5)), "worried": int(rng.integers(0, 4))},
        )
    )
    for seat in criers:
        _expression(stage, voice, seat, Shown(min(3, shown + is_other_than_told)))


def _expression(stage: Stage, voice: Voice, seat: Participant, shown: Shown) -> None:
    stage.rows.add(
        Expression(voice=voice, participant=seat, shown=int(shown), held_back=HeldBack.NO)
    )
