"""Lengths that tell little: what is sealed is filled up to one of a few sizes first.

length (4 bytes) | content | zeros
"""

from __future__ import annotations

from collections.abc import Sequence

from lacrima import errors

_LENGTH_BYTES = 4


def pad(content: bytes, sizes: Sequence[int], *, around: int) -> bytes:
    """The content, filled up so that with `around` more bytes the whole has the smallest size.

    Raises OutOfRange when it fits in none.
    """
    needed = _LENGTH_BYTES + len(content) + around
    size = next((one for one in sorted(sizes) if one >= needed), None)
    if size is None:
        raise errors.OutOfRange(
            "more than fits into one sealed letter", expected=f"at most {max(sizes)} bytes"
        )
    filled = len(content).to_bytes(_LENGTH_BYTES, "big") + content
    return filled + bytes(size - around - len(filled))


def unpad(filled: bytes) -> bytes | None:
    """The content; None for what was not filled up like this."""
    length = int.from_bytes(filled[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    if len(filled) < _LENGTH_BYTES or end > len(filled) or any(filled[end:]):
        return None
    return filled[_LENGTH_BYTES:end]
