"""The printed recovery code: 160 random bits that a person can copy by hand.

Crockford's base 32 (no I, L, O, U) in eight groups of four, and a ninth group that finds a slip
of the pen before the slow work starts.
"""

from __future__ import annotations

import secrets

from lacrima import errors
from lacrima.vault.crockford import (
    ALPHABET,
    CHECK_LETTERS,
    GROUP,
    check_letters,
    grouped,
    letters_of,
)

_SECRET_LETTERS = 32
_CHECK_LABEL = b"lacrima/1/recovery code check"


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
    return _spelled("".join(secrets.choice(ALPHABET) for _ in range(_SECRET_LETTERS)))


def parse(text: str) -> RecoveryCode:
    """Read a code as people type it: any case, spaces, O for 0, I or L for 1, U for V.

    Raises WrongRecoveryCode when letters are missing or the check group does not fit.
    """
    letters = letters_of(text)
    if len(letters) != _SECRET_LETTERS + CHECK_LETTERS or set(letters) - set(ALPHABET):
        raise _wrong(f"The code has {len(letters)} letters and digits that count")
    code = _spelled(letters[:_SECRET_LETTERS])
    if not secrets.compare_digest(code.replace("-", ""), letters):
        raise _wrong("A letter or digit of the code is not as printed")
    return code


def _wrong(found: str) -> errors.WrongRecoveryCode:
    groups = (_SECRET_LETTERS + CHECK_LETTERS) // GROUP
    return errors.WrongRecoveryCode(
        found,
        expected=f"{groups} groups of {GROUP}",
        next_step="Compare it with the printed sheet, group by group.",
    )


def _spelled(secret: str) -> RecoveryCode:
    return RecoveryCode(grouped(secret + check_letters(_CHECK_LABEL, secret)))
