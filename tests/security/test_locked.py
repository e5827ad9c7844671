"""Locked, or signed out of a clinic: every page leads to the door, and no page names anybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web.routes import audience_of
from tests.support import spools
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
NAMES = ("Mia L.", "M 01", "Ana Ruiz", "Practice at the Green", "024, at any hour")


@pytest.fixture(autouse=True)
def _nothing_waits(vault_folder: Folder) -> Iterator[None]:
    """What is sent to a locked practice waits sealed, up to fifty: not that of other tests."""
    spools.empty(vault_folder)
    yield
    spools.empty(vault_folder)


def _routes(patterns: list[Any]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns)
        else:
            yield one


def _addresses() -> Iterator[tuple[str, str]]:
    """Each address, and where somebody is led who may not enter; empty: for anyone."""
    for one in _routes(get_resolver("lacrima.web.urls").url_patterns):
        converters = one.pattern.converters
        words = {
            name: uuid.uuid4() if isinstance(kind, UUIDConverter) else "a-word"
            for name, kind in converters.items()
        }
        audience = audience_of(one.callback)
        assert audience is not None, one
        led = "/door/come-in" if audience.is_at_door else "/unlock"
        yield reverse(str(one.name), kwargs=words), "" if audience.is_for_anyone else led


@pytest.mark.embedded  # a clinic's server is open as long as it runs
@pytest.mark.parametrize("how", [LockState.FULL, LockState.QUICK])
def test_every_route_leads_to_unlock_and_names_nobody(
    committed_cast: Cast, window: Client, vault_folder: Folder, how: LockState
) -> None:
    _come_in(window)
    VAULT.set_pin("271828")
    lock = VAULT.full_lock if how is LockState.FULL else VAULT.quick_lock
    lock()
    assert VAULT.state is how
    seen = 0
    for address, led in _addresses():
        spools.empty(vault_folder)  # there are more pages than forms may wait
        for method in METHODS:
            answer = getattr(window, method)(address)
            assert not any(name in answer.content.decode() for name in NAMES), address
            if not led:
                assert answer.status_code < 500, (method, address)
            else:
                assert (answer.status_code, answer["Location"]) == (303, led), address
                seen += 1
    assert seen > 200


def _come_in(window: Client) -> None:
    assert window.post("/unlock", {"passphrase": "copper lantern meadow seventeen"}).status_code


@pytest.mark.clinic
def test_every_route_of_a_clinic_leads_a_stranger_to_sign_in_and_names_nobody(
    committed_cast: Cast, window: Client
) -> None:
    seen = 0
    for address, led in _addresses():
        for method in METHODS:
            answer = getattr(window, method)(address)
            assert not any(name in answer.content.decode() for name in NAMES), address
            if not led:
                assert answer.status_code < 500, (method, address)
            else:
                way = led.replace("/unlock", "/sign-in")
                assert (answer.status_code, answer["Location"]) == (303, way), address
                seen += 1
    assert seen > 200


@pytest.mark.embedded
def test_a_page_that_is_not_there_says_the_same_locked_and_open(
    committed_cast: Cast, window: Client
) -> None:
    _come_in(window)
    is_open = window.get("/nowhere-at-all")
    VAULT.full_lock()
    is_locked = window.get("/nowhere-at-all")
    assert is_open.status_code == is_locked.status_code == 404
    assert not any(name in is_locked.content.decode() for name in NAMES)
