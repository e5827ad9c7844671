"""Keys that only their owner can open: in hand for one piece of work, and nowhere else.

In a clinic the key of what is hers alone lies neither with the keys of the vault nor with us: she
opens it, and each request of hers takes it into its hand and lets go of it. Whoever holds no key
is told that these things are closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import subkeys

_OF_A_MEMBER = "member:"


class Keys(Protocol):
    """What can be in hand."""

    def cipher(self, key_id: str) -> AESGCM | None:
        """The cipher of this id, or None when it is not among these."""
        ...


class OneKey:
    """The key of one member. It is opened when it is first needed, and overwritten at the end."""

    def __init__(self, key_id: str, open_it: Callable[[], bytearray | None]) -> None:
        """`open_it` gives the key, or None when it cannot be opened after all."""
        self._key_id = key_id
        self._open_it: Callable[[], bytearray | None] | None = open_it
        self._cipher: AESGCM | None = None

    def cipher(self, key_id: str) -> AESGCM | None:
        """The cipher, for this member alone."""
        if key_id != self._key_id:
            return None
        if self._open_it is not None:
            opened, self._open_it = self._open_it(), None
            if opened is not None:
                self._cipher = AESGCM(bytes(opened))
                subkeys.overwrite(opened)
        return self._cipher

    def let_go(self) -> None:
        """From now on it opens nothing."""
        self._open_it = self._cipher = None


_HELD: ContextVar[tuple[Keys, ...]] = ContextVar("keys in hand", default=())


@contextmanager
def in_hand(keys: Keys) -> Iterator[None]:
    """While this lasts, and in this thread alone, these keys are in hand."""
    token = _HELD.set((keys, *_HELD.get()))
    try:
        yield
    finally:
        _HELD.reset(token)


def is_of_a_member(key_id: str) -> bool:
    """Whether a key of this id belongs to one member alone."""
    return key_id.startswith(_OF_A_MEMBER)


def found(key_id: str) -> AESGCM | None:
    """The cipher of this id where it is in hand."""
    ciphers = (keys.cipher(key_id) for keys in _HELD.get())
    return next((cipher for cipher in ciphers if cipher is not None), None)


def needed(key_id: str) -> AESGCM:
    """The cipher of this id, or PersonalThingsClosed."""
    cipher = found(key_id)
    if cipher is None:
        raise closed()
    return cipher


def closed() -> errors.PersonalThingsClosed:
    """The error for what is hers alone, while she has not opened it."""
    return errors.PersonalThingsClosed(
        "Your own things are closed", next_step="Open them with your own passphrase."
    )
