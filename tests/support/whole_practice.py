"""A whole practice as rows, and an empty one to put it into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from lacrima.practice import people
from lacrima.practice.export_shape import EXPORTED, rows_of, table, table_of
from lacrima.practice.export_whole import export_practice
from lacrima.practice.whole_import import bring_in_whole
from lacrima.records.models import AuditLine, Member, PrivateNote
from lacrima.vault.process import VAULT
from tests.support.cast import NO_KEYS

Tables = dict[str, list[dict[str, Any]]]


def everything() -> Tables:
    """Every exported field of every row, whoever the owner is."""
    owner = people.owner().pk.hex
    kept: Tables = {}
    for model in EXPORTED:
        rows = table(model, rows_of(model)).rows
        named = [{key: _named(value, owner) for key, value in row.items()} for row in rows]
        kept[table_of(model)] = sorted(named, key=lambda row: json.dumps(row, default=str))
    return kept


def _named(value: Any, owner: str) -> Any:
    return "the owner" if value == owner else value


@contextmanager
def forgotten() -> Iterator[None]:
    """What happens inside is forgotten, rows and keys."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    assert VAULT.folder is not None
    VAULT.folder.client_keys.write_bytes(NO_KEYS[0])


def empty_practice() -> Member:
    return people.open_practice(owner_name="Somebody", practice_name="Empty", zone="UTC")


def there_and_back(fill: Callable[[], Any], form: str = "csv") -> tuple[Tables, Tables, bytes]:
    """Make a practice, export it, forget it, bring it into an empty one: both, and the file."""
    with forgotten():
        fill()
        before = everything()
        data = export_practice(by=people.owner(), table_format_name=form).data
    with forgotten():
        bring_in_whole(data, by=empty_practice())
        after = everything()
        lines = AuditLine.objects.order_by("sequence").values_list("action", flat=True)
        assert list(lines) == ["practice.opened", "practice.came_in"]
    return before, after, data


@contextmanager
def a_new_folder() -> Iterator[None]:
    """As if nothing had been here (the rows are forgotten at the end)."""
    with forgotten():
        for model in reversed((*EXPORTED, PrivateNote, AuditLine)):
            model._default_manager.all().delete()
        yield
