"""Takes a whole import back: its answers, and what it made that nothing else hangs on by now."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lacrima.errors import BadInput
from lacrima.moments.words import LogState
from lacrima.practice.finding import as_id
from lacrima.practice.transfer_memory import AT_ONCE, little_cache
from lacrima.records import access, audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import (
    Answers,
    Client,
    Episode,
    ImportBatch,
    Member,
    PlainScore,
    PrivateNote,
    Session,
    Voice,
)


@dataclass(frozen=True)
class Undone:
    """What an undo took away, and how many answers it left because somebody worked with them."""

    batch: str
    removed: int
    kept: int
    sessions_removed: int
    clients_removed: int

    def as_json(self) -> dict[str, Any]:
        """For the command line."""
        return asdict(self)


def undo_batch(batch_id: uuid.UUID | str, *, by: Member) -> Undone:
    """Take back everything that one import brought, in one transaction with one audit line.

    Answers that were changed by hand since, or whose risk somebody noted, stay; so do clients
    and sessions that have anything else by now. Raises NotFound for an unknown batch, BadInput
    for one that was taken back already.
    """
    with audit.change(by=by, action="import.undone") as line, little_cache():
        require(by, Right.BRING_IN_DATA)
        batch = access.find(by, ImportBatch, as_id(batch_id))
        if batch.undone_at is not None:
            raise BadInput("this import was taken back already", where=f"batch {batch.pk.hex}")
        undone = Undone(
            batch=batch.pk.hex,
            removed=_remove_answers(batch),
            kept=batch.answers.count(),
            sessions_removed=_remove_sessions(batch),
            clients_removed=_remove_clients(batch),
        )
        PlainScore.objects.filter(created_at=_made_at(batch), answers=None).delete()
        batch.undone_at = clock.now()
        batch.save(update_fields=["undone_at"])
        line.about(batch, removed=undone.removed, kept=undone.kept)
        return undone


def _remove_answers(batch: ImportBatch) -> int:
    untouched = Answers.objects.filter(batch=batch, version=1).exclude(
        risk_items__seen_at__isnull=False
    )
    return _delete(untouched)


def _delete(rows: QuerySet[Any]) -> int:
    """Delete handful by handful: a large import would not fit into memory as rows."""
    removed = 0
    while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=some).delete()
        removed += len(some)
    return removed


def _made_at(batch: ImportBatch) -> datetime:
    """The moment that everything this batch made bears; nothing bears the batch's own creation."""
    return batch.published_at or batch.created_at


def _remove_sessions(batch: ImportBatch) -> int:
    alone = Session.objects.filter(
        created_at=_made_at(batch),
        version=1,
        log_state=LogState.NOT_YET,
        heaviness=None,
        heaviness_after=None,
        answers=None,
        moments=None,
        record_notes=None,
    )
    noted = PrivateNote.objects.filter(session__isnull=False).values("session")
    spoken = Voice.objects.filter(spoken_session__isnull=False).values("spoken_session")
    bare = alone.exclude(pk__in=noted).exclude(pk__in=spoken)
    episodes = [uuid.UUID(made[0]) for made in batch.sessions_made]
    return sum(
        _delete(bare.filter(episode__in=episodes[start : start + AT_ONCE]))
        for start in range(0, len(episodes), AT_ONCE)
    )


def _remove_clients(batch: ImportBatch) -> int:
    ids = [uuid.UUID(made) for made in batch.clients_made]
    removed = 0
    for start in range(0, len(ids), AT_ONCE):
        made = Client.objects.filter(pk__in=ids[start : start + AT_ONCE], version=1, answers=None)
        bare = _bare_episodes(made)
        clients = list(made.exclude(participations__episode__in=_others(bare)))
        Episode.objects.filter(pk__in=bare).delete()
        Client.objects.filter(pk__in=[client.pk for client in clients]).delete()
        removed += len(clients)
    return removed


def _bare_episodes(clients: QuerySet[Client]) -> list[uuid.UUID]:
    """The episodes of these clients in which there is nothing at all."""
    noted = PrivateNote.objects.filter(episode__isnull=False).values("episode")
    bare = Episode.objects.filter(
        participants__client__in=clients,
        version=1,
        sessions=None,
        answers=None,
        contacts=None,
        kept_in_mind=None,
        record_notes=None,
        slots=None,
    )
    return list(bare.exclude(pk__in=noted).values_list("pk", flat=True))


def _others(bare: list[uuid.UUID]) -> QuerySet[Episode]:
    return Episode.objects.filter(~Q(pk__in=bare))
