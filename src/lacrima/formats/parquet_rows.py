"""Rows of a Parquet file, read by DuckDB in memory alone: nothing is written, nothing fetched.

Cells become the text that a CSV of the same table would hold, so that everything above reads one
kind of row: numbers with a point, ISO dates, `true` and `false`, and an empty cell for null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

import duckdb

from lacrima.errors import BadTable
from lacrima.formats.closed_engine import Room, closed_engine
from lacrima.formats.encoding import MAX_LINE_BYTES
from lacrima.formats.rows import MAX_COLUMNS, File, Row, names

Answer = TypeVar("Answer")

MAX_ROWS = 2_000_000
MAX_CELLS = 100_000_000
MAX_TEXT_BYTES = 400_000_000
_AT_ONCE = 2_048
_MIDNIGHT = time()
_ROWS = "SELECT * FROM read_parquet('memory://table.parquet')"
_KINDS = "DESCRIBE SELECT * FROM read_parquet('memory://table.parquet')"
_SIZES = (
    "SELECT max(strlen(COLUMNS(*)::VARCHAR)), sum(strlen(COLUMNS(*)::VARCHAR)) "
    "FROM read_parquet('memory://table.parquet')"
)
_COUNT = "SELECT num_rows FROM parquet_file_metadata('memory://table.parquet')"
MEMORY_LIMIT = "512MB"
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE",
)  # fmt: skip
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_OTHERS = ("VARCHAR", "BOOLEAN", "TIME", "UUID", "NULL", '"NULL"', "TIMESTAMP WITH TIME ZONE")
_NESTED = {"[": "a list", "STRUCT": "a structure", "MAP": "a map", "UNION": "a union"}


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """A Parquet file whose columns are all plain.

    dated, numeric: the places of the columns that are dates, and numbers, by their type.
    """

    file: File
    columns: tuple[str, ...]
    dated: frozenset[int]
    numeric: frozenset[int]
    _days: frozenset[int]

    def read(self) -> Iterator[Row]:
        """The rows, counted as a spreadsheet with the names in row 1 would count them."""
        as_text = [_day_text if place in self._days else _text for place in range(self.width)]
        for number, values in enumerate(_values(self.file), start=2):
            cells = tuple(
                "" if value is None else said(value)
                for said, value in zip(as_text, values, strict=True)
            )
            yield Row(number, cells)

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.columns)


def parquet_rows(file: File) -> ParquetRows:
    """The rows of a Parquet file.

    Raises BadTable for a damaged one, a column of lists, structures or bytes (naming it), more
    than two million rows, more than 400 MB of text, and what would not fit into the memory that
    is given to it.
    """
    with _opened(file) as connection:
        described = _asked(connection, _KINDS).fetchall()
        rows = sum(int(count) for (count,) in _asked(connection, _COUNT).fetchall())
    columns = names(tuple(str(one[0]) for one in described))
    kinds = [str(one[1]) for one in described]
    _check_size(rows, len(columns))
    for name, kind in zip(columns, kinds, strict=True):
        _check_kind(name, kind)
    with _opened(file) as connection:
        _check_text(columns, _asked(connection, _SIZES).fetchall()[0])
    dated = frozenset(place for place, kind in enumerate(kinds) if kind in _DATES)
    numeric = frozenset(place for place, kind in enumerate(kinds) if _is_number(kind))
    return ParquetRows(file, columns, dated, numeric, _whole_days(file, dated))


def _opened(file: File) -> duckdb.DuckDBPyConnection:
    return closed_engine(Room(table=file.all()), memory_limit=MEMORY_LIMIT, threads=1)


def _asked(connection: duckdb.DuckDBPyConnection, question: str) -> duckdb.DuckDBPyConnection:
    return _or_damaged(lambda: connection.execute(question))


def _or_damaged(work: Callable[[], Answer]) -> Answer:
    """DuckDB's own message is left out: it may repeat what stands in the file."""
    try:
        return work()
    except duckdb.OutOfMemoryException:
        raise BadTable(
            "a Parquet file that needs more memory than it is given",
            expected="at most 512 MB",
            next_step="Cut it into several files, or save it as CSV (UTF-8)",
        ) from None
    except (duckdb.Error, UnicodeDecodeError, OverflowError):
        raise BadTable(
            "a Parquet file that is damaged, cut short, or written in a way that is not known here",
            expected="a whole Parquet file",
            next_step="Write the file again, or save the table as CSV (UTF-8)",
        ) from None


def _values(file: File) -> Iterator[tuple[Any, ...]]:
    with _opened(file) as connection:
        answer = _asked(connection, _ROWS)
        while some := _or_damaged(lambda: answer.fetchmany(_AT_ONCE)):
            yield from some


def _is_number(kind: str) -> bool:
    return kind in _NUMBERS or kind.startswith("DECIMAL")


def _check_kind(name: str, kind: str) -> None:
    if _is_number(kind) or kind in _DATES or kind in _OTHERS:
        return
    nested = (said for mark, said in _NESTED.items() if kind.startswith(mark) or mark in kind)
    raise BadTable(
        f"{next(nested, 'a kind of value that is no text, number or date')} in each cell",
        where=f"column {name!r}",
        expected="one plain value a cell: text, a number, a date, yes or no",
        next_step="Write the file again with a column for each value",
    )


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or rows * columns > MAX_CELLS or columns > MAX_COLUMNS:
        raise BadTable(
            f"{rows} rows and {columns} columns",
            expected=f"at most {MAX_ROWS} rows, {MAX_COLUMNS} columns and {MAX_CELLS} cells",
            next_step="Cut it into several files",
        )


def _check_text(columns: tuple[str, ...], sizes: tuple[Any, ...]) -> None:
    """Refuse, before a row is read, what a few kilobytes of file would unpack to.

    sizes: the longest text of each column, then the length of all its texts together, in bytes.
    """
    longest, total = sizes[: len(columns)], sizes[len(columns) :]
    for name, size in zip(columns, longest, strict=True):
        if (size or 0) > MAX_LINE_BYTES:
            raise BadTable(
                "a text of more than a million characters",
                where=f"column {name!r}",
                expected="shorter texts",
            )
    if sum(int(size or 0) for size in total) > MAX_TEXT_BYTES:
        raise BadTable(
            "a file that unpacks to more than 400 MB of text",
            expected="a table of scores or moments",
            next_step="Cut it into several files",
        )


def _whole_days(file: File, dated: frozenset[int]) -> frozenset[int]:
    """Columns of dates in which no time stands: programs write a day as its midnight."""
    days = set(dated)
    if not days:
        return frozenset()
    for values in _values(file):
        days -= {place for place in days if _has_time(values[place])}
        if not days:
            break
    return frozenset(days)


def _has_time(value: Any) -> bool:
    return isinstance(value, datetime) and value.time() != _MIDNIGHT


def _day_text(value: Any) -> str:
    """DuckDB hands out as text a day that no calendar of Python's has, such as the year 20000."""
    return value if isinstance(value, str) else str(value.isoformat()[:10])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return _moment_text(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _moment_text(value: datetime) -> str:
    moment = value.astimezone(UTC) if value.tzinfo else value
    return moment.replace(microsecond=0).isoformat()
