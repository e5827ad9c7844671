"""Takes a whole import back: what it brought, and what it made that nothing else hangs on."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lacrima.errors import BadInput
from lacrima.moments.words import LogState
from lacrima.practice import offers
from lacrima.practice.changing import put
from lacrima.practice.finding import as_id
from lacrima.practice.removing import refuse_held, remove_all
from lacrima.practice.transfer_memory import AT_ONCE, little_cache
from lacrima.practice.transfer_publish_sessions import emptied
from lacrima.records import access, audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import (
    Answers,
    Client,
    Episode,
    ImportBatch,
    Member,
    Moment,
    PlainScore,
    PrivateNote,
    Session,
    Voice,
)


@dataclass(frozen=True)
class Undone:
    """What an undo took away, and how much it left because somebody worked with it.

    `removed` and `kept` count scores, moments and voices; `counts` has what was removed by kind.
    """

    batch: str
    removed: int
    kept: int
    sessions_removed: int
    clients_removed: int
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """For the command line."""
        return asdict(self)


def undo_batch(batch_id: uuid.UUID | str, *, by: Member) -> Undone:
    """Take back everything that one import brought, in one transaction with one audit line.

    What was changed by hand since, or whose risk somebody noted, stays; so do moments on which
    somebody else spoke, and clients and sessions that have anything else by now. A session that
    was here before the import is as it was. Raises NotFound for an unknown batch, BadInput for
    one that was taken back already, OnHold where something of it may not be deleted now.
    """
    with audit.change(by=by, action="import.undone") as line, little_cache():
        require(by, Right.BRING_IN_DATA)
        batch = access.find(by, ImportBatch, as_id(batch_id))
        if batch.undone_at is not None:
            raise BadInput("this import was taken back already", where=f"batch {batch.pk.hex}")
        voices_there = batch.voices.count()
        counts = {"scores": _remove_answers(batch), "moments": _remove_moments(batch)}
        _remove_voices(batch)
        counts["voices"] = voices_there - batch.voices.count()
        _give_sessions_back(batch)
        counts["sessions"] = _remove_sessions(batch)
        undone = Undone(
            batch=batch.pk.hex,
            removed=counts["scores"] + counts["moments"] + counts["voices"],
            kept=batch.answers.count() + batch.moments.count() + batch.voices.count(),
            sessions_removed=counts["sessions"],
            clients_removed=_remove_clients(batch),
            counts=counts,
        )
        remove_all(PlainScore.objects.filter(created_at=_made_at(batch), answers=None))
        batch.undone_at = clock.now()
        batch.save(update_fields=["undone_at"])
        line.about(batch, removed=undone.removed, kept=undone.kept)
        return undone


def _remove_answers(batch: ImportBatch) -> int:
    untouched = Answers.objects.filter(batch=batch, version=1).exclude(
        risk_items__seen_at__isnull=False
    )
    return _delete(untouched)


def _remove_moments(batch: ImportBatch) -> int:
    """Those that are as they came, with all voices as they came."""
    others = Voice.objects.exclude(batch=batch) | _touched_voices()
    return _delete(
        Moment.objects.filter(batch=batch, version=1).exclude(pk__in=others.values("moment"))
    )


def _touched_voices() -> QuerySet[Voice]:
    return Voice.objects.filter(Q(version__gt=1) | Q(expressions__version__gt=1))


def _remove_voices(batch: ImportBatch) -> None:
    """Voices on moments that were here before; what their moments suggest follows."""
    untouched = batch.voices.filter(version=1).exclude(moment__batch=batch)
    rows = list(untouched.exclude(pk__in=_touched_voices().values("pk")).select_related("moment"))
    for start in range(0, len(rows), AT_ONCE):
        some = [row.pk for row in rows[start : start + AT_ONCE]]
        remove_all(Voice.objects.filter(pk__in=some))
    for row in rows:
        offers.follow(row.moment)


def _give_sessions_back(batch: ImportBatch) -> None:
    """Empty again what this import filled in, where nobody changed the session since."""
    for start in range(0, len(batch.sessions_completed), AT_ONCE):
        some = {
            uuid.UUID(key): rest for key, *rest in batch.sessions_completed[start : start + AT_ONCE]
        }
        completed = Session.objects.filter(pk__in=some)
        refuse_held(completed)
        for row in completed:
            names, version, before = some[row.pk]
            if row.version == version:
                put(row, **emptied(_free(names, row), before))


def _free(names: list[str], row: Session) -> list[str]:
    """All of these, but the log state where moments are left."""
    has_moments = row.moments.exists()
    return [name for name in names if not (name == "log_state" and has_moments)]


def _delete(rows: QuerySet[Any]) -> int:
    """Delete handful by handful: a large import would not fit into memory as rows."""
    removed = 0
    while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        remove_all(rows.model._default_manager.filter(pk__in=some))
        removed += len(some)
    return removed


def _made_at(batch: ImportBatch) -> datetime:
    """The moment that everything this batch made bears; nothing bears the batch's own creation."""
    return batch.published_at or batch.created_at


def _remove_sessions(batch: ImportBatch) -> int:
    """Those that it made and nobody changed; the others are not logged, unless moments are left."""
    made = Session.objects.filter(created_at=_made_at(batch), version=1)
    noted = PrivateNote.objects.filter(session__isnull=False).values("session")
    spoken = Voice.objects.filter(spoken_session__isnull=False).values("spoken_session")
    alone = made.filter(answers=None, moments=None, record_notes=None)
    bare = alone.exclude(pk__in=noted).exclude(pk__in=spoken)
    episodes = [uuid.UUID(one[0]) for one in batch.sessions_made]
    removed = 0
    for start in range(0, len(episodes), AT_ONCE):
        some = episodes[start : start + AT_ONCE]
        removed += _delete(bare.filter(episode__in=some))
        left = made.filter(episode__in=some, moments=None).exclude(log_state=LogState.NOT_YET)
        for row in left:
            put(row, log_state=LogState.NOT_YET)
    return removed


def _remove_clients(batch: ImportBatch) -> int:
    ids = [uuid.UUID(made) for made in batch.clients_made]
    removed = 0
    for start in range(0, len(ids), AT_ONCE):
        made = Client.objects.filter(pk__in=ids[start : start + AT_ONCE], version=1, answers=None)
        bare = _bare_episodes(made)
        clients = list(made.exclude(participations__episode__in=_others(bare)))
        remove_all(Episode.objects.filter(pk__in=bare))
        remove_all(Client.objects.filter(pk__in=[client.pk for client in clients]))
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
