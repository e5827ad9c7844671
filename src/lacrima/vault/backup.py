"""Backups: a copy of the practice on another disk, made while it is in use, proven when written.

Every backup is encrypted as the practice is. How the folder is laid out: vault/backup_place.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from lacrima import errors
from lacrima.vault import (
    backup_place,
    client_keys,
    disk,
    file_lock,
    ledger,
    manifest,
    practice_box,
)
from lacrima.vault.backup_place import Backup, latest
from lacrima.vault.backup_rows import EmbeddedRows, Rows
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, Vault
from lacrima.vault.proving import Proven, verify
from lacrima.vault.restoring import RestoreReport, restore

__all__ = [
    "Backup",
    "BackupReport",
    "Proven",
    "RestoreReport",
    "latest",
    "make",
    "renew_keys",
    "restore",
    "verify",
]


@dataclass(frozen=True)
class BackupReport:
    """What a person should know about the backup that was just made.

    ``erased_gone_by``: from this date on nothing that is erased today is in any backup here, if
    backups go on being made. ``removed``: older backups whose time was over.
    """

    path: Path
    created: datetime
    size_bytes: int
    rows: dict[str, int]
    removed: tuple[str, ...]
    erased_gone_by: date
    is_on_same_disk: bool


def make(
    folder: Folder,
    target: Path,
    *,
    now: datetime,
    retention_days: int,
    vault: Vault = VAULT,
    rows: Rows | None = None,
) -> BackupReport:
    """Back the open practice up into ``target`` and prove the copy.

    Its rows come from its own encrypted file, unless ``rows`` says where else they are kept.
    Nothing stops meanwhile. Raises Locked, BadInput (a target inside the practice, of another
    practice, or not there), FullDisk, BackupDamaged (the copy did not come out whole).
    """
    rows = rows or EmbeddedRows(folder)
    _refuse_unfit(folder, target, retention_days, vault)
    rows.refuse_missing()
    with disk.clear_errors(target), file_lock.exclusive(folder.backup_lock):
        target.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(target, vault)
        _remove_unfinished(target)
        path = target / backup_place.fresh_name(target, now)
        with _unfinished(path) as growing:
            _copy_practice(folder, growing, now, vault, rows)
            proven = verify(growing, vault=vault)
            renew_keys(folder, target, vault=vault)
            _mirror_files(folder, target)
            growing.rename(path)
        disk.sync_folder(target)
        removed = _remove_outlived(target, now, retention_days)
    return BackupReport(
        path=path,
        created=now,
        size_bytes=proven.size_bytes,
        rows=proven.rows,
        removed=removed,
        erased_gone_by=(now.astimezone(UTC) + timedelta(days=retention_days + 1)).date(),
        is_on_same_disk=folder.root.stat().st_dev == target.stat().st_dev,
    )


def renew_keys(folder: Folder, target: Path, *, vault: Vault = VAULT) -> None:
    """Replace the one keys file and the ledger of a backup folder by today's.

    Part of every backup, and right after an erasure: then no copy of the key is left there.
    """
    _refuse_foreign(target, vault)
    vault_id = vault.vault_id()
    with disk.clear_errors(target):
        kept = client_keys.read(folder.client_keys, vault_id)
        all_erased = ledger.union(
            ledger.read(target / folder.ledger.name), ledger.read(folder.ledger)
        )
        ledger.write(target / folder.ledger.name, all_erased)
        client_keys.write(target / folder.client_keys.name, vault_id, kept)
        if client_keys.read(target / folder.client_keys.name, vault_id) != kept:
            raise manifest.damaged(target, "The client keys could not be read back as written")
        _mirror_wills(folder, target)


def _refuse_unfit(folder: Folder, target: Path, retention_days: int, vault: Vault) -> None:
    vault.database_key()
    if vault.folder != folder:
        raise errors.Locked("Another practice is open", next_step="Unlock this one first.")
    if retention_days < 1:
        raise errors.BadInput(f"Backups kept for {retention_days} days", expected="one day or more")
    if target.resolve().is_relative_to(folder.root.resolve()):
        raise errors.BadInput(
            "This folder lies inside the practice itself",
            where=str(target),
            expected="a folder on another disk",
            next_step="Choose another folder for backups.",
        )
    if not target.exists() and not target.parent.is_dir():
        raise errors.BadInput(
            "The folder for backups is not there",
            where=str(target),
            expected="a folder on a disk that is connected",
            next_step="Connect the disk, or choose another folder for backups.",
        )


def _refuse_foreign(target: Path, vault: Vault) -> None:
    newest = latest(target)
    if newest is not None and newest.vault_id != vault.vault_id():
        raise errors.BadInput(
            "This folder holds the backups of another practice",
            where=str(target),
            expected="a folder of its own for each practice",
            next_step="Choose another folder for backups.",
        )


def _remove_unfinished(target: Path) -> None:
    for left in target.glob(f"{backup_place.UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A folder that is taken away again unless it was renamed to its final name."""
    growing = path.with_name(f"{backup_place.UNFINISHED}{path.name}")
    growing.mkdir(mode=0o700)
    try:
        yield growing
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise


