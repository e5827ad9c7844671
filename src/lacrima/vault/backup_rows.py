"""The rows of a practice as a backup takes them, from the encrypted file or from elsewhere."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlcipher3 import dbapi2 as driver

from lacrima import errors
from lacrima.vault import disk, dump_file, engine, manifest
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault


class Rows(Protocol):
    """Where the rows are kept, and how they come into a backup."""

    @property
    def name(self) -> str:
        """What their file in the backup is called."""
        ...

    def refuse_missing(self) -> None:
        """Raise BadInput when there is nothing to copy."""
        ...

    def copy(self, target: Path, vault: Vault) -> dict[str, int]:
        """Write all rows into this file; how many there are by table, counted at their source."""
        ...


@dataclass(frozen=True)
class EmbeddedRows:
    """The encrypted file in the practice's own folder."""

    folder: Folder

    @property
    def name(self) -> str:
        """The file is called as it is at home."""
        return self.folder.database.name

    def refuse_missing(self) -> None:
        """Raise BadInput when there is no database yet."""
        if not self.folder.database.exists():
            raise errors.BadInput(
                "There is no database in this folder to back up", where=str(self.folder.database)
            )

    def copy(self, target: Path, vault: Vault) -> dict[str, int]:
        """VACUUM INTO: one step, the same key, writers go on. (Page by page never ended.)"""
        try:
            source = engine.connect(self.folder.database, vault.database_key())
            with contextlib.closing(source) as connection:
                connection.execute("VACUUM INTO ?", (str(target),))
        except driver.Error as error:
            raise engine.explained(error, target) from error
        target.chmod(0o600)
        disk.sync_file(target)
        connection = engine.connect_read_only(target, vault.database_key())
        with contextlib.closing(connection):
            return count_rows(connection)


def rows_when_whole(place: Path, names: set[str], vault: Vault) -> dict[str, int]:
    """Look through the rows of a backup; how many there are by table. BackupDamaged."""
    if dump_file.NAME in names:
        return dump_file.count_rows(place / dump_file.NAME, vault)
    database = Folder(place).database
    try:
        connection: Any = engine.connect_read_only(database, vault.database_key())
        with contextlib.closing(connection):
            if engine.problems(connection):
                raise manifest.damaged(place, "Its database is not whole")
            return count_rows(connection)
    except (driver.Error, errors.VaultDamaged) as error:
        raise manifest.damaged(place, "Its database does not open") from error


def count_rows(connection: Any) -> dict[str, int]:
    """How many rows each table of the encrypted file has."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {str(name): _count(connection, str(name)) for (name,) in tables}


def _count(connection: Any, table: str) -> int:
    quoted = table.replace('"', '""')  # a name from the database's own list of tables
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608
