"""What comes to a practice by the drop-box: letters, briefs, a relay's list and code, and what a
keeper is handed.
"""

from __future__ import annotations

import base64
import json

from drills.fuzz_targets.django_first import practice
from drills.fuzz_targets.target import Target, as_json
from lacrima.practice import drop_box_parts, drop_box_relay
from lacrima.vault import drop_box, hpke_p256, keeper_box, keeper_code, keeper_file, keeper_key
from tests.vault import make_drop_box_vectors as made
from tests.vault.given import NOW

VECTORS = made.vectors()
TOLD = drop_box.invitation(made.SECRET)
PRACTICE, KEEPER = made.key(1), made.key(2)
DIGEST = bytes.fromhex(VECTORS["brief_digest"])
LETTER = base64.b64decode(VECTORS["letter_sealed"])
BRIEF = base64.b64decode(VECTORS["brief_sealed"])
PIECE = base64.b64decode(VECTORS["keeper_sealed"])
KEEPER_PUBLIC = hpke_p256.public_of(KEEPER)
KEY_FILE = keeper_key.fresh("four plain words here", now=NOW)
CODE = (
    "lr1."
    + base64.urlsafe_b64encode(
        as_json({"v": 1, "relay": "https://relay.example", "fetch": "f" * 43, "manage": "m" * 43})
    )
    .rstrip(b"=")
    .decode()
)
LISTED = {"n": 1, "invitation": "a" * 32, "id": "b" * 32, "stored_at": "2026-03-10T12:00:00Z",
          "letter": VECTORS["letter_sealed"]}  # fmt: skip


def a_letter(data: bytes) -> None:
    """A sealed letter, opened by the practice it was written to."""
    letter = drop_box.read(data)
    drop_box.open_letter(
        TOLD, letter, private=PRACTICE, letter_id=made.LETTER_ID, brief_digest=DIGEST
    )


def an_own_letter(data: bytes) -> None:
    """Whatever somebody with the link seals: opened, and read as a letter."""
    if len(data) > 60_000:
        return
    sealed = drop_box.seal_letter(
        TOLD, data, public=hpke_p256.public_of(PRACTICE), letter_id=made.LETTER_ID,
        brief_number=3, brief_digest=DIGEST,
    )  # fmt: skip
    content = drop_box.open_letter(
        TOLD, drop_box.read(sealed), private=PRACTICE, letter_id=made.LETTER_ID,
        brief_digest=DIGEST,
    )  # fmt: skip
    practice()
    drop_box_parts.written(content)


def a_brief(data: bytes) -> None:
    """A sealed brief."""
    drop_box.open_brief(TOLD, data)


def an_own_brief(data: bytes) -> None:
    """What unpacks out of a brief."""
    drop_box.open_brief(TOLD, drop_box.seal_brief(TOLD, 1, data))


def a_list(data: bytes) -> None:
    """What a relay lists."""
    for one in drop_box_relay._listed(data)["letters"]:
        drop_box_relay._letter(one)


def a_code(data: bytes) -> None:
    """The code of a relay as it is pasted."""
    drop_box_relay.mailbox_from(data.decode("utf-8", "replace"))


def a_piece(data: bytes) -> None:
    """What was sealed for a keeper."""
    keeper_box.unseal(data, keeper=KEEPER)


def a_keeper_file(data: bytes) -> None:
    """What a practice hands over to a keeper."""
    keeper_file.read(data)


def a_keeper_key(data: bytes) -> None:
    """The key file of a keeper."""
    keeper_key.parse(data)


def a_keeper_code(data: bytes) -> None:
    """The code of a keeper as it is pasted."""
    keeper_code.public_of(data.decode("utf-8", "replace"))


TARGETS = {
    "box_letter": Target(a_letter, (LETTER,), most_bytes=65_536),
    "box_content": Target(an_own_letter, (json.dumps(VECTORS["letter"]).encode(),), is_json=True),
    "box_brief": Target(a_brief, (BRIEF,), most_bytes=65_536),
    "box_brief_content": Target(an_own_brief, (json.dumps(VECTORS["brief"]).encode(),)),
    "relay_list": Target(
        a_list, (as_json({"letters": [LISTED], "more": False}),), is_json=True, most_bytes=65_536
    ),
    "relay_code": Target(a_code, (CODE.encode(),)),
    "keeper_piece": Target(a_piece, (PIECE,), most_bytes=65_536),
    "keeper_file": Target(
        a_keeper_file,
        (keeper_file.written(keeper_file.filled(KEEPER_PUBLIC, [PIECE])),),
        most_bytes=1_000_000,
    ),
    "keeper_key": Target(a_keeper_key, (KEY_FILE.to_bytes(),), is_json=True),
    "keeper_code": Target(a_keeper_code, (keeper_code.code_of(KEEPER_PUBLIC).encode(),)),
}
