"""Parquet files are tables like any other, read in memory alone."""

from __future__ import annotations

import contextlib
import io
import os
import time
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadTable
from lacrima.formats import parquet_rows
from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.staging import apply
from lacrima.formats.table import Reading, read_table, read_table_bytes

MOOD = """client = "id"
[plain.mood]
name = "Mood"
minimum = 0
maximum = 10
higher_is_better = true
[[score]]
plain = "mood"
value = "mood"
session = "session"
date = "day"
date_format = "%d.%m.%Y"
"""
HALF_A_MILLION = 500_000


def parquet(tmp_path: Path, select: str, name: str = "table.parquet") -> Path:
    """What DuckDB writes for a SELECT."""
    path = tmp_path / name
    duckdb.sql(select).write_parquet(str(path))
    return path


def cells(path: Path) -> list[tuple[str, ...]]:
    table = read_table(path)
    return [table.columns, *(row.cells for row in table.rows)]


def test_every_plain_type_reads_as_the_text_of_a_csv(tmp_path):
    path = parquet(
        tmp_path,
        "SELECT 'Änne' AS name, 3::TINYINT AS small, 12.50::DECIMAL(10,2) AS exact, "
        "0.1::DOUBLE AS rough, true AS yes, DATE '2024-05-03' AS day, "
        "TIMESTAMP '2024-05-03 14:30:00' AS local, "
        "TIMESTAMPTZ '2024-05-03 14:30:00+02:00' AS instant, TIME '14:30:00' AS clock, "
        "NULL::INTEGER AS nothing, 'nan'::DOUBLE AS missing, "
        "'a'::ENUM('a', 'b') AS chosen, TIMESTAMP_NS '2024-05-03 14:30:00' AS exactly",
    )
    assert cells(path)[1] == (
        "Änne", "3", "12.50", "0.1", "true", "2024-05-03", "2024-05-03T14:30:00",
        "2024-05-03T12:30:00+00:00", "14:30:00", "", "nan", "a", "2024-05-03T14:30:00",
    )  # fmt: skip


def test_rows_are_counted_as_a_spreadsheet_counts_and_empty_ones_left_out(tmp_path):
    path = parquet(tmp_path, "SELECT * FROM (VALUES ('A', 1), (NULL, NULL), ('B', 2)) t(id, score)")
    table = read_table(path)
    assert [row.number for row in table.rows] == [2, 4]
    assert [table.number(row, "score") for row in table.rows] == [Decimal(1), Decimal(2)]
    assert (table.row_count, table.encoding, table.is_parquet) == (2, "parquet", True)


def test_a_column_of_days_needs_no_format_and_one_of_text_does(tmp_path):
    score_map = read_map_bytes(MOOD.encode())
    typed = parquet(
        tmp_path,
        "SELECT 'A' AS id, 1 AS session, 5 AS mood, TIMESTAMP_NS '2024-05-03 00:00:00' AS day",
    )
    zone = ZoneInfo("Europe/Madrid")
    (score,) = apply(score_map, read_table(typed), zone=zone).scores
    assert str(score.time) == "2024-05-03 12:00:00+02:00"  # a day, not its midnight
    text = parquet(tmp_path, "SELECT 'A' AS id, 1 AS session, 5 AS mood, '2024-05-03' AS day")
    assert [one.column for one in apply(score_map, read_table(text)).refused] == ["day"]


def test_a_day_that_no_calendar_here_has_is_refused_in_its_row_and_breaks_nothing(tmp_path):
    days = "DATE '2024-05-03' AS day UNION ALL SELECT 'b', 2, DATE '20000-01-01'"
    path = parquet(tmp_path, f"SELECT 'a' AS id, 1 AS mood, {days}")
    assert {row[2] for row in cells(path)[1:]} == {"2024-05-03", "20000-01-01"}


def test_typed_numbers_have_a_point_whatever_the_map_says_of_text(tmp_path):
    path = parquet(tmp_path, "SELECT 1.5::DOUBLE AS typed, '2,5' AS text")
    table = read_table(path, Reading(decimal=","))
    (row,) = table.rows
    assert (table.number(row, "typed"), table.number(row, "text")) == (
        Decimal("1.5"), Decimal("2.5"),
    )  # fmt: skip


def test_a_files_name_does_not_decide_what_it_is(tmp_path):
    path = parquet(tmp_path, "SELECT 'A' AS id, 1 AS score", "scores.csv")
    assert cells(path) == [("id", "score"), ("A", "1")]
    other = tmp_path / "scores.parquet"
    other.write_text("id,score\nA,1\n")
    assert cells(other) == [("id", "score"), ("A", "1")]
    assert [row.cells for row in read_table_bytes(path.read_bytes()).rows] == [("A", "1")]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("[1, 2]", "a list"),
        ("[[1], [2]]", "a list"),
        ("{'a': 1}", "a structure"),
        ("MAP {'a': 1}", "a map"),
        ("[{'a': 1}]", "a list"),
        ("'x'::BLOB", "no text, number or date"),
        ("INTERVAL 1 DAY", "no text, number or date"),
    ],
)
def test_a_column_of_nested_values_is_refused_by_name(tmp_path, value, kind):
    path = parquet(tmp_path, f"SELECT 'A' AS id, {value} AS much")
    with pytest.raises(BadTable, match=kind) as refused:
        read_table(path)
    assert refused.value.where == "column 'much'"


