"""What stands in a column, as far as its first rows show: numbers, dates, a few words.

It is for proposing and for showing, never for deciding: what comes in is read from every row, by
the map. Dates are tried in every way of writing them that is known here, and all that fit are
named, so that day and month need not be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from itertools import islice, product

from lacrima.errors import BadTable
from lacrima.formats.dates import to_datetime
from lacrima.formats.numbers import is_missing, to_number
from lacrima.formats.table import Table

MOST_CELLS = 200_000
MOST_ROWS = 1_000
MOST_WORDS = 40
EXAMPLES = 3
ISO = ""
_DAYS = (
    "%d.%m.%Y", "%m.%d.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%Y/%m/%d", "%Y/%d/%m", "%Y.%m.%d", "%d.%m.%y", "%m.%d.%y", "%y.%m.%d",
    "%d/%m/%y", "%m/%d/%y", "%y/%m/%d",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S")
DATE_FORMATS = (ISO, *(day + clock for day, clock in product(_DAYS, _CLOCKS)))
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}(?:[T ].{1,20})?\Z")


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column's first rows.

    examples: the first few different cells. lowest, highest: None where not all cells are
    numbers. words: all different cells, none where there are too many. date_formats: every way
    in which all of its cells can be read as dates ("" is ISO).
    """

    filled: int
    examples: tuple[str, ...]
    words: tuple[str, ...]
    lowest: Decimal | None
    highest: Decimal | None
    is_whole: bool
    date_formats: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """Are all its cells numbers?"""
        return self.lowest is not None

    @property
    def is_date(self) -> bool:
        """Can all its cells be read as dates?"""
        return bool(self.date_formats)


@dataclass(frozen=True, slots=True)
class TableLook:
    """A table's first rows: each column, and those rows themselves."""

    columns: dict[str, ColumnLook]
    rows: tuple[tuple[str, ...], ...]

    def changes_within(self, client: str, column: str) -> bool:
        """Does this column differ between rows of one client?"""
        places = list(self.columns)
        who, what = places.index(client), places.index(column)
        first: dict[str, str] = {}
        for row in self.rows:
            if not is_missing(row[what]) and first.setdefault(row[who], row[what]) != row[what]:
                return True
        return False

    def repeats(self, column: str) -> bool:
        """Does one and the same cell stand in several rows?"""
        place = list(self.columns).index(column)
        cells = [row[place] for row in self.rows if not is_missing(row[place])]
        return len(set(cells)) < len(cells)


def look_at(table: Table) -> TableLook:
    """The first rows of a table: a thousand, or fewer where it is very wide."""
    most = max(20, min(MOST_ROWS, MOST_CELLS // len(table.columns)))
    first = tuple(row.cells for row in islice(table.rows, most))
    looks = {}
    for place, name in enumerate(table.columns):
        look = _look(tuple(row[place] for row in first), _mark_of(table, name))
        looks[name] = replace(look, date_formats=(ISO,)) if table.is_dated(name) else look
    return TableLook(looks, first)


def _mark_of(table: Table, column: str) -> str:
    try:
        return table.decimal_of(column)
    except BadTable:  # to be asked for; said when the map is tried
        return "."


def _look(cells: tuple[str, ...], decimal: str) -> ColumnLook:
    there = [cell.strip() for cell in cells if not is_missing(cell)]
    different = tuple(dict.fromkeys(there))
    numbers = _all_numbers(different, decimal)
    return ColumnLook(
        filled=len(there),
        examples=different[:EXAMPLES],
        words=different if len(different) <= MOST_WORDS else (),
        lowest=min(numbers) if numbers else None,
        highest=max(numbers) if numbers else None,
        is_whole=all(number == number.to_integral_value() for number in numbers),
        date_formats=() if numbers else fitting_formats(different),
    )


def _all_numbers(cells: Iterable[str], decimal: str) -> list[Decimal]:
    numbers = []
    for cell in cells:
        number = to_number(cell, decimal)
        if number is None:
            return []
        numbers.append(number)
    return numbers


def fitting_formats(cells: Iterable[str]) -> tuple[str, ...]:
    """Every way in which all of these cells can be read as dates; none where there is none.

    >>> fitting_formats(["03.05.2024"]), fitting_formats(["13.05.2024", "14.05.2024"])
    (('%d.%m.%Y', '%m.%d.%Y'), ('%d.%m.%Y',))
    """
    formats: tuple[str, ...] = DATE_FORMATS
    seen = False
    for cell in cells:
        seen = True
        if not _LIKE_A_DATE.match(cell):
            return ()
        formats = tuple(one for one in formats if to_datetime(cell, one or None, UTC))
        if not formats:
            return ()
    return formats if seen else ()
