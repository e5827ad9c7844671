"""HPKE on the curve that every browser knows (RFC 9180), for one message: seal, and open again.

DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Without a pre-shared key (mode 0) anybody can
have sealed it; with one (mode 1) only who held that secret. Held to the RFC's own test vectors.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lacrima.vault.hpke_schedule import Bound, Psk, Suite, key_and_nonce, shared_secret

__all__ = [
    "OURS",
    "PUBLIC_BYTES",
    "TAG_BYTES",
    "Bound",
    "Psk",
    "Suite",
    "generate",
    "is_public",
    "public_of",
    "seal",
    "unseal",
]

PUBLIC_BYTES = 65  # an uncompressed point
TAG_BYTES = 16
_MODE_BASE, _MODE_PSK = b"\x00", b"\x01"
OURS = Suite(kem_id=b"\x00\x10", aead_id=b"\x00\x02", key_bytes=32)


def generate() -> ec.EllipticCurvePrivateKey:
    """A new private key."""
    return ec.generate_private_key(ec.SECP256R1())


def public_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    """Its public key: 65 bytes, an uncompressed point."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_public(data: bytes) -> bool:
    """Is this a public key: an uncompressed point, and on the curve?"""
    try:
        _point(data)
    except ValueError:
        return False
    return True


def seal(
    plain: bytes,
    *,
    recipient: bytes,
    bound: Bound,
    psk: Psk | None = None,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
    suite: Suite = OURS,
) -> bytes:
    """Seal one message: the encapsulated key (65), then text and tag.

    `ephemeral` is given by test vectors alone and never used twice. Raises ValueError for what is
    no point of the curve.
    """
    once = ephemeral or generate()
    encapsulated = public_of(once)
    secret = once.exchange(ec.ECDH(), _point(recipient))
    shared = shared_secret(secret, encapsulated + recipient, suite)
    key, nonce = _key_and_nonce(shared, bound, psk, suite)
    return encapsulated + AESGCM(key).encrypt(nonce, plain, bound.beside)


def unseal(
    sealed: bytes,
    *,
    recipient: ec.EllipticCurvePrivateKey,
    bound: Bound,
    psk: Psk | None = None,
    suite: Suite = OURS,
) -> bytes | None:
    """The message, or None: altered, for somebody else, with another secret, or bound otherwise."""
    if len(sealed) < PUBLIC_BYTES + TAG_BYTES:
        return None
    encapsulated, text = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
    try:
        secret = recipient.exchange(ec.ECDH(), _point(encapsulated))
        shared = shared_secret(secret, encapsulated + public_of(recipient), suite)
        key, nonce = _key_and_nonce(shared, bound, psk, suite)
        return AESGCM(key).decrypt(nonce, text, bound.beside)
    except (InvalidTag, ValueError):  # ValueError: no point of the curve
        return None


def _key_and_nonce(
    shared: bytes, bound: Bound, psk: Psk | None, suite: Suite
) -> tuple[bytes, bytes]:
    mode = _MODE_PSK if psk else _MODE_BASE
    return key_and_nonce(shared, bound.info, suite, mode=mode, psk=psk)


def _point(data: bytes) -> ec.EllipticCurvePublicKey:
    """The key of these bytes; ValueError for a compressed point, and for one off the curve."""
    if len(data) != PUBLIC_BYTES:
        raise ValueError("an uncompressed point has 65 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
