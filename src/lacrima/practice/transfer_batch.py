"""An import on its way: its row, what it makes, and the clients whom it lets in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lacrima.errors import EditConflict
from lacrima.moments.words import EpisodeKind, ParticipantRole
from lacrima.practice.transfer_memory import AT_ONCE
from lacrima.records.models import Client, Episode, ImportBatch, Member, Participant, PlainScore
from lacrima.records.row import Row, new_id


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A client who is not known yet, and the ids that her rows will have."""

    code: str
    client: uuid.UUID
    episode: uuid.UUID

    def key_ids(self) -> tuple[str, str]:
        """The keys that must be there before the rows."""
        client, episode = Client(id=self.client), Episode(id=self.episode)
        return client.sealing_key_id(), episode.sealing_key_id()


@dataclass
class Batch:
    """The batch on its way: its row, when, by whom, and what it has made so far.

    places: which kept session each session of the file became (by its `id()`).
    """

    row: ImportBatch
    at: datetime
    by: Member
    plain: Mapping[str, PlainScore]
    sessions: dict[uuid.UUID, list[int | None]] = field(default_factory=dict)
    places: dict[int, uuid.UUID] = field(default_factory=dict)
    added: int = 0

    def stamp(self, row: Row) -> None:
        """Everything that an import makes bears its moment."""
        row.created_at = row.changed_at = self.at

    def made_session(self, episode: uuid.UUID, number: int | None) -> None:
        """Take note of a session that was made."""
        self.sessions.setdefault(episode, []).append(number)


def changed_meanwhile() -> EditConflict:
    """The refusal when the practice is not as it was when the file was weighed."""
    return EditConflict(
        "the practice was changed while the file came in",
        next_step="Nothing was kept. Try again.",
    )


def newcomers(codes: Iterable[str]) -> list[Newcomer]:
    """Those of these codes that nobody here has, each once."""
    known = set(Client.objects.values_list("code", flat=True))
    return [
        Newcomer(code, new_id(), new_id()) for code in dict.fromkeys(codes) if code not in known
    ]


def begin(batch: Batch, new: Sequence[Newcomer]) -> None:
    """Keep the batch itself, the plain scores that it defines, and the clients who are new."""
    batch.row.clients_made = [newcomer.client.hex for newcomer in new]
    batch.row.save(force_insert=True)
    new_plain = [row for row in batch.plain.values() if row._state.adding]
    for row in new_plain:
        batch.stamp(row)  # by which an undo knows that this batch defined it
    PlainScore.objects.bulk_create(new_plain)
    for start in range(0, len(new), AT_ONCE):
        _let_in(new[start : start + AT_ONCE], batch)


def _let_in(new: Sequence[Newcomer], batch: Batch) -> None:
    """New clients, each with an episode of their own with whoever imports."""
    Client.objects.bulk_create(Client(id=one.client, code=one.code) for one in new)
    Episode.objects.bulk_create(Episode(id=one.episode, kind=EpisodeKind.INDIVIDUAL) for one in new)
    role = ParticipantRole
    clients = [
        Participant(episode_id=one.episode, client_id=one.client, role=role.CLIENT) for one in new
    ]
    own = [Participant(episode_id=one.episode, member=batch.by, role=role.THERAPIST) for one in new]
    Participant.objects.bulk_create([*clients, *own])


def end(batch: Batch) -> None:
    """Everything that was weighed must have come in; EditConflict otherwise, and nothing has."""
    if batch.added != batch.row.added:
        raise changed_meanwhile()
    batch.row.sessions_made = [
        [episode.hex, numbers] for episode, numbers in batch.sessions.items()
    ]
    batch.row.save(force_update=True)
