"""First and latest score of everybody in many courses of care, in few queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from lacrima.practice.pages_parts import Seeing
from lacrima.records.models import Answers, Participant
from lacrima.records.models import SessionState as State

Seat = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Ends:
    """The first and the latest score of one person in one course of care, and how many there are.

    `first` and `latest` are None where there is no score; the same where there is one.
    """

    first: Decimal | None = None
    latest: Decimal | None = None
    count: int = 0

    @property
    def pair(self) -> tuple[Decimal, Decimal] | None:
        """Both, where there are two scores at least."""
        if self.first is None or self.latest is None or self.count < 2:
            return None
        return self.first, self.latest


NO_SCORES = Ends()


@dataclass(frozen=True)
class Comer:
    """Somebody who comes: which course of care, which client, and what they are called."""

    episode_id: uuid.UUID
    client_id: uuid.UUID
    who: str

    @property
    def seat(self) -> Seat:
        """What their scores are found by."""
        return self.episode_id, self.client_id


def comers(episodes: Collection[uuid.UUID], eyes: Seeing) -> list[Comer]:
    """All clients of these courses of care, by what they are called; one query."""
    rows = Participant.objects.filter(episode__in=episodes, client__isnull=False).order_by()
    fields = ("episode_id", "client_id", "client__code", "client__name")
    shows_names = eyes.practice.shows_names
    found = [
        Comer(episode, client, name if shows_names and name else code)
        for episode, client, code, name in rows.values_list(*fields)
    ]
    return sorted(found, key=lambda one: (one.who.casefold(), one.seat))


def ends_of(
    episodes: Collection[uuid.UUID], slug: str, *, is_own: bool = False
) -> dict[Seat, Ends]:
    """First, latest and number of scores on one measure, by episode and client; three queries.

    Of the sessions that took place, by their number, as on a client's own page; for whom no
    score belongs to a session: by assessment, and by the time it was given.
    """
    measured = Answers.objects.filter(
        episode__in=episodes,
        instrument=slug,
        plain_score__isnull=not is_own,
        total__isnull=False,
    ).order_by()
    in_sessions = measured.filter(session__number__isnull=False, session__state=State.HELD)
    found = _of_sessions(in_sessions, episodes)
    rest = measured.filter(session__isnull=True)
    return {**_of_other_times(rest), **found}


def _of_sessions(rows: QuerySet[Answers], episodes: Collection[uuid.UUID]) -> dict[Seat, Ends]:
    counted = rows.values_list("episode_id", "client_id").annotate(n=Count("pk"))
    counts = {(episode, client): n for episode, client, n in counted}
    mine = rows.filter(episode=OuterRef("episode_id"), client=OuterRef("client_id"))
    seats = Participant.objects.filter(episode__in=episodes, client__isnull=False).order_by()
    ends = seats.annotate(
        first=Subquery(mine.order_by("session__number").values("total")[:1]),
        latest=Subquery(mine.order_by("-session__number").values("total")[:1]),
    ).values_list("episode_id", "client_id", "first", "latest")
    return {
        (episode, client): Ends(first, latest, counts[episode, client])
        for episode, client, first, latest in ends
        if (episode, client) in counts
    }


_Placed = tuple[bool, int, float]


def _of_other_times(rows: QuerySet[Answers]) -> dict[Seat, Ends]:
    fields = ("episode_id", "client_id", "assessment", "given_at", "total")
    placed: dict[Seat, list[tuple[_Placed, Decimal]]] = {}
    for episode, client, assessment, given_at, total in _kept(rows.values_list(*fields)):
        place = _place(assessment, given_at)
        placed.setdefault((episode, client), []).append((place, total))
    return {seat: _ends(scores) for seat, scores in placed.items()}


def _kept(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Where some of a person's scores have an assessment number, only those: one axis, as drawn."""
    found = list(rows)
    numbered = {row[0] for row in found if row[2] is not None}
    return [row for row in found if row[2] is not None or row[0] not in numbered]


def _place(assessment: int | None, given_at: datetime | None) -> _Placed:
    return assessment is None, assessment or 0, given_at.timestamp() if given_at else 0.0


def _ends(scores: list[tuple[_Placed, Decimal]]) -> Ends:
    in_order = [total for _place, total in sorted(scores, key=lambda one: one[0])]
    return Ends(in_order[0], in_order[-1], len(in_order))
