"""A table in DuckDB, in this process and shut in, that answers questions in SQL.

The engine sees these arrays, or the bytes of this one file, and nothing else; it spills nowhere
(closed_engine). What does not fit into its memory is an error, never a file on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from lacrima.errors import BadTable
from lacrima.formats.closed_engine import Room, closed_engine, quoted

NAME = "panel"
MEMORY_LIMIT = "2GB"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_KINDS = {
    "BOOLEAN": "boolean",
    "VARCHAR": "string",
    **dict.fromkeys(_WHOLE, "int64"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "UBIGINT", "HUGEINT"), "float64"),
}
_OF_FILE = "read_parquet('memory://table.parquet')"


@dataclass(frozen=True, slots=True)
class EngineTable:
    """A table that can be asked. kinds: boolean, int64, float64 or string, by column."""

    name: str
    kinds: Mapping[str, str]
    _engine: duckdb.DuckDBPyConnection

    def ask(self, question: str) -> dict[str, npt.NDArray[Any]]:
        """The answer's columns, NaN (or None among words) where null.

        Raises BadTable where it does not fit into the engine's memory, or sums overflow.
        """
        try:
            found = self._engine.execute(question).fetchnumpy()
        except duckdb.Error:
            raise BadTable(
                "a table that cannot be added up here",
                where=self.name,
                expected=f"sums that fit into {MEMORY_LIMIT} of memory",
            ) from None
        return {name: _plain(values) for name, values in found.items()}


@contextmanager
def engine_over_arrays(
    columns: Mapping[str, npt.NDArray[Any]], *, threads: int = 1
) -> Iterator[EngineTable]:
    """The columns, one value a row, as a table; nothing is copied to a disk."""
    with closed_engine(Room(), memory_limit=MEMORY_LIMIT, threads=threads) as engine:
        told = {name: _as_told(values) for name, values in columns.items()}
        engine.register("told", told)
        yield _viewed(engine, "told")


@contextmanager
def engine_over_parquet(path: Path, *, threads: int = 1) -> Iterator[EngineTable]:
    """A Parquet file as a table; only the columns that are asked for are read.

    Raises BadTable for a damaged file.
    """
    room = Room(table=path.read_bytes())
    with closed_engine(room, memory_limit=MEMORY_LIMIT, threads=threads) as engine:
        try:
            table = _viewed(engine, _OF_FILE)
        except duckdb.Error:
            raise BadTable(
                "a damaged Parquet file", where=path.name, expected="a whole one"
            ) from None
        yield table


def _viewed(engine: duckdb.DuckDBPyConnection, source: str) -> EngineTable:
    """The plain columns of a source; decimals as numbers, others are not shown."""
    told = engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608  our own name
    kinds = {str(row[0]): _kind(str(row[1])) for row in told}
    kinds = {name: kind for name, kind in kinds.items() if kind}
    shown = ", ".join(
        f"CAST({quoted(name)} AS DOUBLE) AS {quoted(name)}" if kind == "float64" else quoted(name)
        for name, kind in kinds.items()
    )
    engine.execute(f"CREATE VIEW {NAME} AS SELECT {shown} FROM {source}")  # noqa: S608
    return EngineTable(NAME, kinds, engine)


def _kind(kind: str) -> str:
    return "float64" if kind.startswith("DECIMAL") else _KINDS.get(kind, "")


def _as_told(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(object) if values.dtype.kind in "UT" else values


def _plain(found: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if not isinstance(found, np.ma.MaskedArray):
        return np.asarray(found)
    values: npt.NDArray[Any] = np.array(found.data)
    is_gone = np.ma.getmaskarray(found)
    if not is_gone.any():
        return values
    if values.dtype.kind != "O":
        values = values.astype(np.float64)
    values[is_gone] = None if values.dtype.kind == "O" else np.nan
    return values
