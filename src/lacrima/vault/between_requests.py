"""A member's opened key between two requests: in two halves, neither of which opens anything.

One is a fresh random value that only her browser holds. The other is the key wrapped under it,
which is kept with her session. Whoever has the session, the tables or this process's memory
between requests lacks the first; whoever has the cookie alone lacks the second.
"""

from __future__ import annotations

import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima.vault import slot_file, subkeys

_VALUE_BYTES = 32
_NONCE_BYTES = 12
_LABEL = b"lacrima/1/own key between requests"


def halves(key: bytearray, about: str) -> tuple[str, str]:
    """What goes to the browser, and what is kept here. `about`: whose, which key, which version."""
    value = secrets.token_bytes(_VALUE_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = nonce + _cipher(value).encrypt(nonce, bytes(key), about.encode())
    return slot_file.as_text(value), slot_file.as_text(text)


def whole(value: str, kept: str, about: str) -> bytearray | None:
    """The key again; None where the halves do not belong together, or to this."""
    try:
        theirs, ours = slot_file.from_text(value), slot_file.from_text(kept, least=_NONCE_BYTES)
        cipher = _cipher(theirs)
        return bytearray(cipher.decrypt(ours[:_NONCE_BYTES], ours[_NONCE_BYTES:], about.encode()))
    except (InvalidTag, ValueError, binascii.Error):
        return None


def _cipher(value: bytes) -> AESGCM:
    key = subkeys.expand(value, salt=b"", label=_LABEL)
    try:
        return AESGCM(bytes(key))
    finally:
        subkeys.overwrite(key)
