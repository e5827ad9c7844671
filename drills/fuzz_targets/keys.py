"""What lies in the folder of a practice: key slots, client keys, ledger, manifest, letters.

What a checksum or a signature would stop at the door is given a fitting one, so that the search
gets past it as somebody who knows the format would.
"""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from drills.fuzz_targets.target import Target, as_json, plain
from lacrima.errors import LacrimaError
from lacrima.vault import (
    client_keys,
    create,
    disk,
    kdf,
    ledger,
    manifest,
    personal,
    personal_file,
    practice_box,
    recovery_code,
    sealed_file,
    share_code,
    slot_file,
    spool,
)
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from tests.vault.given import CHEAP, MIA, NOW, PASSPHRASE, PLACE

PLACE_OF_ALL = Path(tempfile.mkdtemp(prefix="lacrima-fuzz-"))
kdf.STANDARD = kdf.FLOOR = CHEAP  # the search is for mistakes in reading, not for passphrases


@cache
def practice() -> Folder:
    """One open practice for all."""
    folder = Folder(PLACE_OF_ALL / "practice")
    create(folder, PASSPHRASE, now=NOW)
    VAULT.unlock(folder, PASSPHRASE)
    VAULT.ensure_keys([MIA])
    ledger.note(folder.ledger, [MIA.replace("a1", "e5")], NOW)
    return folder


def slots(data: bytes) -> None:
    """vault.json, as it is and with a checksum that fits."""
    slot_file.parse(_with_checksum(data), where=Path("vault.json"))


def _with_checksum(data: bytes) -> bytes:
    document = plain(data)
    if not isinstance(document, dict) or document.get("checksum") == "as it is":
        return data
    document.pop("checksum", None)
    try:
        return as_json({**document, "checksum": slot_file._checksum(document)})
    except (ValueError, RecursionError):
        return data


def a_keys_file(data: bytes) -> None:
    """client-keys.json, as an unlocked practice reads it, and each key taken out."""
    folder = Folder(practice().root.parent / "other")
    folder.root.mkdir(exist_ok=True)
    folder.client_keys.write_bytes(data)
    keys = client_keys.ClientKeys(folder, VAULT.vault_id(), bytearray(32))
    for key_id in sorted(keys.ids()):
        try:
            keys.cipher(key_id)
        except LacrimaError:
            continue


def a_ledger(data: bytes) -> None:
    """erased.json, read and joined with another."""
    path = PLACE_OF_ALL / "erased.json"
    path.write_bytes(data)
    ledger.union(ledger.read(path), ledger.read(practice().ledger))


def a_manifest(data: bytes) -> None:
    """A backup's list of files: as anybody reads it, and signed by this practice."""
    folder = PLACE_OF_ALL / "backup"
    folder.mkdir(exist_ok=True)
    (folder / "vault.json").write_bytes(practice().slots.read_bytes())
    (folder / manifest.NAME).write_bytes(_signed(data))
    manifest.read_proven(folder, VAULT).rows(VAULT)


def _signed(data: bytes) -> bytes:
    document = plain(data)
    if not isinstance(document, dict) or document.get("mac") == "as it is":
        return data
    document.pop("mac", None)
    try:
        return as_json({**document, "mac": VAULT.manifest_mac(disk.canonical(document)).hex()})
    except (ValueError, RecursionError):
        return data


def spooled(data: bytes) -> None:
    """A waiting letter: its name is the first 32 bytes, the rest is what lies in the file."""
    folder = practice()
    name = data[:32].decode("latin-1")
    folder.spool.mkdir(exist_ok=True)
    for one in folder.spool.iterdir():
        one.unlink()
    kept = folder.spool / f"{'0' * 32}.letter"
    kept.write_bytes(data[32:])
    spool.names(folder)
    spool.kind_of(folder, kept.stem)
    spool.take(folder, "draft", name)


def a_letter(data: bytes) -> None:
    """The sealed part of a letter."""
    practice()
    VAULT.open_for_practice("draft", data)


def a_seal(data: bytes) -> None:
    """A sealed value."""
    practice()
    VAULT.open_sealed(PLACE, data)


def a_file(data: bytes) -> None:
    """A sealed file, read from end to end."""
    practice()
    file = sealed_file.SealedFile(io.BytesIO(data), place=PLACE)
    list(file.chunks())
    file.read_range(3, 10)


def a_recovery_code(data: bytes) -> None:
    """A recovery code as it is typed."""
    recovery_code.parse(data.decode("utf-8", "replace"))


def a_share_code(data: bytes) -> None:
    """A colleague's code as it is typed, and its words."""
    share_code.words_of(share_code.public_of(data.decode("utf-8", "replace")))


def a_personal_key(data: bytes) -> None:
    """A member's own key as it is kept, and the ways it is opened."""
    practice()
    content = personal_file.parse(plain(data))
    personal.asked_of_passkeys(content)
    slots_cheap = all(slot.cost in (None, CHEAP) for slot in content.slots)
    if slots_cheap:
        personal.opened(content, personal.by_passkey(b"a credential id", b"p" * 32))


def _a_manifest_seed() -> bytes:
    folder = practice()
    rows = VAULT.seal_for_practice(manifest.ROWS_KIND, b'{"client": 3}')
    made = manifest.describe(
        folder.root,
        ["vault.json"],
        vault_id=VAULT.vault_id(),
        created=NOW,
        rows_sealed=rows,
    )
    return as_json({**made.body(), "mac": "0"})


def _a_sealed_file_seed() -> bytes:
    path = practice().root / "files" / "seed"
    sealed_file.write(path, key_id=MIA, place=PLACE, source=io.BytesIO(b"some words"))
    return path.read_bytes()


def _a_personal_seed() -> bytes:
    practice()
    VAULT.members_hold_their_own_keys = True
    made = personal.make("c3" * 16, PASSPHRASE)
    passkey = personal.by_passkey(b"a credential id", b"p" * 32)
    return as_json(personal.with_way(made.content, made.key, passkey).to_json())


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _letter_seed() -> bytes:
    return practice_box.seal(practice().read_slots().practice_public, "draft", b"{}")


def _seeds() -> dict[str, Any]:
    folder = practice()
    return {
        "slots": (
            _read(folder.slots),
            _read(Path("tests/fixtures/vault-0.1.0/practice/vault.json")),
        ),
        "client_keys": (_read(folder.client_keys),),
        "ledger": (_read(folder.ledger),),
        "code": (str(recovery_code.fresh()).encode(),),
        "public": (share_code.code_of(VAULT.public_key()).encode(),),
        "seal": (VAULT.seal(MIA, PLACE, b"words"),),
    }


_FIRST = _seeds()
_SPOOLED = b"0" * 32 + b"LSPL\x01\x05draft" + _letter_seed()

TARGETS = {
    "slot_file": Target(slots, _FIRST["slots"], is_json=True),
    "client_keys": Target(a_keys_file, _FIRST["client_keys"], is_json=True),
    "ledger": Target(a_ledger, _FIRST["ledger"], is_json=True),
    "manifest": Target(a_manifest, (_a_manifest_seed(),), is_json=True),
    "spool": Target(spooled, (_SPOOLED,)),
    "letter": Target(a_letter, (_letter_seed(),)),
    "seal": Target(a_seal, _FIRST["seal"]),
    "sealed_file": Target(a_file, (_a_sealed_file_seed(),)),
    "recovery_code": Target(a_recovery_code, _FIRST["code"]),
    "share_code": Target(a_share_code, _FIRST["public"]),
    "personal_key": Target(a_personal_key, (_a_personal_seed(),), is_json=True),
}
