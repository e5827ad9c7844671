"""Columns as a model needs them: numbers, or words with a code for each row.

They come from arrays (`columns_of_arrays`) or from a table of a file (`columns_of_table`). A
missing value is NaN among numbers and the code -1 among words; nothing is filled in.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lacrima.analyses.tables import RowOf, TableLike
from lacrima.errors import BadInput, BadTable
from lacrima.stats.numbers import Numbers

Codes = npt.NDArray[np.int64]
MISSING = -1
FIRST_ROW = 2  # as a spreadsheet counts: the names stand in row 1


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: code c of a row is the word levels[c], -1 where it is missing.

    The levels are in the order of their letters; where all of them are whole numbers, of these.
    """

    codes: Codes
    levels: tuple[str, ...]


ColumnOf: TypeAlias = Numbers | Words
Columns: TypeAlias = Mapping[str, ColumnOf]


def columns_of_arrays(
    arrays: Mapping[str, Any], *, names: Iterable[str], ids: Collection[str]
) -> Columns:
    """The named columns out of arrays, one value a row.

    Whole numbers, decimals, yes and no are numbers; strings are words; what says a group (`ids`)
    is words whatever it is. Missing: NaN, None, an empty string. Raises BadInput for a name that
    is not there, columns of different length, infinite values, or words among numbers.

    >>> found = columns_of_arrays({"x": [1, 2], "who": [7, 10]}, names=["x", "who"], ids=["who"])
    >>> found["x"].tolist(), found["who"].levels
    ([1.0, 2.0], ('7', '10'))
    """
    found = {name: _column(name, _there(arrays, name), is_id=name in ids) for name in names}
    lengths = {len(each.codes if isinstance(each, Words) else each) for each in found.values()}
    if len(lengths) > 1:
        raise BadInput("columns of different length", where="columns", expected="one value a row")
    return found


def _there(arrays: Mapping[str, Any], name: str) -> Any:
    if name not in arrays:
        raise BadInput(
            f"no column {name!r}", where="formula", expected=f"one of {', '.join(arrays)}"
        )
    return arrays[name]


def _column(name: str, values: Any, *, is_id: bool) -> ColumnOf:
    if hasattr(values, "codes") and hasattr(values, "levels"):
        return Words(np.asarray(values.codes, dtype=np.int64), tuple(values.levels))
    array = np.asarray(values, dtype=None if hasattr(values, "dtype") else object)
    if array.ndim != 1:
        raise BadInput("not one row of values", where=name, expected="one value a row")
    if array.dtype.kind in "OUS":
        return _of_objects(name, array, is_id=is_id)
    if array.dtype.kind not in "biuf":
        raise BadInput("neither numbers nor words", where=name, expected="numbers or strings")
    return _ids_of_numbers(array) if is_id else finite(name, array.astype(np.float64))


def _of_objects(name: str, array: npt.NDArray[Any], *, is_id: bool) -> ColumnOf:
    values = array.tolist()
    is_word = [isinstance(value, str) and value != "" for value in values]
    if is_id or all(map(_is_missing_or_word, values)):
        texts = [None if _is_missing(value) else _text(value) for value in values]
        return words(texts) if is_id or any(is_word) else np.full(len(values), np.nan)
    if any(is_word):
        raise _mixed(name, is_word.index(True) + FIRST_ROW)
    try:
        return finite(name, np.array([np.nan if v is None else v for v in values], np.float64))
    except (TypeError, ValueError):
        raise BadInput(
            "neither numbers nor words", where=name, expected="numbers or strings"
        ) from None


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _is_missing_or_word(value: Any) -> bool:
    return isinstance(value, str) or value is None


def _text(value: Any) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)


def finite(name: str, values: Numbers) -> Numbers:
    """The numbers, where none is infinite. Raises BadInput."""
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0]) + FIRST_ROW
        raise BadInput("an infinite value", where=f"row {row}, column {name!r}", expected="numbers")
    return values


