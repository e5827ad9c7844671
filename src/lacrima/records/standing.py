"""A row that every request needs and hardly any changes: looked at each time, made anew seldom.

The look is one plain statement for the whole row; only where the row differs from what was seen
before does Django make an object of it (which takes ten times as long as the look). What is
remembered goes with every lock.

While somebody only looks at a page, one look holds for the whole page (`looked_at_once`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection, models

from lacrima.vault.process import VAULT

ModelT = TypeVar("ModelT", bound=models.Model)

_looked: ContextVar[dict[int, Any] | None] = ContextVar("looked", default=None)


@contextmanager
def looked_at_once() -> Iterator[None]:
    """Inside this block each row is looked at once: for a page that changes nothing."""
    before = _looked.set({})
    try:
        yield
    finally:
        _looked.reset(before)


class Standing(Generic[ModelT]):
    """The first row, by age, for which all of these columns hold (None: is empty)."""

    def __init__(self, model: type[ModelT], **held: bool | None) -> None:
        """Nothing is read yet."""
        self._model, self._held = model, held
        self._seen: tuple[Any, ModelT] | None = None
        VAULT.on_lock(self.forget)

    def now(self) -> ModelT | None:
        """The row as it is now, an object of the caller's own; None where there is none."""
        found = self._found()
        if found is None:
            return None
        seen = self._seen
        if seen is None or seen[0] != found:
            row = self._model._default_manager.filter(**self._held).order_by("created_at").first()
            if row is None:
                return None
            self._seen = seen = (found, row)
        return copy.copy(seen[1])

    def forget(self) -> None:
        """Nothing of it stays in memory here."""
        self._seen = None

    def _found(self) -> Any:
        looked = _looked.get()
        if looked is None:
            return self._look()
        if id(self) not in looked:  # each stands as long as its module
            looked[id(self)] = self._look()
        return looked[id(self)]

    def _look(self) -> Any:
        name = connection.ops.quote_name
        columns = ", ".join(name(str(one.column)) for one in self._model._meta.concrete_fields)
        held = [
            f"{name(column)} IS NULL" if value is None else f"{name(column)} = %s"
            for column, value in self._held.items()
        ]
        where = f"WHERE {' AND '.join(held)}" if held else ""
        table = name(self._model._meta.db_table)
        # All names are the model's own; every value goes in beside the statement.
        statement = f"SELECT {columns} FROM {table} {where} ORDER BY created_at LIMIT 1"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for value in self._held.values() if value is not None])
            return cursor.fetchone()
