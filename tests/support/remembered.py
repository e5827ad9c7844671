"""Rows that many tests begin with are made once by the house itself, then only written again.

Making the cast by its actions takes ten times as long as writing the same rows. So the first test
of a process that asks for them has them made for real; every later one gets the very same rows,
keys and moment of the clock. Nothing is remembered across processes or changes of the code.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import models

from lacrima.records.models import AuditHead
from lacrima.vault.folder import Folder
from tests.support.still_clock import StillClock

MadeT = TypeVar("MadeT")
Rows = dict[type[models.Model], dict[Any, models.Model]]


def rows_there() -> Rows:
    """Every row of the house by its kind and key, sealed texts unopened."""
    kinds = apps.get_app_config("records").get_models(include_auto_created=True)
    return {
        kind: {row.pk: row for row in kind._default_manager.order_by()}
        for kind in kinds
        if kind._default_manager.exists()
    }


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: row.__dict__[field.attname] for field in row._meta.concrete_fields}


class Remembered(Generic[MadeT]):
    """What one fixture makes: its rows beyond those that were there, and what it hands out."""

    def __init__(self) -> None:
        """Nothing was made yet."""
        self._rows: list[tuple[type[models.Model], list[models.Model], list[Any]]] | None = None
        self._after: Any = None
        self._made: Any = None
        self._keys = b""
        self._now: Any = None

    def made(self, make: Callable[[], MadeT], *, folder: Folder, clock: StillClock) -> MadeT:
        """What `make` hands out: by calling it the first time, by the same rows afterwards.

        Where something else was changed before than the first time, it is made for real again.
        """
        was = (AuditHead.objects.values_list("line_hash", flat=True).first(), clock.at)
        if self._rows is None:
            self._after, before = was, rows_there()
            found = make()
            self._made = copy.deepcopy(found)
            self._rows = list(_beyond(before, rows_there()))
            self._keys, self._now = folder.client_keys.read_bytes(), clock.at
            return found
        if was != self._after:
            return make()
        folder.client_keys.write_bytes(self._keys)
        for kind, rows, changed in self._rows:
            if changed:
                kind._default_manager.filter(pk__in=changed)._raw_delete("default")  # type: ignore[attr-defined]
            kind._default_manager.bulk_create(rows)
        clock.move_to(self._now)
        made: MadeT = copy.deepcopy(self._made)
        return made


def _beyond(
    before: Rows, after: Rows
) -> Iterator[tuple[type[models.Model], list[models.Model], list[Any]]]:
    """For each kind: the rows that are new or otherwise now, and the keys of the latter."""
    for kind, rows in after.items():
        were = before.get(kind, {})
        told = [
            row
            for key, row in rows.items()
            if key not in were or _values(were[key]) != _values(row)
        ]
        if told:
            yield kind, told, [row.pk for row in told if row.pk in were]
