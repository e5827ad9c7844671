"""A practice's public key as people hand it on: a printed code, and words to compare by phone.

The code may travel by any way; it holds no secret. That nobody exchanged it on the way is found
by reading the ten words aloud: they come from the key alone (80 bits of its hash).
"""

from __future__ import annotations

import hashlib

from lacrima import errors
from lacrima.vault import hpke
from lacrima.vault.crockford import (
    ALPHABET,
    CHECK_LETTERS,
    GROUP,
    check_letters,
    decoded,
    encoded,
    grouped,
    letters_of,
)
from lacrima.vault.spoken_words import spoken

SPOKEN = 10
_KEY_LETTERS = 52
_CHECK_LABEL = b"lacrima/1/share code check"
_SPOKEN_LABEL = b"lacrima/1/spoken words"


def code_of(public: bytes) -> str:
    """The code: 52 letters of the key and four that find a slip of the pen, in groups of four."""
    letters = encoded(public)
    return grouped(letters + check_letters(_CHECK_LABEL, letters))


def public_of(code: str) -> bytes:
    """The key of a code as people type it. Raises BadInput when it cannot be one."""
    letters = letters_of(code)
    key, check = letters[:_KEY_LETTERS], letters[_KEY_LETTERS:]
    if len(letters) != _KEY_LETTERS + CHECK_LETTERS or set(letters) - set(ALPHABET):
        raise _wrong(f"this code has {len(letters)} letters and digits that count")
    if check != check_letters(_CHECK_LABEL, key):
        raise _wrong("a letter or digit of this code is not as printed")
    try:
        return decoded(key, hpke.PUBLIC_BYTES)
    except ValueError:
        raise _wrong("this is not the code of a practice") from None


def words_of(public: bytes) -> tuple[str, ...]:
    """Ten words that two people read to each other."""
    return spoken(hashlib.sha256(_SPOKEN_LABEL + public).digest()[:SPOKEN])


def _wrong(found: str) -> errors.BadInput:
    groups = (_KEY_LETTERS + CHECK_LETTERS) // GROUP
    return errors.BadInput(
        found,
        where="code",
        expected=f"{groups} groups of {GROUP}",
        next_step="Copy it once more from where your colleague wrote it.",
    )
