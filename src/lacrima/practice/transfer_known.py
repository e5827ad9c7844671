"""What is known already about the clients of some scores, and what each score is beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lacrima.errors import BadMap
from lacrima.formats.score_map import ScoreMap
from lacrima.formats.staging import Refusal, StagedScore
from lacrima.moments.words import EpisodeKind
from lacrima.records.access import visible
from lacrima.records.models import Answers, Client, Member, Participant, PlainScore, Session

MOST_CODE_CHARACTERS = 40
HIGHEST_NUMBER = 32_767
Key = tuple[str, str, str, object]  # client's code, measure, kind of place, place


@dataclass(frozen=True, slots=True)
class Home:
    """Where a client's scores belong."""

    client: uuid.UUID
    episode: uuid.UUID


@dataclass
class Known:
    """What the practice knows about the clients of one handful of scores."""

    homes: dict[str, Home] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    sessions: dict[tuple[uuid.UUID, int], uuid.UUID] = field(default_factory=dict)
    answers: dict[Key, tuple[Decimal | None, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One score beside what is known: new, unchanged, or refused for a reason."""

    is_new: bool = False
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
    if len(score.client) > MOST_CODE_CHARACTERS:
        return "a client's id that is too long", f"at most {MOST_CODE_CHARACTERS} characters"
    if score.client in known.foreign:
        return "a code that is in use here for somebody else", "a client of yours, or a new code"
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
    codes = {score.client for score in scores}
    clients = dict(Client.objects.filter(code__in=codes).values_list("pk", "code"))
    known = Known()
    _find_homes(known, clients, by)
    known.foreign = set(clients.values()) - known.homes.keys()
    episodes = {home.episode for home in known.homes.values()}
    _find_sessions(known, episodes, {score.session for score in scores} - {None})
    _find_answers(known, clients, {score.instrument for score in scores}, by)
    return known


def _find_homes(known: Known, clients: Mapping[uuid.UUID, str], by: Member) -> None:
    seats = visible(by, Participant).filter(client__in=clients).select_related("episode")
    best: dict[str, Participant] = {}
    for seat in seats.order_by("episode__created_at"):
        code = clients[_there(seat.client_id)]
        if code not in best or _rank(seat) >= _rank(best[code]):
            best[code] = seat
    for code, seat in best.items():
        known.homes[code] = Home(_there(seat.client_id), seat.episode_id)


def _there(found: uuid.UUID | None) -> uuid.UUID:
    if found is None:
        raise TypeError("a client's place without a client")
    return found


def _rank(seat: Participant) -> tuple[bool, bool]:
    return seat.episode.ended_on is None, seat.episode.kind == EpisodeKind.INDIVIDUAL


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
