"""A row written by the plain statement is the row that Django would have written."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models.sql import InsertQuery

from lacrima.records.inserting import _statement, insert
from lacrima.records.models import Client
from lacrima.records.sealed import SealedTextField
from tests.support.canaries import Canaries
from tests.support.canary_rows import Filler
from tests.support.cast import Cast


def _by_django(row: models.Model) -> tuple[str, list[object]]:
    query = InsertQuery(type(row))
    query.insert_values(row._meta.local_concrete_fields, [row])
    [(statement, values)] = query.get_compiler(connection=connection).as_sql()
    return statement, list(values)


def _by_us(row: models.Model) -> tuple[str, list[object]]:
    statement, fields = _statement(type(row), connection.vendor)
    return statement, [one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields]


def test_statement_and_values_are_those_of_django_for_every_kind_of_row(cast: Cast) -> None:
    filler = Filler(Canaries())
    filler.fill_all()
    kinds = list(apps.get_app_config("records").get_models())
    assert len(kinds) > 25
    for model in kinds:
        row = filler.made[model]
        (ours, values), (theirs, expected) = _by_us(row), _by_django(row)
        assert ours == theirs
        for field, mine, wanted in zip(
            model._meta.local_concrete_fields, values, expected, strict=True
        ):
            if isinstance(field, SealedTextField):  # sealed anew each time
                assert type(mine) is type(wanted)
            else:
                assert str(mine) == str(wanted), f"{model.__name__}.{field.name}"


def test_a_row_comes_back_whole_and_counts_as_kept(cast: Cast) -> None:
    row = Client(code="N 77", name="Noor")
    insert(row)
    assert not row._state.adding
    there = Client.objects.get(pk=row.pk)
    assert (there.code, there.name, there.version) == ("N 77", "Noor", 1)


def test_a_row_that_breaks_a_rule_of_the_database_is_refused_as_ever(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Client(code=cast.mia.code))
    assert Client.objects.filter(code=cast.mia.code).count() == 1
