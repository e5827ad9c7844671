"""The sealed drop-box: invitations, the brief that a phone may read, the letters it sends.

The format byte by byte: docs/reference/drop-box-format.md. Nothing here talks to anybody.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima.errors import BadLetter
from lacrima.vault import hpke_p256, padded, subkeys
from lacrima.vault.hpke import Bound
from lacrima.vault.hpke_p256 import Psk

SECRET_BYTES = 32
NAME_BYTES = 16
ID_BYTES = 16
KEY_ID_BYTES = 8
PUBLIC_BYTES = 65
BRIEF_BYTES = (8192, 16384, 32768, 65536)
LETTER_BYTES = (4096, 16384, 65536)
BRIEF_MAGIC, LETTER_MAGIC = b"LBRF", b"LLTR"
VERSION = 1
_NUMBER_BYTES, _NONCE_BYTES, _TAG_BYTES = 4, 12, 16
_BRIEF_HEAD = len(BRIEF_MAGIC) + 1 + _NUMBER_BYTES
_LETTER_HEAD = len(LETTER_MAGIC) + 1 + KEY_ID_BYTES + _NUMBER_BYTES
_LETTER_INFO = b"lacrima/1/letter"
_MOST_BRIEF_JSON = 512 * 1024


@dataclass(frozen=True)
class Invitation:
    """What follows from the secret in a link; the secret itself stands in the fragment alone."""

    name: bytes
    brief_key: bytes
    letter_secret: bytes

    @property
    def psk(self) -> Psk:
        """What a letter must know besides the practice's public key."""
        return Psk(secret=self.letter_secret, name=self.name)


def new_secret() -> bytes:
    """A secret for one invitation."""
    return os.urandom(SECRET_BYTES)


def invitation(secret: bytes) -> Invitation:
    """Name, brief key and letter secret of an invitation."""

    def part(label: bytes, length: int) -> bytes:
        return bytes(subkeys.expand(secret, salt=b"", label=label, length=length))

    return Invitation(
        name=part(b"lacrima/1/invitation name", NAME_BYTES),
        brief_key=part(b"lacrima/1/invitation brief", 32),
        letter_secret=part(b"lacrima/1/invitation letter", 32),
    )


def fragment(secret: bytes) -> str:
    """How the secret stands behind the `#` of a link."""
    return "i=" + base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def key_id(public: bytes) -> bytes:
    """The short name of a practice's drop-box key."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def digest(brief: bytes) -> bytes:
    """What a letter is bound to: SHA-256 of the brief's JSON."""
    return hashlib.sha256(brief).digest()


def seal_brief(to: Invitation, number: int, brief: bytes, *, nonce: bytes | None = None) -> bytes:
    """The brief as it lies at the relay. `nonce` is given by test vectors alone."""
    head = BRIEF_MAGIC + bytes([VERSION]) + number.to_bytes(_NUMBER_BYTES, "big")
    once = nonce or os.urandom(_NONCE_BYTES)
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packing.compress(brief) + packing.flush()
    plain = padded.pad(packed, BRIEF_BYTES, around=_BRIEF_HEAD + _NONCE_BYTES + _TAG_BYTES)
    return head + once + AESGCM(to.brief_key).encrypt(once, plain, head + to.name)


def open_brief(to: Invitation, sealed: bytes) -> bytes:
    """The JSON of a brief, as the page opens it. Raises BadLetter."""
    head, nonce = sealed[:_BRIEF_HEAD], sealed[_BRIEF_HEAD : _BRIEF_HEAD + _NONCE_BYTES]
    if len(sealed) not in BRIEF_BYTES or head[:5] != BRIEF_MAGIC + bytes([VERSION]):
        raise BadLetter("this is no brief")
    try:
        text = sealed[_BRIEF_HEAD + _NONCE_BYTES :]
        plain = padded.unpad(AESGCM(to.brief_key).decrypt(nonce, text, head + to.name))
        unpacking = zlib.decompressobj(-15)
        found = unpacking.decompress(plain or b"", _MOST_BRIEF_JSON)
    except (InvalidTag, zlib.error):
        raise BadLetter("this brief is for another invitation, or was altered") from None
    if plain is None or not unpacking.eof:
        raise BadLetter("this brief is not whole")
    return found


@dataclass(frozen=True)
class Letter:
    """The outside of a letter: to which key, about which brief. Only a claim until it is opened."""

    key_id: bytes
    brief_number: int
    head: bytes
    sealed: bytes


def read(letter: bytes) -> Letter:
    """The outside. Raises BadLetter for anything that is no letter of this version."""
    head = letter[:_LETTER_HEAD]
    if len(letter) not in LETTER_BYTES or not head.startswith(LETTER_MAGIC):
        raise BadLetter("this is no letter")
    if head[len(LETTER_MAGIC)] != VERSION:
        raise BadLetter(
            "a letter of another version",
            next_step="Update Lacrima, then let it be tried again.",
        )
    key_end = len(LETTER_MAGIC) + 1 + KEY_ID_BYTES
    return Letter(
        key_id=head[len(LETTER_MAGIC) + 1 : key_end],
        brief_number=int.from_bytes(head[key_end:], "big"),
        head=head,
        sealed=letter[_LETTER_HEAD:],
    )


def seal_letter(
    by: Invitation,
    content: bytes,
    *,
    public: bytes,
    letter_id: bytes,
    brief_number: int,
    brief_digest: bytes,
    ephemeral: EllipticCurvePrivateKey | None = None,
) -> bytes:
    """A letter as the page seals it: for tests, test vectors and simulations."""
    number = brief_number.to_bytes(_NUMBER_BYTES, "big")
    head = LETTER_MAGIC + bytes([VERSION]) + key_id(public) + number
    plain = padded.pad(content, LETTER_BYTES, around=_LETTER_HEAD + PUBLIC_BYTES + _TAG_BYTES)
    bound = _bound(head, by, letter_id, brief_digest)
    return head + hpke_p256.seal(
        plain, recipient=public, bound=bound, psk=by.psk, ephemeral=ephemeral
    )


def open_letter(
    by: Invitation,
    letter: Letter,
    *,
    private: EllipticCurvePrivateKey,
    letter_id: bytes,
    brief_digest: bytes,
) -> bytes:
    """What is inside. BadLetter: altered, moved to another name or id, or of another brief."""
    bound = _bound(letter.head, by, letter_id, brief_digest)
    plain = hpke_p256.unseal(letter.sealed, recipient=private, bound=bound, psk=by.psk)
    content = padded.unpad(plain) if plain is not None else None
    if content is None:
        raise BadLetter("this letter was altered, or was not written to this practice")
    return content


def _bound(head: bytes, by: Invitation, letter_id: bytes, brief_digest: bytes) -> Bound:
    return Bound(info=_LETTER_INFO + brief_digest, beside=head + by.name + letter_id)
