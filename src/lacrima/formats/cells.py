"""A cell as text, and back: one exact way of writing each kind, and no other way read.

A text that a spreadsheet would take for a formula gets an apostrophe in front, as does one that
begins with an apostrophe; reading takes it off again, so nothing is lost.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lacrima import strict_json
from lacrima.formats.dictionary import Cell, Kind

FORMULA_BEGINNINGS = "=+-@\t\r'"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?\Z")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
_ZERO_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{6})?\Z")


def to_plain(kind: Kind, value: Cell) -> Any:
    """The value as JSON holds it: numbers and truth as they are, everything else as text."""
    if value is None or kind in {Kind.INTEGER, Kind.BOOLEAN, Kind.JSON}:
        return value
    return to_text(kind, value)


def to_text(kind: Kind, value: Cell) -> str:
    """The one way to write this value; nothing for None."""
    return "" if value is None else _WRITE[kind](value)


def from_plain(kind: Kind, value: Any) -> Cell:
    """Back from what `to_plain` gave. Raises ValueError for anything else."""
    if value is None and kind is not Kind.TEXT:
        return None
    if kind is Kind.JSON:
        return sound(value)
    if kind in {Kind.INTEGER, Kind.BOOLEAN}:
        if type(value) is not (int if kind is Kind.INTEGER else bool):
            raise ValueError
        return value
    if not isinstance(value, str):
        raise ValueError
    return from_text(kind, value)


def from_text(kind: Kind, text: str) -> Cell:
    """Back from what `to_text` gave; None where it is empty (an empty text for texts).

    Raises ValueError for anything that `to_text` would not have written.
    """
    if not text:
        return "" if kind is Kind.TEXT else None
    return _READ[kind](text)


def sound(value: Any) -> Any:
    """A value whose texts are texts: no zero bytes, no halves of a sign. ValueError otherwise."""
    text = value if isinstance(value, str) else _json(value)
    if "\0" in text or (not isinstance(value, str) and _ZERO_IN_JSON.search(text)):
        raise ValueError
    text.encode()  # UnicodeEncodeError is a ValueError
    return value


def guarded(text: str) -> str:
    """A text as it stands in a CSV: never the beginning of a formula.

    >>> guarded("=1+1"), guarded("'tis"), guarded("a note")
    ("'=1+1", "''tis", 'a note')
    """
    return f"'{text}" if text[:1] and text[0] in FORMULA_BEGINNINGS else text


def unguarded(text: str) -> str:
    """Back from `guarded`. Raises ValueError where the apostrophe is missing."""
    if text.startswith("'"):
        return text[1:]
    if text[:1] and text[0] in FORMULA_BEGINNINGS:
        raise ValueError
    return text


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WRITE: dict[Kind, Callable[[Any], str]] = {
    Kind.ID: str,
    Kind.TEXT: str,
    Kind.INTEGER: str,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.DATE: lambda value: value.isoformat(),
    Kind.TIME: lambda value: value.isoformat(),
    Kind.INSTANT: _instant,
    Kind.JSON: _json,
}


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.match(text):
        raise ValueError
    return text


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError
    return text == "true"


def _day(text: str) -> dt.date:
    if len(text) != len("2026-03-10"):
        raise ValueError
    return dt.date.fromisoformat(text)


def _read_instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(_matching(_INSTANT, text))


def _read_json(text: str) -> Any:
    return sound(strict_json.read(text))


_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.ID: lambda text: _matching(_ID, text),
    Kind.TEXT: sound,
    Kind.INTEGER: lambda text: int(_matching(_INTEGER, text)),
    Kind.DECIMAL: lambda text: Decimal(_matching(_DECIMAL, text)),
    Kind.BOOLEAN: _truth,
    Kind.DATE: _day,
    Kind.TIME: lambda text: dt.time.fromisoformat(_matching(_TIME, text)),
    Kind.INSTANT: _read_instant,
    Kind.JSON: _read_json,
}
