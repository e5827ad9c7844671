"""In a clinic the members of the tests have their own keys in hand, unless a test closes them.

The keys live as long as the process, because rows that many tests begin with are sealed once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima.vault import in_hand, personal


class EveryKey:
    """A key for every member that is asked for."""

    def __init__(self) -> None:
        """None was asked for yet."""
        self._keys: dict[str, bytes] = {}

    def key(self, key_id: str) -> bytes:
        """This member's key itself: what a browser of hers opens."""
        return self._keys.setdefault(key_id, secrets.token_bytes(personal.KEY_BYTES))

    def cipher(self, key_id: str) -> AESGCM:
        """This member's cipher."""
        return AESGCM(self.key(key_id))


EVERY_KEY = EveryKey()


@pytest.fixture(autouse=True)
def _own_keys_are_in_hand(request: pytest.FixtureRequest) -> Iterator[None]:
    if Path(request.node.path).parent.name == "vault":  # there, hands are what is tested
        yield
        return
    with in_hand.in_hand(EVERY_KEY):
        yield


@contextmanager
def own_things_closed() -> Iterator[None]:
    """While this lasts nobody's key is in hand, as between two requests."""
    token = in_hand._HELD.set(())
    try:
        yield
    finally:
        in_hand._HELD.reset(token)
