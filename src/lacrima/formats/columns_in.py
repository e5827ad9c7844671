"""Whole columns of a Parquet file as arrays, for models over millions of rows.

`formats.table` gives rows as text, one by one; this gives numbers as they lie in the file. The
engine is shut in (closed_engine): it sees the bytes of this one file and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from lacrima.errors import BadTable
from lacrima.formats.closed_engine import Room, closed_engine, quoted
from lacrima.formats.file_kind import is_parquet
from lacrima.formats.numbers import MISSING

MEMORY_LIMIT = "2GB"
MOST_ROWS = 200_000_000
MOST_WORDS = 5_000_000
NOT_THERE = -1
_TABLE = "read_parquet('memory://table.parquet')"
_KINDS = f"DESCRIBE SELECT * FROM {_TABLE}"  # noqa: S608  our own name
_COUNT = f"SELECT count(*) FROM {_TABLE}"  # noqa: S608
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "HUGEINT", "FLOAT", "DOUBLE", "BOOLEAN",
)  # fmt: skip
_TIMES = (
    "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodedWords:
    """A column of words: levels[code] for each row, -1 where it is missing."""

    codes: npt.NDArray[np.int64]
    levels: tuple[str, ...]


Found: TypeAlias = npt.NDArray[Any] | CodedWords


def is_parquet_file(path: Path) -> bool:
    """Whether a file is a Parquet file, by its first bytes."""
    with path.open("rb") as file:
        return is_parquet(file.read(16))


def parquet_columns(
    path: Path, names: Iterable[str], *, ids: Collection[str] = ()
) -> dict[str, Found]:
    """The named columns, in the order of the file's rows.

    Numbers come as numbers (NaN where null), yes and no as 1 and 0, dates and times as seconds
    since 1970, texts as words; a text column in which each cell is a number or says that there
    is none (NA) comes as numbers, unless it is among `ids`. Raises BadTable for a damaged file, a
    column that is not there, numbers among words, and lists, structures or bytes in a column.
    """
    with closed_engine(
        Room(table=path.read_bytes()), memory_limit=MEMORY_LIMIT, threads=1
    ) as engine:
        try:
            return _columns(engine, list(names), ids)
        except (duckdb.Error, UnicodeDecodeError, OverflowError):
            raise BadTable(
                "a Parquet file that is damaged, cut short, or too large for this computer",
                where=path.name,
                expected="a whole Parquet file",
            ) from None


def _columns(
    engine: duckdb.DuckDBPyConnection, names: list[str], ids: Collection[str]
) -> dict[str, Found]:
    kinds = {str(row[0]): str(row[1]) for row in _rows(engine, _KINDS)}
    for name in names:
        if name not in kinds:
            shown = ", ".join(list(kinds)[:20])
            raise BadTable(f"no column {name!r}", where="the names", expected=f"one of {shown}")
    if int(_rows(engine, _COUNT)[0][0]) > MOST_ROWS:
        raise BadTable("very many rows", expected=f"at most {MOST_ROWS:,}")
    return {name: _column(engine, name, kinds[name], is_id=name in ids) for name in names}


def _column(engine: duckdb.DuckDBPyConnection, name: str, kind: str, *, is_id: bool) -> Found:
    column = quoted(name)
    if kind == "VARCHAR":
        return _of_texts(engine, name, column, is_id=is_id)
    if kind in _TIMES:
        return _array(engine, f"epoch({column})")
    if is_id and kind.endswith("INT"):
        return _array(engine, column)
    if kind in _NUMBERS or kind.startswith("DECIMAL"):
        return _array(engine, f"CAST({column} AS DOUBLE)")
    raise BadTable(
        "a kind of value that is no text, number or date",
        where=f"column {name!r}",
        expected="one plain value a cell",
    )


def _of_texts(engine: duckdb.DuckDBPyConnection, name: str, column: str, *, is_id: bool) -> Found:
    missing = ", ".join(f"'{each}'" for each in sorted(MISSING))
    said = f"CASE WHEN lower(trim({column})) NOT IN ({missing}) THEN trim({column}) END"
    number = f"TRY_CAST({said} AS DOUBLE)"
    counts = f"SELECT count({said}), count({number}), count(DISTINCT {said}) FROM {_TABLE}"  # noqa: S608
    words, numbers, different = _rows(engine, counts)[0]
    if not is_id and words == numbers:
        return _array(engine, number)
    if not is_id and numbers:
        raise BadTable(
            "words and numbers in one column",
            where=f"column {name!r}",
            expected="numbers alone, or words alone",
        )
    if different > MOST_WORDS:
        raise BadTable("very many different words", where=f"column {name!r}", expected="fewer")
    return _coded(engine, said)


def _coded(engine: duckdb.DuckDBPyConnection, said: str) -> CodedWords:
    words = f"SELECT DISTINCT {said} FROM {_TABLE} WHERE {said} IS NOT NULL ORDER BY 1"  # noqa: S608
    engine.execute(f"CREATE OR REPLACE TYPE word AS ENUM ({words})")
    levels = tuple(str(row[0]) for row in _rows(engine, "SELECT unnest(enum_range(NULL::word))"))
    codes = _array(
        engine, f"coalesce(CAST(enum_code(CAST({said} AS word)) AS BIGINT), {NOT_THERE})"
    )
    engine.execute("DROP TYPE word")
    return CodedWords(codes.astype(np.int64), levels)


def _array(engine: duckdb.DuckDBPyConnection, what: str) -> npt.NDArray[Any]:
    found = engine.execute(f"SELECT {what} AS found FROM {_TABLE}").fetchnumpy()["found"]  # noqa: S608
    if not isinstance(found, np.ma.MaskedArray):
        return np.asarray(found)
    values = np.array(found.data, dtype=np.float64)
    values[np.ma.getmaskarray(found)] = np.nan
    return values


def _rows(engine: duckdb.DuckDBPyConnection, question: str) -> list[tuple[Any, ...]]:
    return engine.execute(question).fetchall()
