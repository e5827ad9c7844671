"""Reads JSON strictly: whatever is no JSON, or more than JSON, is one kind of refusal.

Python's own reader knows several: endless depth is no ValueError to it, `Infinity` and a number
too large become a float that no whole number can be made of, the second of two keys wins, and
half of a sign is a text that nobody can write down again.
"""

from __future__ import annotations

import json
import math
from typing import Any


def read(text: str | bytes) -> Any:
    r"""The value of a JSON text.

    Raises ValueError for what is no JSON or no UTF-8, endless depth, NaN and infinity, a key that
    stands twice in one object, and half of a sign (a lone surrogate).

    >>> read('{"a": [1, 2]}')
    {'a': [1, 2]}
    >>> read("[Infinity]")
    Traceback (most recent call last):
    ...
    ValueError: no number of JSON
    """
    try:
        value = json.loads(
            text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_each_key_once
        )
        if _may_hold_half_a_sign(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("endless depth") from None
    return value


def _no_number(_name: str) -> Any:
    raise ValueError("no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key twice in one object")
    return told


def _may_hold_half_a_sign(text: str | bytes) -> bool:
    """Only an escape can be half of a sign: what was read as UTF-8 holds none."""
    if isinstance(text, bytes):
        return b"\\ud" in text.lower()
    return "\\ud" in text.lower()
