"""Random names for people and rows: new for each export, or the same again by a key file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import uuid

from lacrima.errors import BadInput

KEY_BYTES = 32
_NAME_BYTES = 10
_KEY_TEXT = re.compile(r"[0-9a-f]{64}\Z")


class Pseudonyms:
    """Gives each id a name that tells nothing without the key (HMAC-SHA256, 80 bits of it)."""

    def __init__(self, key: bytes | None = None) -> None:
        """With a key the names come out the same each time; without one they are new."""
        self._key = key or secrets.token_bytes(KEY_BYTES)

    def of(self, kind: str, key: uuid.UUID | None) -> str | None:
        """The name of the row of this kind and id; None for none."""
        if key is None:
            return None
        digest = hmac.new(self._key, f"{kind}:{key.hex}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:_NAME_BYTES]).decode().lower()


def new_key_text() -> str:
    """A key as a file holds it."""
    return secrets.token_bytes(KEY_BYTES).hex()


def key_of(text: str) -> bytes:
    """The key in a key file. Raises BadInput, without the text."""
    if not _KEY_TEXT.match(text.strip()):
        raise BadInput("no key", where="the key file", expected="64 hexadecimal digits")
    return bytes.fromhex(text.strip())
