"""Makes docs/reference/crypto-vectors.json anew: python -m tests.vault.make_vectors > FILE.

Run it only when a format gets a new version, and keep the old vectors beside the new ones: what
stands in the file must open for ever.
"""

from __future__ import annotations

import io
import json
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima.vault import (
    create,
    personal,
    practice_box,
    sealed,
    sealed_file,
    share_box,
    share_code,
    slot_file,
    spool,
    will_box,
)
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault

PASSPHRASE = "Bäume am Fluss, vier Wörter"
KEY_ID = "client:00112233445566778899aabbccddeeff"
PLACE = "care_note|text|42"
PLAIN = "She said: it was raining. ☂"
KIND = "answers"
SHARE_KIND = "share"
MEMBER = "ffeeddccbbaa99887766554433221100"
OWN_PASSPHRASE = "ein Löffel, drei Boote"
OWN_PLACE = "own_care|content|7"


def vectors() -> dict[str, Any]:
    """One practice with everything that can be sealed in it, and what it opens to."""
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place) / "practice")
        code = create(folder, PASSPHRASE, now=datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
        vault = Vault()
        vault.unlock(folder, PASSPHRASE)
        vault.ensure_keys([KEY_ID])
        return {
            "passphrase": PASSPHRASE,
            "recovery_code": str(code),
            "vault": json.loads(folder.slots.read_bytes()),
            "client_keys": json.loads(folder.client_keys.read_bytes()),
            **_keys(vault),
            **_sealed(folder, vault),
            "share": share_for(folder.read_slots().practice_public),
            "will": clinical_will(),
            "personal": personal_key_in(vault),
        }


def personal_key_in(vault: Vault) -> dict[str, Any]:
    """A member's own key in this practice, each way to open it, and something sealed with it."""
    made = personal.make(MEMBER, OWN_PASSPHRASE, vault=vault)
    passkey = personal.by_passkey(secrets.token_bytes(16), secrets.token_bytes(32))
    content = personal.with_way(made.content, made.key, passkey, vault=vault)
    text = sealed.seal(AESGCM(bytes(made.key)), f"member:{MEMBER}", OWN_PLACE, PLAIN.encode())
    return {
        "passphrase": OWN_PASSPHRASE,
        "recovery_code": str(made.code),
        "passkey_credential_id": slot_file.as_text(passkey.credential_id),
        "passkey_asked": personal.asked_of_passkeys(content).hex(),
        "passkey_prf_output": passkey.value.hex(),
        "slots": content.to_json(),
        "key": bytes(made.key).hex(),
        "place": OWN_PLACE,
        "value": slot_file.as_text(text),
    }


def share_for(reader: bytes) -> dict[str, Any]:
    """A share file for this practice from a sender of its own, with the sender's code and words."""
    sender, ephemeral = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    public = sender.public_key().public_bytes_raw()
    file = share_box.seal(
        SHARE_KIND, PLAIN.encode(), sender=sender, reader=reader, ephemeral=ephemeral
    )
    return {
        "kind": SHARE_KIND,
        "sender_private": sender.private_bytes_raw().hex(),
        "ephemeral_private": ephemeral.private_bytes_raw().hex(),
        "sender_code": share_code.code_of(public),
        "sender_words": list(share_code.words_of(public)),
        "file": slot_file.as_text(file),
    }


def clinical_will() -> dict[str, Any]:
    """A clinical will with both of its parts."""
    parts, ephemeral = will_box.fresh(), X25519PrivateKey.generate()
    file = will_box.seal(parts.public, PLAIN.encode(), ephemeral=ephemeral)
    return {
        "part_one": str(parts.one),
        "part_two": str(parts.two),
        "private": parts.private_key.private_bytes_raw().hex(),
        "ephemeral_private": ephemeral.private_bytes_raw().hex(),
        "file": slot_file.as_text(file),
    }


def _keys(vault: Vault) -> dict[str, Any]:
    opened = vault._opened
    assert opened is not None
    names = {purpose.value.decode(): opened.key(purpose).hex() for purpose in opened.sub_keys}
    return {"data_key": bytes(opened.data_key).hex(), "sub_keys": names}


def _sealed(folder: Folder, vault: Vault) -> dict[str, Any]:
    plain = PLAIN.encode()
    path = folder.files / "sound"
    sealed_file.write(path, key_id=KEY_ID, place=PLACE, source=io.BytesIO(plain), vault=vault)
    ephemeral = X25519PrivateKey.generate()
    public = folder.read_slots().practice_public
    letter = spool._head(KIND) + practice_box.seal_with(ephemeral, public, KIND, plain)
    return {
        "plain": PLAIN,
        "place": PLACE,
        "value": slot_file.as_text(vault.seal(KEY_ID, PLACE, plain)),
        "file": slot_file.as_text(path.read_bytes()),
        "letter_kind": KIND,
        "letter_ephemeral_private": ephemeral.private_bytes_raw().hex(),
        "letter": slot_file.as_text(letter),
    }


if __name__ == "__main__":
    json.dump(vectors(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
