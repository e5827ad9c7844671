"""Reads JSON strictly: each key once, no NaN, numbers of a sane size, not too deep."""

from __future__ import annotations

import codecs
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from lacrima.errors import BadForm

MAX_BYTES = 50_000_000
MAX_DEPTH = 100
_MAX_DIGITS = 40


class _Refused(ValueError):
    """What the JSON holds and may not, on its way out of the parser."""


def to_text(data: bytes) -> str:
    """The text of a JSON file in UTF-8 or, where its mark says so, UTF-16."""
    if len(data) > MAX_BYTES:
        raise BadForm(
            f"a file larger than {MAX_BYTES // 1_000_000} MB",
            expected="answers of one practice",
            next_step="Cut it into several files, or give it as one resource a line (ndjson)",
        )
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as mistake:
        line = data[: mistake.start].count(b"\n") + 1
        raise BadForm(
            "bytes that are no UTF-8 text", where=f"line {line}", expected="JSON in UTF-8"
        ) from mistake


def read_json(text: str, *, line: int = 0) -> Any:
    """The values in a JSON text; numbers with a fraction as Decimal.

    line: where the text stands in a file with one value a line; 0 for a whole file. Raises
    BadForm for what is no JSON, a key that stands twice in one object, NaN and infinity, numbers
    of more than 40 digits, and anything nested deeper than 100.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_each_key_once,
            parse_constant=_no_number,
            parse_float=_decimal,
            parse_int=_whole,
        )
    except json.JSONDecodeError as mistake:
        raise BadForm(
            "text that is no JSON",
            where=f"line {line or mistake.lineno}, character {mistake.colno}",
            expected="valid JSON",
        ) from mistake
    except _Refused as mistake:
        raise BadForm(str(mistake), where=_where(line), expected="valid JSON") from mistake
    except RecursionError as mistake:
        raise too_deep(line) from mistake
    _check_depth(value, line)
    return value


def too_deep(line: int = 0) -> BadForm:
    """The refusal of values inside values inside values."""
    return BadForm(
        f"values nested deeper than {MAX_DEPTH}", where=_where(line), expected="a questionnaire"
    )


def _where(line: int) -> str:
    return f"line {line}" if line else ""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a key that stands twice in one object")
    return found


def _no_number(_: str) -> Any:
    raise _Refused("NaN or infinity, which JSON does not know")


def _decimal(digits: str) -> Decimal:
    if len(digits) > _MAX_DIGITS:
        raise _Refused("a number of very many digits")
    try:
        number = Decimal(digits)
    except InvalidOperation:  # an exponent of many digits
        raise _Refused("a number out of all bounds") from None
    if not -_MAX_DIGITS < number.adjusted() < _MAX_DIGITS:
        raise _Refused("a number out of all bounds")
    return number


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _Refused("a number of very many digits")
    return int(digits)


def _check_depth(value: Any, line: int) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise too_deep(line)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, dict | list)]
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict | list)]
    return []
