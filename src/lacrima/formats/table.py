"""Reads a table (CSV, TSV, Parquet) as people really have it: lenient, and never guessing.

The file is read through once before anything is given out, so that a mistake in its last row is
known before its first row is used; rows are then read again one by one, so that a large file
needs little memory. Messages name row and column, never what stands in a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lacrima.errors import BadTable
from lacrima.formats.delimiter import DELIMITERS
from lacrima.formats.encoding import ENCODINGS
from lacrima.formats.file_kind import is_parquet, refuse_other_kinds
from lacrima.formats.numbers import DecimalMarks, is_missing, to_number
from lacrima.formats.parquet_rows import parquet_rows
from lacrima.formats.rows import MAX_COLUMNS, File, Row, Rows
from lacrima.formats.text_rows import text_rows

__all__ = ["MAX_COLUMNS", "Reading", "Row", "Table", "read_table", "read_table_bytes"]

MAX_FILE_BYTES = 200_000_000
PARQUET = "parquet"
_HEAD_BYTES = 4_096
_REMEMBERED_CELLS = 4_096


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person said the file is to be read; None is: find out."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        """Refuse marks and encodings that no table has."""
        _check_told("delimiter", self.delimiter, tuple(DELIMITERS))
        _check_told("decimal", self.decimal, (".", ","))
        _check_told("encoding", self.encoding, ENCODINGS)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read through and found whole.

    columns: the names in row 1. encoding, delimiter: as found or told ("parquet" and "" for a
    Parquet file). decimal: the mark that the number columns use ("." or ","; "," as soon as one
    column does). row_count: the rows that hold anything. Rows without any text are left out;
    their numbers are kept for the others.
    """

    columns: tuple[str, ...]
    encoding: str
    delimiter: str
    decimal: str
    row_count: int
    _rows: Rows = field(repr=False)
    _marks: dict[int, DecimalMarks] = field(repr=False)
    _told_decimal: str | None = field(repr=False)
    _dated: frozenset[int] = field(repr=False, default=frozenset())
    _numeric: frozenset[int] = field(repr=False, default=frozenset())

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the names, read from the file as they are asked for."""
        return (row for row in self._rows.read() if any(row.cells))

    @property
    def is_parquet(self) -> bool:
        """Whether the file says of each column what kind of value it holds."""
        return self.encoding == PARQUET

    def is_dated(self, column: str) -> bool:
        """Whether a column holds dates by its type, so that its cells are ISO dates already."""
        return self.index(column) in self._dated

    def index(self, column: str) -> int:
        """The place of a column. Raises BadTable, listing the names there are."""
        try:
            return self.columns.index(column)
        except ValueError:
            raise BadTable(
                f"no column {column!r}",
                where="row 1",
                expected=f"one of {_some(self.columns)}",
            ) from None

    def text(self, row: Row, column: str) -> str | None:
        """The text in a cell without blanks around it; None where it is empty."""
        return self.texts(column)(row)

    def number(self, row: Row, column: str) -> Decimal | None:
        """The number in a cell; None where it is empty, NA or NaN.

        Raises BadTable with row and column where it holds something else, or where the column
        mixes decimal commas and points.
        """
        return self.numbers(column)(row)

    def texts(self, column: str) -> Callable[[Row], str | None]:
        """What `text` gives for rows of one column: quicker for many."""
        place = self.index(column)
        return lambda row: row.cells[place].strip() or None

    def numbers(self, column: str) -> Callable[[Row], Decimal | None]:
        """What `number` gives for rows of one column: quicker for many.

        Scores repeat: the cells seen last are remembered with their numbers.
        """
        place = self.index(column)
        known: dict[str, Decimal | None] = {}

        def number_in(row: Row) -> Decimal | None:
            cell = row.cells[place]
            if cell not in known:
                if len(known) >= _REMEMBERED_CELLS:
                    known.clear()
                known[cell] = self._number(row, place)
            return known[cell]

        return number_in

    def _number(self, row: Row, place: int) -> Decimal | None:
        cell, column = row.cells[place], self.columns[place]
        if is_missing(cell):
            return None
        number = to_number(cell, self.decimal_of(column))
        if number is None:
            raise BadTable(
                "text", where=f"row {row.number}, column {column!r}", expected="a number"
            )
        return number

    def decimal_of(self, column: str) -> str:
        """The decimal mark of a column. Raises BadTable where it cannot be told."""
        place = self.index(column)
        if place in self._numeric:
            return "."
        if self._told_decimal:
            return self._told_decimal
        marks = self._marks.get(place)
        if marks is None:
            return "."
        problem = marks.problem()
        if problem:
            raise BadTable(
                problem[1],
                where=f"row {problem[0]}, column {column!r}",
                expected="one way of writing numbers in a column",
                next_step="Say which in the map: [file] decimal",
            )
        return marks.mark


def read_table(path: Path, how: Reading | None = None) -> Table:
    """The table in a file.

    Raises BadTable where the file cannot be read, is no table whatever its name says, is
    larger than 200 MB, wider than 2000 columns, in mixed encodings, without names or with one
    twice, or has a row that is too short, too long or wrongly quoted; for a Parquet file as
    `parquet_rows`.
    """
    try:
        if not path.is_file():
            raise BadTable("no such file", expected="the path of a CSV or Parquet file")
        return _read(File(path=path), how or Reading())
    except OSError as mistake:
        raise BadTable(
            f"a file that cannot be read ({mistake.strerror})", expected="a CSV or Parquet file"
        ) from mistake


def read_table_bytes(data: bytes, how: Reading | None = None) -> Table:
    """The same for a file that is already in memory (an upload). Raises as `read_table`."""
    return _read(File(data=data), how or Reading())


def _read(file: File, how: Reading) -> Table:
    with file.open() as binary:
        head = binary.read(_HEAD_BYTES)
    if not is_parquet(head):
        refuse_other_kinds(head)
    if file.size() > MAX_FILE_BYTES:
        raise BadTable(
            "a file larger than 200 MB",
            expected="a table of scores or moments",
            next_step="Cut it into several files",
        )
    return _parquet_table(file, how) if is_parquet(head) else _text_table(file, how)


def _text_table(file: File, how: Reading) -> Table:
    rows = text_rows(file, delimiter=how.delimiter, encoding=how.encoding)
    columns = rows.columns()
    count, marks = _look_through(rows, frozenset())
    decimal = _decimal(marks, how)
    return Table(columns, rows.encoding, rows.delimiter, decimal, count, rows, marks, how.decimal)


def _parquet_table(file: File, how: Reading) -> Table:
    rows = parquet_rows(file)
    count, marks = _look_through(rows, rows.dated | rows.numeric)
    decimal = _decimal(marks, how)
    return Table(
        rows.columns, PARQUET, "", decimal, count, rows, marks, how.decimal,
        rows.dated, rows.numeric,
    )  # fmt: skip


def _decimal(marks: dict[int, DecimalMarks], how: Reading) -> str:
    has_comma = any(each.mark == "," for each in marks.values())
    return how.decimal or ("," if has_comma else ".")


def _look_through(rows: Rows, typed: frozenset[int]) -> tuple[int, dict[int, DecimalMarks]]:
    """How many rows hold anything, and how the columns that may hold numbers write them."""
    marks: dict[int, DecimalMarks] = {}
    count = 0
    for number, cells in rows.read():
        count += any(cells)
        for place, cell in enumerate(cells):
            if ("," in cell or "." in cell) and place not in typed:
                marks.setdefault(place, DecimalMarks()).read(cell, number)
    return count, marks


def _check_told(key: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise BadTable(
            f"an unknown {key}", where=key, expected=" or ".join(repr(each) for each in known)
        )


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
