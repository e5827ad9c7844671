"""What matters asks who she is once more: each page of the list, and no page that hands out a file
without it. In a clinic: proved six minutes ago, she is led to prove it; a moment ago, she goes on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from lacrima.practice import people
from lacrima.records.models import Role
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.signed_in import account_of
from tests.support.still_clock import StillClock
from tests.support.windows import come_in
from tests.support.world import FOR_ALL, rows_of
from tests.web.test_routes import ROUTES, Route

pytestmark = [pytest.mark.django_db, pytest.mark.clinic]

AGAIN = "/sign-in/again"
PASSWORD = "copper lantern meadow"
BOTH, SENT = ("GET", "POST"), ("POST",)

# Each with the methods that ask. What is not here does not ask, and what is here always does.
ASKS: dict[str, tuple[str, ...]] = {
    # what somebody else reads from then on
    "share-moment": BOTH,
    "share-weighing": BOTH,
    "share-question": BOTH,
    "hand-over": BOTH,
    "door-link-new": BOTH,
    "participant-new": BOTH,
    "away-new": BOTH,
    "away-change": BOTH,
    "will-make": BOTH,
    # what is deleted for good
    "erase-client": BOTH,
    "past-its-time": BOTH,
    "own-key-begin-anew": BOTH,
    # what leaves the house
    "keeper-hand-over": BOTH,
    "export-client": BOTH,
    "request-give": BOTH,
    "export-rows": SENT,
    "after-take-along": SENT,
    "export-practice": SENT,
    "export-for-research": BOTH,
    "client-report": SENT,
    "caseload-report": SENT,
    "share-file": SENT,
    "received-share-answer": SENT,
    "hours-take-along": SENT,
    # the people here, and what they may do
    "person-invite": BOTH,
    "person-invite-again": BOTH,
    "person-role": BOTH,
    "person-leave": BOTH,
    "person-sign-out": SENT,
    # how she signs in
    "account_change_password": BOTH,
    "mfa_activate_totp": BOTH,
    "mfa_add_webauthn": BOTH,
    "mfa_view_recovery_codes": ("GET",),
    "mfa_generate_recovery_codes": BOTH,
    "factor-remove": SENT,
    "browser-end": SENT,
    "browsers-end": SENT,
}

# Files that take nothing of a client out of the house.
HARMLESS_FILES = {
    "bring-in-map-download": "which column is which; no value of a row",
    "column-map-download": "the same",
    "bring-in-refusals": "rows of the file that she brought herself a moment ago",
    "door-reminders": "evenings for a client's own calendar, without a name or a word about it",
}


def _asking() -> dict[str, tuple[str, ...]]:
    return {
        route.name: tuple(one for one in BOTH if _asks(route, one))
        for route in ROUTES
        if any(_asks(route, one) for one in BOTH)
    }


def _asks(route: Route, method: str) -> bool:
    found = route.audience
    return found is not None and method in found.methods and found.asks_once_more(method)


def test_just_these_pages_ask_once_more() -> None:
    assert _asking() == ASKS


# --- no door out without it


def _handing_out() -> Iterator[str]:
    """The names of the routes whose page makes a file, by itself or through what it calls."""
    for name, view in _views(get_resolver("lacrima.web.urls").url_patterns):
        plain = inspect.unwrap(view)
        if isinstance(plain, FunctionType) and _makes_a_file(plain, set()):
            yield name


def _views(patterns: list[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _views(one.url_patterns)
        else:
            yield str(one.name), one.callback


def _makes_a_file(made: FunctionType, seen: set[FunctionType]) -> bool:
    seen.add(made)
    names, said = _names_and_words(made.__code__)
    if "Content-Disposition" in said:
        return True
    called = {found for found in _called(made, names) if found not in seen}
    return any(_makes_a_file(found, seen) for found in called)


def _names_and_words(code: CodeType) -> tuple[set[str], set[str]]:
    names, said = set(code.co_names), set()
    for one in code.co_consts:
        if isinstance(one, CodeType):
            inner_names, inner_said = _names_and_words(one)
            names, said = names | inner_names, said | inner_said
        else:
            said |= {word for word in (one if isinstance(one, tuple) else (one,)) if word}
    return names, {word for word in said if isinstance(word, str)}


def _called(made: FunctionType, names: set[str]) -> Iterator[FunctionType]:
    """The functions of the pages that this one names, in its own module or in one it imports."""
    here = [made.__globals__[name] for name in names if name in made.__globals__]
    rooms = [one for one in here if isinstance(one, ModuleType)]
    beside = [getattr(room, name, None) for room in rooms for name in names]
    for one in (*here, *beside):
        if isinstance(one, FunctionType) and one.__module__.startswith("lacrima.web."):
            yield one


def test_no_page_hands_out_a_file_without_asking() -> None:
    found = set(_handing_out())
    assert {"export-rows", "client-report", "share-file", "bring-in-map-download"} <= found
    assert found - set(ASKS) == set(HARMLESS_FILES)


# --- what happens there


@dataclass(frozen=True)
class House:
    """Ana's browser, which proved who she is; one of everything of hers; and her clock."""

    window: Client
    ids: dict[str, object]
    clock: StillClock

    def ask(self, name: str, method: str) -> HttpResponse:
        """Ask one page; nothing of it is kept."""
        route = next(one for one in ROUTES if one.name == name)
        with transaction.atomic():
            data = {"key": form_key(), "version": "1"}
            address = route.address(self.ids)
            answer = getattr(self.window, method.lower())(address, data if method == "POST" else {})
            transaction.set_rollback(True)
        found: HttpResponse = answer
        return found

    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.clock.move_to(self.clock.at + timedelta(minutes=minutes))


