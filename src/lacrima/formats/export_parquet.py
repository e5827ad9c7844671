"""Tables as Parquet, made and read by DuckDB in memory: nothing of them touches the disk.

The engine is shut in (closed_engine).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import duckdb

from lacrima.errors import BadTable
from lacrima.formats.cells import from_text
from lacrima.formats.closed_engine import Room, closed_engine
from lacrima.formats.dictionary import Cell, Column, Kind, Record, Shape, TableOut
from lacrima.formats.export_csv import columns_of, wrong_cell
from lacrima.formats.export_json import plain_rows

LONGEST_ROW_BYTES = 64 * 1024 * 1024
MOST_ROWS = 5_000_000
MEMORY_LIMIT = "2GB"
_ROWS, _TABLE = "memory://rows.json", "memory://table.parquet"
_AT_ONCE = 2000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TYPES: dict[Kind, str] = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18,4)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIME: "TIME",
    Kind.INSTANT: "TIMESTAMP WITH TIME ZONE",
    Kind.JSON: "VARCHAR",
}


def write_parquet(table: TableOut) -> bytes:
    """The table as bytes."""
    columns = ", ".join(f"'{one.name}': '{_TYPES[one.kind]}'" for one in table.shape.columns)
    room = Room()
    room.pipe_file("/rows.json", b"\n".join(_lines(table)))
    with closed_engine(room, memory_limit=MEMORY_LIMIT) as engine:
        engine.execute(
            f"COPY (SELECT * FROM read_json('{_ROWS}', "  # noqa: S608  our own names
            f"format='newline_delimited', columns={{{columns}}}, "
            f"maximum_object_size={LONGEST_ROW_BYTES})) "
            f"TO '{_TABLE}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return bytes(room.cat_file("/table.parquet"))


def _lines(table: TableOut) -> Iterator[bytes]:
    as_text = [column.name for column in table.shape.columns if column.kind is Kind.JSON]
    for row in plain_rows(table):
        for name in as_text:
            row[name] = None if row[name] is None else _compact(row[name])
        yield _compact(row).encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=False, separators=(",", ":"))


def read_parquet(shape: Shape, data: bytes, *, name: str) -> Iterator[Record]:
    """The rows again. Raises BadTable that names file, row and column; never a value."""
    room = Room(table=data)
    with closed_engine(room, memory_limit=MEMORY_LIMIT) as engine:
        try:
            columns = _columns(shape, engine, name)
            _check_count(engine, name)
            wanted = ", ".join(_wanted(column) for column in columns)
            found = engine.execute(f"SELECT {wanted} FROM read_parquet('{_TABLE}')")  # noqa: S608
            number = 0
            while rows := found.fetchmany(_AT_ONCE):
                for row in rows:
                    number += 1
                    yield _record(columns, row, name, number)
        except duckdb.Error:
            raise BadTable(
                "no Parquet file, or a damaged one", where=name, expected="as it was exported"
            ) from None


def _columns(shape: Shape, engine: duckdb.DuckDBPyConnection, name: str) -> list[Column]:
    described = engine.execute(f"DESCRIBE SELECT * FROM read_parquet('{_TABLE}')").fetchall()  # noqa: S608
    columns = columns_of(shape, [row[0] for row in described], where=name)
    for column, row in zip(columns, described, strict=True):
        if row[1] != _TYPES[column.kind]:
            raise BadTable(
                "another type of column",
                where=f"{name}, column {column.name!r}",
                expected=_TYPES[column.kind],
            )
    return columns


def _check_count(engine: duckdb.DuckDBPyConnection, name: str) -> None:
    """A few bytes can say that they are a billion rows."""
    counted = engine.execute(f"SELECT num_rows FROM parquet_file_metadata('{_TABLE}')").fetchall()  # noqa: S608
    if sum(int(count) for (count,) in counted) > MOST_ROWS:
        raise BadTable("very many rows", where=name, expected=f"at most {MOST_ROWS} rows")


def _wanted(column: Column) -> str:
    if column.kind is Kind.INSTANT:
        return f'epoch_us("{column.name}")'
    if column.kind in {Kind.DECIMAL, Kind.DATE, Kind.TIME}:
        return f'CAST("{column.name}" AS VARCHAR)'
    return f'"{column.name}"'


def _record(columns: list[Column], row: tuple[Any, ...], name: str, number: int) -> Record:
    pairs = zip(columns, row, strict=True)
    return {column.name: _value(column, value, name, number) for column, value in pairs}


def _value(column: Column, value: Any, name: str, number: int) -> Cell:
    try:
        if column.kind is Kind.TEXT and value is None:
            raise ValueError
        if value is None or isinstance(value, bool):
            return value
        if column.kind is Kind.INSTANT:
            return _EPOCH + dt.timedelta(microseconds=value)
        if column.kind is Kind.TIME:
            return from_text(column.kind, _with_microseconds(value))
        return value if isinstance(value, int) else from_text(column.kind, value)
    except (ValueError, OverflowError):
        raise wrong_cell(column, name, number) from None


def _with_microseconds(text: str) -> str:
    """DuckDB leaves out the noughts at the end of a fraction."""
    seconds, point, fraction = text.partition(".")
    return f"{seconds}.{fraction:0<6}" if point else text
