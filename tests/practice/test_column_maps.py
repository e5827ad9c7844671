"""Maps are remembered by the names of columns, by whoever may bring in data, and only whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadMap, EditConflict, NotAllowed, NotFound
from lacrima.practice import column_maps
from lacrima.records.models import AuditLine, ColumnMap
from tests.support.cast import Cast

TEXT = 'client = "client"\n[[score]]\ninstrument = "phq-9"\nvalue = "phq9"\nsession = "session"\n'
COLUMNS = ["client", "session", "phq9"]


@given(st.permutations(["id", "note", "bdi_s1", "bdi_s2", "bdi_fu1", "bdi_fu2"]))
def test_the_order_of_columns_does_not_matter(columns: list[str]) -> None:
    assert column_maps.fingerprint(columns) == column_maps.fingerprint(sorted(columns))


def test_a_table_that_grew_by_a_session_is_the_same_and_one_by_a_measure_is_not() -> None:
    before = column_maps.fingerprint(["id", "bdi_s1", "bdi_s2"])
    assert column_maps.fingerprint(["id", "bdi_s1", "bdi_s2", "bdi_s3"]) == before
    assert column_maps.fingerprint(["id", "bdi_s1", "bdi_s2", "rq_s1", "rq_s2"]) != before


def test_the_last_map_of_a_table_takes_the_place_of_the_one_before(cast: Cast) -> None:
    first = column_maps.remember(COLUMNS, by=cast.ana, name="First", text=TEXT)
    again = column_maps.remember(
        reversed(COLUMNS), by=cast.berta, name="Second", text=f"# mine\n{TEXT}"
    )
    assert again.pk == first.pk
    found = column_maps.of_columns(cast.ana, COLUMNS)
    assert found is not None
    assert (found.name, found.version) == ("Second", 2)


def test_a_text_that_is_no_map_is_not_remembered(cast: Cast) -> None:
    with pytest.raises(BadMap):
        column_maps.remember(COLUMNS, by=cast.ana, name="None", text="client = 3")
    assert not ColumnMap.objects.exists()


def test_who_may_not_bring_in_data_sees_and_changes_no_map(cast: Cast) -> None:
    row = column_maps.remember(COLUMNS, by=cast.ana, name="First", text=TEXT)
    lines = AuditLine.objects.count()
    assert column_maps.maps(cast.hanna) == []
    assert column_maps.of_columns(cast.hanna, COLUMNS) is None
    with pytest.raises(NotFound):
        column_maps.find(cast.hanna, row.pk)
    with pytest.raises(NotAllowed):
        column_maps.remember(COLUMNS, by=cast.hanna, name="Hers", text=TEXT)
    with pytest.raises(NotAllowed):
        column_maps.forget(row.pk, by=cast.hanna)
    assert AuditLine.objects.count() == lines


def test_a_name_that_was_changed_elsewhere_is_not_overwritten(cast: Cast) -> None:
    row = column_maps.remember(COLUMNS, by=cast.ana, name="First", text=TEXT)
    column_maps.rename(row.pk, by=cast.berta, name="Second", expected_version=1)
    with pytest.raises(EditConflict):
        column_maps.rename(row.pk, by=cast.ana, name="Third", expected_version=1)
    assert ColumnMap.objects.get().name == "Second"


def test_the_log_names_no_column_and_no_map(cast: Cast) -> None:
    row = column_maps.remember(COLUMNS, by=cast.ana, name="A secret name", text=TEXT)
    column_maps.forget(row.pk, by=cast.ana)
    written = repr(list(AuditLine.objects.values_list("action", "thing", "details")))
    assert "column_map.forgotten" in written
    assert "secret" not in written
    assert "phq9" not in written
