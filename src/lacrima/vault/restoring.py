"""Bringing a backup back into an empty folder: all of it, proven, or nothing."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lacrima import errors
from lacrima.vault import (
    backup_place,
    client_keys,
    disk,
    dump_file,
    ledger,
    manifest,
    sealed_file,
)
from lacrima.vault.folder import LITTER, Folder
from lacrima.vault.ledger import Erased
from lacrima.vault.postgres_tools import Address
from lacrima.vault.process import Vault
from lacrima.vault.proving import Proven, verify


@dataclass(frozen=True)
class RestoreReport:
    """What came back, and what whoever restores must still do.

    ``erased``: their keys were dropped; rows of theirs that are not sealed must be erased again.
    ``needs_new_audit_segment``: the chain ends where the backup was made, so a new segment that
    is linked to it must be started.
    """

    folder: Folder
    created: datetime
    rows: dict[str, int]
    erased: tuple[Erased, ...]
    needs_new_audit_segment: bool = True


def restore(
    source: Path,
    empty_folder: Folder,
    *,
    passphrase: str | None = None,
    recovery_code: str | None = None,
    database: Address | None = None,
) -> RestoreReport:
    """Bring a backup (its folder, a file in it, or the newest of a target) into an empty folder.

    Opened by the passphrase or recovery code of the day the backup was made. Everything is put
    beside the folder, proven there, erased what the ledger says, and only then renamed into place.
    The rows of a clinic go into the empty ``database``.
    Raises FolderNotEmpty, WrongPassphrase, BackupDamaged, NewerVault, NotAVault, FullDisk.
    """
    place = backup_place.find(source.absolute())
    _refuse_other_kind(place, database)
    with disk.clear_errors(empty_folder.root):
        empty_folder.refuse_filled()
        with _beside(empty_folder.root) as growing:
            erased = _bring(place, growing)
            proven = _proven(place, growing, passphrase, recovery_code, database)
            ledger.write(growing.ledger, erased)
            _put_in_place(growing.root, empty_folder.root)
    return RestoreReport(empty_folder, proven.created, proven.rows, erased)


@contextlib.contextmanager
def _beside(root: Path) -> Iterator[Folder]:
    root.parent.mkdir(parents=True, exist_ok=True)
    growing = root.with_name(f".{root.name}.restoring-{secrets.token_hex(6)}")
    growing.mkdir(mode=0o700)
    try:
        yield Folder(growing)
    finally:
        shutil.rmtree(growing, ignore_errors=True)  # renamed away when all went well


def _bring(place: Path, growing: Folder) -> tuple[Erased, ...]:
    """Copy a backup together: its own folder, and the keys and files beside it, less the erased.

    The ledger stays as the backup signed it until all is proven.
    """
    kept, came = Folder(place), Folder(place.parent)
    erased = _ledger_of(kept, came)
    erased_ids = {line.id for line in erased}
    backup_place.copy_ordinary_files(place, growing.root)
    backup_place.copy_ordinary_files(kept.spool, growing.spool)
    _bring_keys(came, growing, manifest.read(place).vault_id, erased_ids)
    _bring_files(came, growing, erased_ids)
    if came.wills.is_dir():
        backup_place.copy_ordinary_files(came.wills, growing.wills)
    return erased


def _ledger_of(kept: Folder, came: Folder) -> tuple[Erased, ...]:
    try:
        return ledger.union(ledger.read(kept.ledger), ledger.read(came.ledger))
    except errors.VaultDamaged as error:
        raise manifest.damaged(came.root, error.found) from error


def _bring_keys(came: Folder, growing: Folder, vault_id: str, erased_ids: set[str]) -> None:
    try:
        keys = client_keys.read(came.client_keys, vault_id)
    except errors.VaultDamaged as error:
        raise manifest.damaged(came.root, "The client keys beside it are not whole") from error
    kept = {key_id: wrapped for key_id, wrapped in keys.items() if key_id not in erased_ids}
    client_keys.write(growing.client_keys, vault_id, kept)


def _bring_files(came: Folder, growing: Folder, erased_ids: set[str]) -> None:
    growing.files.mkdir(mode=0o700, exist_ok=True)
    for name in backup_place.ordinary_files(came.files):
        if _key_id_of(came.files / name) not in erased_ids:
            backup_place.copy_file(came.files / name, growing.files / name)


def _key_id_of(path: Path) -> str:
    try:
        return sealed_file.key_id_of(path)
    except errors.LacrimaError:
        return ""  # unreadable here and there: brought along as it is


def _refuse_other_kind(place: Path, database: Address | None) -> None:
    is_of_clinic = (place / dump_file.NAME).exists()
    if is_of_clinic and database is None:
        raise errors.BadInput(
            "This is the backup of a clinic on a server",
            where=str(place),
            next_step="Bring it back on a server: lacrima clinic restore",
        )
    if database is not None and not is_of_clinic:
        raise errors.BadInput(
            "This is the backup of one person's own practice",
            where=str(place),
            next_step="Bring it back into a folder: lacrima restore",
        )


def _proven(
    place: Path,
    growing: Folder,
    passphrase: str | None,
    recovery_code: str | None,
    database: Address | None,
) -> Proven:
    """Open the copy with a vault of its own, prove it, and fill the database of a clinic."""
    own = Vault()
    try:
        _unlock(own, growing, passphrase, recovery_code)
        proven = verify(growing.root, vault=own)
        if database is not None:
            dump_file.bring_back(growing.root / dump_file.NAME, database, own)
            (growing.root / dump_file.NAME).unlink()
        return proven
    except errors.VaultDamaged as error:
        raise manifest.damaged(place, error.found) from error
    finally:
        own.full_lock()


def _unlock(own: Vault, folder: Folder, passphrase: str | None, code: str | None) -> None:
    if code is not None:
        own.unlock_with_recovery(folder, code)
    elif passphrase is not None:
        own.unlock(folder, passphrase)
    else:
        raise errors.UsageError("A restore needs the passphrase or the recovery code")


def _put_in_place(growing: Path, root: Path) -> None:
    (growing / manifest.NAME).unlink()
    if root.exists():
        for name in LITTER:
            (root / name).unlink(missing_ok=True)
        root.rmdir()
    growing.rename(root)
    disk.sync_folder(root.parent)
