"""What every HPKE of RFC 9180 derives alike, whatever curve the first secret came from.

HKDF-SHA256 alone. The curves are in `hpke` (X25519) and `hpke_p256` (what a browser knows).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_KDF_ID = b"\x00\x01"
_SECRET_BYTES = 32
_NONCE_BYTES = 12
_LEAST_PSK_BYTES = 32  # section 9.5: a secret that people can remember is none


@dataclass(frozen=True)
class Suite:
    """The curve and the cipher, by their numbers in the RFC, and the length of the cipher's key."""

    kem_id: bytes
    aead_id: bytes
    key_bytes: int

    @property
    def name(self) -> bytes:
        """What every derivation of the message's key is bound to."""
        return b"HPKE" + self.kem_id + _KDF_ID + self.aead_id

    @property
    def kem_name(self) -> bytes:
        """What the derivation of the shared secret is bound to."""
        return b"KEM" + self.kem_id


@dataclass(frozen=True)
class Bound:
    """What a message is bound to: what it is for (`info`), and what stands beside it (`beside`)."""

    info: bytes
    beside: bytes


@dataclass(frozen=True)
class Psk:
    """A secret that both sides had before, and its name. The secret shows in no traceback."""

    secret: bytes = field(repr=False)
    name: bytes

    def __post_init__(self) -> None:
        """Refuse what the RFC refuses: a short secret, and one without a name."""
        if len(self.secret) < _LEAST_PSK_BYTES or not self.name:
            raise ValueError("a pre-shared key needs 32 bytes and a name")


def shared_secret(secret: bytes, context: bytes, suite: Suite) -> bytes:
    """ExtractAndExpand of section 4.1."""
    start = _extract(suite.kem_name, b"", b"eae_prk", secret)
    return _expand(suite.kem_name, start, b"shared_secret", context, _SECRET_BYTES)


def key_and_nonce(
    shared: bytes, info: bytes, suite: Suite, *, mode: bytes, psk: Psk | None = None
) -> tuple[bytes, bytes]:
    """KeySchedule of section 5.1: the key, and the nonce of the first message."""
    psk_secret, psk_name = (psk.secret, psk.name) if psk else (b"", b"")
    hashes = [_extract(suite.name, b"", b"psk_id_hash", psk_name)]
    hashes.append(_extract(suite.name, b"", b"info_hash", info))
    context = mode + b"".join(hashes)
    secret = _extract(suite.name, shared, b"secret", psk_secret)
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
