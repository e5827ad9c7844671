"""Makes docs/reference/drop-box-vectors.json: python -m tests.vault.make_drop_box_vectors > FILE.

Run it only when a format gets a new version, and keep the old vectors beside the new ones: what
stands in the file must open for ever.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lacrima.vault import drop_box, hpke_p256, keeper_box

SECRET = hashlib.sha256(b"an invitation of the test vectors").digest()
LETTER_ID = hashlib.sha256(b"a letter of the test vectors").digest()[:16]
BRIEF = {"v": 1, "number": 3, "name": "Praxis am Fluss", "languages": ["en", "de"]}
CODE = "K7QM4XTR29VB"
AT = "2026-03-10T19:12:00Z"


def key(number: int) -> ec.EllipticCurvePrivateKey:
    """A private key that is always the same, for vectors alone."""
    return ec.derive_private_key(0xACC1 + number, ec.SECP256R1())


def as_hex(private: ec.EllipticCurvePrivateKey) -> str:
    """As a practice keeps it."""
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()


def sitting_of(code: str) -> str:
    """What a receipt code stands for."""
    return hashlib.sha256(f"lacrima/1/receipt|{code}".encode()).hexdigest()[:32]


def letter_content() -> dict[str, Any]:
    """What the letter of the vectors says."""
    values = {"rating": 2, "stood_out": ["me"]}
    part = {"kind": "asked", "at": AT, "session": "ab" * 16, "values": values}
    return {"v": 1, "sitting": sitting_of(CODE), "sequence": 1, "written_at": AT,
            "language": "de", "parts": [part]}  # fmt: skip


def vectors() -> dict[str, Any]:
    """One invitation, its brief, one letter by it, and one piece for a keeper."""
    told, private, keeper = drop_box.invitation(SECRET), key(1), key(2)
    brief = json.dumps(BRIEF, sort_keys=True, ensure_ascii=False).encode()
    letter = drop_box.seal_letter(
        told,
        json.dumps(letter_content(), ensure_ascii=False).encode(),
        public=hpke_p256.public_of(private),
        letter_id=LETTER_ID,
        brief_number=3,
        brief_digest=drop_box.digest(brief),
        ephemeral=key(3),
    )
    for_keeper = keeper_box.seal(
        hpke_p256.public_of(keeper),
        keeper_box.Told("first", AT, {"rating": -1, "words": "für die Studie"}),
        ephemeral=key(4),
    )
    return {
        "link": f"https://answers.example/#{drop_box.fragment(SECRET)}",
        "name": told.name.hex(),
        "brief_key": told.brief_key.hex(),
        "letter_secret": told.letter_secret.hex(),
        "receipt_code": CODE,
        "sitting": sitting_of(CODE),
        "brief": BRIEF,
        "brief_sealed": _text(drop_box.seal_brief(told, 3, brief, nonce=bytes(range(12)))),
        "brief_digest": drop_box.digest(brief).hex(),
        "practice_key": as_hex(private),
        "practice_key_id": drop_box.key_id(hpke_p256.public_of(private)).hex(),
        "letter_id": LETTER_ID.hex(),
        "letter": letter_content(),
        "letter_sealed": _text(letter),
        "keeper_key": as_hex(keeper),
        "keeper_told": {"step": "first", "at": AT,
                        "values": {"rating": -1, "words": "für die Studie"}},
        "keeper_sealed": _text(for_keeper),
    }  # fmt: skip


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    json.dump(vectors(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
