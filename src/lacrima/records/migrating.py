"""Do the tables have the form that this program expects?"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
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
    if connection.vendor == "sqlite" and tables_here().is_empty:
        begin_with_todays_tables(connection)
    else:
        call_command("migrate", verbosity=0, interactive=False)


def begin_with_todays_tables(connection: BaseDatabaseWrapper) -> None:
    """A new practice has no rows to carry along: the tables are made as the last step leaves them.

    One step after the other would make the same tables (a test compares them), in five times
    the time. All of it is one transaction: a power cut leaves an empty database.
    """
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    tables = executor.loader.project_state().apps
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in tables.get_models():
            editor.create_model(model)
        for step, _backwards in steps:
            executor.recorder.record_applied(step.app_label, step.name)
