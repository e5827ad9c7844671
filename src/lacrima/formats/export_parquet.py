"""Tables as Parquet, made and read by DuckDB in memory: nothing of them touches the disk.

The engine may reach one folder of this process's memory and nothing else, spills nowhere, loads
nothing, and its settings are locked before it sees a row.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import fsspec

from lacrima.errors import BadTable
from lacrima.formats.cells import from_text
from lacrima.formats.dictionary import Cell, Column, Kind, Record, Shape, TableOut
from lacrima.formats.export_csv import columns_of, wrong_cell
from lacrima.formats.export_json import plain_rows

LONGEST_ROW_BYTES = 64 * 1024 * 1024
_AT_ONCE = 2000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SETTINGS = (
    "SET temp_directory=''",
    "SET memory_limit='2GB'",
    "SET autoinstall_known_extensions=false",
    "SET autoload_known_extensions=false",
    "SET allowed_directories=['memory://']",
    "SET enable_external_access=false",
    "SET lock_configuration=true",
)
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


class _Memory:
    """One engine with one file's room in memory, which is empty again afterwards."""

    def __init__(self) -> None:
        self.folder = f"/{uuid.uuid4().hex}"
        self.files = fsspec.filesystem("memory")
        self.engine = duckdb.connect(":memory:")
        self.engine.register_filesystem(self.files)
        for setting in _SETTINGS:
            self.engine.execute(setting)

    def path(self, name: str) -> str:
        """A name for a statement: made of our own letters alone."""
        return f"'memory:/{self.folder}/{name}'"

    def put(self, name: str, data: bytes) -> None:
        self.files.pipe(f"{self.folder}/{name}", data)

    def take(self, name: str) -> bytes:
        return bytes(self.files.cat(f"{self.folder}/{name}"))


@contextmanager
def _memory() -> Iterator[_Memory]:
    room = _Memory()
    try:
        yield room
    finally:
        room.engine.close()
        if room.files.exists(room.folder):
            room.files.rm(room.folder, recursive=True)


def write_parquet(table: TableOut) -> bytes:
    """The table as bytes."""
    columns = ", ".join(f"'{one.name}': '{_TYPES[one.kind]}'" for one in table.shape.columns)
    with _memory() as room:
        room.put("rows.json", b"\n".join(_lines(table)))
        room.engine.execute(
            f"COPY (SELECT * FROM read_json({room.path('rows.json')}, "  # noqa: S608  our own names
            f"format='newline_delimited', columns={{{columns}}}, "
            f"maximum_object_size={LONGEST_ROW_BYTES})) "
            f"TO {room.path('table.parquet')} (FORMAT parquet, COMPRESSION zstd)"
        )
        return room.take("table.parquet")


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
    with _memory() as room:
        room.put("table.parquet", data)
        source = f"read_parquet({room.path('table.parquet')})"
        try:
            columns = _columns(shape, room, source, name)
            wanted = ", ".join(_wanted(column) for column in columns)
            found = room.engine.execute(f"SELECT {wanted} FROM {source}")  # noqa: S608  our names
            number = 0
            while rows := found.fetchmany(_AT_ONCE):
                for row in rows:
                    number += 1
                    yield _record(columns, row, name, number)
        except duckdb.Error:
            raise BadTable(
                "no Parquet file, or a damaged one", where=name, expected="as it was exported"
            ) from None


def _columns(shape: Shape, room: _Memory, source: str, name: str) -> list[Column]:
    described = room.engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
    columns = columns_of(shape, [row[0] for row in described], name=name)
    for column, row in zip(columns, described, strict=True):
        if row[1] != _TYPES[column.kind]:
            raise BadTable(
                "another type of column",
                where=f"{name}, column {column.name!r}",
                expected=_TYPES[column.kind],
            )
    return columns


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
        return value if isinstance(value, int) else from_text(column.kind, value)
    except (ValueError, OverflowError):
        raise wrong_cell(column, name, number) from None
