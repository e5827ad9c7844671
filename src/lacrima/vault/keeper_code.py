"""A keeper's public key as a practice takes it in: one line to copy, with a check at its end.

    "lk1." | base64url of the key (65 bytes) and the first 4 bytes of
    SHA-256("lacrima/1/keeper code" and the key)

It holds no secret. That nobody exchanged it on the way is found by comparing ten words.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from lacrima import errors
from lacrima.vault import hpke_p256, share_code

PREFIX = "lk1."
_CHECK_BYTES = 4
_CHECK_LABEL = b"lacrima/1/keeper code"
_LETTERS = (hpke_p256.PUBLIC_BYTES + _CHECK_BYTES) * 4 // 3


def code_of(public: bytes) -> str:
    """The code of this key: 96 signs."""
    return PREFIX + base64.urlsafe_b64encode(public + _check(public)).decode("ascii")


def public_of(code: str) -> bytes:
    """The key of a code as it was pasted or typed. BadInput says what is wrong with it."""
    letters = "".join(code.split())
    if not letters.startswith(PREFIX):
        raise _wrong("this is not the code of a keeper", f"a line that begins with {PREFIX}")
    whole = _decoded(letters.removeprefix(PREFIX))
    public, check = whole[:-_CHECK_BYTES], whole[-_CHECK_BYTES:]
    if not hmac.compare_digest(check, _check(public)):
        raise _wrong("a sign of this code is not as the keeper sent it", "the code as it was sent")
    if not hpke_p256.is_public(public):
        raise _wrong("this is not the code of a keeper", "the code as it was sent")
    return public


def words_of(public: bytes) -> tuple[str, ...]:
    """Ten words that two people compare, as with a colleague's code."""
    return share_code.words_of(public)


def _decoded(letters: str) -> bytes:
    if len(letters) != _LETTERS:
        is_short = len(letters) < _LETTERS
        found = "this code is cut short" if is_short else "this code is too long"
        raise _wrong(found, f"{_LETTERS} signs after {PREFIX}")
    try:
        return base64.b64decode(letters, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _wrong("a sign of this code stands in no code", "the code as it was sent") from None


def _check(public: bytes) -> bytes:
    return hashlib.sha256(_CHECK_LABEL + public).digest()[:_CHECK_BYTES]


def _wrong(found: str, expected: str) -> errors.BadInput:
    return errors.BadInput(
        found,
        where="keeper_code",
        expected=expected,
        next_step="Copy the whole line once more from where the keeper wrote it.",
    )
