"""Columns of a Parquet file as arrays, and columns written as one large file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from lacrima.errors import BadInput, BadTable
from lacrima.formats.columns_file import refuse_unwritable, write_columns
from lacrima.formats.columns_in import CodedWords, is_parquet_file, parquet_columns

MIXED = (
    "SELECT * FROM (VALUES "
    "(1, 1.5, 2.25::DECIMAL(6,2), 'b', '3', DATE '2026-01-02', true, 'x', [1], 'R 7'), "
    "(NULL, NULL, NULL, ' a ', 'NA', NULL, NULL, '1', [2], NULL), "
    "(3, 'nan'::DOUBLE, 1.0, '', '2.5', DATE '1970-01-01', false, 'y', [3], '7')"
    ") t(whole, number, dec, word, texts, day, flag, mix, list, id)"
)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One column of each kind that people have."""
    path = tmp_path / "mixed.parquet"
    with duckdb.connect() as engine:
        engine.sql(MIXED).write_parquet(str(path))
    return path


def test_each_kind_comes_as_what_it_is(mixed: Path) -> None:
    names = ["whole", "number", "dec", "word", "texts", "day", "flag", "id"]
    found = parquet_columns(mixed, names, ids=["id"])
    as_lists = {
        name: found[name].tolist() for name in names if not isinstance(found[name], CodedWords)
    }
    assert np.isnan(as_lists["whole"][1])
    assert np.isnan(as_lists["number"]).tolist() == [False, True, True]
    assert as_lists["dec"][::2] == [2.25, 1.0]
    assert as_lists["texts"][::2] == [3.0, 2.5]
    assert np.isnan(as_lists["texts"][1])
    assert as_lists["day"][::2] == [1767312000.0, 0.0]
    assert as_lists["flag"][::2] == [1.0, 0.0]
    word, who = found["word"], found["id"]
    assert isinstance(word, CodedWords)
    assert isinstance(who, CodedWords)
    assert (word.levels, word.codes.tolist()) == (("a", "b"), [1, 0, -1])
    assert (who.levels, who.codes.tolist()) == (("7", "R 7"), [1, -1, 0])


def test_what_cannot_be_used_is_refused(mixed: Path, tmp_path: Path) -> None:
    for name, said in (("mix", "words and numbers"), ("list", "no text"), ("none", "no column")):
        with pytest.raises(BadTable, match=said):
            parquet_columns(mixed, [name])
    damaged = tmp_path / "cut.parquet"
    damaged.write_bytes(mixed.read_bytes()[:-40])
    with pytest.raises(BadTable, match="damaged"):
        parquet_columns(damaged, ["whole"])
    assert is_parquet_file(mixed)
    (tmp_path / "a.csv").write_text("a\n1\n", "utf-8")
    assert not is_parquet_file(tmp_path / "a.csv")


def test_a_name_with_a_quotation_mark_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.parquet"
    write_columns(path, {"x": np.arange(3)})
    with pytest.raises(BadTable, match="no column"):
        parquet_columns(path, ["x\" FROM read_text('/etc/passwd') --"])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_written_is_read_again(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"made.{ending}"
    columns = {"n": np.array([3, 1, 2], np.int32), "h": np.array([-150, 0, 7], np.int16)}
    size = write_columns(path, columns, hundredths={"h"}, is_simulated=True)
    assert size == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o600
    if ending == "parquet":
        found = parquet_columns(path, ["n", "h", "is_simulated"])
        as_lists = [np.asarray(found[name]).tolist() for name in ("n", "h", "is_simulated")]
        assert as_lists == [[3.0, 1.0, 2.0], [-1.5, 0.0, 0.07], [1.0, 1.0, 1.0]]
    else:
        text = path.read_text("utf-8").split()
        assert text == ["n,h,is_simulated", "3,-1.5,true", "1,0.0,true", "2,0.07,true"]


def test_nothing_is_written_over_or_left_behind(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine", "utf-8")
    for name in ("there.csv", "made.xlsx", "nowhere/made.csv"):
        with pytest.raises(BadInput):
            refuse_unwritable(tmp_path / name)
    with pytest.raises(Exception):  # noqa: B017  of the engine: columns do not fit
        write_columns(tmp_path / "made.csv", {"a": np.arange(3), "b": np.array([[1, 2], [3, 4]])})
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
