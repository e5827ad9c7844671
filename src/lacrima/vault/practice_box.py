"""Letters to the practice: anybody may seal one, only the open practice can read it.

Ephemeral X25519, HKDF-SHA256, AES-256-GCM:

    version (1) | ephemeral public key (32) | text and tag
    salt: ephemeral public key, practice's public key; label: "lacrima/1/letter"
    HKDF gives 44 bytes: key (32), nonce (12); also covered: version, kind
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import sealed, subkeys

VERSION = 1
_LABEL = b"lacrima/1/letter"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_PUBLIC_END = 1 + _KEY_BYTES


def seal(practice_public: bytes, kind: str, plain: bytes) -> bytes:
    """Seal a letter of this kind for the practice. Needs no secret."""
    return seal_with(X25519PrivateKey.generate(), practice_public, kind, plain)


def seal_with(
    ephemeral: X25519PrivateKey, practice_public: bytes, kind: str, plain: bytes
) -> bytes:
    """The same with a given ephemeral key, which must never be used twice (test vectors)."""
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(practice_public))
    key, nonce = _key_and_nonce(shared, public, practice_public)
    return bytes([VERSION]) + public + AESGCM(key).encrypt(nonce, plain, _associated(kind))


def unseal(practice_private: X25519PrivateKey, kind: str, letter: bytes) -> bytes:
    """Open a letter. Raises SealBroken when it was altered or is of another kind."""
    if len(letter) < _PUBLIC_END + _TAG_BYTES or letter[0] == 0:
        raise sealed.broken()
    if letter[0] > VERSION:
        raise errors.NewerVault(f"A letter has format {letter[0]}", expected=f"format {VERSION}")
    public = letter[1:_PUBLIC_END]
    practice_public = practice_private.public_key().public_bytes_raw()
    try:
        shared = practice_private.exchange(X25519PublicKey.from_public_bytes(public))
        key, nonce = _key_and_nonce(shared, public, practice_public)
        return AESGCM(key).decrypt(nonce, letter[_PUBLIC_END:], _associated(kind))
    except (InvalidTag, ValueError) as error:  # ValueError: a point that gives no secret
        raise sealed.broken() from error


def _key_and_nonce(shared: bytes, public: bytes, practice_public: bytes) -> tuple[bytes, bytes]:
    both = subkeys.expand(
        shared, salt=public + practice_public, label=_LABEL, length=_KEY_BYTES + _NONCE_BYTES
    )
    return bytes(both[:_KEY_BYTES]), bytes(both[_KEY_BYTES:])


def _associated(kind: str) -> bytes:
    return bytes([VERSION]) + kind.encode("ascii")
