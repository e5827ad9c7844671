"""Where the scores of a client are expected, from all clients of the practice: kept in memory only.

What was fitted stays as long as nobody's answers to the questionnaire change, and is forgotten when
the practice locks. In a large practice a page does not wait for it to be fitted anew: it shows what
the answers of a minute ago said (one answer among thousands moves nothing), and the housekeeping
fits anew.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from django.db.models import Count, Max, QuerySet

from lacrima.analyses.caseload_course import CaseloadCourse, Triple, caseload_course
from lacrima.analyses.course_values import CourseRules, NamedCourse, Score
from lacrima.practice.change_rules import yardstick_of
from lacrima.practice.words import SessionState
from lacrima.records.models import Answers, Session
from lacrima.vault.process import VAULT

LARGE = 100
LOOK_EVERY_S = 180.0

State = tuple[int, datetime | None]


@dataclass(frozen=True)
class Scored:
    """A questionnaire that is answered in sessions: its scale and its direction.

    is_own: a score that the practice named itself.
    """

    slug: str
    low: Decimal
    high: Decimal
    higher_is_better: bool
    is_own: bool = False

    @property
    def rules(self) -> CourseRules:
        """How the analysis is told of it."""
        yardstick = None if self.is_own else yardstick_of(self.slug)
        critical = float(yardstick.critical) if yardstick else None
        return CourseRules(float(self.low), float(self.high), self.higher_is_better, critical)


@dataclass(frozen=True)
class _Kept:
    state: State
    course: CaseloadCourse
    looked_s: float

    @property
    def is_fresh(self) -> bool:
        """Whether it was looked a moment ago that it still holds: in a large practice only."""
        is_large = len(self.course.number) > LARGE
        return is_large and time.monotonic() - self.looked_s < LOOK_EVERY_S

    @property
    def will_do(self) -> bool:
        """Whether a page may show it although answers have come since."""
        return len(self.course.number) > LARGE


_KEPT: dict[tuple[uuid.UUID, Scored], _Kept] = {}
Band = tuple[Triple | None, ...]
# The bands that pages showed last, of what was fitted: each takes some milliseconds to work out.
_SHOWN: dict[tuple[object, ...], tuple[CaseloadCourse, Band]] = {}
MOST_SHOWN = 2_000
_ONE_AT_A_TIME = threading.Lock()


def forget() -> None:
    """Nothing of it stays in memory."""
    _KEPT.clear()
    _SHOWN.clear()


VAULT.on_lock(forget)


def seat_of(episode: uuid.UUID, client: uuid.UUID) -> str:
    """One client in one course of care, as the analysis is told of her."""
    return f"{episode.hex}:{client.hex}"


def caseload_of(practice: uuid.UUID, what: Scored) -> CaseloadCourse:
    """What is expected on this questionnaire in this practice, for a page."""
    kept = _KEPT.get((practice, what))
    if kept is not None and kept.is_fresh:
        return kept.course
    if kept is not None and kept.will_do:
        return kept.course
    state = state_of(what)
    if kept is not None and kept.state == state:
        return kept.course
    return _fitted(practice, what, state)


def fit_anew(practice: uuid.UUID, what: Scored) -> CaseloadCourse:
    """The same as it is now, for the housekeeping: fitted anew where answers have come."""
    kept, state = _KEPT.get((practice, what)), state_of(what)
    if kept is not None and kept.state == state:
        _KEPT[practice, what] = replace(kept, looked_s=time.monotonic())
        return kept.course
    return _fitted(practice, what, state)


def _fitted(practice: uuid.UUID, what: Scored, state: State) -> CaseloadCourse:
    with _ONE_AT_A_TIME:
        kept = _KEPT.get((practice, what))
        if kept is None or kept.state != state:
            before = kept.course if kept else None
            course = caseload_course(scores_of(what), what.rules, start=before)
            kept = _KEPT[practice, what] = _Kept(state, course, time.monotonic())
    return kept.course


def band_of(
    course: CaseloadCourse, seat: str, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    """The band of one client at each step of her course; None where none is drawn.

    steps: session numbers, rising; values: her totals. From her first score on, never before it.
    """
    key = (id(course), seat, tuple(steps), tuple(values))
    kept = _SHOWN.get(key)
    if kept is not None and kept[0] is course:
        return kept[1]
    if len(_SHOWN) >= MOST_SHOWN:
        _SHOWN.clear()
    band = _band(course, seat, steps, values)
    _SHOWN[key] = (course, band)
    return band


def _band(
    course: CaseloadCourse, seat: str, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    first = next((at for at, value in enumerate(values) if value is not None), None)
    if first is None:
        return (None,) * len(steps)
    scores = [None if value is None else float(value) for value in values[first:]]
    found = course.from_first(seat, [float(step) for step in steps[first:]], scores)
    return ((None,) * first) + tuple(found)


def band_from_elsewhere(
    named: NamedCourse, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    """The same by the expectation of somebody else, as long as a fifth of its people came."""
    first = next((at for at, value in enumerate(values) if value is not None), None)
    if first is None:
        return (None,) * len(steps)
    times = np.asarray(steps[first:], dtype=np.float64)
    scores = [np.nan if value is None else float(value) for value in values[first:]]
    bands = named.expected.from_first(times, scores)
    ends = zip(bands.low.tolist(), bands.middle.tolist(), bands.high.tolist(), strict=True)
    is_drawn = (times - times[0] <= named.until + 1e-9).tolist()
    found = (each if drawn else None for each, drawn in zip(ends, is_drawn, strict=True))
    return ((None,) * first) + tuple(found)


def _rows(what: Scored) -> QuerySet[Answers]:
    return Answers.objects.filter(
        instrument=what.slug, plain_score__isnull=not what.is_own, total__isnull=False
    ).order_by()


def state_of(what: Scored) -> State:
    """What differs as soon as any answer to it was given, changed or deleted."""
    found = _rows(what).aggregate(n=Count("pk"), at=Max("changed_at"))
    return found["n"], found["at"]


def scores_of(what: Scored) -> list[Score]:
    """Scores of the sessions that took place, by their number, as on a client's own page."""
    in_sessions = _rows(what).filter(
        session__number__isnull=False, session__state=SessionState.HELD
    )
    fields = ("episode_id", "client_id", "session__number", "total")
    found = {
        (episode, client, number): total
        for episode, client, number, total in in_sessions.values_list(*fields)
    }
    return [
        Score(seat_of(episode, client), float(number), float(total))
        for (episode, client, number), total in found.items()
    ]


def given_at(seats: Iterable[tuple[str, int]]) -> dict[tuple[str, int], datetime]:
    """When these sessions were, by seat and number; those without a known time are left out."""
    asked = {(uuid.UUID(seat.partition(":")[0]), number): seat for seat, number in seats}
    if not asked:
        return {}
    rows = Session.objects.filter(
        episode__in={episode for episode, _number in asked}, start__isnull=False
    ).order_by()
    found = {}
    for episode, number, start in rows.values_list("episode_id", "number", "start"):
        if number is not None and start is not None and (episode, number) in asked:
            found[asked[episode, number], number] = start
    return found
