"""HPKE in its authenticated mode (RFC 9180, mode 2), for one message: seal, and open again.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Only who holds the recipient's private key
can open what was sealed, and it opens only when whoever sealed it held the sender's. It is no
signature: the recipient could have made the same bytes herself, so it proves nothing to others.

Our own, because the library knows the base mode alone; held to the RFC's own test vectors.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima.vault.hpke_schedule import Bound, Suite, key_and_nonce, shared_secret

__all__ = ["OURS", "PUBLIC_BYTES", "TAG_BYTES", "Bound", "Suite", "seal", "unseal"]

PUBLIC_BYTES = 32
TAG_BYTES = 16
_MODE_AUTH = b"\x02"
OURS = Suite(kem_id=b"\x00\x20", aead_id=b"\x00\x02", key_bytes=32)


def seal(
    plain: bytes,
    *,
    sender: X25519PrivateKey,
    recipient: bytes,
    bound: Bound,
    ephemeral: X25519PrivateKey | None = None,
    suite: Suite = OURS,
) -> bytes:
    """Seal one message: the ephemeral public key (32), then text and tag.

    `ephemeral` is given by test vectors alone and never used twice. Raises ValueError for a
    recipient's key with which no secret can be shared.
    """
    once = ephemeral or X25519PrivateKey.generate()
    encapsulated = once.public_key().public_bytes_raw()
    there = X25519PublicKey.from_public_bytes(recipient)
    context = encapsulated + recipient + sender.public_key().public_bytes_raw()
    shared = shared_secret(once.exchange(there) + sender.exchange(there), context, suite)
    key, nonce = key_and_nonce(shared, bound.info, suite, mode=_MODE_AUTH)
    return encapsulated + AESGCM(key).encrypt(nonce, plain, bound.beside)


def unseal(
    sealed: bytes,
    *,
    recipient: X25519PrivateKey,
    sender: bytes,
    bound: Bound,
    suite: Suite = OURS,
) -> bytes | None:
    """The message, or None: altered, for somebody else, from somebody else, or bound otherwise."""
    if len(sealed) < PUBLIC_BYTES + TAG_BYTES:
        return None
    encapsulated, text = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
    context = encapsulated + recipient.public_key().public_bytes_raw() + sender
    try:
        secrets = [
            recipient.exchange(X25519PublicKey.from_public_bytes(one))
            for one in (encapsulated, sender)
        ]
        shared = shared_secret(b"".join(secrets), context, suite)
        key, nonce = key_and_nonce(shared, bound.info, suite, mode=_MODE_AUTH)
        return AESGCM(key).decrypt(nonce, text, bound.beside)
    except (InvalidTag, ValueError):  # ValueError: a point that gives no secret
        return None
