"""Tables as JSON: one object a row, numbers and truth as they are, everything else as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lacrima import strict_json
from lacrima.errors import BadTable
from lacrima.formats.cells import from_plain, to_plain
from lacrima.formats.dictionary import Cell, Column, Record, Shape, TableOut
from lacrima.formats.export_csv import columns_of, wrong_cell

SCHEMA = "lacrima.table/1"


def plain_rows(table: TableOut) -> Iterator[dict[str, Any]]:
    """Each row as JSON holds it."""
    columns = table.shape.columns
    for row in table.rows:
        yield {column.name: to_plain(column.kind, row[column.name]) for column in columns}


def write_json(table: TableOut) -> bytes:
    """The table as bytes."""
    told = {"schema": SCHEMA, "table": table.shape.name, "rows": list(plain_rows(table))}
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).encode()


def load(data: bytes, *, name: str) -> Any:
    """JSON, strictly: no key twice, no NaN, no endless depth. Raises BadTable."""
    try:
        return strict_json.read(data)
    except ValueError:
        raise BadTable(
            "no JSON, a key twice in one object, or half of a sign",
            where=name,
            expected="JSON in UTF-8",
        ) from None


def read_json(shape: Shape, data: bytes, *, name: str) -> Iterator[Record]:
    """The rows again. Raises BadTable that names file, row and column; never a value."""
    told = load(data, name=name)
    is_ours = isinstance(told, dict) and told.get("schema") == SCHEMA
    rows = told.get("rows") if is_ours and told.get("table") == shape.name else None
    if not isinstance(rows, list):
        raise BadTable("not the table it is called", where=name, expected=f"table {shape.name}")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise BadTable("no object", where=f"{name}, row {number}", expected="an object a row")
        if set(row) != set(shape.names):
            columns_of(shape, list(row), where=f"{name}, row {number}")
        yield {one.name: _value(one, row[one.name], name, number) for one in shape.columns}


def _value(column: Column, value: Any, name: str, number: int) -> Cell:
    try:
        return from_plain(column.kind, value)
    except (ValueError, OverflowError, RecursionError):
        raise wrong_cell(column, name, number) from None
