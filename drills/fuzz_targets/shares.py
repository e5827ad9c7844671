"""Share files: what stands outside, sealed or not, and what stands inside."""

from __future__ import annotations

import hashlib
from datetime import date

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from drills.fuzz_targets.target import Target
from lacrima.formats import share_file
from lacrima.formats.share_file import Answer, NoteKind, Purpose, Said, Share, Shown, ShownPart
from lacrima.vault import share_box
from tests.vault.given import NOW

SENDER = X25519PrivateKey.from_private_bytes(b"s" * 32)
READER = X25519PrivateKey.from_private_bytes(b"r" * 32)
PART = ShownPart("Moments", (("when", "minute 12"), ("who", "both")), "words as written")
SHARE = Share(
    file_id="a1" * 16,
    sender_name="Ana",
    purpose=Purpose.LEARNING,
    expires_on=date(2026, 4, 1),
    shown=Shown(about="one moment", question="What now?", parts=(PART, PART)),
).to_bytes()
ANSWER = Answer(
    file_id="a1" * 16,
    sender_name="Berta",
    said=(Said(note_id="b2" * 16, kind=NoteKind.QUESTION, said_at=NOW, words="And then?"),),
).to_bytes()
SEALED = share_box.seal(
    share_file.SHARE, SHARE, sender=SENDER, reader=READER.public_key().public_bytes_raw()
)


def outside(data: bytes) -> None:
    """A share file, with the check sum it has and with one that fits."""
    fitting = data[:-32] + hashlib.sha256(data[:-32]).digest()
    share_box.unseal(share_box.read(fitting), reader=READER)


def share(data: bytes) -> None:
    """The inside of a share, and what is kept of it."""
    share_file.shown_of(share_file.read_share(data).shown.to_text())


def answer(data: bytes) -> None:
    """The inside of an answer."""
    share_file.read_answer(data).to_bytes()


TARGETS = {
    "share_file": Target(outside, (SEALED,)),
    "share": Target(share, (SHARE,), is_json=True),
    "answer": Target(answer, (ANSWER,), is_json=True),
}
