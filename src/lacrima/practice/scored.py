"""The scores of everybody on one questionnaire, as the statistics are told of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import CharField, Count, FloatField, Max, QuerySet
from django.db.models.functions import Cast

from lacrima.analyses.course_values import CourseRules, Score
from lacrima.practice.change_rules import yardstick_of
from lacrima.practice.words import SessionState
from lacrima.records.models import Answers, Session

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


def seat_of(episode: uuid.UUID, client: uuid.UUID) -> str:
    """One client in one course of care, as the analysis is told of her."""
    return f"{episode.hex}:{client.hex}"


def _rows(what: Scored) -> QuerySet[Answers]:
    return Answers.objects.filter(
        instrument=what.slug, plain_score__isnull=not what.is_own, total__isnull=False
    ).order_by()


def state_of(what: Scored) -> State:
    """What differs as soon as any answer to it was given, changed or deleted."""
    found = _rows(what).aggregate(n=Count("pk"), at=Max("changed_at"))
    return found["n"], found["at"]


def scores_of(what: Scored) -> list[Score]:
    """Scores of the sessions that took place, by their number, as on a client's own page.

    The database gives ids as text and scores as floats: making thousands of ids and decimals of
    them, only to be taken apart again, takes longer than all else.
    """
    in_sessions = _rows(what).filter(
        session__number__isnull=False, session__state=SessionState.HELD
    )
    rows = in_sessions.annotate(
        of_episode=Cast("episode_id", CharField()),
        of_client=Cast("client_id", CharField()),
        score=Cast("total", FloatField()),
    ).values_list("of_episode", "of_client", "session__number", "score")
    found = {(episode, client, number): score for episode, client, number, score in rows}
    seats: dict[tuple[str, str], str] = {}
    for episode, client, _number in found:
        if (episode, client) not in seats:
            seats[episode, client] = f"{episode}:{client}".replace("-", "")
    return [
        Score(seats[episode, client], float(number or 0), score)
        for (episode, client, number), score in found.items()
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
