"""The file of client keys: one write for many, shared by processes, gone when forgotten."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from lacrima import errors
from lacrima.vault import disk, ledger
from lacrima.vault.process import Vault
from tests.vault.given import BEN, MIA, NOW, PASSPHRASE, PLACE, Practice


def ids(count: int, start: int = 0) -> list[str]:
    """Keys of this many clients."""
    return [f"client:{number:032x}" for number in range(start, start + count)]


def test_five_hundred_keys_are_one_write(opened: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    real = disk.write_atomically
    monkeypatch.setattr(
        disk, "write_atomically", lambda path, data: (written.append(path), real(path, data))
    )
    opened.vault.ensure_keys(ids(500))
    opened.vault.ensure_keys(ids(500))
    assert written == [opened.folder.client_keys]


@pytest.mark.parametrize(
    "strange", ["", "client:", "client:Mia", "../x", "Mia L.", "client:" + "g" * 32]
)
def test_only_ids_without_meaning_are_taken(opened: Practice, strange: str) -> None:
    with pytest.raises(errors.OurFault):
        opened.vault.ensure_keys([strange])


def test_what_another_process_wrote_is_seen(opened: Practice) -> None:
    other = Vault()
    other.unlock(opened.folder, PASSPHRASE)
    other.ensure_keys([MIA])
    text = other.seal(MIA, PLACE, b"hers")
    assert opened.vault.has_key(MIA)
    assert opened.vault.open_sealed(PLACE, text) == b"hers"
    opened.vault.forget_key(MIA, now=NOW)
    with pytest.raises(errors.KeyGone):
        other.open_sealed(PLACE, text)
    other.full_lock()


def test_two_writers_lose_no_key(opened: Practice) -> None:
    vaults = [Vault(), Vault()]
    for vault in vaults:
        vault.unlock(opened.folder, PASSPHRASE)

    def write(vault: Vault, start: int) -> None:
        for number in range(25):
            vault.ensure_keys(ids(1, start + number))

    threads = [
        threading.Thread(target=write, args=(vault, place * 1000))
        for place, vault in enumerate(vaults)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(opened.vault.has_key(key) for key in ids(25) + ids(25, 1000))
    for vault in vaults:
        vault.full_lock()


def test_a_keys_file_cannot_be_read_without_the_data_key_nor_its_lines_exchanged(
    opened: Practice,
) -> None:
    opened.vault.ensure_keys([MIA, BEN])
    text = opened.vault.seal(MIA, PLACE, b"hers")
    document = json.loads(opened.folder.client_keys.read_bytes())
    keys = document["keys"]
    keys[MIA], keys[BEN] = keys[BEN], keys[MIA]
    opened.folder.client_keys.write_bytes(disk.readable(document))
    with pytest.raises(errors.VaultDamaged):
        opened.vault.open_sealed(PLACE, text)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"version": 1, "keys": 5}'])
def test_a_damaged_or_missing_keys_file_is_damage(closed: Practice, content: bytes) -> None:
    closed.folder.client_keys.write_bytes(content)
    with pytest.raises(errors.VaultDamaged):
        closed.vault.unlock(closed.folder, PASSPHRASE)
    closed.folder.client_keys.unlink()
    with pytest.raises(errors.VaultDamaged):
        closed.vault.unlock(closed.folder, PASSPHRASE)


def test_a_key_of_an_id_that_no_lacrima_gives_is_damage(opened: Practice) -> None:
    opened.vault.ensure_keys([MIA])
    document = json.loads(opened.folder.client_keys.read_bytes())
    document["keys"]["é"] = document["keys"].pop(MIA)
    opened.folder.client_keys.write_bytes(disk.readable(document))
    with pytest.raises(errors.VaultDamaged):
        opened.vault.has_key(MIA)


def test_a_newer_keys_file_or_ledger_is_named_as_such(closed: Practice) -> None:
    for path in (closed.folder.ledger, closed.folder.client_keys):
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b'"version": 1', b'"version": 2'))
        with pytest.raises(errors.NewerVault):
            closed.vault.unlock(closed.folder, PASSPHRASE)
        path.write_bytes(whole)


def test_an_erasure_cut_off_after_the_ledger_is_finished_at_the_next_unlock(
    opened: Practice,
) -> None:
    opened.vault.ensure_keys([MIA, BEN])
    ledger.note(opened.folder.ledger, [MIA], NOW)  # and then the power went
    opened.vault.full_lock()
    opened.vault.unlock(opened.folder, PASSPHRASE)
    assert not opened.vault.has_key(MIA)
    assert opened.vault.has_key(BEN)
    assert MIA not in opened.folder.client_keys.read_text()


def test_the_ledger_keeps_each_erasure_once_and_the_earliest() -> None:
    early, late = ledger.Erased(MIA, "2026-01-01T00:00:00Z"), ledger.Erased(MIA, "2026-02-01")
    other = ledger.Erased(BEN, "2026-01-15T00:00:00Z")
    assert ledger.union((late, other), (early,)) == (early, other)


def test_a_moment_without_a_zone_is_our_fault() -> None:
    with pytest.raises(errors.OurFault):
        ledger.moment(NOW.replace(tzinfo=None))