@pytest.fixture
def house(cast: Cast, still_clock: StillClock) -> House:
    """Ana, with everything that a page could need."""
    account_of(cast.ana, PASSWORD)
    ids = {**FOR_ALL, **rows_of(cast.ana, cast.mia, cast.care_of_mia).ids}
    ids["member_id"] = cast.stella.pk
    window = come_in(Client(headers={"host": "localhost"}), cast.ana)
    return House(window, ids, still_clock)


def test_proved_a_moment_ago_she_goes_on_and_six_minutes_ago_she_proves_it(house: House) -> None:
    cases = [(name, method) for name, methods in ASKS.items() for method in methods]
    for name, method in cases:
        fresh = house.ask(name, method)
        assert fresh.get("Location") != AGAIN, (name, method)
        assert fresh.status_code != 403, (name, method)
    house.wait(6)
    for name, method in cases:
        assert house.ask(name, method).get("Location") == AGAIN, (name, method)


def test_after_proving_it_she_is_where_she_was_and_what_she_typed_is_there(
    house: House, cast: Cast
) -> None:
    address = f"/moments/{house.ids['moment_id']}/show"
    typed = {"key": form_key(), "parts": "showed", "do": "look", "expires_on": "2026-04-09"}
    house.wait(6)
    assert house.window.post(address, typed)["Location"] == AGAIN
    back = house.window.post(AGAIN, {"password": PASSWORD})
    assert back["Location"] == address
    assert 'value="2026-04-09"' in house.window.get(address).content.decode()


def test_a_question_for_supervision_that_was_typed_is_not_lost(house: House) -> None:
    typed = {"key": form_key(), "question": "what would you do", "do": "look"}
    house.wait(6)
    house.window.post("/supervision/ask", typed)
    assert house.window.post(AGAIN, {"password": PASSWORD})["Location"] == "/supervision/ask"
    assert "what would you do" in house.window.get("/supervision/ask").content.decode()


def test_who_may_not_is_refused_before_anything_is_asked(cast: Cast) -> None:
    looks_after = people.add_member(by=cast.ana, name="Ada Amt", role=Role.ADMINISTRATOR)
    window = come_in(Client(headers={"host": "localhost"}), looks_after)
    assert window.get(f"/moments/{cast.mia.pk}/show").status_code == 403
