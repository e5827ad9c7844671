"""Reads a TOML file strictly: every key known, every type right, every mistake with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from lacrima.errors import BadInput

Value = TypeVar("Value")
LARGEST_NUMBER = 1e9

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_BARE = r"[A-Za-z0-9_-]+(?:[ \t]*\.[ \t]*[A-Za-z0-9_-]+)*"
_KEY = re.compile(rf"""^\s*(?:"([^"]+)"|'([^']+)'|({_BARE}))\s*=""")
_WORDS: dict[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list in square brackets",
    dict: "a table",
}


class Section:
    """One table of a TOML file, read key by key; what is left over at the end is a mistake.

    `error` is the class of our own error tree that mistakes are raised as.
    """

    def __init__(
        self, values: dict[str, Any], *, path: str, source: Source, error: type[BadInput]
    ) -> None:
        """Hold the values of the table at `path` (such as `item[2]`)."""
        self._left = dict(values)
        self._path = path
        self._source = source
        self._error = error

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet read."""
        return key in self._left

    def kind_of(self, key: str) -> type | None:
        """The kind of a value that is there and not yet read, where a key takes several kinds."""
        return type(self._left[key]) if key in self._left else None

    def keys(self) -> list[str]:
        """The keys not yet read, in the order of the file."""
        return list(self._left)

    def where(self, key: str = "") -> str:
        """File, line and name of a key (or of the table itself)."""
        name = f"{self._path}.{key}" if self._path and key else self._path or key
        return f"{self._source.name}, line {self._source.line_of(self._path, key)}, {name}"

    def refuse(self, key: str, found: str, expected: str) -> BadInput:
        """The error for a wrong value, to be raised by the caller."""
        return self._error(found, where=self.where(key), expected=expected)

    def need(self, key: str, kind: type[Value]) -> Value:
        """The value of a key that must be there."""
        value = self.take(key, kind)
        if value is None:
            raise self.refuse(key, "the key is missing", _WORDS[kind])
        return value

    def take(self, key: str, kind: type[Value]) -> Value | None:
        """The value of a key that may be there. A whole number will do for a number."""
        if key not in self._left:
            return None
        value = self._left.pop(key)
        if kind is float and type(value) in {int, float}:
            if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
                raise self.refuse(key, "a number out of all bounds", "a number below a billion")
            value = float(value)
        if type(value) is not kind:
            raise self.refuse(key, f"{_word_for(value)}", _WORDS[kind])
        return value

    def number_or_text(self, key: str) -> int | str | None:
        """A whole number or a text, where a key takes either."""
        value = self._left.pop(key, None)
        if value is not None and type(value) not in {int, str}:
            raise self.refuse(key, _word_for(value), "a whole number, or text in quotation marks")
        return cast("int | str | None", value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is missing."""
        values = self.take(key, list) or []
        if not all(isinstance(value, str) and value for value in values):
            raise self.refuse(key, "a list that does not hold text alone", "a list of texts")
        return tuple(values)

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        """A text that must be one of a few words."""
        value = self.need(key, str)
        if value not in choices:
            raise self.refuse(key, f"the word {value!r}", " or ".join(choices))
        return value

    def section(self, key: str) -> Section | None:
        """A table inside this one."""
        values = self.take(key, dict)
        return None if values is None else self._inner(values, key)

    def sections(self, key: str) -> Iterator[Section]:
        """A list of tables inside this one, `[[key]]`."""
        values = self.take(key, list) or []
        for place, each in enumerate(values):
            if not isinstance(each, dict):
                raise self.refuse(key, f"{_word_for(each)} in the list", "a list of tables")
            yield self._inner(each, f"{key}[{place}]")

    def named_sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """Tables with names of their own, `[key.name]`."""
        values = self.take(key, dict) or {}
        for name, each in values.items():
            if not isinstance(each, dict):
                raise self.refuse(key, f"{_word_for(each)} at {name!r}", "a table")
            yield name, self._inner(each, f"{key}.{name}")

    def done(self, known: str = "") -> None:
        """Refuse any key that nobody asked for."""
        for key in self._left:
            raise self.refuse(key, f"the unknown key {key!r}", known or "only documented keys")

    def _inner(self, values: dict[str, Any], name: str) -> Section:
        path = f"{self._path}.{name}" if self._path else name
        return Section(values, path=path, source=self._source, error=self._error)


class Source:
    """The text of a TOML file, which knows on what line a key stands."""

    def __init__(self, text: str, name: str) -> None:
        """Look through the text once and note where tables and keys stand."""
        self.name = name
        self._lines = dict(_places(text))

    def line_of(self, path: str, key: str) -> int:
        """The line of a key, else of its table, else of the file's beginning."""
        found = self._lines.get((path, key)) or self._lines.get((path, ""))
        if found or not path:
            return found or 1
        above, _, name = path.rpartition(".")  # a table in braces has no line of its own
        return self.line_of(above, name)


def read(text: str, *, name: str, error: type[BadInput]) -> Section:
    """The whole file as a section. Raises `error` with file and line where it is no TOML."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as mistake:
        raise error(
            f"a mistake in the TOML ({mistake})", where=name, expected="a valid TOML file"
        ) from mistake
    except (RecursionError, ValueError):  # ValueError: a whole number of thousands of digits
        raise error(
            "values nested without end, or a number without end",
            where=name,
            expected="a valid TOML file",
        ) from None
    return Section(values, path="", source=Source(text, name), error=error)


def decode(data: bytes, *, name: str, error: type[BadInput]) -> str:
    """The file's text. Raises `error` where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        line = data[: mistake.start].count(b"\n") + 1
        raise error(
            "bytes that are not UTF-8 text", where=f"{name}, line {line}", expected="UTF-8 text"
        ) from mistake


def _places(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    path, counts = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header and not key:
            path = _path_of(header[2], counts, is_list=header[1] == "[[")
            yield (path, ""), number
        elif key:
            dotted, _, name = (key[3] or "").replace(" ", "").rpartition(".")
            inner = ".".join(filter(None, (path, dotted)))
            yield (inner, key[1] or key[2] or name), number


def _path_of(header: str, counts: dict[str, int], *, is_list: bool) -> str:
    """`scale.choice` as `scale[1].choice[0]`: the latest of each list of tables above it."""
    *above, last = header.replace('"', "").replace("'", "").split(".")
    path = ""
    for name in above:
        path = f"{path}.{name.strip()}" if path else name.strip()
        if path in counts:
            path = f"{path}[{counts[path]}]"
    path = f"{path}.{last.strip()}" if path else last.strip()
    if not is_list:
        return path
    counts[path] = counts.get(path, -1) + 1
    return f"{path}[{counts[path]}]"


def _word_for(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a whole number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")