@pytest.mark.parametrize("cut", [4, 8, 100, -1, -8])
def test_a_file_that_is_cut_short_is_called_damaged(tmp_path, cut):
    data = parquet(tmp_path, "SELECT i AS id, 'words of Mia ' || i AS note FROM range(500) t(i)")
    with pytest.raises(BadTable, match="damaged") as refused:
        read_table_bytes(data.read_bytes()[:cut])
    assert "Mia" not in str(refused.value)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = parquet(
        tmp_path_factory.mktemp("sound"),
        "SELECT i AS id, 'note ' || i AS note, i * 1.5 AS score, DATE '2024-01-01' AS day "
        "FROM range(50) t(i)",
    )
    return path.read_bytes()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(4, 1200), st.integers(0, 255)), min_size=1, max_size=8))
def test_whatever_was_flipped_there_is_a_table_or_a_clear_refusal(sound, flips):
    data = bytearray(sound)
    for place, value in flips:
        data[place % len(data)] = value
    with contextlib.suppress(BadTable):
        table = read_table_bytes(bytes(data))
        assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_a_text_that_is_far_too_long_is_refused_with_its_column(tmp_path):
    path = parquet(tmp_path, "SELECT 1 AS id, repeat('x', 1000001) AS note")
    with pytest.raises(BadTable, match="million characters") as refused:
        read_table(path)
    assert refused.value.where == "column 'note'"


def test_far_too_many_rows_and_columns_are_refused_before_they_are_read(tmp_path):
    path = parquet(tmp_path, "SELECT 1 AS score FROM range(2000001)")
    with pytest.raises(BadTable, match="2000001 rows"):
        read_table(path)
    wide = ", ".join(f"1 AS c{number}" for number in range(2_001))
    with pytest.raises(BadTable, match="2001 columns"):
        read_table(parquet(tmp_path, f"SELECT {wide}"))


def test_a_small_file_that_would_become_huge_is_refused_and_spills_nothing(tmp_path, monkeypatch):
    """A few kilobytes that hold two gigabytes: one long text, said again and again."""
    path = parquet(tmp_path, "SELECT repeat('x', 900000) AS note FROM range(2000)")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TMPDIR", str(here))
    started = time.monotonic()
    with pytest.raises(BadTable, match="400 MB of text"):
        read_table(path)
    assert time.monotonic() - started < 10
    assert os.listdir(here) == []


def test_reading_leaves_nothing_behind_on_the_disk_or_in_memory(tmp_path, monkeypatch):
    data = parquet(tmp_path, "SELECT 'canary' || i AS note FROM range(20000) t(i)").read_bytes()
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TMPDIR", str(here))
    assert sum(1 for _ in read_table_bytes(data).rows) == 20_000
    assert os.listdir(here) == []
    assert MemoryFileSystem.store == {}


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM read_csv('{path}')",
        "COPY (SELECT 1) TO '{path}.out'",
        "ATTACH '{path}.db'",
        "SET enable_external_access=true",
        "SET temp_directory='{folder}'",
        "INSTALL httpfs",
    ],
)
def test_the_engine_can_reach_nothing_else(tmp_path, sound, question):
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    rows = parquet_rows.parquet_rows(parquet_rows.File(data=sound))
    with parquet_rows._opened(rows.file) as connection, pytest.raises(duckdb.Error):
        connection.execute(question.format(path=path, folder=tmp_path)).fetchall()


def test_an_encrypted_parquet_file_is_called_what_it_is():
    with pytest.raises(BadTable, match="encrypted Parquet"):
        read_table_bytes(b"PARE" + b"\x00" * 100)


def test_a_zip_that_would_unpack_to_a_hundred_megabytes_is_refused_unopened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000_000)
    tracemalloc.start()
    with pytest.raises(BadTable, match="Excel"):
        read_table_bytes(packed.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_one_wrong_row_in_half_a_million_is_named(tmp_path, kind):
    wrong = 400_000
    if kind == "csv":
        path = tmp_path / "table.csv"
        with path.open("w") as file:
            file.write("id,session,mood,day\n")
            for row in range(2, HALF_A_MILLION + 2):
                mood = "good" if row == wrong else row % 11
                file.write(f"C{row // 24},{row % 24},{mood},\n")
    else:
        path = parquet(
            tmp_path,
            "SELECT 'C' || (i // 24) AS id, i % 24 AS session, '' AS day, "
            "CASE WHEN i = 400000 THEN 'good' ELSE CAST(i % 11 AS VARCHAR) END AS mood "
            "FROM range(2, 500002) t(i)",
        )
    result = apply(read_map_bytes(MOOD.encode()), read_table(path))
    assert [(one.row, one.column, one.found) for one in result.refused] == [(wrong, "mood", "text")]
    assert result.read == HALF_A_MILLION
