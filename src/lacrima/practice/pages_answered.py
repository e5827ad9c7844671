"""The answers of one course of care as plain values: hundreds of rows cost too much as models."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from lacrima.records.models import Client, Episode, PlainScore, Session


class Filled(Protocol):
    """What a page needs of one filled questionnaire: a row, or the plain values of one."""

    @property
    def pk(self) -> uuid.UUID:
        """Its id."""

    @property
    def version(self) -> int:
        """Which version of it this is."""

    @property
    def client_id(self) -> uuid.UUID:
        """Who answered."""

    @property
    def client(self) -> Client:
        """Who answered, as a row."""

    @property
    def session_id(self) -> uuid.UUID | None:
        """The session it belongs to, if any."""

    @property
    def session(self) -> Session | None:
        """The same as a row."""

    @property
    def assessment(self) -> int | None:
        """The number of an assessment without a session."""

    @property
    def given_at(self) -> datetime | None:
        """When it was answered."""

    @property
    def instrument(self) -> str:
        """The slug of the questionnaire or plain score."""

    @property
    def plain_score(self) -> PlainScore | None:
        """The practice's own score, where it is one."""

    @property
    def total(self) -> Decimal | None:
        """The total; None where the missing rule forms none."""

    @property
    def why(self) -> str:
        """Why there is no total."""

    @property
    def missing(self) -> int:
        """How many items are missing."""

    @property
    def source(self) -> str:
        """How it came in."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One filled questionnaire, read without its items; see `Filled`."""

    pk: uuid.UUID
    version: int
    client_id: uuid.UUID
    client: Client
    session_id: uuid.UUID | None
    session: Session | None
    assessment: int | None
    given_at: datetime | None
    instrument: str
    plain_score: PlainScore | None
    total: Decimal | None
    why: str
    missing: int
    source: str


_COLUMNS = (
    "pk", "version", "client_id", "session_id", "assessment", "given_at", "instrument",
    "plain_score_id", "total", "why", "missing", "source",
)  # fmt: skip


def answered_in(
    episode: Episode, *, sessions: Sequence[Session], clients: Mapping[uuid.UUID, Client]
) -> list[Answered]:
    """All answers of this course of care, in no order.

    sessions, clients: the rows already in hand. One query, and one more each for somebody who
    no longer takes part and for scores of the practice's own.
    """
    rows = list(episode.answers.order_by().values_list(*_COLUMNS))
    known = {session.pk: session for session in sessions}
    people = dict(clients)
    if gone := {row[2] for row in rows} - people.keys():
        people |= Client.objects.in_bulk(gone)
    own = {row[7] for row in rows} - {None}
    scores = PlainScore.objects.in_bulk(own) if own else {}
    return [
        Answered(
            pk, version, who, people[who], session, known.get(session) if session else None,
            assessment, given_at, instrument, scores.get(plain), total, why, missing, source,
        )
        for (
            pk, version, who, session, assessment, given_at, instrument, plain, total, why,
            missing, source,
        ) in rows
    ]  # fmt: skip
