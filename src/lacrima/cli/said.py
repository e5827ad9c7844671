"""What a verb says: one JSON object on standard output, or text for people. Never both.

Progress and errors for people go to standard error. With `--json` an error is a JSON object on
standard output as well, so that a program has one place to read.
"""

from __future__ import annotations

import json
import math
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lacrima.errors import LacrimaError

_ON_A_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_INDENTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=2)


def say(verb: str, result: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Give the result of a verb: as JSON with its schema's name in front, or as text."""
    if as_json:
        _write_json({"schema": f"lacrima.{verb}/1", **result})
    elif text:
        sys.stdout.write(f"{text}\n")


def report(
    error: LacrimaError, *, arguments: Sequence[str], cause: BaseException | None = None
) -> int:
    """Say what went wrong, to a program or to a person; the exit code."""
    if "--json" in arguments:
        _write_json({"schema": "lacrima.error/1", **error.as_json()})
    else:
        sys.stderr.write(f"{error.sentence()}\n")
    if cause is not None and os.environ.get("LACRIMA_TRACEBACK"):
        sys.stderr.write(where_it_came_from(cause))
    return error.exit_code


def where_it_came_from(cause: BaseException) -> str:
    """For developers: the kinds of exceptions and the lines; no values, since they may be words."""
    lines = []
    link: BaseException | None = cause
    while link is not None:
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        for frame in traceback.extract_tb(link.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def _write_json(value: Mapping[str, Any]) -> None:
    members = {
        _json(str(key)): held if isinstance(held, Iterator) else _member(held)
        for key, held in value.items()
    }
    before = "{\n"
    for name, written in members.items():
        sys.stdout.write(f"{before}  {name}: ")
        sys.stdout.writelines([written] if isinstance(written, str) else _streamed(written))
        before = ",\n"
    sys.stdout.write("\n}\n")


def _streamed(elements: Iterator[Any]) -> Iterator[str]:
    """A list that is written as it is made, and never held as a whole.

    Whoever gives it has made sure before that nothing can go wrong on the way.
    """
    before = "["
    for each in elements:
        yield f"{before}\n    {_json(each)}"
        before = ","
    yield "[]" if before == "[" else "\n  ]"


def _member(held: Any) -> str:
    """A value of the object. A list has one element a line, so that a long one is quick to write:
    the library is many times quicker without indenting.
    """
    if isinstance(held, list | tuple) and held:
        elements = ",\n    ".join(_json(each, _ON_A_LINE) for each in held)
        return f"[\n    {elements}\n  ]"
    return _json(held, _INDENTED).replace("\n", "\n  ")


def _json(value: Any, encoder: json.JSONEncoder = _ON_A_LINE) -> str:
    try:
        return encoder.encode(value)
    except (ValueError, TypeError):
        return encoder.encode(without_nan(value))


def without_nan(value: Any) -> Any:
    """The same value with null where a number is no number: JSON knows neither NaN nor infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): without_nan(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(held) for held in value]
    return value
