"""Proving that a backup is whole: signature, sums, every page of the database, every row count."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from lacrima import errors
from lacrima.vault import backup_place, engine, manifest
from lacrima.vault.folder import Folder
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
    if _rows_when_whole(Folder(place).database, vault) != rows:
        raise manifest.damaged(place, "Rows are missing from its database")
    return Proven(
        path=place,
        created=found.created,
        vault_id=found.vault_id,
        rows=rows,
        size_bytes=sum(one.size for one in found.files),
    )


def _rows_when_whole(database: Path, vault: Vault) -> dict[str, int]:
    try:
        connection: Any = engine.connect_read_only(database, vault.database_key())
        with contextlib.closing(connection):
            if engine.problems(connection):
                raise manifest.damaged(database.parent, "Its database is not whole")
            return count_rows(connection)
    except (driver.Error, errors.VaultDamaged) as error:
        raise manifest.damaged(database.parent, "Its database does not open") from error


def count_rows(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {str(name): _count(connection, str(name)) for (name,) in tables}


def _count(connection: Any, table: str) -> int:
    quoted = table.replace('"', '""')  # a name from the database's own list of tables
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608
