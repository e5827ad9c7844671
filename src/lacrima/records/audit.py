"""The audit log: one line a change, in the change's own transaction, chained by hashes.

The head of the chain is also kept in a file outside the database, under a key of the vault. Who
edits, removes or reorders lines in the database is found; so is a tail cut off, because the file
remembers it. The file may lag behind by what was written last: a chain that extends it is whole.
It does not guard against somebody who may write the whole folder and knows the passphrase.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from lacrima.errors import AuditBroken, EditConflict
from lacrima.records import clock, head_file, purposes
from lacrima.records.inserting import insert
from lacrima.records.log import AuditHead, AuditLine
from lacrima.records.people import Member

FIRST_HASH = "0" * 64
UNIQUE_VIOLATION = "23505"  # PostgreSQL's own number for it


@dataclass
class Line:
    """What a change says of itself: which thing, and harmless details such as field names."""

    thing: str = ""
    thing_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    clients: frozenset[uuid.UUID] | None = None

    def of(self, clients: Iterable[uuid.UUID]) -> None:
        """Whose agreement this change needs; asked before anything of it is kept."""
        self.clients = frozenset(clients)

    def about(self, row: models.Model, **details: Any) -> None:
        """Name the row that was changed. Details are names and counts, never words or scores."""
        self.thing = str(row._meta.model_name)
        self.thing_id = row.pk.hex
        self.details.update(details)


@contextmanager
def change(*, by: Member | None, action: str) -> Iterator[Line]:
    """One change of the record: one transaction, one line. Without the line nothing is kept.

    Raises OurFault for an action that records/purposes.py does not know, and NoConsent where
    somebody it is about has not agreed to what it is for: then nothing of it is kept either.

    Raises EditConflict when somebody kept the same at the same moment, and was first.
    """
    purposes.serves(action)
    line = Line()
    try:
        with transaction.atomic():
            yield line
            purposes.require_consent(action, line.clients)
            _write(line, by, action)
    except IntegrityError as error:
        if not _was_there_already(error):
            raise
        raise EditConflict(
            "the same was kept at the same moment, here or in another window",
            next_step="Look at what is there now. Nothing was overwritten.",
        ) from None  # PostgreSQL repeats the row in its own words


def _was_there_already(error: IntegrityError) -> bool:
    is_unique = "UNIQUE constraint failed" in str(error)
    return is_unique or getattr(error.__cause__, "sqlstate", "") == UNIQUE_VIOLATION


def _write(line: Line, by: Member | None, action: str) -> None:
    head = _take_head()
    row = AuditLine(
        segment=head.segment,
        sequence=head.sequence + 1,
        at=clock.now(),
        by=by.pk.hex if by else "",
        action=action,
        thing=line.thing,
        thing_id=line.thing_id,
        details=line.details,
        previous_hash=head.line_hash,
    )
    row.line_hash = hash_of(row)
    insert(row)
    _put_head(head_file.Head(row.segment, row.sequence, row.line_hash))


# Every change in the house waits for these two statements, so they are written out: put together
# by Django they took a twentieth of a kept moment.
_TAKE_HEAD = "SELECT segment, sequence, line_hash FROM audit_head WHERE id = 1"
_PUT_HEAD = "UPDATE audit_head SET segment = %s, sequence = %s, line_hash = %s WHERE id = 1"


def _take_head() -> head_file.Head:
    """Where the chain ends, held until the transaction ends."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_HEAD + lock)
        found = cursor.fetchone()
        if found is None:  # somebody else's first line may come at the same moment
            AuditHead.objects.get_or_create(pk=1, defaults={"line_hash": FIRST_HASH})
            cursor.execute(_TAKE_HEAD + lock)
            found = cursor.fetchone()
    return head_file.Head(*found)


def _put_head(head: head_file.Head) -> None:
    """The chain ends here now; after the commit the file outside the database learns of it."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT_HEAD, [head.segment, head.sequence, head.line_hash])
    transaction.on_commit(lambda: head_file.write(head))


def hash_of(row: AuditLine) -> str:
    """The hash of one line over all it says and the hash before it (SHA-256, hexadecimal)."""
    said = {
        "segment": row.segment,
        "sequence": row.sequence,
        "at": _stamp(row.at),
        "by": row.by,
        "action": row.action,
        "thing": row.thing,
        "thing_id": row.thing_id,
        "details": row.details,
        "previous_hash": row.previous_hash,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def begin_segment(*, by: Member | None, action: str) -> None:
    """After a restore: a new segment whose first line is linked to where the old one ended."""
    with transaction.atomic():
        head = _take_head()
        _put_head(head_file.Head(head.segment + 1, 0, head.line_hash))
        _write(Line(), by, action)


@dataclass(frozen=True)
class Verified:
    """What a look through the whole chain found."""

    lines: int
    segments: int
    head_lag: int | None  # lines written since the head file; None when there is no head file


def verify() -> Verified:
    """Does the chain fit together, and does it reach as far as the head file remembers?

    Raises AuditBroken that names the first place where it does not.
    """
    previous, expected, lines, segment = FIRST_HASH, 1, 0, 0
    remembered, seen_at = head_file.read(), None
    for row in AuditLine.objects.order_by("segment", "sequence").iterator():
        if row.segment != segment:
            segment, expected = row.segment, 1
        _check(row, previous, expected)
        previous, expected, lines = row.line_hash, expected + 1, lines + 1
        if remembered and remembered.matches(row.segment, row.sequence, row.line_hash):
            seen_at = lines
    _check_end(previous, lines, remembered, seen_at)
    return Verified(lines, segment, None if seen_at is None else lines - seen_at)


def _check(row: AuditLine, previous: str, expected: int) -> None:
    where = f"line {row.segment}.{row.sequence}"
    if row.sequence != expected:
        raise AuditBroken(
            "a line is missing before this one", where=where, expected=f"line {expected}"
        )
    if row.previous_hash != previous:
        raise AuditBroken("this line does not follow the one before it", where=where)
    if row.line_hash != hash_of(row):
        raise AuditBroken("this line was changed after it was written", where=where)


def _check_end(
    last_hash: str, lines: int, remembered: head_file.Head | None, seen_at: int | None
) -> None:
    head = AuditHead.objects.filter(pk=1).first()
    if (head.line_hash if head else FIRST_HASH) != last_hash:
        raise AuditBroken("lines are missing at the end", where=f"after line {lines}")
    if remembered is None and lines:
        raise AuditBroken(
            "the file that remembers the end of the log is gone",
            where="audit-head.json",
            next_step="Restore it from the last backup.",
        )
    if remembered is not None and seen_at is None:
        raise AuditBroken(
            "lines are missing at the end, or the log was rewritten",
            where=f"line {remembered.segment}.{remembered.sequence}",
            next_step="Compare with the last backup.",
        )
