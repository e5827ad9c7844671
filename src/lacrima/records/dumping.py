"""A clinic's rows for a backup: counted and dumped as they stood at one and the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from lacrima.errors import BadInput
from lacrima.vault import dump_file, postgres_tools
from lacrima.vault.backup_rows import Rows
from lacrima.vault.postgres_tools import Address
from lacrima.vault.process import Vault

# Nobody's browser stays signed in through a restore, and what was counted to slow a guesser down
# is worth nothing later.
NOT_KEPT = ("browser_session", "rate_limit")


def rows_here() -> Rows | None:
    """The rows of this clinic; None where they are in the encrypted file of one person."""
    return DumpedRows() if connection.vendor == "postgresql" else None


def address_here() -> Address:
    """Where this process's database is, for PostgreSQL's own tools."""
    known: dict[str, Any] = connection.settings_dict
    words = {
        "host": str(known["HOST"]),
        "port": str(known["PORT"]),
        "dbname": str(known["NAME"]),
        "user": str(known["USER"]),
    }
    secure = {name: str(said) for name, said in known["OPTIONS"].items() if name.startswith("ssl")}
    return Address({**words, **secure}, password=str(known["PASSWORD"]))


class DumpedRows:
    """All rows of the clinic's database."""

    name = dump_file.NAME

    def refuse_missing(self) -> None:
        """Raise BadInput when there are no tables yet."""
        if not connection.introspection.table_names():
            raise BadInput(
                "there are no tables in this database yet",
                next_step="Make them: lacrima clinic migrate",
            )

    def copy(self, target: Path, vault: Vault) -> dict[str, int]:
        """Seal a dump into this file; how many rows of each table it must hold."""
        with _one_moment() as snapshot:
            counted = _counted()
            left_out = [f"--exclude-table-data={table}" for table in NOT_KEPT]
            options = [f"--snapshot={snapshot}", *left_out]
            with postgres_tools.dumped(address_here(), options=options) as dump:
                dump_file.write(target, dump, vault)
        return counted


@contextmanager
def _one_moment() -> Iterator[str]:
    """While this lasts, everybody who names this snapshot sees the rows as they are now."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _counted() -> dict[str, int]:
    tables = [one for one in connection.introspection.table_names() if one not in NOT_KEPT]
    counted = {}
    with connection.cursor() as cursor:
        for table in tables:
            quoted = connection.ops.quote_name(table)  # a name from the database's own list
            cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608
            counted[table] = int(cursor.fetchone()[0])
    return counted
