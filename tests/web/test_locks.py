"""Locked and unlocked: for the process, for each browser, by idleness, at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lacrima.practice import people
from lacrima.vault import slots
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import activity, doorway, housekeeping, memory_sessions, one_time, patience
from lacrima.web.housekeeping import Night
from tests.support.cast import PASSPHRASE, Cast
from tests.support.form_keys import form_key
from tests.support.windows import unlock
from tests.vault.given import rewrite_slots

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]


def _quick(window: Client, pin: str) -> int:
    return window.post("/unlock/quick", {"pin": pin}).status_code


def _set_pin(window: Client, pin: str = "4711") -> None:
    assert window.post("/vault/pin", {"pin": pin, "pin_again": pin}).status_code == 303


def test_every_page_leads_to_unlock_and_back(committed_cast: Cast, window: Client) -> None:
    address = f"/clients/{committed_cast.care_of_mia.pk}"
    assert window.get(address)["Location"] == "/unlock"
    answer = window.post("/unlock", {"passphrase": PASSPHRASE})
    assert answer["Location"] == address


def test_the_way_back_never_leads_elsewhere(committed_cast: Cast, window: Client) -> None:
    for address in ("//evil.example/", "https://evil.example/", "/lock", "/nowhere", "/\\evil"):
        assert not doorway.is_our_page(address)


def test_a_wrong_passphrase_says_so_and_changes_nothing(
    committed_cast: Cast, window: Client
) -> None:
    answer = window.post("/unlock", {"passphrase": "not this one at all"})
    assert answer.status_code == 422
    assert "does not open" in answer.content.decode()
    assert "not this one" not in answer.content.decode()
    assert window.get("/settings")["Location"] == "/unlock"


def test_another_browser_gives_the_passphrase_although_the_process_is_open(
    committed_anas: Client,
) -> None:
    other = Client(headers={"host": "localhost"})
    assert VAULT.state is LockState.OPEN
    assert other.get("/settings").status_code == 303
    assert other.post("/unlock", {"passphrase": "wrong wrong wrong"}).status_code == 422
    assert committed_anas.get("/settings").status_code == 200
    assert unlock(other).get("/settings").status_code == 200


def test_the_session_gets_a_new_name_when_the_practice_is_opened(
    committed_cast: Cast, window: Client
) -> None:
    window.get("/settings")
    before = window.cookies["lacrima_session"].value
    unlock(window)
    assert window.cookies["lacrima_session"].value != before


def test_without_a_pin_the_button_locks_fully_and_empties_the_sessions(
    committed_anas: Client,
) -> None:
    committed_anas.post("/settings/scores", {})
    answer = committed_anas.post("/lock")
    assert answer["Location"] == "/unlock"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert VAULT.state is LockState.FULL
    kept = {name for _, entries in memory_sessions._kept.values() for name in entries}
    assert kept <= doorway.LEFT_BY_A_FULL_LOCK


def test_a_pin_opens_the_quick_lock_only_where_the_practice_was_open(
    committed_anas: Client,
) -> None:
    _set_pin(committed_anas)
    committed_anas.post("/lock")
    assert VAULT.state is LockState.QUICK
    assert "PIN of today" in committed_anas.get("/unlock").content.decode()
    other = Client(headers={"host": "localhost"})
    assert "PIN of today" not in other.get("/unlock").content.decode()
    assert _quick(other, "4711") == 303
    assert VAULT.state is LockState.QUICK
    assert _quick(committed_anas, "4711") == 303
    assert committed_anas.get("/settings").status_code == 200


def test_a_lock_ends_every_other_browser_too(committed_anas: Client) -> None:
    other = unlock(Client(headers={"host": "localhost"}))
    _set_pin(committed_anas)
    committed_anas.post("/lock")
    _quick(committed_anas, "4711")
    assert other.get("/settings").status_code == 303


def test_five_wrong_pins_lock_fully_and_say_so(
    committed_anas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "FREE_TRIES", 100)
    _set_pin(committed_anas)
    committed_anas.post("/lock")
    for _ in range(4):
        assert _quick(committed_anas, "0000") == 422
    last = committed_anas.post("/unlock/quick", {"pin": "0000"})
    assert VAULT.state is LockState.FULL
    assert "fully locked" in last.content.decode()
    assert _quick(committed_anas, "4711") == 303
    assert VAULT.state is LockState.FULL


def test_lock_fully_leaves_no_pin(committed_anas: Client) -> None:
    _set_pin(committed_anas)
    committed_anas.post("/lock", {"fully": "yes"})
    assert VAULT.state is LockState.FULL
    assert not VAULT.has_pin


def test_after_five_wrong_tries_one_waits_and_nobody_is_shut_out(
    committed_cast: Cast, window: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1000.0]
    monkeypatch.setattr("lacrima.web.patience.time.monotonic", lambda: now_s[0])
    for _ in range(5):
        patience.note_wrong()
    assert window.post("/unlock", {"passphrase": PASSPHRASE}).status_code == 429
    now_s[0] += 2.1
    assert window.post("/unlock", {"passphrase": PASSPHRASE}).status_code == 303
    assert patience.wait_s() == 0


@given(wrong=st.integers(min_value=0, max_value=40))
def test_the_wait_is_never_longer_than_a_minute(wrong: int) -> None:
    patience.note_right()
    for _ in range(wrong):
        patience.note_wrong()
    assert 0 <= patience.wait_s() <= 60
    assert (patience.wait_s() == 0) == (wrong < 5)
    patience.note_right()


def test_the_one_time_value_opens_once_and_only_in_time(
    committed_cast: Cast, window: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = one_time.offer()
    assert window.post("/open", {"once": "x" * 43})["Location"] == "/unlock"
    assert window.post("/open", {"once": value})["Location"] == "/"
    assert window.get("/settings").status_code == 200
    second = Client(headers={"host": "localhost"})
    assert second.post("/open", {"once": value})["Location"] == "/unlock"
    late = one_time.offer()
    monkeypatch.setattr(one_time, "LIFE_S", -1.0)
    assert one_time.take(one_time.offer()) is False
    assert one_time.take(late) is False


def test_the_one_time_value_opens_nothing_after_a_full_lock(
    committed_cast: Cast, window: Client
) -> None:
    value = one_time.offer()
    VAULT.full_lock()
    assert window.post("/open", {"once": value})["Location"] == "/unlock"


def test_an_idle_practice_locks_quickly_with_a_pin_and_fully_without(
    committed_anas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    night, here, noon = Night(3), ZoneInfo("UTC"), datetime(2026, 3, 10, 12, tzinfo=UTC)
    housekeeping.lock_when_quiet(night, now=noon, zone=here)
    assert VAULT.state is LockState.OPEN
    _set_pin(committed_anas)
    monkeypatch.setattr(activity, "quiet_s", lambda: 11 * 60.0)
    housekeeping.lock_when_quiet(night, now=noon, zone=here)
    assert VAULT.state is LockState.QUICK
    housekeeping.lock_when_quiet(night, now=noon + timedelta(hours=16), zone=here)
    assert VAULT.state is LockState.FULL


def test_after_eight_quiet_hours_it_is_a_full_lock(
    committed_anas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_pin(committed_anas)
    monkeypatch.setattr(activity, "quiet_s", lambda: 8 * 3600.0)
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    housekeeping.lock_when_quiet(Night(3), now=noon, zone=ZoneInfo("UTC"))
    assert VAULT.state is LockState.FULL


def test_the_night_comes_once_and_waits_for_who_still_works() -> None:
    night, evening = Night(3), datetime(2026, 3, 10, 22, tzinfo=UTC)
    assert not night.is_due(evening)
    assert not night.is_due(evening + timedelta(hours=4))
    assert night.is_due(evening + timedelta(hours=5, minutes=1))
    night.note_done(evening + timedelta(hours=6))
    assert not night.is_due(evening + timedelta(hours=10))


def test_a_sleeping_laptop_and_a_clock_set_back_both_count_as_quiet_or_not_negative(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    activity.note()
    monkeypatch.setattr("lacrima.web.activity.time.time", lambda: activity._seen.wall_s + 7200)
    assert activity.quiet_s() >= 7200
    monkeypatch.setattr("lacrima.web.activity.time.time", lambda: activity._seen.wall_s - 7200)
    assert 0 <= activity.quiet_s() < 60


def test_typing_keeps_the_practice_open_without_asking_for_a_page(
    committed_anas: Client, window: Client
) -> None:
    activity._seen.steady_s -= 500
    assert committed_anas.post("/here").status_code == 204
    assert activity.quiet_s() < 60
    assert Client(headers={"host": "localhost"}).post("/here").status_code == 423


def test_damage_a_newer_vault_and_a_wrong_folder_get_their_own_messages(
    committed_cast: Cast, window: Client, vault_folder: Folder
) -> None:
    wrong = window.post("/unlock", {"passphrase": "wrong wrong wrong"})
    slots_before = vault_folder.slots.read_bytes()
    copy_before = vault_folder.slots_copy.read_bytes()
    try:
        rewrite_slots(vault_folder, lambda document: document.update(version=99))
        newer = window.get("/unlock")
        vault_folder.slots.write_bytes(b"\x00" * 200)
        vault_folder.slots_copy.write_bytes(b"\x00" * 200)
        damaged = window.get("/unlock")
    finally:
        vault_folder.slots.write_bytes(slots_before)
        vault_folder.slots_copy.write_bytes(copy_before)
    assert "This passphrase does not open" in wrong.content.decode()
    assert (damaged.status_code, newer.status_code) == (500, 409)
    assert "The practice is damaged" in damaged.content.decode()
    assert "newer Lacrima" in newer.content.decode()


def test_a_lost_passphrase_is_replaced_by_the_recovery_code(
    committed_cast: Cast, window: Client, vault_folder: Folder
) -> None:
    code = slots.replace_recovery_code(vault_folder, PASSPHRASE)
    new = "another lantern in the meadow"
    fields = {"passphrase": new, "passphrase_again": new}
    wrong = window.post("/recovery", {"recovery_code": "AAAA", **fields})
    assert wrong.status_code == 422
    try:
        answer = window.post("/recovery", {"recovery_code": str(code).lower(), **fields})
        assert answer.status_code == 303
        assert window.get("/settings").status_code == 200
    finally:
        slots.change_passphrase(vault_folder, new, PASSPHRASE)


def test_htmx_is_led_to_the_whole_unlock_page(committed_cast: Cast, window: Client) -> None:
    answer = window.get("/settings", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/unlock"


def test_asking_for_a_page_writes_no_session(committed_anas: Client) -> None:
    committed_anas.get("/settings")
    before = {key: id(entries) for key, (_, entries) in memory_sessions._kept.items()}
    committed_anas.get("/settings")
    assert {key: id(entries) for key, (_, entries) in memory_sessions._kept.items()} == before


def test_who_looks_with_other_eyes_needs_a_simulated_practice(
    committed_cast: Cast, committed_anas: Client
) -> None:
    assert (
        committed_anas.post(
            "/look-as", {"member": committed_cast.berta.pk.hex, "key": form_key()}
        ).status_code
        == 404
    )
    assert people.owner() == committed_cast.ana
