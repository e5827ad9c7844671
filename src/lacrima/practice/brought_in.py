"""What came in by file before: each time one line, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from lacrima.practice.finding import as_id
from lacrima.records import access
from lacrima.records.models import ImportBatch, Member

MOST_LISTED = 12


@dataclass(frozen=True)
class BatchLine:
    """One table that came in: when, what of it was new, what it made, and whether it went again.

    counts: new ones by kind (scores, sessions, moments, voices), where the batch knows.
    still_here: how many of its answers are here now.
    """

    batch_id: UUID
    at: datetime
    read: int
    added: int
    unchanged: int
    clients: int
    sessions: int
    counts: dict[str, int]
    undone_at: datetime | None
    still_here: int


def batches(by: Member) -> list[BatchLine]:
    """The last ones that this person brought in, the newest first."""
    rows = access.visible(by, ImportBatch).filter(published_at__isnull=False)
    counted = rows.annotate(answers_now=Count("answers")).order_by("-published_at")
    return [_line(row, row.answers_now) for row in counted[:MOST_LISTED]]


def batch(by: Member, key: UUID | str) -> BatchLine:
    """This one; NotFound when there is none of hers."""
    row = access.find(by, ImportBatch, as_id(key))
    return _line(row, row.answers.count())


def _line(row: ImportBatch, answers_now: int) -> BatchLine:
    return BatchLine(
        batch_id=row.pk,
        at=row.published_at or row.created_at,
        read=row.read,
        added=row.added,
        unchanged=row.unchanged,
        clients=len(row.clients_made),
        sessions=sum(len(made[1]) for made in row.sessions_made),
        counts=dict(row.counts),
        undone_at=row.undone_at,
        still_here=answers_now,
    )