def _copy_practice(folder: Folder, growing: Path, now: datetime, vault: Vault, rows: Rows) -> None:
    names = []
    # Before the database: the head may lag behind the chain, but never run ahead of it.
    for source in (folder.audit_head, folder.ledger):
        if source.exists() and backup_place.copy_file(source, growing / source.name):
            names.append(source.name)
    counted = disk.canonical(rows.copy(growing / rows.name, vault))
    content = folder.read_slots()
    disk.write_new(growing / folder.slots.name, content.to_bytes())
    letters = backup_place.copy_ordinary_files(folder.spool, growing / folder.spool.name)
    names += [rows.name, folder.slots.name]
    names += [f"{folder.spool.name}/{letter}" for letter in letters]
    described = manifest.describe(
        growing,
        names,
        vault_id=content.vault_id,
        created=now.astimezone(UTC),
        rows_sealed=practice_box.seal(content.practice_public, manifest.ROWS_KIND, counted),
    )
    manifest.write(growing, described, vault)


def _mirror_files(folder: Folder, target: Path) -> None:
    """Sealed files never change: new ones are added, those that are gone are taken away."""
    mirror = target / folder.files.name
    mirror.mkdir(mode=0o700, exist_ok=True)
    here, there = (set(backup_place.ordinary_files(one)) for one in (folder.files, mirror))
    for name in sorted(there - here):
        (mirror / name).unlink()
    for name in sorted(here):
        if not _is_same_size(folder.files / name, mirror / name):
            backup_place.copy_file(folder.files / name, mirror / name)


def _mirror_wills(folder: Folder, target: Path) -> None:
    """As they are today, and never in versions: what was revoked or erased leaves here too."""
    mirror = target / folder.wills.name
    if not folder.wills.is_dir() and not mirror.is_dir():
        return
    mirror.mkdir(mode=0o700, exist_ok=True)
    here = set(backup_place.ordinary_files(folder.wills))
    for name in sorted(set(backup_place.ordinary_files(mirror)) - here):
        (mirror / name).unlink()
    for name in sorted(here):
        with contextlib.suppress(FileNotFoundError):  # taken back a moment ago
            disk.write_atomically(mirror / name, (folder.wills / name).read_bytes())


def _is_same_size(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_size == other.stat().st_size
    except FileNotFoundError:
        return False


def _remove_outlived(target: Path, now: datetime, retention_days: int) -> tuple[str, ...]:
    oldest_kept = now - timedelta(days=retention_days)
    outlived = [one for one in backup_place.all_in(target)[:-1] if one.created < oldest_kept]
    for one in outlived:
        shutil.rmtree(one.path)
    return tuple(one.path.name for one in outlived)
