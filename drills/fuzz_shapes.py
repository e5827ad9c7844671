"""Bytes altered for the fuzzer: as bytes, or as the JSON values that they are."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

Mutate = Callable[[bytes, int], bytes]

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, -(2**63), 10**30, 0.5, -1e-9, float("inf"), float("nan"),
    "", "0", "\0", "\ud800", "é", "2026-03-10", "1" * 400, " ", "../x", [], {}, [[]], [{}], [None],
)  # fmt: skip
DEEP = b"[" * 5_000 + b"]" * 5_000
LONG = b"9" * 5_000
_WORD = re.compile(rb"[A-Za-z][A-Za-z0-9_-]{2,30}")


def dictionary(seeds: tuple[bytes, ...]) -> str:
    """The words of the first files, as the fuzzer reads them: one a line, in quotation marks."""
    words = {word for seed in seeds for word in _WORD.findall(seed)} or {b"lacrima"}
    return "".join(f'"{word.decode()}"\n' for word in sorted(words)[:400])


def mutator(mutate: Mutate) -> Callable[[bytes, int, int], bytes]:
    """What alters JSON: half the time as bytes, half the time as values."""

    def altered(data: bytes, most_bytes: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.4:
            return mutate(data, most_bytes)
        try:
            found = _as_values(data, chance)
        except (ValueError, RecursionError):
            return mutate(data, most_bytes)
        return found if len(found) <= most_bytes else mutate(data, most_bytes)

    return altered


def _as_values(data: bytes, chance: random.Random) -> bytes:
    value = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        value = _altered(value, chance)
    told = json.dumps(value, ensure_ascii=True).encode()
    if chance.random() < 0.03:  # what no value of Python's can say
        places = [place.start() for place in re.finditer(rb": ", told)] or [0]
        at = chance.choice(places) + 2
        return told[:at] + chance.choice((DEEP, LONG)) + told[at:].lstrip(b'"')
    return told


def _altered(value: Any, chance: random.Random) -> Any:
    """The same with one value, somewhere inside, put otherwise."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        return _altered_object(dict(value), chance)
    if isinstance(value, list) and value and chance.random() < 0.9:
        return _altered_list(list(value), chance)
    if isinstance(value, str) and value and chance.random() < 0.5:
        return _altered_text(value, chance)
    if isinstance(value, int) and chance.random() < 0.5:
        return value + chance.choice((-1, 1, -100, 100))
    return chance.choice(ODD)


def _altered_object(value: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    key = chance.choice(list(value))
    how = chance.random()
    if how < 0.08:
        del value[key]
    elif how < 0.14:
        value[str(chance.choice(ODD))] = value[key]
    elif how < 0.2:
        value[key] = value[chance.choice(list(value))]
    else:
        value[key] = _altered(value[key], chance)
    return value


def _altered_list(value: list[Any], chance: random.Random) -> list[Any]:
    at = chance.randrange(len(value))
    how = chance.random()
    if how < 0.1:
        del value[at]
    elif how < 0.25:
        value.insert(at, value[at])
    elif how < 0.3:
        value.insert(at, chance.choice(ODD))
    else:
        value[at] = _altered(value[at], chance)
    return value


def _altered_text(value: str, chance: random.Random) -> str:
    at = chance.randrange(len(value))
    piece = str(chance.choice(ODD)) if chance.random() < 0.5 else chr(chance.randrange(32, 127))
    return value[:at] + piece + value[at + chance.randint(0, 3) :]
