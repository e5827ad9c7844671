"""The two locks, who waits for whom, and what is left in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from lacrima import errors
from lacrima.vault import create, process
from lacrima.vault.folder import Folder
from lacrima.vault.process import LockState, Vault
from lacrima.vault.quick import TRIES
from lacrima.vault.subkeys import Purpose
from tests.vault.given import MIA, NOW, OTHER, PASSPHRASE, PLACE, Practice

PIN = "2468"
EVERY_USE_OF_A_KEY: dict[str, Callable[[Vault], object]] = {
    "database": lambda vault: vault.database_key(),
    "audit": lambda vault: vault.audit_mac(b"head"),
    "manifest": lambda vault: vault.manifest_mac(b"list"),
    "id": lambda vault: vault.vault_id(),
    "seal": lambda vault: vault.seal(MIA, PLACE, b"x"),
    "open": lambda vault: vault.open_sealed(PLACE, bytes([1, 8]) + b"practice" + bytes(40)),
    "open several": lambda vault: vault.open_several(
        [(PLACE, bytes([1, 8]) + b"practice" + bytes(40))]
    ),
    "has": lambda vault: vault.has_key(MIA),
    "ensure": lambda vault: vault.ensure_keys([MIA]),
    "forget": lambda vault: vault.forget_key(MIA, now=NOW),
    "letter": lambda vault: vault.open_for_practice("draft", bytes([1]) + bytes(60)),
    "pin": lambda vault: vault.set_pin(PIN),
    "passkey": lambda vault: vault.arm_passkey(b"id", bytes(32)),
}


def in_thread(work: Callable[[], object]) -> threading.Thread:
    """Run this beside the test."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("use", EVERY_USE_OF_A_KEY)
def test_a_locked_practice_gives_no_key(opened: Practice, use: str) -> None:
    opened.vault.full_lock()
    with pytest.raises(errors.Locked):
        EVERY_USE_OF_A_KEY[use](opened.vault)


@pytest.mark.parametrize("use", ["database", "seal", "open", "letter"])
def test_a_quick_locked_practice_gives_no_key(opened: Practice, use: str) -> None:
    opened.vault.set_pin(PIN)
    assert opened.vault.quick_lock() is LockState.QUICK
    with pytest.raises(errors.Locked):
        EVERY_USE_OF_A_KEY[use](opened.vault)


def test_a_full_lock_overwrites_every_buffer_of_ours(opened: Practice) -> None:
    keys = opened.vault._opened
    assert keys is not None
    buffers = [keys.data_key, *keys.sub_keys.values()]
    opened.vault.set_pin(PIN)
    armed = opened.vault._quick._pin
    assert armed is not None
    assert all(any(buffer) for buffer in [*buffers, armed.random])
    opened.vault.full_lock()
    assert not any(any(buffer) for buffer in [*buffers, armed.random])
    assert opened.vault._opened is None
    assert not keys.clients._wrapped
    assert not opened.vault.has_pin


def test_a_quick_lock_overwrites_the_keys_but_keeps_the_way_back(opened: Practice) -> None:
    key = opened.vault.database_key()
    keys = opened.vault._opened
    assert keys is not None
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    assert not any(keys.data_key)
    opened.vault.quick_unlock(PIN)
    assert opened.vault.state is LockState.OPEN
    assert opened.vault.database_key() == key


def test_the_data_key_lies_nowhere_in_the_quick_locked_vault(opened: Practice) -> None:
    keys = opened.vault._opened
    assert keys is not None
    data_key = bytes(keys.data_key)
    opened.vault.set_pin(PIN)
    opened.vault.arm_passkey(b"id", b"p" * 32)
    opened.vault.quick_lock()
    quick = opened.vault._quick
    for armed in (quick._pin, quick._passkey):
        assert armed is not None
        assert data_key not in armed.text
        assert PIN.encode() not in armed.text


def test_nothing_of_the_pin_is_on_the_disk(opened: Practice) -> None:
    before = opened.contents()
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    opened.vault.quick_unlock(PIN)
    assert opened.contents() == before


def test_five_wrong_pins_lock_fully_and_each_says_how_many_are_left(opened: Practice) -> None:
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(errors.WrongPin, match=f"{left} tr(y|ies) left"):
            opened.vault.quick_unlock("0000")
        assert opened.vault.pin_tries_left == left
        assert opened.vault.state is LockState.QUICK
    with pytest.raises(errors.WrongPin, match="fully locked"):
        opened.vault.quick_unlock("0000")
    assert opened.vault.state is LockState.FULL
    with pytest.raises(errors.Locked):
        opened.vault.quick_unlock(PIN)
    opened.vault.unlock(opened.folder, PASSPHRASE)
    assert not opened.vault.has_pin


def test_tries_side_by_side_count_each(opened: Practice) -> None:
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    refused: list[errors.LacrimaError] = []

    def guess() -> None:
        try:
            opened.vault.quick_unlock("0000")
        except errors.LacrimaError as error:
            refused.append(error)

    for thread in [in_thread(guess) for _ in range(12)]:
        thread.join()
    assert opened.vault.state is LockState.FULL
    assert sum(isinstance(error, errors.WrongPin) for error in refused) == TRIES


def test_a_right_pin_gives_the_tries_back(opened: Practice) -> None:
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    with pytest.raises(errors.WrongPin):
        opened.vault.quick_unlock("0000")
    opened.vault.quick_unlock(PIN)
    assert opened.vault.pin_tries_left == TRIES


def test_without_pin_or_passkey_a_quick_lock_is_a_full_one(opened: Practice) -> None:
    assert opened.vault.quick_lock() is LockState.FULL


