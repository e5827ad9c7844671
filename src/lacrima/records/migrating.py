"""Do the tables have the form that this program expects?"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@dataclass(frozen=True)
class Tables:
    """How the tables stand to this program."""

    pending: tuple[str, ...]  # steps that this program knows and the tables have not taken
    unknown: tuple[str, ...]  # steps that the tables have taken and this program does not know
    is_empty: bool  # no step was ever taken

    @property
    def fit(self) -> bool:
        """Is there nothing to do?"""
        return not self.pending and not self.unknown


def tables_here() -> Tables:
    """Compare the tables of this database with the program."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied, known = executor.loader.applied_migrations, executor.loader.disk_migrations
    return Tables(
        pending=tuple(f"{step.app_label}.{step.name}" for step, _ in plan),
        unknown=tuple(sorted(".".join(key) for key in applied if key not in known)),
        is_empty=not applied,
    )


def migrate() -> None:
    """Let the tables follow the program."""
    call_command("migrate", verbosity=0, interactive=False)
