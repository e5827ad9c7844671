"""Tables as CSV: RFC 4180, UTF-8, names in the first row; texts are never the start of a formula.

The reader takes what the writer gives, in any order of columns. It is our own because the
standard library's holds cells to 128 KiB for the whole process.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from lacrima.errors import BadTable
from lacrima.formats.cells import from_text, guarded, to_text, unguarded
from lacrima.formats.dictionary import Cell, Column, Kind, Record, Shape, TableOut

# Possessive: a quotation mark that never closes costs one look, not every way of looking.
_CELL = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",\r\n]*+))(,|\r\n|\n|\Z)')


def write_csv(table: TableOut) -> bytes:
    """The table as bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.shape.names)
    columns = table.shape.columns
    writer.writerows([_cell(column, row[column.name]) for column in columns] for row in table.rows)
    return text.getvalue().encode()


def _cell(column: Column, value: Cell) -> str:
    text = to_text(column.kind, value)
    return guarded(text) if column.kind is Kind.TEXT else text


def read_csv(shape: Shape, data: bytes, *, name: str) -> Iterator[Record]:
    """The rows again. Raises BadTable that names file, row and column; never a value."""
    rows = _rows(_text(data, name), name)
    columns = columns_of(shape, next(rows, []), where=f"{name}, row 1")
    for number, cells in enumerate(rows, start=2):
        if len(cells) != len(columns):
            raise BadTable(
                f"{len(cells)} cells", where=f"{name}, row {number}", expected=str(len(columns))
            )
        pairs = zip(columns, cells, strict=True)
        yield {column.name: _value(column, cell, name, number) for column, cell in pairs}


def columns_of(shape: Shape, names: Sequence[str], *, where: str) -> list[Column]:
    """The shape's columns in the order of these names.

    Raises BadTable for one that is unknown, missing, or there twice.
    """
    known = {column.name: column for column in shape.columns}
    for place, one in enumerate(names, start=1):
        if one not in known:
            raise BadTable(
                "a column that no table of this kind has",
                where=f"{where}, column {place}",
                expected=", ".join(shape.names),
            )
    for column in shape.names:
        if list(names).count(column) != 1:
            raise BadTable(
                "a column that is missing, or there twice",
                where=f"{where}, column {column!r}",
                expected="each column once",
            )
    return [known[one] for one in names]


def wrong_cell(column: Column, name: str, number: int) -> BadTable:
    """What to raise for a cell that does not hold what its column holds."""
    words = " or ".join(word.value for word in column.words)
    return BadTable(
        "something that does not stand in such a column",
        where=f"{name}, row {number}, column {column.name!r}",
        expected=words or column.kind.value,
    )


def _value(column: Column, cell: str, name: str, number: int) -> Cell:
    try:
        text = unguarded(cell) if column.kind is Kind.TEXT else cell
        return from_text(column.kind, text)
    except (ValueError, OverflowError):
        raise wrong_cell(column, name, number) from None


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadTable("text that is not UTF-8", where=name, expected="UTF-8") from None


def _rows(text: str, name: str) -> Iterator[list[str]]:
    cells: list[str] = []
    place, number = 0, 1
    while place < len(text):
        found = _CELL.match(text, place)
        if found is None:
            raise BadTable(
                "a quotation mark that does not fit",
                where=f"{name}, row {number}",
                expected='quotation marks around whole cells, doubled ("") inside',
            )
        quoted, plain, end = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        place = found.end()
        if end != ",":
            yield cells
            cells, number = [], number + 1
        elif place == len(text):
            cells.append("")
            yield cells
