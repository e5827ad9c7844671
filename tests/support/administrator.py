"""A curious administrator of a clinic: she holds tables, dumps, backups, logs and secret files.

So she has the database as its owner, the folder of the keys, and the passphrase that opens it.
What she does not do here is change the program that runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from lacrima.errors import KeyGone
from lacrima.records import dumping
from lacrima.vault import backup, dump_file, postgres_tools, restoring, sealed_file, spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from tests.support.canaries import Place, in_folder
from tests.support.hers_alone import sealed_fields


@dataclass
class Administrator:
    """Somebody with all that lies on the machine, and a folder to work in."""

    folder: Folder
    passphrase: str
    backups: Path
    desk: Path
    could_not_open: set[str] = field(default_factory=set)

    def sees_raw(self) -> Iterator[Place]:
        """All places as they are, without a key."""
        yield from self._rows()
        yield self._dump()
        yield from self._database_files()
        yield from in_folder(self.folder.root)
        yield from in_folder(self.backups)

    def opens(self) -> Iterator[Place]:
        """All that the practice's keys open, from the server's own folder."""
        vault = Vault()  # her own program: it asks for no key in hand, it takes what it finds
        vault.unlock(self.folder, self.passphrase)
        yield from self._texts(vault)
        yield from self._letters(vault, self.folder)
        vault.full_lock()

    def opens_backup(self) -> Iterator[Place]:
        """The newest backup: its dump as plain text, and what its own keys open."""
        found = backup.latest(self.backups)
        assert found is not None
        there = Folder(self.desk / "backup")
        there.root.mkdir()
        restoring._bring(found.path, there)
        vault = Vault()
        vault.unlock(there, self.passphrase)
        yield from in_folder(there.root)
        yield self._dump_of(there, vault)
        yield from self._texts(vault)
        yield from self._letters(vault, there)
        vault.full_lock()

    # --- where she looks

    def _rows(self) -> Iterator[Place]:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                for row in cursor.fetchall():
                    yield Place(f"a row of {table}", b"\n".join(_raw(value) for value in row))

    def _dump(self) -> Place:
        with postgres_tools.dumped(dumping.address_here()) as stream:
            whole = stream.read()
        with postgres_tools.read_through([whole]) as lines:
            return Place("a dump of the tables", b"".join(lines))

    def _dump_of(self, there: Folder, vault: Vault) -> Place:
        with (there.root / dump_file.NAME).open("rb") as file:
            whole = sealed_file.SealedFile(file, place=dump_file._place(vault), vault=vault)
            with postgres_tools.read_through(whole.chunks()) as lines:
                return Place("the dump in the backup", b"".join(lines))

    def _database_files(self) -> Iterator[Place]:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
            number = cursor.fetchone()[0]
            cursor.execute("SHOW data_directory")
            root = Path(cursor.fetchone()[0])
        yield from in_folder(root / "base" / str(number))
        yield from in_folder(root / "pg_wal")
        yield Place("the database's own log", (root.parent / "log").read_bytes())

    # --- what she opens

    def _texts(self, vault: Vault) -> Iterator[Place]:
        for model, one in sealed_fields():
            table = model._meta.db_table
            for key, kept in model._default_manager.values_list("pk", one.column):
                if not kept:
                    continue
                name = f"{model.__name__}.{one.name}"
                try:
                    opened = vault.open_sealed(f"{table}|{one.column}|{key.hex}", bytes(kept))
                except KeyGone:
                    self.could_not_open.add(name)
                else:
                    yield Place(name, opened)

    def _letters(self, vault: Vault, folder: Folder) -> Iterator[Place]:
        for name in spool.names(folder):
            kind, content = spool.kind_of(folder, name), spool._content(folder, name)
            letter = content[len(spool._head(kind)) :]
            yield Place("a letter that waits", vault.open_for_practice(kind, letter))


def _raw(value: Any) -> bytes:
    return bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
