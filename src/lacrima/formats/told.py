"""How a map says where a value stands, and the reading of that value from a row.

Words are ours or translated by the map; nothing is guessed. A refusal names row, column and what
would do, never what stands in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from lacrima.errors import BadTable
from lacrima.formats.numbers import is_missing
from lacrima.formats.rows import Row
from lacrima.formats.table import Table

Value = str | int | bool | Decimal | tuple[str, ...]
MAX_TEXT_CHARACTERS = 100_000
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")


class Sort(StrEnum):
    """The sorts of value that a cell may hold."""

    WORD = "word"
    WORDS = "words"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    WHETHER = "whether"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a key takes: one of these words, several of them, a number in a range, yes or no."""

    sort: Sort
    words: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    @property
    def expected(self) -> str:
        """For a message."""
        said = {
            Sort.WORD: f"one of {', '.join(self.words)}",
            Sort.WORDS: f"one or more of {', '.join(self.words)}",
            Sort.WHOLE: f"a whole number, {self.low} to {self.high}",
            Sort.NUMBER: f"{self.low} to {self.high}",
            Sort.YES_NO: "yes or no",
            Sort.WHETHER: "yes or no, or a number",
            Sort.TEXT: f"text of at most {self.high} characters",
        }
        return said[self.sort]


def word(words: type[Enum] | tuple[str, ...]) -> Wanted:
    """One word of a list."""
    return Wanted(Sort.WORD, _values(words))


def words(several: type[Enum]) -> Wanted:
    """Several words of a list."""
    return Wanted(Sort.WORDS, _values(several))


def whole(low: int, high: int) -> Wanted:
    """A whole number."""
    return Wanted(Sort.WHOLE, low=low, high=high)


def number(low: int, high: int) -> Wanted:
    """A number that may have decimals."""
    return Wanted(Sort.NUMBER, low=low, high=high)


def text(at_most: int = MAX_TEXT_CHARACTERS) -> Wanted:
    """Free text."""
    return Wanted(Sort.TEXT, high=at_most)


YES_NO = Wanted(Sort.YES_NO)
WHETHER = Wanted(Sort.WHETHER)


def _values(words: type[Enum] | tuple[str, ...]) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else tuple(str(one.value) for one in words)


@dataclass(frozen=True, slots=True)
class Told:
    """Where one value stands: in a column, in a column for each word, or fixed for every row.

    values: the file's words (in small letters) and ours. separator: what stands between several
    words in a cell.
    """

    wanted: Wanted
    where: str
    column: str | None = None
    fixed: Value | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return (self.column,) if self.column is not None else tuple(self.columns.values())

    @property
    def is_number(self) -> bool:
        """Whether its column's decimal mark must be known."""
        return self.wanted.sort in {Sort.WHOLE, Sort.NUMBER} and self.column is not None

    @property
    def expected(self) -> str:
        """For a message: what a cell may hold."""
        more = "; or a word that the map translates" if self.values else ""
        is_word = self.wanted.sort in {Sort.WORD, Sort.WORDS} and not self.values
        return self.wanted.expected + (more or ("; or values = in the map" if is_word else ""))


class CellRefused(Exception):
    """A cell that cannot be used, on its way to the list."""

    def __init__(self, column: str, found: str, expected: str) -> None:
        """Where it is, what kind of thing it holds, what would do."""
        self.column = column
        self.found = found
        self.expected = expected


def value_in(told: Told, row: Row, table: Table) -> Value | None:
    """The value that a row holds; None where it holds none. Raises CellRefused."""
    if told.column is None:
        return told.fixed if told.fixed is not None else _ticked(told, row, table)
    cell = table.text(row, told.column)
    if cell is None:
        return None
    if told.wanted.sort is Sort.WORDS:
        return _several(told, cell)
    translated = told.values.get(cell.casefold())
    if translated is None and is_missing(cell):
        return None
    if translated is None and told.wanted.sort in {Sort.WHOLE, Sort.NUMBER}:
        return _in_range(told, _number(row, told.column, table))
    value = understood(told.wanted, cell if translated is None else translated)
    if value is None:
        raise CellRefused(told.column, _found(told.wanted), told.expected)
    return value


