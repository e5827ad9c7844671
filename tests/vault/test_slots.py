"""The ways to open a practice, and what is said when one does not."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import create, keyring_slot, recovery_code, slots
from lacrima.vault.folder import Folder
from lacrima.vault.process import LockState, Vault
from lacrima.vault.slot_file import SlotKind
from tests.vault.given import NOW, OTHER, PASSPHRASE, Practice, rewrite_slots

KILLS = 8


def test_the_passphrase_opens_the_practice(closed: Practice) -> None:
    closed.vault.unlock(closed.folder, PASSPHRASE)
    assert closed.vault.state is LockState.OPEN
    assert len(closed.vault.database_key()) == 32


def test_a_wrong_passphrase_says_so_and_changes_nothing(closed: Practice) -> None:
    before = closed.contents()
    with pytest.raises(errors.WrongPassphrase) as caught:
        closed.vault.unlock(closed.folder, OTHER)
    assert caught.value.exit_code == 5
    assert OTHER not in str(caught.value)
    assert closed.vault.state is LockState.FULL
    assert closed.contents() == before


def test_an_a_with_dots_is_the_same_from_every_keyboard(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "practice")
    create(folder, "Bäume im Süden 1", now=NOW)
    Vault().unlock(folder, "Ba\u0308ume im Su\u0308den 1")


def test_a_folder_without_a_practice_is_not_a_vault(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(errors.NotAVault) as caught:
            Folder(root).check()
        assert caught.value.exit_code == 3


def test_another_programs_vault_file_is_not_a_vault(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_text('{"storage": "raft"}')
    with pytest.raises(errors.NotAVault):
        Folder(tmp_path).check()


def test_a_newer_vault_is_named_as_such(closed: Practice) -> None:
    rewrite_slots(closed.folder, lambda document: document.update(version=2))
    with pytest.raises(errors.NewerVault) as caught:
        closed.vault.unlock(closed.folder, PASSPHRASE)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_two_damaged_copies_are_damage(closed: Practice, content: bytes) -> None:
    for path in (closed.folder.slots, closed.folder.slots_copy):
        path.write_bytes(content)
    with pytest.raises(errors.VaultDamaged) as caught:
        closed.vault.unlock(closed.folder, PASSPHRASE)
    assert caught.value.exit_code == 6


def test_missing_slots_beside_a_database_are_damage(closed: Practice) -> None:
    closed.folder.slots.unlink()
    closed.folder.slots_copy.unlink()
    with pytest.raises(errors.VaultDamaged):
        closed.folder.check()


@pytest.mark.parametrize("offset", [0, 5, 37, 200, 700, -20, -1])
def test_the_copy_stands_in_for_a_damaged_first_and_mends_it(closed: Practice, offset: int) -> None:
    whole = closed.folder.slots.read_bytes()
    data = bytearray(whole)
    data[offset] ^= 4
    closed.folder.slots.write_bytes(data)
    closed.vault.unlock(closed.folder, PASSPHRASE)
    assert closed.folder.slots.read_bytes() == whole


def test_no_flipped_bit_of_the_first_copy_keeps_the_second_from_being_used(
    closed: Practice,
) -> None:
    content = closed.folder.read_slots()
    whole = closed.folder.slots.read_bytes()
    for offset in range(0, len(whole), 4):
        data = bytearray(whole)
        data[offset] ^= 1 << offset % 7
        closed.folder.slots.write_bytes(data)
        assert closed.folder.read_slots() == content


def test_an_old_copy_is_brought_up_to_date_at_the_next_unlock(closed: Practice) -> None:
    old = closed.folder.slots_copy.read_bytes()
    slots.change_passphrase(closed.folder, PASSPHRASE, OTHER)
    closed.folder.slots_copy.write_bytes(old)  # as after a crash between the two
    closed.vault.unlock(closed.folder, OTHER)
    assert closed.folder.slots_copy.read_bytes() == closed.folder.slots.read_bytes()


def test_a_lowered_cost_is_refused(closed: Practice) -> None:
    def lower(document: dict[str, Any]) -> None:
        document["slots"][0]["kdf"]["memory_kib"] = 8

    rewrite_slots(closed.folder, lower)
    with pytest.raises(errors.VaultDamaged):
        closed.vault.unlock(closed.folder, PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "value"), [("memory_kib", 128), ("iterations", 2), ("lanes", 2), ("kind", "recovery")]
)
def test_every_parameter_of_a_slot_is_covered_by_its_seal(
    closed: Practice, name: str, value: int | str
) -> None:
    def change(document: dict[str, Any]) -> None:
        first = document["slots"][0]
        (first if name in first else first["kdf"])[name] = value

    rewrite_slots(closed.folder, change)
    with pytest.raises(errors.Locked):
        closed.vault.unlock(closed.folder, PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "value"),
    [("memory_kib", 1 << 40), ("iterations", 10**9), ("lanes", 0), ("memory_kib", True)],
)
def test_an_absurd_cost_is_damage_and_not_an_hour_of_waiting(
    closed: Practice, name: str, value: int
) -> None:
    rewrite_slots(closed.folder, lambda document: document["slots"][0]["kdf"].update({name: value}))
    with pytest.raises(errors.VaultDamaged):
        closed.vault.unlock(closed.folder, PASSPHRASE)


def test_an_exchanged_practice_key_is_found(closed: Practice, tmp_path: Path) -> None:
    stranger = Folder(tmp_path / "stranger")
    create(stranger, PASSPHRASE, now=NOW)
    foreign = json.loads(stranger.slots.read_bytes())["practice_key"]["public"]
    rewrite_slots(closed.folder, lambda document: document["practice_key"].update(public=foreign))
    with pytest.raises(errors.VaultDamaged):
        closed.vault.unlock(closed.folder, PASSPHRASE)


def test_a_changed_passphrase_leaves_the_keys_as_they_are(closed: Practice) -> None:
    closed.vault.unlock(closed.folder, PASSPHRASE)
    key = closed.vault.database_key()
    slots.change_passphrase(closed.folder, PASSPHRASE, OTHER)
    closed.vault.full_lock()
    with pytest.raises(errors.WrongPassphrase):
        closed.vault.unlock(closed.folder, PASSPHRASE)
    closed.vault.unlock(closed.folder, OTHER)
    assert closed.vault.database_key() == key


def test_a_wrong_old_passphrase_changes_nothing(closed: Practice) -> None:
    before = closed.contents()
    with pytest.raises(errors.WrongPassphrase):
        slots.change_passphrase(closed.folder, OTHER, "yet another set of words")
    assert {name: data for name, data in closed.contents().items() if name in before} == before


def test_the_recovery_code_sets_a_new_passphrase(closed: Practice) -> None:
    slots.reset_passphrase(closed.folder, closed.code, OTHER)
    closed.vault.unlock(closed.folder, OTHER)
    assert slots.prove_recovery_code(closed.folder, closed.code)


def test_a_replaced_recovery_code_opens_nothing_any_more(closed: Practice) -> None:
    new = slots.replace_recovery_code(closed.folder, PASSPHRASE)
    assert slots.prove_recovery_code(closed.folder, new)
    assert not slots.prove_recovery_code(closed.folder, closed.code)
    closed.vault.unlock_with_recovery(closed.folder, new)


def test_a_recovery_code_is_read_as_people_type_it(closed: Practice) -> None:
    typed = closed.code.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    closed.vault.unlock_with_recovery(closed.folder, f" {typed}\n")


@given(st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_of_a_recovery_code_is_found_at_once(place: int, letter: str) -> None:
    code = recovery_code.fresh()
    letters = code.replace("-", "")
    slipped = letters[:place] + letter + letters[place + 1 :]
    if slipped == letters:
        assert recovery_code.parse(slipped) == code
    else:
        with pytest.raises(errors.WrongRecoveryCode):
            recovery_code.parse(slipped)


@given(st.text(max_size=80))
def test_no_text_makes_the_reading_of_a_code_stumble(text: str) -> None:
    with contextlib.suppress(errors.WrongRecoveryCode):
        recovery_code.parse(text)


def test_a_recovery_code_does_not_show_itself(closed: Practice) -> None:
    assert closed.code not in repr([closed.code])


def test_a_new_practice_needs_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(errors.FolderNotEmpty):
        create(Folder(tmp_path), PASSPHRASE, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_very_short_passphrase_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput):
        create(Folder(tmp_path / "practice"), "short", now=NOW)
    assert not (tmp_path / "practice").exists()


def test_advice_names_what_is_weak_and_is_silent_about_good_ones() -> None:
    assert slots.passphrase_advice(PASSPHRASE) == ()
    assert slots.PassphraseAdvice.LONGER in slots.passphrase_advice("Tr0ub4dor")
    assert slots.PassphraseAdvice.EVERYONES in slots.passphrase_advice("my password is this")
    assert slots.PassphraseAdvice.MORE_LETTERS in slots.passphrase_advice("a" * 30)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_owner_may_read_the_key_files(closed: Practice) -> None:
    assert closed.folder.root.stat().st_mode & 0o077 == 0
    for path in (closed.folder.slots, closed.folder.slots_copy, closed.folder.client_keys):
        assert path.stat().st_mode & 0o077 == 0


def test_a_folder_copied_elsewhere_opens_with_its_passphrase_only(
    opened: Practice, tmp_path: Path
) -> None:
    copied = Folder(tmp_path / "elsewhere")
    shutil.copytree(opened.folder.root, copied.root)
    with pytest.raises(errors.WrongPassphrase):
        Vault().unlock(copied, OTHER)
    Vault().unlock(copied, PASSPHRASE)


_CHANGE_FOR_EVER = """
    import sys
    from pathlib import Path
    from lacrima.vault import kdf, slots
    from lacrima.vault.folder import Folder

    kdf.STANDARD = kdf.FLOOR = kdf.KdfCost(memory_kib=64, iterations=1, lanes=1)
    folder, old, new = Folder(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
    print("ready", flush=True)
    while True:
        slots.change_passphrase(folder, old, new)
        old, new = new, old
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_while_slots_are_written_leaves_a_practice_that_opens(closed: Practice) -> None:
    import_and_loop = textwrap.dedent(_CHANGE_FOR_EVER)
    old, new = PASSPHRASE, OTHER
    for turn in range(KILLS):
        command = [sys.executable, "-c", import_and_loop, str(closed.folder.root), old, new]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            try:
                writer.wait(timeout=0.011 * (turn + 1))
            except subprocess.TimeoutExpired:
                writer.send_signal(signal.SIGKILL)
        old, new = _what_opens(closed)


def _what_opens(practice: Practice) -> tuple[str, str]:
    for passphrase, other in ((PASSPHRASE, OTHER), (OTHER, PASSPHRASE)):
        try:
            Vault().unlock(practice.folder, passphrase)
        except errors.WrongPassphrase:
            continue
        return passphrase, other
    raise AssertionError("neither the old nor the new passphrase opens the practice")


class _Keyring:
    """A keyring in memory, with the four calls of the library that we use."""

    class errors:  # noqa: N801 - the library's own name
        class KeyringError(Exception):
            """The library's error."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_broken = is_broken
        self.priority = -1 if is_broken else 5

    def get_keyring(self) -> _Keyring:
        return self

    def _answer(self) -> None:
        if self.is_broken:
            raise self.errors.KeyringError

    def get_password(self, service: str, name: str) -> str | None:
        self._answer()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self._answer()
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        self._answer()
        if self.kept.pop((service, name), None) is None:
            raise self.errors.KeyringError


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> _Keyring:
    made = _Keyring()
    monkeypatch.setattr(keyring_slot, "_HAS_LIBRARY", True)
    monkeypatch.setattr(keyring_slot, "_library", lambda: made)
    return made


def test_the_computers_login_can_open_the_practice_and_be_taken_away(
    closed: Practice, keyring: _Keyring
) -> None:
    slots.add_keyring(closed.folder, PASSPHRASE)
    assert slots.has_keyring(closed.folder)
    closed.vault.unlock_with_keyring(closed.folder)
    assert closed.vault.state is LockState.OPEN
    slots.remove_keyring(closed.folder)
    assert not keyring.kept
    with pytest.raises(errors.Locked):
        Vault().unlock_with_keyring(closed.folder)


def test_without_a_keyring_the_passphrase_still_opens_and_the_sentence_is_calm(
    closed: Practice, keyring: _Keyring
) -> None:
    keyring.is_broken = True
    with pytest.raises(errors.Locked, match="offers no keyring"):
        slots.add_keyring(closed.folder, PASSPHRASE)
    assert closed.folder.read_slots().slot(SlotKind.KEYRING) is None
    closed.vault.unlock(closed.folder, PASSPHRASE)


def test_without_the_library_there_is_no_keyring(
    closed: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_slot, "_HAS_LIBRARY", False)
    assert not keyring_slot.is_available()
    with pytest.raises(errors.Locked):
        closed.vault.unlock_with_keyring(closed.folder)
    keyring_slot.forget("ab" * 16)


def test_the_real_keyring_library_has_the_calls_we_use() -> None:
    library = pytest.importorskip("keyring")
    calls = ("get_keyring", "get_password", "set_password", "delete_password")
    assert all(callable(getattr(library, call)) for call in calls)
    assert issubclass(keyring_slot._library().errors.KeyringError, Exception)
