"""What stands in a table that leaves: columns with kind, meaning, unit, words and missing rule.

The same values say how a cell is written, how it is read again, and what the data dictionary
tells about it: there is no second list that could differ.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lacrima.errors import OurFault

Cell = Any  # a value of the column's kind, or None where there is none
Record = Mapping[str, Cell]


class Kind(StrEnum):
    """What a cell holds."""

    ID = "id"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    INSTANT = "instant"
    JSON = "json"


KIND_SENTENCES: Mapping[Kind, str] = {
    Kind.ID: "an id without meaning, 32 hexadecimal digits (or a pseudonym)",
    Kind.TEXT: "text, UTF-8; an empty text says that nothing was written",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a decimal number with a point, exact to four places",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a day, YYYY-MM-DD",
    Kind.TIME: "a time of day, HH:MM:SS",
    Kind.INSTANT: "a moment in UTC, ISO 8601 with microseconds",
    Kind.JSON: "a list or an object, as JSON",
}

NEVER_MISSING = "never missing"
EMPTY = "empty where it is not known; never 0 in its place"
EMPTY_TEXT = "empty where nothing was said"


@dataclass(frozen=True, slots=True)
class Word:
    """One allowed value and what it means."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what it holds and means, and what an empty cell says."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    words: tuple[Word, ...] = ()
    missing: str = NEVER_MISSING
    minimum: int | None = None
    maximum: int | None = None
    points_to: str = ""
    coarsened: str = ""

    @property
    def may_be_missing(self) -> bool:
        """Whether a cell may hold nothing. Text is never missing, only empty."""
        return self.missing == EMPTY

    def as_json(self) -> dict[str, Any]:
        """For the data dictionary; what is not said is left out."""
        told: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind.value,
            "meaning": self.meaning,
            "missing": self.missing,
        }
        more = {
            "unit": self.unit,
            "words": {word.value: word.meaning for word in self.words},
            "minimum": self.minimum,
            "maximum": self.maximum,
            "points_to": self.points_to,
            "coarsened": self.coarsened,
        }
        return told | {key: value for key, value in more.items() if value not in ("", None, {})}


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its name, what a row is, its columns."""

    name: str
    a_row_is: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Refuse a column twice: the names are the contract."""
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise OurFault("a column twice in the shape of a table", where=self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def as_json(self) -> dict[str, Any]:
        """For the data dictionary."""
        columns = [column.as_json() for column in self.columns]
        return {"table": self.name, "a_row_is": self.a_row_is, "columns": columns}


@dataclass(frozen=True, slots=True)
class TableOut:
    """A table with its rows, each a mapping from every column's name to its value."""

    shape: Shape
    rows: tuple[Record, ...]


HEAD = (
    "table", "column", "kind", "meaning", "unit", "allowed", "minimum", "maximum", "missing",
    "points_to", "coarsened",
)  # fmt: skip


def dictionary_json(shapes: Iterable[Shape]) -> bytes:
    """The data dictionary for programs."""
    told = {
        "schema": "lacrima.dictionary/1",
        "kinds": {kind.value: KIND_SENTENCES[kind] for kind in Kind},
        "tables": [shape.as_json() for shape in shapes],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def dictionary_csv(shapes: Iterable[Shape]) -> bytes:
    """The data dictionary for people and spreadsheets: one row a column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for shape in shapes:
        writer.writerows(_line(shape, column) for column in shape.columns)
    return text.getvalue().encode()


def _line(shape: Shape, column: Column) -> list[str]:
    allowed = " | ".join(f"{word.value}, {word.meaning}" for word in column.words)
    limits = ("" if limit is None else str(limit) for limit in (column.minimum, column.maximum))
    return [
        shape.name,
        column.name,
        column.kind.value,
        column.meaning,
        column.unit,
        allowed,
        *limits,
        column.missing,
        column.points_to,
        column.coarsened,
    ]
