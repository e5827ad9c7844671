"""What is known already about the clients of some scores, and what each score is beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lacrima.errors import BadMap
from lacrima.formats.score_map import ScoreMap
from lacrima.formats.staged import Refusal, StagedScore
from lacrima.practice.transfer_homes import Homes, homes_of
from lacrima.records.access import visible
from lacrima.records.models import Answers, Member, PlainScore, Session

HIGHEST_NUMBER = 32_767
Key = tuple[str, str, str, object]  # client's code, measure, kind of place, place


@dataclass
class Known:
    """What the practice knows about the clients of one handful of scores."""

    homes: Homes
    sessions: dict[tuple[uuid.UUID, int], uuid.UUID] = field(default_factory=dict)
    answers: dict[Key, tuple[Decimal | None, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing beside what is known: new, unchanged, completed, or refused for a reason."""

    is_new: bool = False
    is_completed: bool = False
    is_unchanged: bool = False
    is_conflict: bool = False
    refusal: Refusal | None = None


NEW = Verdict(is_new=True)
UNCHANGED = Verdict(is_unchanged=True)


def weigh(score: StagedScore, known: Known) -> Verdict:
    """Is this score new, unchanged, or something that cannot come in?"""
    problem = _problem(score, known)
    if problem:
        return Verdict(refusal=Refusal(score.row, score.column, *problem))
    kept = known.answers.get(key_of(score))
    if kept is None:
        return NEW
    if _is_same(score, *kept):
        return UNCHANGED
    refusal = Refusal(
        score.row,
        score.column,
        "another value than the one that is kept for this client, measure and place",
        "the same value, or none; change the kept one on the client's page",
    )
    return Verdict(is_conflict=True, refusal=refusal)


def _problem(score: StagedScore, known: Known) -> tuple[str, str] | None:
    if problem := known.homes.problem(score.client):
        return problem
    if max(score.session or 0, score.assessment or 0) > HIGHEST_NUMBER:
        return "a very high number of a session", f"at most {HIGHEST_NUMBER}"
    return None


def _is_same(score: StagedScore, total: Decimal | None, items: Any) -> bool:
    if score.items is not None and items is not None:
        return {key: value for key, value in score.items.items() if value is not None} == {
            key: value for key, value in items.items() if value is not None
        }
    return kept_total(score.total) == total


def kept_total(total: Decimal | None) -> Decimal | None:
    """A total as the database keeps it: four decimals."""
    return None if total is None else round(total, 4)


def key_of(score: StagedScore) -> Key:
    """What a score is, whatever its value."""
    return score.client, score.instrument, *place_of(score.session, score.assessment, score.time)


def place_of(session: int | None, assessment: int | None, time: object) -> tuple[str, object]:
    """Where a score stands: a session's number first, then an assessment's, then a time."""
    if session is not None:
        return "session", session
    return ("assessment", assessment) if assessment is not None else ("time", time)


def known_about(scores: Sequence[StagedScore], by: Member) -> Known:
    """Look up the clients of these scores, their sessions and their answers, in few queries."""
    homes = homes_of({score.client for score in scores}, by)
    known = Known(homes)
    _find_sessions(known, homes.episodes, {score.session for score in scores} - {None})
    _find_answers(known, homes.clients, {score.instrument for score in scores}, by)
    return known


def _find_sessions(known: Known, episodes: Iterable[uuid.UUID], numbers: set[Any]) -> None:
    found = Session.objects.filter(episode__in=episodes, number__in=numbers)
    for episode, number, pk in found.values_list("episode", "number", "pk"):
        if number is not None:
            known.sessions[episode, number] = pk


def _find_answers(
    known: Known, clients: Mapping[uuid.UUID, str], measures: set[str], by: Member
) -> None:
    found = visible(by, Answers).filter(client__in=clients, instrument__in=measures)
    columns = ("client", "instrument", "session__number", "assessment", "given_at", "total")
    for client, measure, number, assessment, at, total, items in found.values_list(
        *columns, "items"
    ):
        key = clients[client], measure, *place_of(number, assessment, at)
        known.answers[key] = (total, items)


def plain_scores(score_map: ScoreMap) -> dict[str, PlainScore]:
    """The map's plain scores as rows: those that are defined here, and new ones not yet kept.

    Raises BadMap where one is defined here with another range, direction or recall window.
    """
    kept = {row.slug: row for row in PlainScore.objects.filter(slug__in=score_map.plain)}
    rows = {}
    for slug, plain in score_map.plain.items():
        said = {
            "minimum": plain.minimum,
            "maximum": plain.maximum,
            "higher_is_better": plain.higher_is_better,
            "recall_days": plain.recall_days,
        }
        row = kept.get(slug) or PlainScore(slug=slug, name=plain.name, **said)
        differing = [name for name, value in said.items() if getattr(row, name) != value]
        if differing:
            raise BadMap(
                f"another {differing[0].replace('_', ' ')} than this practice gave it",
                where=f"[plain.{slug}]",
                expected="the same definition, or another short name",
            )
        rows[slug] = row
    return rows
