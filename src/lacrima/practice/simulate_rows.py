"""Rows of simulated people, gathered first and written together in few statements.

The same rules hold as for rows that people write one by one: keys before rows, answers scored by
their instrument, a risk item where an answer asks for one, two voices never mixed. Every answer
and voice says of itself that it is simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from lacrima.errors import OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import Scored, score
from lacrima.moments.words import EpisodeKind, ParticipantRole
from lacrima.records.models import (
    Answers,
    AnswerSource,
    Client,
    Contact,
    Episode,
    Expression,
    KeptInMind,
    Member,
    Moment,
    Offer,
    OwnCare,
    Participant,
    PlainScore,
    PrivateNote,
    RecordNote,
    RiskItem,
    Session,
    Slot,
    Voice,
    Weighing,
)
from lacrima.records.row import Row
from lacrima.vault.process import VAULT

RowT = TypeVar("RowT", bound=Row)

AT_ONCE = 500

# Each kind after those it points to.
ORDER: tuple[type[Row], ...] = (
    Member,
    Client,
    PlainScore,
    Episode,
    Participant,
    Slot,
    Session,
    Contact,
    KeptInMind,
    RecordNote,
    PrivateNote,
    Moment,
    Voice,
    Expression,
    Answers,
    RiskItem,
    Offer,
    Weighing,
    OwnCare,
)


class Rows:
    """Rows that are not written yet. They keep the order in which they were added."""

    def __init__(self, made_at: datetime) -> None:
        """Begin; `made_at` is when these rows say they were made."""
        self._rows: dict[type[Row], list[Row]] = {kind: [] for kind in ORDER}
        self._made_at = made_at

    def add(self, row: RowT) -> RowT:
        """Keep this row for writing; rows added later say that they are a moment younger."""
        self._made_at += timedelta(microseconds=1)
        row.created_at = row.changed_at = self._made_at
        self._rows[type(row)].append(row)
        return row

    def of(self, kind: type[RowT]) -> list[RowT]:
        """The rows of one kind so far."""
        return [row for row in self._rows[kind] if isinstance(row, kind)]

    def individual(self, code: str, member: Member) -> tuple[Client, Episode, Participant]:
        """A client with an episode of her own with one therapist; the place she has in it."""
        client, episode = self.add(Client(code=code)), self.add(Episode())
        episode.kind = EpisodeKind.INDIVIDUAL
        seat = self.seat(episode, ParticipantRole.CLIENT, client=client)
        self.seat(episode, ParticipantRole.THERAPIST, member=member)
        return client, episode, seat

    def seat(self, episode: Episode, role: ParticipantRole, **who: Any) -> Participant:
        """Somebody's place in an episode: `client`, `member` or a `label`."""
        return self.add(Participant(episode=episode, role=role, **who))

    def answers(
        self,
        client: Client,
        session: Session,
        slug: str,
        items: Mapping[str, int | None],
        *,
        given_at: datetime | None,
    ) -> Answers:
        """A filled questionnaire of a session, scored, with a risk item where one is due."""
        scored = score(shipped()[slug], items)
        row = self.add(answers_row(client, session, scored, given_at))
        for flag in scored.flags:
            raised_at = given_at or self._made_at
            self.add(RiskItem(answers=row, item=flag.item, value=flag.value, raised_at=raised_at))
        return row

    def write(self) -> None:
        """Make the keys, then write everything. Call it inside the transaction of the change."""
        VAULT.ensure_keys(list(self._key_ids()))
        for kind in ORDER:
            kind._default_manager.bulk_create(self._rows[kind], batch_size=AT_ONCE)

    def _key_ids(self) -> Iterable[str]:
        sealing: list[Member | Client | Episode] = [*self.of(Member), *self.of(Client)]
        return (row.sealing_key_id() for row in (*sealing, *self.of(Episode)))


def answers_row(
    client: Client, session: Session, scored: Scored, given_at: datetime | None
) -> Answers:
    """One scored questionnaire as a row that says it is simulated."""
    instrument = shipped()[scored.instrument]
    return Answers(
        client=client,
        episode_id=session.episode_id,
        session=session,
        given_at=given_at,
        instrument=scored.instrument,
        instrument_version=scored.version,
        recall_days=instrument.recall_days,
        items=dict(scored.items),
        total=scored.total,
        why=scored.why,
        missing=len(scored.missing),
        source=AnswerSource.SIMULATED,
    )


def numbered(prefix: str, values: Iterable[int | None]) -> dict[str, int | None]:
    """Item answers by the ids that instruments give them: `phq9_1`, `phq9_2` and so on.

    >>> numbered("phq9", [1, None])
    {'phq9_1': 1, 'phq9_2': None}
    """
    return {f"{prefix}_{number}": value for number, value in enumerate(values, start=1)}


def alliance(mean_tenths: int | None) -> dict[str, int | None]:
    """Three answers to the alliance check whose mean comes nearest to so many tenths.

    >>> alliance(69)
    {'alliance_goal': 7, 'alliance_task': 7, 'alliance_bond': 7}
    """
    names = ("alliance_goal", "alliance_task", "alliance_bond")
    if mean_tenths is None:
        return dict.fromkeys(names)
    if not 0 <= mean_tenths <= 100:
        raise OutOfRange("an alliance outside its line", expected="0 to 10")
    total = round(mean_tenths * 3 / 10)
    return {name: (total + place) // 3 for place, name in enumerate(names)}
