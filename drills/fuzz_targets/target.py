"""One parser as the fuzzer sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """What is called with bytes, and whole files of which it makes its first ones.

    `is_json`: the bytes are altered as values too, so that they stay JSON. `most_bytes`: longer
    ones are not tried. `memory_mb`: what the whole process may take.
    """

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    is_json: bool = False
    most_bytes: int = 16_384
    memory_mb: int = 1_024


def as_json(value: Any) -> bytes:
    """A seed out of plain values."""
    return json.dumps(value).encode()


def plain(data: bytes) -> Any:
    """The values in JSON; None where it is none. Halves of signs and NaN come through."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
