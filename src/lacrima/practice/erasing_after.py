"""After an erasure: what an old backup brings back goes again, and copies elsewhere follow.

Said in words: what is gone here now, and by which day it is gone from the last backup.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from lacrima.errors import LacrimaError
from lacrima.practice import clinical_will, erasing_joint, erasing_rows, erasing_traces
from lacrima.practice.vault_care import STANDARD_RETENTION_DAYS
from lacrima.records import audit
from lacrima.records.models import Client, Episode, Practice
from lacrima.vault import erased_places, ledger
from lacrima.vault.erased_places import Copies
from lacrima.vault.folder import Folder
from lacrima.vault.ledger import Erased
from lacrima.vault.process import VAULT

AT_ONCE = 500


def apply_ledger() -> int:
    """Take away again what was erased and came back with an old backup; how many clients or more.

    At every opening and after every restore, before anybody sees a page. A hold that came back
    with it does not stop it: the erasure was later, and allowed.
    """
    folder = VAULT.folder
    lines = ledger.read(folder.ledger) if folder is not None else ()
    if folder is None or not lines:
        return 0
    clients, episodes = _there(Client, "client", lines), _there(Episode, "episode", lines)
    joint = erasing_joint.came_back(line.id for line in lines)
    count = len(clients) + len(episodes) + len(joint)
    if count:
        with audit.change(by=None, action="erasure.applied") as line:
            line.details["count"] = count
            gone = _take_away(clients, episodes)
            erasing_joint.let_go_again(joint)
            key_ids = {one.id for one in lines}
            erasing_traces.remove_letters_and_files(folder, gone, key_ids)
            transaction.on_commit(finish)
    return count


def _there(model: type[Model], word: str, lines: Iterable[Erased]) -> list[uuid.UUID]:
    """Which of the erased ids of this kind are there after all."""
    keys = [key for line in lines if (key := _key_of(line.id, word)) is not None]
    return [
        found
        for start in range(0, len(keys), AT_ONCE)
        for found in model._default_manager.filter(
            pk__in=keys[start : start + AT_ONCE]
        ).values_list("pk", flat=True)
    ]


def _key_of(line_id: str, word: str) -> uuid.UUID | None:
    kind, _colon, key = line_id.partition(":")
    try:
        return uuid.UUID(key) if kind == word else None
    except ValueError:
        return None


def _take_away(clients: list[uuid.UUID], episodes: list[uuid.UUID]) -> frozenset[uuid.UUID]:
    gone: set[uuid.UUID] = {*episodes}
    for client in clients:
        gone |= erasing_rows.all_ids(erasing_rows.take_away(erasing_rows.extent_of(client)))
    erasing_rows.take_away_episodes(episodes)
    erasing_traces.clear_receipts(gone)
    erasing_traces.clear_imports(gone)
    return frozenset(gone)


# --- copies elsewhere


def finish() -> None:
    """Let no page of the database's log keep what was deleted, and let backups drop the keys.

    Never raises: the erasure is done. What could not follow now follows at the next chore.
    """
    with contextlib.suppress(DatabaseError):
        _write_log_back()
    with contextlib.suppress(DatabaseError, LacrimaError, OSError):
        clinical_will.write_all_anew()
    if VAULT.folder is not None:
        _follow(VAULT.folder)


def finish_what_was_left() -> None:
    """The chore: an erasure that was cut off, and disks of backups that are there again."""
    apply_ledger()
    folder = VAULT.folder
    if folder is not None and ledger.read(folder.ledger):
        _follow(folder)


# By folder of backups: the ledger as it was when that folder was seen to have followed. So a disk
# that has nothing left to do is not woken at every chore.
_SETTLED: dict[Path, int] = {}


def _follow(folder: Folder) -> None:
    stamp = folder.ledger.stat().st_mtime_ns if folder.ledger.exists() else 0
    for place in places(folder):
        if _SETTLED.get(place) == stamp:
            continue
        with contextlib.suppress(LacrimaError, OSError):
            if erased_places.follow(folder, place) is Copies.FOLLOWED:
                _SETTLED[place] = stamp


def _write_log_back() -> None:
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def places(folder: Folder) -> tuple[Path, ...]:
    """The folders of backups that this practice knows of: the chosen one, and that of updates."""
    chosen = Practice.objects.values_list("backup_target", flat=True).first()
    beside = folder.root.with_name(f"{folder.root.name}-before-update")
    return (Path(chosen).expanduser(), beside) if chosen else (beside,)


@dataclass(frozen=True)
class Afterwards:
    """What can be said after an erasure.

    `gone_by`: from this day on the last backup has forgotten, if backups go on being made.
    `is_waiting`: a disk of backups still has the key, or could not be looked at.
    """

    gone_by: date
    has_place: bool
    is_waiting: bool
    has_copy_of_update: bool


def afterwards(*, now: datetime) -> Afterwards:
    """How it stands with the copies, as far as this practice knows of them."""
    chosen = Practice.objects.values_list("backup_target", "backup_retention_days").first()
    target, days = chosen or ("", STANDARD_RETENTION_DAYS)
    folder = VAULT.folder
    found = [_look(folder, place) for place in places(folder)] if folder is not None else []
    *of_target, of_update = found or [Copies.NONE_THERE]
    return Afterwards(
        gone_by=(now.astimezone(UTC) + timedelta(days=days + 1)).date(),
        has_place=bool(target),
        is_waiting=any(one is not Copies.FOLLOWED for one in of_target),
        has_copy_of_update=of_update is not Copies.NONE_THERE,
    )


def _look(folder: Folder, place: Path) -> Copies:
    try:
        return erased_places.look(folder, place)
    except (LacrimaError, OSError):
        return Copies.NONE_THERE
