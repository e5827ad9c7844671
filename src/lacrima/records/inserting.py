"""A new row by one plain statement: the same columns and values that Django would write.

Django puts each INSERT together anew, which costs several times what the database then needs
(measured: 0.25 against 0.07 ms a row, and a kept moment writes eight). There is nothing to decide
about a new row of ours: its id is known, and no column is filled by the database.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, models


def insert(row: models.Model) -> None:
    """Write this new row. Raises what saving it would raise, such as IntegrityError."""
    statement, fields = _statement(type(row), connection.vendor)
    values = [one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    row._state.adding = False
    row._state.db = connection.alias


@cache
def _statement(model: type[models.Model], _vendor: str) -> tuple[str, tuple[Any, ...]]:
    fields: tuple[Any, ...] = tuple(model._meta.local_concrete_fields)
    name = connection.ops.quote_name
    columns = ", ".join(name(str(one.column)) for one in fields)
    places = ", ".join("%s" for _ in fields)
    table = name(model._meta.db_table)
    # All names are the model's own; every value goes in beside the statement.
    return f"INSERT INTO {table} ({columns}) VALUES ({places})", fields  # noqa: S608
