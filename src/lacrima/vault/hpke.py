"""HPKE in its authenticated mode (RFC 9180, mode 2), for one message: seal, and open again.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Only who holds the recipient's private key
can open what was sealed, and it opens only when whoever sealed it held the sender's. It is no
signature: the recipient could have made the same bytes herself, so it proves nothing to others.

Our own, because the library knows the base mode alone; held to the RFC's own test vectors.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

PUBLIC_BYTES = 32
TAG_BYTES = 16
_SECRET_BYTES = 32
_NONCE_BYTES = 12
_MODE_AUTH = b"\x02"
_KEM_ID, _KDF_ID = b"\x00\x20", b"\x00\x01"


@dataclass(frozen=True)
class Suite:
    """The cipher, by its number in the RFC, and the length of its key."""

    aead_id: bytes
    key_bytes: int

    @property
    def name(self) -> bytes:
        """What every derivation is bound to."""
        return b"HPKE" + _KEM_ID + _KDF_ID + self.aead_id


OURS = Suite(b"\x00\x02", 32)


@dataclass(frozen=True)
class Bound:
    """What a message is bound to: what it is for (`info`), and what stands beside it (`beside`)."""

    info: bytes
    beside: bytes


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
    shared = _shared(once.exchange(there) + sender.exchange(there), context)
    key, nonce = _key_and_nonce(shared, bound.info, suite)
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
        key, nonce = _key_and_nonce(_shared(b"".join(secrets), context), bound.info, suite)
        return AESGCM(key).decrypt(nonce, text, bound.beside)
    except (InvalidTag, ValueError):  # ValueError: a point that gives no secret
        return None


def _shared(secret: bytes, context: bytes) -> bytes:
    """ExtractAndExpand of section 4.1."""
    name = b"KEM" + _KEM_ID
    start = _extract(name, b"", b"eae_prk", secret)
    return _expand(name, start, b"shared_secret", context, _SECRET_BYTES)


def _key_and_nonce(shared: bytes, info: bytes, suite: Suite) -> tuple[bytes, bytes]:
    """KeySchedule of section 5.1, without a pre-shared key; the nonce of the first message."""
    hashes = [_extract(suite.name, b"", b"psk_id_hash", b"")]
    hashes.append(_extract(suite.name, b"", b"info_hash", info))
    context = _MODE_AUTH + b"".join(hashes)
    secret = _extract(suite.name, shared, b"secret", b"")
    key = _expand(suite.name, secret, b"key", context, suite.key_bytes)
    return key, _expand(suite.name, secret, b"base_nonce", context, _NONCE_BYTES)


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    """LabeledExtract of section 4."""
    salt = salt or bytes(hashlib.sha256().digest_size)
    return hmac.digest(salt, b"HPKE-v1" + suite + label + secret, hashlib.sha256().name)


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand of section 4."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=SHA256(), length=length, info=labelled).derive(secret)