def is_filled(told: Told, row: Row, table: Table) -> bool:
    """Whether the row itself says something here (what is fixed does not count)."""
    cells = (table.text(row, column) for column in told.used)
    return any(cell is not None and not is_missing(cell) for cell in cells)


def understood(wanted: Wanted, said: str) -> Value | None:
    """What a word means where this is wanted; None where it means nothing."""
    plain = "_".join(said.casefold().split())
    if wanted.sort is Sort.TEXT:
        return said if len(said) <= wanted.high and "\0" not in said else None
    if wanted.sort in {Sort.YES_NO, Sort.WHETHER}:
        return _yes_or_no(plain, wanted)
    if wanted.sort is Sort.WORDS:
        return (plain,) if plain in wanted.words else None
    if wanted.sort is Sort.WORD:
        return plain if plain in wanted.words else None
    is_in_range = _WHOLE.match(plain) and wanted.low <= int(plain) <= wanted.high
    return int(plain) if is_in_range else None


def _yes_or_no(plain: str, wanted: Wanted) -> bool | None:
    if plain in YES | NO:
        return plain in YES
    is_number = wanted.sort is Sort.WHETHER and plain.replace(".", "", 1).isdecimal()
    return float(plain) > 0 if is_number and plain.isascii() else None


def _several(told: Told, cell: str) -> tuple[str, ...] | None:
    parts = cell.split(told.separator) if told.separator else [cell]
    found = [one for part in parts if (one := _one_word(told, part.strip())) is not None]
    chosen = set(found)
    return tuple(one for one in told.wanted.words if one in chosen) or None


def _one_word(told: Told, part: str) -> str | None:
    translated = told.values.get(part.casefold())
    if translated is None and (not part or is_missing(part)):
        return None
    known = understood(told.wanted, part if translated is None else translated)
    if not isinstance(known, tuple):
        hint = "" if told.separator else "; several in one cell need a separator in the map"
        raise CellRefused(told.column or "", _found(told.wanted), told.expected + hint)
    return known[0]


def _ticked(told: Told, row: Row, table: Table) -> tuple[str, ...] | None:
    """The words whose own columns say yes."""
    return tuple(_yes_words(told, row, table)) or None


def _yes_words(told: Told, row: Row, table: Table) -> Iterator[str]:
    for known in told.wanted.words:
        column = told.columns.get(known)
        cell = table.text(row, column) if column is not None else None
        if column is None or cell is None:
            continue
        said = told.values.get(cell.casefold(), cell)
        answer = None if is_missing(said) else understood(YES_NO, said)
        if answer is None and not is_missing(said):
            raise CellRefused(column, "a word that is not known here", YES_NO.expected)
        if answer:
            yield known


def _number(row: Row, column: str, table: Table) -> Decimal:
    try:
        found = table.number(row, column)
    except BadTable as mistake:
        raise CellRefused(column, mistake.found, mistake.expected) from mistake
    return Decimal(0) if found is None else found


def _in_range(told: Told, value: Decimal) -> int | Decimal:
    column, wanted = told.column or "", told.wanted
    check_range(
        value, column, Decimal(wanted.low), Decimal(wanted.high), is_whole=wanted.sort is Sort.WHOLE
    )
    return int(value) if wanted.sort is Sort.WHOLE else value


def check_range(
    value: Decimal, column: str, low: Decimal, high: Decimal, *, is_whole: bool
) -> None:
    """Go on when a number may stand here; CellRefused otherwise."""
    expected = f"{low} to {high}"
    if value < low:
        raise CellRefused(column, "a number below the minimum", expected)
    if value > high:
        raise CellRefused(column, "a number above the maximum", expected)
    if is_whole and value != value.to_integral_value():
        raise CellRefused(column, "a number with a fraction", f"a whole number, {expected}")


def _found(wanted: Wanted) -> str:
    if wanted.sort is Sort.TEXT:
        return "a text that is too long or holds a sign that is no text"
    return "a word that is not known here"


def as_many(told: Mapping[str, Told], row: Row, table: Table) -> dict[str, Any]:
    """The values of several keys, those left out that say nothing."""
    values = {name: value_in(one, row, table) for name, one in told.items()}
    return {name: value for name, value in values.items() if value is not None}
