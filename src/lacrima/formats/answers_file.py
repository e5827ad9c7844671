"""Reads a file of filled questionnaires, whatever it is: a table, plain JSON, or FHIR.

What it is, its first letter says, and not its name: `{` or `[` is JSON, `<` is XML, all else is
a table.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from lacrima.errors import BadForm
from lacrima.formats.fhir.reading import read_fhir
from lacrima.formats.fhir.xml_in import read_xml
from lacrima.formats.filled.forms import Filled
from lacrima.formats.filled.from_json import read_plain
from lacrima.formats.filled.from_table import Report, read_table_of_items
from lacrima.formats.filled.json_text import MAX_BYTES, read_json, to_text
from lacrima.formats.table import read_table, read_table_bytes
from lacrima.instruments.definition import Instrument

MAX_HANDED_OVER_BYTES = 200_000_000
_HEAD_BYTES = 4_096
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_answers(
    source: Path | bytes,
    instrument: Instrument,
    *,
    person: str | None = None,
    on_progress: Report | None = None,
) -> Filled:
    """The filled questionnaires in a file, or in bytes that were handed over.

    person: of a table, the column that says who. Raises BadForm, BadTable or OutOfRange, which
    say where, and never what an answer was.
    """
    kind = _kind(_beginning(source, _HEAD_BYTES))
    if kind == "table":
        table = read_table_bytes(source) if isinstance(source, bytes) else read_table(source)
        return read_table_of_items(table, instrument, person=person, on_progress=on_progress)
    if person is not None:
        raise BadForm(
            "a column, and a file that is no table", where="--person", expected="a CSV file"
        )
    data = _beginning(source, MAX_BYTES + 1)
    if kind == "xml":
        return read_fhir([read_xml(data)], instrument)
    values = _values(to_text(data))
    first = next(values, None)
    if _is_resource(first):
        return read_fhir(chain([first], values), instrument)
    more = list(values)
    if isinstance(first, list) and not more and first and all(map(_is_resource, first)):
        return read_fhir(first, instrument)
    return read_plain([first, *more] if more else first, instrument)


def _is_resource(value: Any) -> bool:
    """Whether this is FHIR, and not our own plain form."""
    return isinstance(value, dict) and "resourceType" in value


def _beginning(source: Path | bytes, count: int) -> bytes:
    """At most so many bytes: what comes in may have no end."""
    if isinstance(source, bytes):
        return source[:count]
    try:
        with source.open("rb") as file:
            return file.read(count)
    except OSError as mistake:
        raise _unreadable(mistake) from mistake


def _unreadable(mistake: OSError) -> BadForm:
    return BadForm(
        f"a file that cannot be read ({mistake.strerror})", expected="CSV, JSON, or FHIR in XML"
    )


def _kind(head: bytes) -> str:
    """By the first letter that is not blank, after the mark of an encoding."""
    mark = next((mark for mark in _MARKS if head.startswith(mark)), b"")
    first = head[len(mark) :].replace(b"\x00", b"").lstrip()[:1]
    return {b"{": "json", b"[": "json", b"<": "xml"}.get(first, "table")


def _values(text: str) -> Iterator[Any]:
    """The one value of a JSON text; or, where its first line is whole, one value a line."""
    lines = enumerate(text.split("\n"), start=1)
    filled = [(number, line) for number, line in lines if line.strip()]
    if len(filled) > 1 and _is_whole(filled[0][1]):
        yield from (read_json(line, line=number) for number, line in filled)
    else:
        yield read_json(text)


def _is_whole(line: str) -> bool:
    """Whether a line is an object by itself."""
    if not line.strip().startswith("{"):
        return False
    try:
        read_json(line)
    except BadForm:
        return False
    return True