def test_the_passphrase_opens_a_quick_locked_practice_too(opened: Practice) -> None:
    opened.vault.set_pin(PIN)
    opened.vault.quick_lock()
    with pytest.raises(errors.WrongPassphrase):
        opened.vault.unlock(opened.folder, OTHER)
    assert opened.vault.state is LockState.QUICK
    opened.vault.unlock(opened.folder, PASSPHRASE)
    assert opened.vault.has_pin


def test_a_passkey_opens_by_its_secret_value_alone(opened: Practice) -> None:
    opened.vault.arm_passkey(b"credential", b"p" * 32)
    assert opened.vault.passkey_credential_id == b"credential"
    opened.vault.quick_lock()
    with pytest.raises(errors.WrongPin):
        opened.vault.quick_unlock_with_passkey(b"q" * 32)
    opened.vault.quick_unlock_with_passkey(b"p" * 32)
    assert opened.vault.state is LockState.OPEN
    opened.vault.full_lock()
    assert opened.vault.passkey_credential_id is None
    with pytest.raises(errors.Locked):
        opened.vault.quick_unlock_with_passkey(b"p" * 32)


def test_short_pins_and_passkeys_without_a_secret_are_refused(opened: Practice) -> None:
    with pytest.raises(errors.BadInput):
        opened.vault.set_pin("123")
    with pytest.raises(errors.BadInput):
        opened.vault.arm_passkey(b"id", b"")
    assert not opened.vault.has_pin


def test_every_lock_counts_up_and_calls_everybody_even_when_one_fails(opened: Practice) -> None:
    called = []

    def fails() -> None:
        raise ValueError("no")

    opened.vault.on_lock(lambda: called.append(1))
    opened.vault.on_lock(fails)
    opened.vault.on_lock(lambda: called.append(2))
    generation = opened.vault.generation
    with pytest.raises(ValueError, match="no"):
        opened.vault.full_lock()
    assert sorted(called) == [1, 2]
    assert opened.vault.generation == generation + 1
    assert opened.vault.state is LockState.FULL
    opened.vault._callbacks.remove(fails)


def test_another_practice_locks_the_first(opened: Practice, tmp_path: object) -> None:
    second = Folder(opened.folder.root.with_name("second"))
    create(second, OTHER, now=NOW)
    key = opened.vault.database_key()
    generation = opened.vault.generation
    opened.vault.unlock(second, OTHER)
    assert opened.vault.folder == second
    assert opened.vault.generation == generation + 1
    assert opened.vault.database_key() != key


def test_a_lock_waits_for_a_running_request(opened: Practice) -> None:
    inside, seen = threading.Event(), []

    def request() -> None:
        with opened.vault.in_use():
            inside.set()
            time.sleep(0.2)
            seen.append(opened.vault.state)

    thread = in_thread(request)
    inside.wait()
    opened.vault.full_lock()
    assert seen == [LockState.OPEN]
    thread.join()


def test_a_lock_waits_no_longer_than_a_few_seconds(
    opened: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOCK_WAIT_S", 0.1)
    inside, leave = threading.Event(), threading.Event()

    def hangs() -> None:
        with opened.vault.in_use():
            inside.set()
            leave.wait()

    thread = in_thread(hangs)
    inside.wait()
    started = time.monotonic()
    opened.vault.full_lock()
    assert time.monotonic() - started < 2
    assert opened.vault.state is LockState.FULL
    leave.set()
    thread.join()


def test_the_lock_button_does_not_wait_for_itself_or_for_another_lock_button(
    opened: Practice,
) -> None:
    both = threading.Barrier(2)

    def button() -> None:
        with opened.vault.in_use(), opened.vault.in_use():
            both.wait()
            opened.vault.full_lock()

    started = time.monotonic()
    for thread in [in_thread(button), in_thread(button)]:
        thread.join()
    assert time.monotonic() - started < 2
    assert opened.vault.state is LockState.FULL


def test_nobody_comes_in_while_the_lock_is_at_work(opened: Practice) -> None:
    inside: list[LockState] = []
    threads: list[threading.Thread] = []

    def visitor() -> None:
        with opened.vault.in_use():
            inside.append(opened.vault.state)

    def during() -> None:
        threads.append(in_thread(visitor))
        time.sleep(0.1)
        assert inside == []

    opened.vault.on_lock(during)
    opened.vault.full_lock()
    threads[0].join()
    assert inside == [LockState.FULL]
    opened.vault._callbacks.remove(during)


def test_sealing_while_others_lock_gives_a_good_seal_or_locked(opened: Practice) -> None:
    opened.vault.ensure_keys([MIA])
    opened.vault.set_pin(PIN)
    sealed: list[bytes] = []
    stop = threading.Event()

    def seals() -> None:
        while not stop.is_set():
            try:
                sealed.append(opened.vault.seal(MIA, PLACE, b"hers"))
            except errors.Locked:
                continue

    threads = [in_thread(seals) for _ in range(3)]
    for _ in range(20):
        opened.vault.quick_lock()
        opened.vault.quick_unlock(PIN)
    stop.set()
    for thread in threads:
        thread.join()
    assert sealed
    assert all(opened.vault.open_sealed(PLACE, text) == b"hers" for text in sealed)


def test_each_purpose_has_a_key_of_its_own(opened: Practice) -> None:
    keys = opened.vault._opened
    assert keys is not None
    assert len({keys.key(purpose) for purpose in Purpose} | {bytes(keys.data_key)}) == 7
    assert opened.vault.audit_mac(b"x") != opened.vault.manifest_mac(b"x")
