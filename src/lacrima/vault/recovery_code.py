"""The printed recovery code: 160 random bits that a person can copy by hand.

Crockford's base 32 (no I, L, O, U) in eight groups of four, and a ninth group that finds a slip
of the pen before the slow work starts.
"""

from __future__ import annotations

import hashlib
import secrets

from lacrima import errors

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_SECRET_LETTERS = 32
_CHECK_LETTERS = 4
_BITS_PER_LETTER = 5
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = str.maketrans("", "", " -\t\r\n\u2010\u2011\u2012\u2013\u2014\u00a0")


class RecoveryCode(str):
    """The code in its one spelling, with hyphens. It does not show itself in a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Keep the code out of logs and tracebacks."""
        return "RecoveryCode(...)"

    @property
    def secret(self) -> bytes:
        """The 32 letters without hyphens and check group, as the key slot takes them."""
        return self.replace("-", "")[:_SECRET_LETTERS].encode("ascii")


def fresh() -> RecoveryCode:
    """A new code of 160 random bits."""
    return _spelled("".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LETTERS)))


def parse(text: str) -> RecoveryCode:
    """Read a code as people type it: any case, spaces, O for 0, I or L for 1, U for V.

    Raises WrongRecoveryCode when letters are missing or the check group does not fit.
    """
    letters = text.upper().translate(_SEPARATORS).translate(_LOOKALIKES)
    if len(letters) != _SECRET_LETTERS + _CHECK_LETTERS or set(letters) - set(_ALPHABET):
        raise _wrong(f"The code has {len(letters)} letters and digits that count")
    code = _spelled(letters[:_SECRET_LETTERS])
    if not secrets.compare_digest(code.replace("-", ""), letters):
        raise _wrong("A letter or digit of the code is not as printed")
    return code


def _wrong(found: str) -> errors.WrongRecoveryCode:
    groups = (_SECRET_LETTERS + _CHECK_LETTERS) // _GROUP
    return errors.WrongRecoveryCode(
        found,
        expected=f"{groups} groups of {_GROUP}",
        next_step="Compare it with the printed sheet, group by group.",
    )


def _spelled(secret: str) -> RecoveryCode:
    letters = secret + _check_letters(secret)
    return RecoveryCode(
        "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
    )


def _check_letters(secret: str) -> str:
    digest = hashlib.sha256(b"lacrima/1/recovery code check" + secret.encode("ascii")).digest()
    number = int.from_bytes(digest[:3], "big")
    shifts = range(0, _CHECK_LETTERS * _BITS_PER_LETTER, _BITS_PER_LETTER)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in shifts)
