"""Crockford's base 32: letters and digits that people copy by hand without slips.

No I, L, O, U; read without regard to case, spaces and hyphens.
"""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4
CHECK_LETTERS = 4
BITS_PER_LETTER = 5
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = str.maketrans("", "", " -\t\r\n\u2010\u2011\u2012\u2013\u2014\u00a0")


def letters_of(text: str) -> str:
    """The letters and digits that count, as they are meant.

    >>> letters_of("il0o-uz")
    '1100VZ'
    """
    return text.upper().translate(_SEPARATORS).translate(_LOOKALIKES)


def grouped(letters: str) -> str:
    """In groups of four, with hyphens."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def check_letters(label: bytes, letters: str) -> str:
    """Four letters that find a slip of the pen: SHA-256 of label and letters, its first 20 bits."""
    digest = hashlib.sha256(label + letters.encode("ascii")).digest()
    number = int.from_bytes(digest[:3], "big")
    shifts = range(0, CHECK_LETTERS * BITS_PER_LETTER, BITS_PER_LETTER)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in shifts)


def encoded(data: bytes) -> str:
    """Bytes as letters, five bits each, the first bits first; zeros fill the last letter.

    >>> encoded(bytes(2))
    '0000'
    """
    bits = len(data) * 8
    filling = -bits % BITS_PER_LETTER
    number = int.from_bytes(data, "big") << filling
    places = range(bits + filling - BITS_PER_LETTER, -1, -BITS_PER_LETTER)
    return "".join(ALPHABET[(number >> place) & 31] for place in places)


def decoded(letters: str, length: int) -> bytes:
    """The bytes again; ValueError unless these are exactly the letters of so many bytes."""
    number = 0
    for letter in letters:
        number = number << BITS_PER_LETTER | ALPHABET.index(letter)
    data = (number >> -length * 8 % BITS_PER_LETTER).to_bytes(length, "big")
    if encoded(data) != letters:
        raise ValueError("not the letters of these bytes")
    return data
