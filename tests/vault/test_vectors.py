"""The written formats: the vectors open for ever, with Lacrima and without it."""

from __future__ import annotations

import ast
import base64
import contextlib
import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lacrima.vault import (
    engine,
    kdf,
    personal,
    personal_file,
    practice_box,
    recovery_code,
    sealed_file,
    share_box,
    share_code,
    spool,
    will_box,
)
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from lacrima.vault.sealed_file import SealedFile
from tests.vault.given import MIA, PASSPHRASE, PLACE, Practice
from tests.vault.make_vectors import PLAIN, personal_key_in
from tests.vault.make_vectors import vectors as make_vectors

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SCRIPT = REFERENCE / "open_vault.py"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / "crypto-vectors.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The stand-alone decryptor, as a module."""
    spec = importlib.util.spec_from_file_location("open_vault", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bytes_of(vectors: dict[str, Any], name: str) -> bytes:
    """One base64 value of the vectors."""
    return base64.b64decode(vectors[name])


def test_lacrima_opens_the_vectors(
    vectors: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, folder = _unlocked(vectors, tmp_path), Folder(tmp_path)
    (folder.spool / f"{'ab' * 16}.letter").write_bytes(bytes_of(vectors, "letter"))
    monkeypatch.setattr(spool, "VAULT", vault)
    plain, place = vectors["plain"].encode(), vectors["place"]
    assert vault.database_key().hex() == vectors["sub_keys"]["lacrima/1/database"]
    assert vault.open_sealed(place, bytes_of(vectors, "value")) == plain
    file = SealedFile(io.BytesIO(bytes_of(vectors, "file")), place=place, vault=vault)
    assert b"".join(file.chunks()) == plain
    assert spool.take(folder, vectors["letter_kind"], "ab" * 16) == plain
    envelope = share_box.read(bytes_of(vectors["share"], "file"))
    assert envelope.kind == vectors["share"]["kind"]
    assert vault.open_share(envelope) == plain
    vault.full_lock()


def test_the_letter_can_be_sealed_again_byte_for_byte(vectors: dict[str, Any]) -> None:
    ephemeral = X25519PrivateKey.from_private_bytes(
        bytes.fromhex(vectors["letter_ephemeral_private"])
    )
    public = base64.b64decode(vectors["vault"]["practice_key"]["public"])
    kind = vectors["letter_kind"]
    letter = practice_box.seal_with(ephemeral, public, kind, vectors["plain"].encode())
    assert bytes_of(vectors, "letter").endswith(letter)


def test_the_share_file_can_be_sealed_again_byte_for_byte(vectors: dict[str, Any]) -> None:
    share = vectors["share"]
    sender, ephemeral = (
        X25519PrivateKey.from_private_bytes(bytes.fromhex(share[name]))
        for name in ("sender_private", "ephemeral_private")
    )
    reader = base64.b64decode(vectors["vault"]["practice_key"]["public"])
    plain = vectors["plain"].encode()
    made = share_box.seal(share["kind"], plain, sender=sender, reader=reader, ephemeral=ephemeral)
    assert made == bytes_of(share, "file")
    public = sender.public_key().public_bytes_raw()
    assert share_code.code_of(public) == share["sender_code"]
    assert share_code.words_of(public) == tuple(share["sender_words"])


def test_both_parts_open_the_will_of_the_vectors_and_it_can_be_sealed_again(
    vectors: dict[str, Any],
) -> None:
    will = vectors["will"]
    parts = will_box.parse(will["part_one"], will["part_two"])
    assert parts.private_key.private_bytes_raw().hex() == will["private"]
    assert will_box.unseal(parts, bytes_of(will, "file")) == vectors["plain"].encode()
    ephemeral = X25519PrivateKey.from_private_bytes(bytes.fromhex(will["ephemeral_private"]))
    made = will_box.seal(parts.public, vectors["plain"].encode(), ephemeral=ephemeral)
    assert made == bytes_of(will, "file")


def _ways(own: dict[str, Any]) -> dict[str, personal.PersonalSecret]:
    """Each way to open the member's own key of the vectors."""
    credential = base64.b64decode(own["passkey_credential_id"])
    prf_output = bytes.fromhex(own["passkey_prf_output"])
    return {
        "passphrase": personal.by_passphrase(own["passphrase"]),
        "recovery": personal.by_recovery_code(own["recovery_code"]),
        "passkey": personal.by_passkey(credential, prf_output),
    }


def test_each_way_opens_the_members_own_key_with_and_without_lacrima(
    vectors: dict[str, Any], script: ModuleType, tmp_path: Path
) -> None:
    vault, own = _unlocked(vectors, tmp_path), vectors["personal"]
    content = personal_file.parse(own["slots"])
    assert personal.asked_of_passkeys(content).hex() == own["passkey_asked"]
    data_key = bytes.fromhex(vectors["data_key"])
    for kind, way in _ways(own).items():
        key = script.own_key(vectors["vault"], data_key, own["slots"], kind, way.value)
        assert key == bytes(personal.opened(content, way, vault=vault)) == bytes.fromhex(own["key"])
        value = bytes_of(own, "value")
        assert script.open_value_with(key, own["place"], value) == vectors["plain"].encode()
    vault.full_lock()


def _unlocked(vectors: dict[str, Any], root: Path) -> Vault:
    folder = Folder(root)
    folder.slots.write_text(json.dumps(vectors["vault"]))
    folder.client_keys.write_text(json.dumps(vectors["client_keys"]))
    folder.spool.mkdir()
    vault = Vault()
    vault.unlock(folder, vectors["passphrase"])
    return vault


def test_the_script_opens_the_vectors(vectors: dict[str, Any], script: ModuleType) -> None:
    vault, keys, place = vectors["vault"], vectors["client_keys"], vectors["place"]
    secret = script.secret_of(vectors["passphrase"], "passphrase")
    data_key = script.open_slot(vault, "passphrase", secret)
    assert data_key.hex() == vectors["data_key"]
    typed = vectors["recovery_code"].lower().replace("-", " ")
    recovered = script.open_slot(vault, "recovery", script.secret_of(typed, "recovery"))
    assert recovered == data_key
    for label, expected in vectors["sub_keys"].items():
        purpose = label.removeprefix("lacrima/1/").encode()
        assert script.sub_key(vault, data_key, purpose).hex() == expected
    plain = vectors["plain"].encode()
    value, file = bytes_of(vectors, "value"), bytes_of(vectors, "file")
    assert script.open_value(vault, data_key, keys, place, value) == plain
    assert script.open_file(vault, data_key, keys, place, file) == plain
    assert script.open_letter(vault, data_key, bytes_of(vectors, "letter")) == plain
    assert script.open_share(vault, data_key, bytes_of(vectors["share"], "file")) == plain
    with pytest.raises(InvalidTag):
        script.open_value(vault, data_key, keys, "care_note|text|43", value)


def test_the_recovery_code_of_the_vectors_has_its_check_group(vectors: dict[str, Any]) -> None:
    assert recovery_code.parse(vectors["recovery_code"]) == vectors["recovery_code"]


def test_the_vectors_cost_what_every_practice_costs(vectors: dict[str, Any]) -> None:
    of_a_member = vectors["personal"]["slots"]["slots"][:2]
    for slot in [*vectors["vault"]["slots"], *of_a_member]:
        assert {name: slot["kdf"][name] for name in ("memory_kib", "iterations", "lanes")} == {
            "memory_kib": 131072,
            "iterations": 3,
            "lanes": 2,
        }


def test_new_vectors_have_the_same_parts(vectors: dict[str, Any]) -> None:
    made = make_vectors()
    assert made.keys() == vectors.keys()
    assert made["sub_keys"].keys() == vectors["sub_keys"].keys()
    assert made["personal"].keys() == vectors["personal"].keys()
    assert kdf.STANDARD.memory_kib < 1024, "the tests themselves run with cheap keys"


def test_the_script_knows_nothing_of_lacrima() -> None:
    tree = ast.parse(SCRIPT.read_text())
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    }
    tops = {str(name).split(".")[0] for name in named | plain}
    assert tops - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.fixture
def lived_in(opened: Practice) -> Practice:
    """A live practice with a row, a value, a file and a letter."""
    opened.vault.ensure_keys([MIA])
    opened.folder.database.touch()
    key = opened.vault.database_key()
    with contextlib.closing(engine.connect(opened.folder.database, key)) as connection:
        connection.execute("CREATE TABLE note(text)")
        connection.execute("INSERT INTO note VALUES ('a row')")
    with io.BytesIO(b"sound" * 40_000) as source:
        path = opened.folder.files / "one"
        sealed_file.write(path, key_id=MIA, place=PLACE, source=source, vault=opened.vault)
    spool.put(opened.folder, "draft", b"half a note")
    return opened


def run(practice: Practice, *options: str, typed: str = PASSPHRASE) -> tuple[int, bytes]:
    """The script beside a live practice: its exit code and output."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(practice.folder.root), *options],
        input=f"{typed}\n".encode(),
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_script_opens_a_live_practice(lived_in: Practice) -> None:
    value = base64.b64encode(lived_in.vault.seal(MIA, PLACE, b"words")).decode()
    [letter] = lived_in.folder.spool.iterdir()
    file = str(lived_in.folder.files / "one")
    share = lived_in.folder.root.parent / "sent.lacrima-share"
    own = lived_in.vault.public_key()
    share.write_bytes(lived_in.vault.seal_share("share", b"shown", reader=own))
    key = lived_in.vault.database_key().hex().encode()
    assert run(lived_in) == (0, b"")
    assert run(lived_in, "--value", PLACE, value) == (0, b"words")
    assert run(lived_in, "--file", file, PLACE) == (0, b"sound" * 40_000)
    assert run(lived_in, "--letter", str(letter)) == (0, b"half a note")
    assert run(lived_in, "--share", str(share)) == (0, b"shown")
    assert run(lived_in, "--query", "SELECT text FROM note") == (0, b"('a row',)\n")
    assert run(lived_in, "--show-database-key", "--recovery", typed=lived_in.code) == (
        0,
        key + b"\n",
    )


@pytest.mark.parametrize("recovery", [False, True])
def test_the_script_opens_what_is_a_members_own_in_a_live_practice(
    lived_in: Practice, tmp_path: Path, recovery: bool
) -> None:
    own = personal_key_in(lived_in.vault)
    slots = tmp_path / "slots.json"
    slots.write_text(json.dumps(own["slots"]))
    typed = own["recovery_code"] if recovery else own["passphrase"]
    options = [
        "--own",
        str(slots),
        own["place"],
        own["value"],
        *["--own-recovery"][: int(recovery)],
    ]
    found = run(lived_in, *options, typed=f"{PASSPHRASE}\n{typed}")
    assert found == (0, PLAIN.encode())


def test_the_script_says_when_the_passphrase_is_wrong(lived_in: Practice) -> None:
    code, output = run(lived_in, typed="something else")
    assert (code, output) == (1, b"")
