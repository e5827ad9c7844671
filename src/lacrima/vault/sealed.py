"""Sealed values: a client's words under that client's key, bound to the place they stand in.

version (1) | length of key id (1) | key id (ASCII) | nonce (12) | AES-256-GCM text and tag
also covered: all that stands before the nonce, then the place in UTF-8
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors

VERSION = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = 2


def seal(cipher: AESGCM, key_id: str, place: str, plain: bytes) -> bytes:
    """Seal ``plain`` for one place ("table|column|row id")."""
    header = _header(key_id)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return header + nonce + cipher.encrypt(nonce, plain, header + place.encode())


def key_id_of(sealed: bytes) -> str:
    """Whose key sealed this. Only a claim until the seal was opened."""
    key_id, _ = _split(sealed)
    return key_id


def unseal(cipher: AESGCM, place: str, sealed: bytes) -> bytes:
    """Open what was sealed for this place. Raises SealBroken when altered, cut or moved."""
    key_id, rest = _split(sealed)
    associated = _header(key_id) + place.encode()
    try:
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], associated)
    except InvalidTag as error:
        raise broken() from error


def broken(where: str = "") -> errors.SealBroken:
    """The error for a seal that does not open; it names no content."""
    return errors.SealBroken(
        "A sealed piece was altered, cut short or moved to another place",
        where=where,
        next_step="Restore the practice from a backup made before this happened.",
    )


def _header(key_id: str) -> bytes:
    name = key_id.encode("ascii")
    return bytes([VERSION, len(name)]) + name


def _split(sealed: bytes) -> tuple[str, bytes]:
    if len(sealed) < _HEAD_BYTES:
        raise broken()
    if sealed[0] > VERSION:
        raise errors.NewerVault(
            f"A sealed piece has format {sealed[0]}",
            expected=f"format {VERSION}",
            next_step="Open the practice with the newer Lacrima that wrote it, or update this one.",
        )
    end = _HEAD_BYTES + sealed[1]
    name, rest = sealed[_HEAD_BYTES:end], sealed[end:]
    if sealed[0] != VERSION or not name.isascii() or len(rest) < _NONCE_BYTES + _TAG_BYTES:
        raise broken()
    return name.decode("ascii"), rest
