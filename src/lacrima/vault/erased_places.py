"""Where what was erased may still lie: sealed files here, and the keys beside backups elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from pathlib import Path

from lacrima import errors
from lacrima.vault import backup, backup_place, disk, ledger, sealed_file
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, Vault


class Copies(Enum):
    """How far a folder of backups has followed what was erased here."""

    NONE_THERE = "none there"  # no backup of this practice, or its disk is not connected
    KEYS_LEFT = "keys left"
    FOLLOWED = "followed"


def remove_sealed_files(folder: Folder, key_ids: Collection[str]) -> int:
    """Take away the files that only these keys open; how many they were."""
    gone = [
        folder.files / name
        for name in backup_place.ordinary_files(folder.files)
        if _key_id_of(folder.files / name) in key_ids
    ]
    with disk.clear_errors(folder.files):
        for path in gone:
            path.unlink(missing_ok=True)
        if gone:
            disk.sync_folder(folder.files)
    return len(gone)


def _key_id_of(path: Path) -> str:
    try:
        return sealed_file.key_id_of(path)
    except errors.LacrimaError:
        return ""  # no sealed file of ours, or gone meanwhile


def look(folder: Folder, target: Path) -> Copies:
    """Has this folder of backups dropped the keys of everything that was erased here?"""
    if backup.latest(target) is None:
        return Copies.NONE_THERE
    known = {line.id for line in ledger.read(target / folder.ledger.name)}
    missing = {line.id for line in ledger.read(folder.ledger)} - known
    return Copies.KEYS_LEFT if missing else Copies.FOLLOWED


def follow(folder: Folder, target: Path, *, vault: Vault = VAULT) -> Copies:
    """Let a folder of backups that is there drop those keys now. Raises what a backup raises."""
    found = look(folder, target)
    if found is Copies.KEYS_LEFT:
        backup.renew_keys(folder, target, vault=vault)
        return Copies.FOLLOWED
    return found
