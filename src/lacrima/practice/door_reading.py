"""What a therapist sees of a client's door: how sessions were, statements, and what stands open.

Answers that the client did not release are not read here, and not counted either.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lacrima.practice.door_asking import ASKED_DAYS, Met, is_quiet
from lacrima.practice.door_content import content_of
from lacrima.practice.door_plan import door_of
from lacrima.practice.door_visits import met_by, settled_of
from lacrima.practice.notes import today_here
from lacrima.records import clock
from lacrima.records.access import Right, find, require
from lacrima.records.models import (
    Door,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Member,
    Participant,
    Release,
)

OPEN_ASKS = 2


@dataclass(frozen=True)
class SessionTold:
    """How one session was, as the client said at the door; −4 hindering to +4 helpful."""

    session_id: uuid.UUID
    number: int | None
    start: datetime | None
    rating: int
    way: DoorWay


@dataclass(frozen=True)
class Statement:
    """Words that the client wants to stand beside the record."""

    given_at: datetime
    words: str


@dataclass(frozen=True)
class DoorSeen:
    """A client's door as the therapist sees it."""

    door: Door
    has_read: bool
    is_stopped: bool
    paused_until: date | None
    sessions: tuple[SessionTold, ...]
    statements: tuple[Statement, ...]
    open_asks: int


def door_seen(participant: Participant, *, by: Member) -> DoorSeen:
    """What a therapist of this course of care may know of the door."""
    require(by, Right.READ_CARE)
    seat = find(by, Participant, participant.pk, "client", "episode")
    door = door_of(seat)
    today = today_here()
    is_paused = door.paused_until is not None and door.paused_until >= today
    return DoorSeen(
        door=door,
        has_read=door.read_first_at is not None,
        is_stopped=door.stopped_at is not None,
        paused_until=door.paused_until if is_paused else None,
        sessions=tuple(_told(seat)),
        statements=tuple(_statements(seat)),
        open_asks=open_asks(seat),
    )


def _told(seat: Participant) -> list[SessionTold]:
    rows = DoorAnswer.objects.filter(
        participant=seat, step=DoorStep.ASKED, rating__isnull=False, session__isnull=False
    )
    told = rows.select_related("session").order_by("-given_at")
    return [
        SessionTold(
            row.session.pk, row.session.number, row.session.start, row.rating, DoorWay(row.way)
        )
        for row in told
        if row.session is not None and row.rating is not None
    ]


def _statements(seat: Participant) -> list[Statement]:
    rows = DoorAnswer.objects.filter(
        participant=seat, step=DoorStep.STATEMENT, release=Release.OPEN
    )
    told = rows.select_related("participant").order_by("-given_at")
    return [Statement(row.given_at, str(content_of(row).get("words", ""))) for row in told]


def open_asks(seat: Participant) -> int:
    """How many of the latest asks in a row were not answered; 0 where nothing is asked.

    It counts the two questions alone: whether anything more was told is the client's own.
    """
    door = door_of(seat)
    settled = settled_of(door, seat)
    if door.read_first_at is None or is_quiet(settled, today_here()):
        return 0
    told = DoorAnswer.objects.filter(participant=seat, step=DoorStep.ASKED)
    answered = set(told.exclude(session=None).values_list("session_id", flat=True))
    since = max(door.read_first_at, door.asks_closed_at or door.read_first_at)
    asked = _asked(met_by(seat), settled.every_sessions, since)
    return _unanswered(asked, answered)


def _asked(met: Sequence[Met], every: int, since: datetime) -> list[Met]:
    """The sessions whose two questions have had their time: the last one's day is over."""
    over = clock.now() - timedelta(days=1)
    past = [one for one in met if one.end <= over]
    return [one for place, one in enumerate(past) if place % every == 0 and one.end >= since]


def _unanswered(asked: Sequence[Met], answered: Collection[uuid.UUID]) -> int:
    since = clock.now() - timedelta(days=ASKED_DAYS * 4)
    count = 0
    for one in reversed(asked):
        if one.session_id in answered or one.end < since:
            break
        count += 1
    return count
