"""Proving that a backup is whole: signature, sums, every page of the database, every row count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lacrima.vault import backup_place, manifest
from lacrima.vault.backup_rows import rows_when_whole
from lacrima.vault.process import VAULT, Vault


@dataclass(frozen=True)
class Proven:
    """A backup that is whole: when it was made (UTC), its rows by table, its size."""

    path: Path
    created: datetime
    vault_id: str
    rows: dict[str, int]
    size_bytes: int


def verify(path: Path, *, vault: Vault = VAULT) -> Proven:
    """Prove a backup (its folder, or the newest of a target) with the open practice's keys.

    Raises BackupDamaged, Locked, NotAVault (no backup here), NewerVault.
    """
    place = backup_place.find(path)
    found = manifest.read_proven(place, vault)
    rows = found.rows(vault)
    if rows_when_whole(place, {one.name for one in found.files}, vault) != rows:
        raise manifest.damaged(place, "Rows are missing from its database")
    return Proven(
        path=place,
        created=found.created,
        vault_id=found.vault_id,
        rows=rows,
        size_bytes=sum(one.size for one in found.files),
    )
