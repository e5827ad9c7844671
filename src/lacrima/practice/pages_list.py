"""The list of who comes to you."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import gettext as _

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When
from lacrima.practice.due import next_start
from lacrima.practice.pages_parts import (
    Seeing,
    instrument_name,
    instrument_of,
    names_by_episode,
    score_words,
    seeing,
)
from lacrima.practice.words import EpisodeKind, LogState, SessionState, label
from lacrima.records import clock
from lacrima.records.access import visible
from lacrima.records.models import Answers, Episode, Member, RiskItem, Session, Slot


@dataclass(frozen=True)
class ClientLine:
    """One course of care in the list. Of one that has ended: who, which kind, and its dates.

    The rest of it is empty here and stands on its own page: a practice of many years has far more
    of those than of people who come now.
    """

    episode_id: uuid.UUID
    who: str
    kind: str
    kind_label: str
    last_score: str
    sessions: int
    last_session_local: datetime | None
    next_session_local: datetime | None
    not_logged: int
    open_risks: int
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class _Gathered:
    """What the lines are made of, by episode."""

    names: dict[uuid.UUID, str]
    counts: dict[uuid.UUID, dict[str, Any]]
    last_starts: dict[uuid.UUID, datetime]
    scores: dict[uuid.UUID, Answers]
    slots: dict[uuid.UUID, list[Slot]]
    risks: dict[uuid.UUID, int]


def client_list(by: Member) -> list[ClientLine]:
    """Everybody who comes to this person, those who come now first, by their names or codes."""
    eyes, now = seeing(by), clock.now()
    episodes = list(visible(by, Episode).order_by())
    ongoing = {row.pk for row in episodes if row.ended_on is None}
    gathered = _Gathered(
        names=names_by_episode({row.pk for row in episodes}, eyes),
        counts=_counts(ongoing, now),
        last_starts=_last_starts(ongoing, now),
        scores=_last_scores(ongoing),
        slots=_slots(by),
        risks=_risks(by),
    )
    lines = [_line(row, gathered, eyes, now) for row in episodes]
    return sorted(lines, key=lambda line: (line.ended_on is not None, line.who.casefold()))


def _past(now: datetime) -> Q:
    return Q(state=SessionState.HELD) & (Q(start__lte=now) | Q(start=None))


def _counts(episodes: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    is_open = _past(now) & Q(start__isnull=False, log_state=LogState.NOT_YET)
    counted = (
        Session.objects.filter(episode__in=episodes)
        .order_by()
        .values("episode")
        .annotate(sessions=Count("pk", filter=_past(now)), not_logged=Count("pk", filter=is_open))
    )
    return {row["episode"]: dict(row) for row in counted}


def _last_starts(episodes: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, datetime]:
    # The start of the last numbered session. Not MAX(start): over 12,000 encrypted rows it
    # takes 80 ms, because the engine wipes every text it compares from memory.
    rows = Session.objects.filter(_past(now), episode=OuterRef("pk"), number__isnull=False)
    keys = _each(episodes, rows.order_by("-number").values("pk")[:1])
    starts = Session.objects.filter(pk__in=keys, start__isnull=False).order_by()
    rows_found = starts.values_list("episode", "start")
    return {key: start for key, start in rows_found if start}


def _last_scores(episodes: Collection[uuid.UUID]) -> dict[uuid.UUID, Answers]:
    """The last score of each episode: how somebody is, and the alliance where there is no other.

    Of its last session with one; else the last given.
    """
    found = _of_last_sessions(episodes)
    rest = set(episodes) - found.keys()
    return {**_of_other_times(rest), **found} if rest else found


def _alliance() -> list[str]:
    """The instruments that ask about the session itself."""
    return [slug for slug, one in shipped().items() if one.when is When.AFTER_SESSION]


def _of_last_sessions(episodes: Collection[uuid.UUID]) -> dict[uuid.UUID, Answers]:
    # Walks the sessions of an episode from the last one back and stops at the first with a
    # score: with 40,000 answers many times quicker than sorting each episode's answers.
    others = [slug for slug in shipped() if slug not in _alliance()]
    last = Session.objects.filter(
        Q(answers__instrument__in=others) | Q(answers__plain_score__isnull=False),
        episode=OuterRef("pk"),
        number__isnull=False,
        answers__total__isnull=False,
    ).order_by("-number")
    keys = _each(episodes, last.values("pk")[:1])
    rows = Answers.objects.filter(session__in=keys, total__isnull=False)
    return _first_of_each(rows.exclude(instrument__in=_alliance()))


def _of_other_times(episodes: Collection[uuid.UUID]) -> dict[uuid.UUID, Answers]:
    rows = Answers.objects.filter(episode=OuterRef("pk"), total__isnull=False)
    order = (
        ExpressionWrapper(Q(instrument__in=_alliance()), BooleanField()).asc(),
        F("assessment").desc(nulls_last=True),
        F("given_at").desc(nulls_last=True),
        F("session__number").desc(nulls_last=True),
    )
    keys = _each(episodes, rows.order_by(*order, "instrument").values("pk")[:1])
    return _first_of_each(Answers.objects.filter(pk__in=keys))


def _each(episodes: Collection[uuid.UUID], latest: QuerySet[Any, Any]) -> list[uuid.UUID]:
    rows = Episode.objects.filter(pk__in=episodes).order_by()
    keys = rows.annotate(found=Subquery(latest)).values_list("found", flat=True)
    return [key for key in keys if key]


def _first_of_each(answers: QuerySet[Answers]) -> dict[uuid.UUID, Answers]:
    rows = answers.order_by().select_related("plain_score").defer("items")
    ordered = sorted(rows, key=lambda row: row.instrument, reverse=True)
    return {row.episode_id: row for row in ordered}


def _slots(by: Member) -> dict[uuid.UUID, list[Slot]]:
    found: dict[uuid.UUID, list[Slot]] = {}
    for slot in visible(by, Slot).filter(episode__ended_on=None).order_by():
        found.setdefault(slot.episode_id, []).append(slot)
    return found


def _risks(by: Member) -> dict[uuid.UUID, int]:
    rows = visible(by, RiskItem).filter(seen_at=None).order_by().values_list("answers__episode")
    return dict(rows.annotate(n=Count("pk")))


def _line(row: Episode, gathered: _Gathered, eyes: Seeing, now: datetime) -> ClientLine:
    counted = gathered.counts.get(row.pk, {})
    last = gathered.scores.get(row.pk)
    slots = gathered.slots.get(row.pk, [])
    return ClientLine(
        episode_id=row.pk,
        who=gathered.names[row.pk],
        kind=row.kind,
        kind_label=str(label(EpisodeKind(row.kind))),
        last_score=_score(last) if last and row.kind == EpisodeKind.INDIVIDUAL else "",
        sessions=counted.get("sessions", 0),
        last_session_local=eyes.local(gathered.last_starts.get(row.pk)),
        next_session_local=eyes.local(next_start(slots, after=now, zone=eyes.zone)),
        not_logged=counted.get("not_logged", 0),
        open_risks=gathered.risks.get(row.pk, 0),
        started_on=row.started_on,
        ended_on=row.ended_on,
    )


def _score(row: Answers) -> str:
    """A score that can be read alone: out of how much, and its published band."""
    instrument = instrument_of(row)
    told = _("%(name)s %(score)s") % {"name": instrument_name(row), "score": score_words(row)}
    band = instrument.band(row.total) if instrument and row.total is not None else None
    return _("%(score)s, %(band)s") % {"score": told, "band": band} if band else told