def words(texts: Iterable[str | None]) -> Words:
    """Words as they come, one a row, None where one is missing."""
    first_codes: dict[str, int] = {}
    met = np.fromiter(
        (MISSING if text is None else first_codes.setdefault(text, len(first_codes))
         for text in texts),
        dtype=np.int64,
    )  # fmt: skip
    levels = sorted(first_codes, key=_order_of(first_codes))
    place = np.full(len(levels) + 1, MISSING, dtype=np.int64)  # the last is for the code -1
    place[[first_codes[level] for level in levels]] = np.arange(len(levels))
    return Words(place[met], tuple(levels))


def _order_of(levels: Iterable[str]) -> Any:
    are_whole = all(level.isascii() and level.isdigit() for level in levels)
    return (lambda level: (int(level), level)) if are_whole else None


def _ids_of_numbers(array: npt.NDArray[Any]) -> Words:
    is_there = ~np.isnan(array) if array.dtype.kind == "f" else np.ones(len(array), np.bool_)
    levels, codes = np.unique(array[is_there], return_inverse=True)
    found = np.full(len(array), MISSING, dtype=np.int64)
    found[is_there] = codes
    return Words(found, tuple(_text(level) for level in levels.tolist()))


def columns_of_table(
    table: TableLike[RowOf], *, names: Iterable[str], ids: Collection[str]
) -> Columns:
    """The named columns of a table that was read from a file.

    A column is of numbers when every cell that says anything is a number, of words when none is.
    The rows are read once. Raises BadTable for a name that is not there, and, with the row, for
    words among numbers.
    """
    gatherers = {name: _Gatherer(table, name) for name in names}
    for row in table.rows:
        for each in gatherers.values():
            each.take(row)
    return {name: each.column(is_id=name in ids) for name, each in gatherers.items()}


class _Gatherer:
    """One column as its rows come by: each different text is looked at once."""

    def __init__(self, table: TableLike[Any], name: str) -> None:
        self._name = name
        self._text_in, self._number_in = table.texts(name), table.numbers(name)
        self._known: dict[str, float | None] = {}  # None is a word, NaN says that there is none
        self._first_rows: dict[bool, int] = {}  # by whether it is a word
        self._texts: list[str | None] = []

    def take(self, row: Any) -> None:
        text = self._text_in(row)
        if text is not None and text not in self._known:
            found = self._known[text] = _number(self._number_in, row)
            if not _is_nan(found):
                self._first_rows.setdefault(found is None, row.number)
        self._texts.append(text)

    def column(self, *, is_id: bool) -> ColumnOf:
        if is_id:
            missing = {text for text, number in self._known.items() if _is_nan(number)}
            return words(None if text in missing else text for text in self._texts)
        if len(self._first_rows) == 2:
            raise _mixed(self._name, max(self._first_rows.values()))
        if True in self._first_rows:
            return words(text if self._is_word(text) else None for text in self._texts)
        found = [np.nan if text is None else self._known[text] for text in self._texts]
        return np.array(found, dtype=np.float64)

    def _is_word(self, text: str | None) -> bool:
        return text is not None and self._known[text] is None


def _number(number_in: Any, row: Any) -> float | None:
    try:
        number = number_in(row)
    except BadTable as mistake:
        if mistake.found != "text":
            raise
        return None
    return np.nan if number is None else float(number)


def _mixed(name: str, row: int) -> BadTable:
    return BadTable(
        "words and numbers in one column",
        where=f"row {row}, column {name!r}",
        expected="numbers alone, or words alone",
        next_step="Leave the cell empty where there is no number",
    )


def order_of(name: str, column: ColumnOf) -> Numbers:
    """A column that says an order, as numbers: numbers themselves, or dates in the ISO way.

    Raises BadInput for other words.

    >>> order_of("day", words(["2026-01-10", "2026-01-09", None])).tolist()
    [1768003200.0, 1767916800.0, nan]
    """
    if not isinstance(column, Words):
        return column
    try:
        moments = [datetime.fromisoformat(level) for level in column.levels]
    except ValueError:
        raise BadInput(
            "words that are no dates", where=f"column {name!r}", expected="numbers, or 2026-03-31"
        ) from None
    seconds = [each.replace(tzinfo=each.tzinfo or UTC).timestamp() for each in moments]
    return np.array([*seconds, np.nan], dtype=np.float64)[column.codes]
