"""Reads numbers as therapists' files write them: 12.5 or 12,5, and never a guess between."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan"})
_WITH = {
    ".": re.compile(
        r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?\Z"
    ),
    ",": re.compile(
        r"[+-]?(?:[0-9]{1,30}(?:,[0-9]{0,30})?|,[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?\Z"
    ),
}
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+\Z")
_POINT_NUMBER = re.compile(r"[+-]?[0-9]*\.[0-9]+\Z")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no number: empty, NA, N/A, NaN."""
    return cell.strip().casefold() in MISSING


@lru_cache(maxsize=4096)
def to_number(cell: str, decimal: str) -> Decimal | None:
    """The exact number in a cell, or None where it holds none.

    decimal: the decimal mark, "." or ",". Thousands are never parted.

    >>> to_number(" 12,50 ", ",")
    Decimal('12.50')
    >>> to_number("12,50", ".") is None
    True
    """
    bare = cell.strip()
    if not _WITH[decimal].match(bare):
        return None
    return Decimal(bare.replace(",", "."))


class DecimalMarks:
    """What the cells of one column say about its decimal mark."""

    __slots__ = ("first_comma_row", "first_point_row", "is_comma_thousands")

    def __init__(self) -> None:
        """Begin with an unread column."""
        self.first_comma_row = 0
        self.first_point_row = 0
        self.is_comma_thousands = True

    def read(self, cell: str, row: int) -> None:
        """Take note of a cell that holds a comma or a point."""
        bare = cell.strip()
        if _COMMA_NUMBER.match(bare):
            self.first_comma_row = self.first_comma_row or row
            is_three = len(bare.rpartition(",")[2]) == 3 and bare.lstrip("+-")[0] not in "0,"
            self.is_comma_thousands = self.is_comma_thousands and is_three
        elif _POINT_NUMBER.match(bare):
            self.first_point_row = self.first_point_row or row

    def problem(self) -> tuple[int, str] | None:
        """Row and reason why no mark can be told, or None."""
        if self.first_comma_row and self.first_point_row:
            row = max(self.first_comma_row, self.first_point_row)
            return row, "numbers with a decimal comma and numbers with a decimal point"
        if self.first_comma_row and self.is_comma_thousands:
            return self.first_comma_row, "numbers that could be thousands or decimals"
        return None

    @property
    def mark(self) -> str:
        """The column's decimal mark; a point where no cell says otherwise."""
        return "," if self.first_comma_row else "."
