"""What happens once when a practice has just been unlocked, before the first page."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lacrima.errors import LacrimaError
from lacrima.practice import erasing_after, people, vault_care
from lacrima.vault.process import VAULT


def bring_up_to_date() -> None:
    """Let the rows follow the program, with a backup before anything is changed.

    And let nobody come back who was erased, with an old backup or after a power cut.
    """
    with VAULT.in_use():
        _migrate()
        erasing_after.apply_ledger()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    is_filled = bool(executor.loader.applied_migrations)
    if is_filled and "practice" in connection.introspection.table_names():
        vault_care.make_backup_before_update()
    call_command("migrate", verbosity=0, interactive=False)


def _keep_a_copy() -> None:
    """Where the practice says; beside it when that place is not there just now."""
    try:
        vault_care.make_backup_before_update()
    except LacrimaError:
        root = Path(settings.LACRIMA_DIR)
        beside = root.with_name(f"{root.name}-before-update")
        vault_care.make_backup(by=None, target=beside)


def has_practice() -> bool:
    """Was the first run finished?"""
    with VAULT.in_use():
        return people.the_practice() is not None
