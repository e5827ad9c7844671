"""The drop-box's format once more, written down from its description alone, for the page's tests.

Not the code of the practice: two who follow docs/reference/drop-box-format.md must understand each
other. HPKE stands here in the two modes that the format uses, held to the RFC's test vectors.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BRIEF_SIZES = (8192, 16384, 32768, 65536)
LETTER_SIZES = (4096, 16384, 65536)
HEAD = {"LLTR": 17, "LKPR": 13}
POINT_BYTES = 65


# --- HPKE


def extract(salt: bytes, secret: bytes) -> bytes:
    """HKDF-Extract."""
    return hmac.digest(salt or bytes(32), secret, "sha256")


def expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand, for no more than one block."""
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def _labelled(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + suite + label + secret)


def _stretched(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


@dataclass(frozen=True)
class Bound:
    """What a message is bound to; a pre-shared key makes it mode 1."""

    info: bytes
    beside: bytes
    psk: bytes = b""
    psk_id: bytes = b""
    aead_id: int = 2
    key_bytes: int = 32


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_and_nonce(along: bytes, recipient: ec.EllipticCurvePrivateKey, bound: Bound) -> Any:
    """Decap of section 4.1 and KeySchedule of section 5.1."""
    there = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), along)
    kem = b"KEM\x00\x10"
    start = _labelled(kem, b"", b"eae_prk", recipient.exchange(ec.ECDH(), there))
    context = along + point_of(recipient.public_key())
    shared = _stretched(kem, start, b"shared_secret", context, 32)
    suite = b"HPKE\x00\x10\x00\x01" + bound.aead_id.to_bytes(2, "big")
    hashes = _labelled(suite, b"", b"psk_id_hash", bound.psk_id)
    hashes += _labelled(suite, b"", b"info_hash", bound.info)
    schedule = (b"\x01" if bound.psk else b"\x00") + hashes
    secret = _labelled(suite, shared, b"secret", bound.psk)
    key = _stretched(suite, secret, b"key", schedule, bound.key_bytes)
    return key, _stretched(suite, secret, b"base_nonce", schedule, 12)


def opened(sealed: bytes, recipient: ec.EllipticCurvePrivateKey, bound: Bound) -> bytes:
    """The plain text; InvalidTag for anything that was altered or bound otherwise."""
    along, text = sealed[:POINT_BYTES], sealed[POINT_BYTES:]
    key, nonce = key_and_nonce(along, recipient, bound)
    return AESGCM(key).decrypt(nonce, text, bound.beside)


# --- invitations, briefs, letters


@dataclass(frozen=True)
class Invitation:
    """What follows from the secret in a link."""

    secret: bytes

    def _derived(self, what: str, length: int) -> bytes:
        info = f"lacrima/1/invitation {what}".encode()
        return expand(extract(b"", self.secret), info, length)

    @property
    def name(self) -> bytes:
        """Its name at the relay."""
        return self._derived("name", 16)

    @property
    def brief_key(self) -> bytes:
        """What opens a brief."""
        return self._derived("brief", 32)

    @property
    def letter_secret(self) -> bytes:
        """The pre-shared key of letters."""
        return self._derived("letter", 32)

    @property
    def fragment(self) -> str:
        """What stands behind the `#` of a link."""
        return "i=" + base64.urlsafe_b64encode(self.secret).decode().rstrip("=")


@dataclass(frozen=True)
class SealedBrief:
    """A brief as it lies at the relay, and its digest."""

    file: bytes
    digest: bytes


def seal_brief(told: dict[str, Any], invitation: Invitation) -> SealedBrief:
    """A brief for one invitation, in the smallest size that holds it."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(text) + packer.flush()
    head = b"LBRF\x01" + told["number"].to_bytes(4, "big")
    around = len(head) + 12 + 16
    size = next(one for one in BRIEF_SIZES if one >= around + 4 + len(packed))
    plain = (len(packed).to_bytes(4, "big") + packed).ljust(size - around, b"\0")
    nonce = hashlib.sha256(text).digest()[:12]  # a test repeats itself; a practice takes a new one
    sealed = AESGCM(invitation.brief_key).encrypt(nonce, plain, head + invitation.name)
    return SealedBrief(head + nonce + sealed, hashlib.sha256(text).digest())


def open_letter(
    letter: bytes,
    letter_id: str,
    *,
    invitation: Invitation,
    digest: bytes,
    key: ec.EllipticCurvePrivateKey,
) -> dict[str, Any]:
    """What a letter holds; refuses any that is not as the format says."""
    head = _checked_head(letter, b"LLTR", key)
    bound = Bound(
        info=b"lacrima/1/letter" + digest,
        beside=head + invitation.name + bytes.fromhex(letter_id),
        psk=invitation.letter_secret,
        psk_id=invitation.name,
    )
    return _told(opened(letter[len(head) :], key, bound))


def open_for_keeper(sealed: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """What only the keeper reads."""
    box = base64.b64decode(sealed, validate=True)
    head = _checked_head(box, b"LKPR", key)
    return _told(opened(box[len(head) :], key, Bound(b"lacrima/1/keeper", head)))


def _checked_head(box: bytes, kind: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    head = box[: HEAD[kind.decode()]]
    point = point_of(key.public_key())
    assert len(box) in LETTER_SIZES
    assert head[:13] == kind + b"\x01" + hashlib.sha256(point).digest()[:8]
    return head


def _told(plain: bytes) -> dict[str, Any]:
    length = int.from_bytes(plain[:4], "big")
    assert not any(plain[4 + length :]), "only zeros follow"
    told: dict[str, Any] = json.loads(plain[4 : 4 + length])
    return told


def sitting_of(code: str) -> str:
    """The sitting of a receipt code as somebody typed it."""
    plain = code.upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(f"lacrima/1/receipt|{plain}".encode()).hexdigest()[:32]
