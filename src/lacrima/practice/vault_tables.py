"""The tables of an embedded practice follow the program that opens it."""

from __future__ import annotations

from lacrima.practice import vault_care
from lacrima.records import migrating


def bring_up_to_date() -> None:
    """A new practice gets its tables; an older one is copied first, and then follows.

    Nothing is done where the tables fit already.
    """
    tables = migrating.tables_here()
    if not tables.pending:
        return
    if not tables.is_empty:
        vault_care.make_backup_before_update()
    migrating.migrate()
