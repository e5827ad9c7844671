"""Reads a table of text (CSV, TSV) as people really have it: lenient, and never guessing.

The file is read through once before anything is given out, so that a mistake in its last row is
known before its first row is used; rows are then read again one by one, so that a large file
needs little memory. Messages name row and column, never what stands in a cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from lacrima.errors import BadTable
from lacrima.formats.delimiter import DELIMITERS, find_delimiter, said_in_first_line
from lacrima.formats.encoding import ENCODINGS, MAX_LINE_BYTES, find_encoding, too_long
from lacrima.formats.file_kind import refuse_other_kinds
from lacrima.formats.numbers import DecimalMarks, is_missing, to_number

MAX_FILE_BYTES = 200_000_000
MAX_COLUMNS = 2_000
_HEAD_BYTES = 4_096
_REMEMBERED_CELLS = 4_096


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts (the names stand in row 1), and its cells."""

    number: int
    cells: tuple[str, ...]


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

    columns: the names in row 1. encoding, delimiter: as found or told. decimal: the mark that
    the number columns use ("." or ","; "," as soon as one column does). Rows without any text
    are left out; their numbers are kept for the others.
    """

    columns: tuple[str, ...]
    encoding: str
    delimiter: str
    decimal: str
    _file: _File = field(repr=False)
    _marks: dict[int, DecimalMarks] = field(repr=False)
    _told_decimal: str | None = field(repr=False)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the names, read from the file as they are asked for."""
        rows = _records(self._file, self.encoding, self.delimiter)
        next(rows)
        return (row for row in rows if any(row.cells))

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
        if self._told_decimal:
            return self._told_decimal
        marks = self._marks.get(self.index(column))
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


@dataclass(frozen=True, slots=True)
class _File:
    """Bytes that can be opened again and again."""

    path: Path | None = None
    data: bytes = b""

    def open(self) -> BinaryIO:
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    def size(self) -> int:
        return self.path.stat().st_size if self.path else len(self.data)


def read_table(path: Path, how: Reading | None = None) -> Table:
    """The table in a file.

    Raises BadTable where the file cannot be read, is no text table whatever its name says, is
    larger than 200 MB, wider than 2000 columns, in mixed encodings, without names or with one
    twice, or has a row that is too short, too long or wrongly quoted.
    """
    try:
        if not path.is_file():
            raise BadTable("no such file", expected="the path of a CSV file")
        return _read(_File(path=path), how or Reading())
    except OSError as mistake:
        raise BadTable(
            f"a file that cannot be read ({mistake.strerror})", expected="a CSV file"
        ) from mistake


def read_table_bytes(data: bytes, how: Reading | None = None) -> Table:
    """The same for a file that is already in memory (an upload). Raises as `read_table`."""
    return _read(_File(data=data), how or Reading())


def _read(file: _File, how: Reading) -> Table:
    with file.open() as binary:
        refuse_other_kinds(binary.read(_HEAD_BYTES))
        if file.size() > MAX_FILE_BYTES:
            raise BadTable(
                "a file larger than 200 MB",
                expected="a table of scores",
                next_step="Cut it into several files",
            )
        binary.seek(0)
        encoding = find_encoding(binary, told=how.encoding)
    delimiter = how.delimiter or _find_delimiter(file, encoding)
    columns, marks = _look_through(_records(file, encoding, delimiter))
    has_comma = any(each.mark == "," for each in marks.values())
    decimal = how.decimal or ("," if has_comma else ".")
    return Table(columns, encoding, delimiter, decimal, file, marks, how.decimal)


def _find_delimiter(file: _File, encoding: str) -> str:
    with io.TextIOWrapper(file.open(), encoding=encoding, newline="") as text:
        lines = iter(_bounded_lines(text))
        first = next(lines, "")
        said = said_in_first_line(first)
        return said or find_delimiter(chain([first], lines))


def _records(file: _File, encoding: str, delimiter: str) -> Iterator[Row]:
    """Every row, the names first; a leading `sep=` line counts but is not given out."""
    number = 0
    with io.TextIOWrapper(file.open(), encoding=encoding, newline="") as text:
        lines = _bounded_lines(text)
        first = next(lines, "")
        if said_in_first_line(first):
            number = 1
        else:
            lines = chain([first], lines)
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                number += 1
                yield Row(number, tuple(cells))
        except csv.Error as mistake:
            raise BadTable(
                "a quotation mark that does not fit, or a very long cell",
                where=f"row {number + 1}",
                expected='quotation marks around whole cells, doubled ("") inside',
            ) from mistake


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise too_long(number)
        yield line


def _look_through(rows: Iterator[Row]) -> tuple[tuple[str, ...], dict[int, DecimalMarks]]:
    header = next(rows, None)
    columns = _names(header)
    marks: dict[int, DecimalMarks] = {}
    width = len(columns)
    for number, cells in rows:
        if len(cells) != width and any(cells):
            raise BadTable(
                f"{len(cells)} cells", where=f"row {number}", expected=f"{width}, as in row 1"
            )
        for place, cell in enumerate(cells):
            if "," in cell or "." in cell:
                marks.setdefault(place, DecimalMarks()).read(cell, number)
    return columns, marks


def _names(header: Row | None) -> tuple[str, ...]:
    if header is None or not any(cell.strip() for cell in header.cells):
        raise BadTable("no names", where="row 1", expected="a name above each column")
    if len(header.cells) > MAX_COLUMNS:
        raise BadTable(
            f"{len(header.cells)} columns", where="row 1", expected=f"at most {MAX_COLUMNS}"
        )
    columns = tuple(cell.strip() for cell in header.cells)
    for place, name in enumerate(columns, start=1):
        where = f"row 1, column {place}"
        if not name:
            raise BadTable("an empty name", where=where, expected="a name above each column")
        if columns.index(name) != place - 1:
            raise BadTable(f"the name {name!r} twice", where=where, expected="each name once")
    return columns


def _check_told(key: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise BadTable(
            f"an unknown {key}", where=key, expected=" or ".join(repr(each) for each in known)
        )


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
