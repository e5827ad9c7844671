"""Browsers for the tests of the pages: each has its own cookies, as somebody's own window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from lacrima.practice import people
from lacrima.records.models import Member, Practice
from lacrima.vault import kdf
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import memory_sessions, one_time, patience
from lacrima.web.views import first_run
from tests.support.cast import PASSPHRASE, Cast
from tests.support.signed_in import session_of

OpenBrowser = Callable[..., Client]


@pytest.fixture(autouse=True)
def _nobody_was_here_before(
    monkeypatch: pytest.MonkeyPatch, vault_folder: Folder
) -> Iterator[None]:
    """Sessions, wrong tries and one-time values belong to one test; keys are made quickly.

    The practice is there before any page is asked for: else who walks over all pages would
    make one at the first page.
    """
    monkeypatch.setattr(kdf, "STANDARD", kdf.FLOOR)
    VAULT._quick.clear()
    yield
    memory_sessions.forget_all()
    patience.note_right()
    one_time.forget()
    first_run.forget()
    cache.clear()


@pytest.fixture
def window() -> Client:
    """A browser that has opened nothing."""
    return Client(headers={"host": "localhost"})


def unlock(window: Client) -> Client:
    """Give the passphrase in this browser."""
    answer = window.post("/unlock", {"passphrase": PASSPHRASE})
    assert answer.status_code == 303, answer.content.decode()
    return window


def come_in(window: Client, member: Member | None = None) -> Client:
    """The practice is open: let this browser in by a one-time value, which costs no derivation.

    In a clinic: signed in as the owner of the tests' practice, or as whom it is said.
    """
    if settings.IS_CLINIC:
        return sign_in(window, member or people.owner())
    answer = window.post("/open", {"once": one_time.offer()})
    assert answer.status_code == 303, answer.content.decode()
    return window


def sign_in(window: Client, member: Member) -> Client:
    """In a clinic: this browser has proved all that can be asked, just now."""
    window.cookies[settings.SESSION_COOKIE_NAME] = session_of(member).session_key
    return window


@pytest.fixture
def anas(cast: Cast, window: Client) -> Client:
    """Ana's browser: the practice is open in it."""
    return come_in(window)


@pytest.fixture
def committed_anas(committed_cast: Cast, window: Client) -> Client:
    """The same where changes are really committed, so that the practice can be locked."""
    return come_in(window)


@pytest.fixture
def eyes_of(cast: Cast) -> Callable[[Member], Client]:
    """A browser that looks with this person's eyes (the practice is made a simulated one)."""

    def look(member: Member) -> Client:
        if settings.IS_CLINIC:
            return come_in(Client(headers={"host": "localhost"}), member)
        Practice.objects.update(is_simulated=True)
        window = come_in(Client(headers={"host": "localhost"}))
        answer = window.post("/look-as", {"member": member.pk.hex})
        assert answer.status_code == 303
        return window

    return look
