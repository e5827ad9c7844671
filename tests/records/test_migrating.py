"""A new practice begins with today's tables: the very ones that all the steps would have made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from lacrima.records import migrating


@pytest.fixture
def two_databases(
    tmp_path: Path, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[BaseDatabaseWrapper]]:
    """Two empty files, plain SQLite: only their tables are looked at."""
    names = ["at once", "step by step"]
    for name in names:
        plain = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / name)}
        monkeypatch.setitem(connections.databases, name, plain)
        connections.configure_settings(connections.databases)
    with django_db_blocker.unblock():
        yield [connections[name] for name in names]
        for name in names:
            connections[name].close()
            del connections[name]


def what_stands(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    """Each table and index, with the pieces that it is made of, in no order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: pieces(sql) for name, sql in cursor.fetchall()}


def pieces(sql: str) -> set[str]:
    """The parts between the outermost commas; a table that was renamed stands in quotes."""
    found, depth, start = set(), 0, 0
    for at, sign in enumerate(sql):
        depth += (sign == "(") - (sign == ")")
        if (sign == "," and depth == 1) or at == len(sql) - 1:
            found.add(sql[start:at].strip())
            start = at + 1
        elif sign == "(" and depth == 1:
            found.add(sql[:at].replace('"', "").strip())
            start = at + 1
    return found


def steps_taken(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """What is on record as done."""
    return sorted(MigrationExecutor(connection).loader.applied_migrations)


def test_the_tables_made_at_once_are_those_of_all_the_steps(
    two_databases: list[BaseDatabaseWrapper],
) -> None:
    at_once, step_by_step = two_databases
    migrating.begin_with_todays_tables(at_once)
    executor = MigrationExecutor(step_by_step)
    executor.migrate(executor.loader.graph.leaf_nodes())
    made, expected = what_stands(at_once), what_stands(step_by_step)
    assert len(expected) > 100
    assert made == expected
    assert steps_taken(at_once) == steps_taken(step_by_step)


def test_nothing_is_left_to_do_and_a_second_time_changes_nothing(
    two_databases: list[BaseDatabaseWrapper],
) -> None:
    at_once, _ = two_databases
    migrating.begin_with_todays_tables(at_once)
    executor = MigrationExecutor(at_once)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_a_table_that_differs_in_one_column_would_be_seen() -> None:
    one = 'CREATE TABLE "a" ("id" integer NOT NULL, "b" text CHECK (b IN (1, 2)), CHECK ("b" > 1))'
    assert len(pieces(one)) == 4
    assert pieces(one) != pieces(one.replace("NOT NULL", "NULL"))
    assert pieces(one) != pieces(one.replace("(1, 2)", "(1, 3)"))
