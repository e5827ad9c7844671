"""Reads from a map how its keys are told: a column, a fixed value, a translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lacrima.errors import BadMap
from lacrima.formats.dates import problem_with_format
from lacrima.formats.told import Sort, Told, Value, Wanted, understood
from lacrima.strict_toml import Section

_MOST_SEPARATOR = 3
_WORD = frozenset({str, int, bool})


def told(section: Section, key: str, wanted: Wanted) -> Told | None:
    """How a key is told; None where it is not there. Raises BadMap with file and line."""
    kind = section.kind_of(key)
    if kind is None:
        return None
    where = section.where(key)
    if kind is str:
        return Told(wanted, where, column=section.need(key, str))
    if kind is not dict:
        return Told(wanted, where, fixed=_plain_fixed(section, key, kind, wanted))
    inner = section.section(key)
    if inner is None:
        raise TypeError("a table that is there and is not there")
    return _in_braces(inner, wanted, where)


def all_told(section: Section, wanted: Mapping[str, Wanted]) -> dict[str, Told]:
    """All of these keys that the section has."""
    found = {key: told(section, key, one) for key, one in wanted.items()}
    return {key: one for key, one in found.items() if one is not None}


def date_told(section: Section) -> tuple[str | None, str | None]:
    """A column of dates and how they are written, where the section has one."""
    date, date_format = section.take("date", str), section.take("date_format", str)
    if date_format is not None:
        problem = "a date_format without a date" if date is None else ""
        problem = problem or problem_with_format(date_format)
        if problem:
            raise BadMap(problem, where=section.where("date_format"), expected='such as "%d.%m.%Y"')
    return date, date_format


def _plain_fixed(section: Section, key: str, kind: type, wanted: Wanted) -> Value:
    value: Any = section.take(key, kind)
    said = {True: "yes", False: "no"}[value] if kind is bool else str(value)
    fixed = understood(wanted, said) if kind in {int, bool} else None
    if fixed is None:
        raise section.refuse(
            key, "a value that does not fit here", f"a column's name, or {wanted.expected}"
        )
    return fixed


def _in_braces(inner: Section, wanted: Wanted, where: str) -> Told:
    ways = [way for way in ("is", "column", "columns") if inner.has(way)]
    if len(ways) != 1:
        raise inner.refuse(
            "", "not exactly one way to find the value", "one of is, column, columns"
        )
    if ways == ["is"]:
        fixed = _fixed(inner, wanted)
        inner.done("is")
        return Told(wanted, where, fixed=fixed)
    columns = _columns(inner, wanted) if ways == ["columns"] else {}
    column = None if columns else inner.need("column", str)
    values = _values(inner, Wanted(Sort.YES_NO) if columns else wanted)
    separator = "" if columns else inner.take("separator", str) or ""
    if separator and (wanted.sort is not Sort.WORDS or len(separator) > _MOST_SEPARATOR):
        raise inner.refuse(
            "separator", "a separator that cannot be", "a sign between several words"
        )
    inner.done("is, column, columns, values, separator")
    return Told(wanted, where, column, None, values, separator, columns)


def _fixed(inner: Section, wanted: Wanted) -> Value:
    kind = inner.kind_of("is")
    if kind is list and wanted.sort is Sort.WORDS:
        several = [understood(wanted, one) for one in inner.texts("is")]
        if all(isinstance(one, tuple) for one in several) and several:
            chosen = {one[0] for one in several if isinstance(one, tuple)}
            return tuple(one for one in wanted.words if one in chosen)
        raise inner.refuse("is", "a word that is not known here", wanted.expected)
    if kind is not str:
        return _plain_fixed(inner, "is", kind or str, wanted)
    fixed = understood(wanted, inner.need("is", str))
    if fixed is None:
        raise inner.refuse("is", "a word that is not known here", wanted.expected)
    return fixed


def _columns(inner: Section, wanted: Wanted) -> dict[str, str]:
    if wanted.sort is not Sort.WORDS:
        raise inner.refuse("columns", "columns for a single value", "column =")
    several = _table(inner, "columns")
    known = [name for name in wanted.words if several.has(name)]
    columns = {name: several.need(name, str) for name in known}
    several.done(", ".join(wanted.words))
    if not columns:
        raise inner.refuse("columns", "no columns", "a column for each word")
    return columns


def _values(inner: Section, wanted: Wanted) -> dict[str, str]:
    """Their words in small letters, and ours; each of ours must be one."""
    if not inner.has("values"):
        return {}
    table = _table(inner, "values")
    values: dict[str, str] = {}
    every = table.keys()
    for theirs in every:
        kind = table.kind_of(theirs) or str
        ours = str(table.take(theirs, kind))
        if wanted.sort is Sort.TEXT or kind not in _WORD or understood(wanted, ours) is None:
            raise table.refuse(theirs, "no word of ours to translate it into", wanted.expected)
        if values.setdefault(theirs.strip().casefold(), ours) != ours:
            raise table.refuse(theirs, "a word that is translated twice", "each word once")
    return values


def _table(inner: Section, key: str) -> Section:
    table = inner.section(key)
    if table is None:
        raise inner.refuse(key, "the key is missing", "a table")
    return table
