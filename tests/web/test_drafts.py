"""What was typed when the practice locked: sealed, given back, kept once, or let go."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.http import HttpRequest
from django.test import Client

from lacrima.practice import people
from lacrima.vault import spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import half_typed
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.windows import unlock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

WORDS = "canary: a crisis line of our own"


def _settings(**more: str) -> dict[str, str]:
    return {
        "name": "Practice by the River",
        "zone": "Europe/Madrid",
        "country": "ES",
        "crisis_contacts": WORDS,
        "idle_minutes": "10",
        "version": "1",
        "key": form_key(),
        **more,
    }


@pytest.fixture(autouse=True)
def _empty_spool(vault_folder: Folder) -> None:
    for name in spool.names(vault_folder):
        spool.remove(vault_folder, name)


def _only(folder: Folder) -> str:
    [name] = spool.names(folder)
    return name


def test_a_form_sent_while_locked_is_sealed_and_offered_and_kept_once(
    committed_anas: Client, vault_folder: Folder
) -> None:
    VAULT.full_lock()
    form = _settings()
    assert committed_anas.post("/settings", form)["Location"] == "/unlock"
    assert VAULT.state is LockState.FULL
    for path in vault_folder.spool.iterdir():
        assert b"canary" not in path.read_bytes()
    unlock(committed_anas)
    page = committed_anas.get("/drafts").content.decode()
    assert WORDS in page
    again = {**form, "draft_id": _only(vault_folder)}
    assert committed_anas.post("/settings", again).status_code == 303
    practice = people.the_practice()
    assert practice is not None
    assert practice.crisis_contacts == WORDS
    assert spool.names(vault_folder) == ()
    version = practice.version
    committed_anas.post("/settings", again)
    practice = people.the_practice()
    assert practice is not None
    assert practice.version == version


def test_the_page_she_was_on_comes_back_with_its_fields_filled_in(
    committed_anas: Client, vault_folder: Folder
) -> None:
    typed = urlencode(_settings())
    lock = {"draft_action": "/settings", "draft_path": "/settings", "draft": typed}
    assert committed_anas.post("/lock", lock)["Location"] == "/unlock"
    answer = committed_anas.post("/unlock", {"passphrase": "copper lantern meadow seventeen"})
    assert answer["Location"] == "/settings"
    page = committed_anas.get("/settings").content.decode()
    assert WORDS in page
    assert "It is not kept yet" in page
    assert _only(vault_folder) in page


def test_let_go_is_gone(committed_anas: Client, vault_folder: Folder) -> None:
    VAULT.full_lock()
    committed_anas.post("/settings", _settings())
    unlock(committed_anas)
    name = _only(vault_folder)
    assert committed_anas.post(f"/drafts/{name}/let-go").status_code == 303
    assert spool.names(vault_folder) == ()
    assert WORDS not in committed_anas.get("/settings").content.decode()
    assert committed_anas.post(f"/drafts/{name}/let-go").status_code == 404


def test_taken_up_from_another_browser_the_form_is_filled_too(
    committed_anas: Client, vault_folder: Folder
) -> None:
    VAULT.full_lock()
    committed_anas.post("/settings", _settings())
    other = unlock(Client(headers={"host": "localhost"}))
    name = _only(vault_folder)
    assert WORDS not in other.get("/settings").content.decode()
    assert other.post(f"/drafts/{name}/take-up")["Location"] == "/settings"
    assert WORDS in other.get("/settings").content.decode()


def test_passphrases_and_pins_are_never_sealed_as_drafts(
    committed_anas: Client, vault_folder: Folder
) -> None:
    VAULT.full_lock()
    committed_anas.post("/vault/passphrase", {"old_passphrase": "x", "passphrase": "y"})
    committed_anas.post("/vault/pin", {"pin": "4711", "pin_again": "4711"})
    assert spool.names(vault_folder) == ()
    committed_anas.post("/settings", _settings(passphrase="secret", csrfmiddlewaretoken="t"))
    unlock(committed_anas)
    [draft] = half_typed.waiting(HttpRequest())
    assert {"passphrase", "csrfmiddlewaretoken"}.isdisjoint(name for name, _ in draft.fields)


def test_a_draft_for_a_page_that_is_not_ours_is_not_taken(
    committed_anas: Client, vault_folder: Folder
) -> None:
    for action in ("https://evil.example/", "//evil.example", "/lock", "/nowhere", ""):
        committed_anas.post(
            "/lock", {"draft_action": action, "draft_path": "/settings", "draft": "words=x"}
        )
        unlock(committed_anas)
    assert spool.names(vault_folder) == ()


def test_too_many_or_too_long_forms_are_refused_and_the_practice_locks_all_the_same(
    committed_anas: Client, vault_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half_typed, "MOST_KEPT", 1)
    VAULT.full_lock()
    committed_anas.post("/settings", _settings())
    assert committed_anas.post("/settings", _settings()).status_code == 400
    unlock(committed_anas)
    lock = {"draft_action": "/settings", "draft_path": "/settings", "draft": "name=x"}
    assert committed_anas.post("/lock", lock).status_code == 303
    assert VAULT.state is LockState.FULL
    assert len(spool.names(vault_folder)) == 1


def test_letters_of_another_kind_or_broken_ones_are_left_alone(
    committed_cast: Cast, committed_anas: Client, vault_folder: Folder
) -> None:
    other = spool.put(vault_folder, "answers", b"{}")
    odd = spool.put(vault_folder, "draft", b"no json at all")
    assert committed_anas.get("/drafts").status_code == 200
    assert half_typed.waiting(HttpRequest()) == []
    assert set(spool.names(vault_folder)) == {other, odd}


def test_a_value_that_came_twice_is_a_list() -> None:
    posted = (("about", "grief"), ("about", "goodbye"), ("words", "x"))
    when = half_typed.timezone.now()
    draft = half_typed.HalfTyped("a", "/settings", "/settings", when, posted)
    assert draft.values() == {"about": ["grief", "goodbye"], "words": "x"}
