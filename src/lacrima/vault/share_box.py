"""Sealed files from one practice to another: for one reader alone, and from one sender alone.

    "LSHA" | version (1) | length of kind (1) | kind (ASCII)
    sender's public key (32) | reader's public key (32)
    ephemeral public key (32) | text and tag | SHA-256 of all that stands before it (32)

HPKE in its authenticated mode (vault/hpke), bound to the kind and to all that stands before the
ephemeral key. The text is filled up with blanks, so that its length tells little. The check sum
finds what was damaged on the way; it stays in every later version and is looked at first, so that
a flipped bit does not pass for a newer one.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lacrima import errors
from lacrima.vault import hpke

MAGIC = b"LSHA"
VERSION = 1
STEP_BYTES = 4096
MOST_BYTES = 4 * 1024 * 1024
_SUM_BYTES = hashlib.sha256().digest_size
_HEAD_BYTES = len(MAGIC) + 2
_LABEL = b"lacrima/1/share file/"


@dataclass(frozen=True)
class Envelope:
    """What stands outside on a file that is whole: its kind, and from whom to whom it says it is.

    Only a claim until it was opened.
    """

    kind: str
    sender: bytes
    reader: bytes
    sealed: bytes

    @property
    def head(self) -> bytes:
        """All that stands before the ephemeral key."""
        kind = self.kind.encode("ascii")
        return MAGIC + bytes([VERSION, len(kind)]) + kind + self.sender + self.reader

    @property
    def bound(self) -> hpke.Bound:
        """What the text is bound to."""
        return hpke.Bound(info=_LABEL + self.kind.encode("ascii"), beside=self.head)


def seal(
    kind: str,
    plain: bytes,
    *,
    sender: X25519PrivateKey,
    reader: bytes,
    ephemeral: X25519PrivateKey | None = None,
) -> bytes:
    """A file of this kind for one reader. Raises BadInput when it is too long, or for a bad key."""
    filled = plain + b" " * (-len(plain) % STEP_BYTES)
    if len(filled) > MOST_BYTES:
        raise errors.BadInput(
            "this is too long to be shown", expected=f"at most {MOST_BYTES // 1024 // 1024} MB"
        )
    envelope = Envelope(kind, sender.public_key().public_bytes_raw(), reader, b"")
    try:
        sealed = hpke.seal(
            filled, sender=sender, recipient=reader, bound=envelope.bound, ephemeral=ephemeral
        )
    except ValueError:
        raise errors.BadInput("this is not the key of a practice", where="code") from None
    whole = envelope.head + sealed
    return whole + hashlib.sha256(whole).digest()


def read(data: bytes) -> Envelope:
    """The outside of a file. Raises BadShare for what is none, damaged, or newer than this."""
    body, check = data[:-_SUM_BYTES], data[-_SUM_BYTES:]
    if not data.startswith(MAGIC):
        raise errors.BadShare(
            "this is not a share file",
            expected="a file that ends in .lacrima-share",
            next_step="Choose the file that your colleague sent you.",
        )
    if len(body) < _HEAD_BYTES or not hmac.compare_digest(hashlib.sha256(body).digest(), check):
        raise damaged()
    if body[len(MAGIC)] != VERSION:
        raise newer(f"format {body[len(MAGIC)]}", f"format {VERSION}")
    kind_end = _HEAD_BYTES + body[_HEAD_BYTES - 1]
    sender_end, reader_end = kind_end + hpke.PUBLIC_BYTES, kind_end + 2 * hpke.PUBLIC_BYTES
    kind = body[_HEAD_BYTES:kind_end]
    if len(body) < reader_end or not kind.isascii():
        raise damaged()
    keys = body[kind_end:sender_end], body[sender_end:reader_end]
    return Envelope(kind.decode("ascii"), *keys, body[reader_end:])


def unseal(envelope: Envelope, *, reader: X25519PrivateKey) -> bytes:
    """What is inside. Raises BadShare when it is for somebody else, or was altered."""
    if not hmac.compare_digest(envelope.reader, reader.public_key().public_bytes_raw()):
        raise errors.BadShare(
            "this file is sealed for another practice",
            expected="a file that was made with your own code",
            next_step="Let the sender know. She can make it once more with your code.",
        )
    plain = hpke.unseal(
        envelope.sealed, recipient=reader, sender=envelope.sender, bound=envelope.bound
    )
    if plain is None:
        raise errors.BadShare(
            "this file was altered, or does not come from whom it says",
            next_step="Nothing of it was taken. Ask the sender by phone what was sent.",
        )
    return plain.rstrip(b" ")


def damaged() -> errors.BadShare:
    """The error for a file that did not arrive whole; it names no content."""
    return errors.BadShare(
        "this file was damaged on the way, or altered",
        next_step="Nothing of it was taken. Ask the sender to send it once more.",
    )


def newer(found: str, expected: str) -> errors.BadShare:
    """The error for a file of a later Lacrima."""
    return errors.BadShare(
        f"this file was made by a newer Lacrima ({found})",
        expected=expected,
        next_step="Update this Lacrima, then open it again.",
    )
