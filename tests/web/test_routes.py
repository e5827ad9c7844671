"""Every route, every method, every person, with own ids and with somebody else's.

The walk finds routes by itself. It fails on a page that does not say for whom it is, and on a
word in an address that tests/support/world.py does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lacrima.records.accounts import BrowserSession
from lacrima.records.models import Member
from lacrima.vault import spool
from lacrima.vault.process import VAULT
from lacrima.web import one_time
from lacrima.web.routes import Audience, audience_of
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.world import FOR_ALL, Rows, both_worlds

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REFUSED = {403, 404}
_WORD = re.compile(r"<(?:[^>:]+:)?([^>]+)>")


@dataclass(frozen=True)
class Route:
    """One address pattern with its page."""

    name: str
    pattern: str
    audience: Audience | None

    @property
    def words(self) -> list[str]:
        """The words in its address that stand for something."""
        return _WORD.findall(self.pattern)

    @property
    def words_of_somebody(self) -> list[str]:
        """Those that name a row of a person."""
        return [word for word in self.words if word not in FOR_ALL]

    def address(self, ids: dict[str, Any]) -> str:
        """The address with these ids in it."""
        return reverse(self.name, kwargs={word: ids[word] for word in self.words})


def _walk(patterns: list[Any], before: str = "") -> Iterator[Route]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            yield Route(one.name or "", here, audience_of(one.callback))


ROUTES = list(_walk(get_resolver("lacrima.web.urls").url_patterns))
# Pages of the door are for the client who came to it: tests/web/test_pages_door.py.
OF_MEMBERS = [
    route
    for route in ROUTES
    if route.audience and not (route.audience.is_for_anyone or route.audience.is_at_door)
]
OF_SOMEBODY = [route for route in OF_MEMBERS if route.words_of_somebody]


@dataclass(frozen=True)
class World:
    """The cast with their rows, and a way to look with somebody's eyes."""

    cast: Cast
    of_ana: Rows
    of_berta: Rows
    eyes_of: Callable[[Member], Client]

    def ids(self, route: Route, mine: Rows, **others: Any) -> dict[str, Any]:
        """All ids that this route needs."""
        return {**FOR_ALL, **mine.ids, **others}


@pytest.fixture
def world(cast: Cast, eyes_of: Callable[[Member], Client]) -> World:
    """Ana and Berta with one of everything."""
    of_ana, of_berta = both_worlds(cast)
    return World(cast, of_ana, of_berta, eyes_of)


def _ask(window: Client, method: str, address: str) -> HttpResponse:
    data = {"key": form_key(), "version": "1"} if method == "POST" else None
    return (
        getattr(window, method.lower())(address, data)
        if data
        else getattr(window, method.lower())(address)
    )


def _kept() -> dict[str, list[Any]]:
    """Everything that is kept, as far as a change would show: which rows, in which version."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_app_config("records").get_models():
        if model is BrowserSession:  # looking around is not a change of the practice
            continue
        names = {field.name for field in model._meta.get_fields()}
        columns = ["pk", *({"version", "changed_at"} & names)]
        found[model.__name__] = list(model._default_manager.order_by("pk").values_list(*columns))
    return found


def test_every_route_has_a_name_and_says_for_whom_it_is() -> None:
    assert len(ROUTES) > 30
    assert [route.pattern for route in ROUTES if not route.name] == []
    assert [route.pattern for route in ROUTES if route.audience is None] == []


def test_every_word_in_an_address_is_known_to_the_walk(world: World) -> None:
    known = set(FOR_ALL) | set(world.of_ana.ids)
    assert {word for route in ROUTES for word in route.words} - known == set()


def test_no_address_carries_words_or_values_but_ids(world: World) -> None:
    for route in ROUTES:
        kinds = re.findall(r"<([^>:]+):", route.pattern)
        assert set(kinds) <= {"uuid", "slug", "str"}, route.pattern


@pytest.mark.django_db
def test_a_stranger_is_led_to_unlock_from_everywhere_and_changes_nothing(world: World) -> None:
    before = _kept()
    window = Client(headers={"host": "localhost"})
    for route in OF_MEMBERS:
        address = route.address(world.ids(route, world.of_ana))
        for method in METHODS:
            answer = _ask(window, method, address)
            assert answer.status_code == 303, (method, route.name)
            assert answer["Location"] in {"/unlock", "/sign-in"}, (method, route.name)
        _let_go_of_what_waits()
    assert _kept() == before


def _let_go_of_what_waits() -> None:
    """Forms sent while it was locked wait in the spool, and only so many may."""
    folder = VAULT.folder
    assert folder is not None
    for name in spool.names(folder):
        spool.remove(folder, name)


def test_pages_for_anyone_never_break_and_change_nothing_of_the_practice(world: World) -> None:
    before = _kept()
    window = Client(headers={"host": "localhost"})
    one_time.forget()
    for route in set(ROUTES) - set(OF_MEMBERS):
        for method in METHODS:
            if (route.name, method) == ("lock", "POST"):
                continue  # it locks: see test_locks.py
            answer = _ask(window, method, route.address(FOR_ALL))
            assert answer.status_code < 500, (method, route.name)
    assert _kept() == before


def test_unknown_methods_are_refused_everywhere(world: World) -> None:
    window = world.eyes_of(world.cast.ana)
    for route in OF_MEMBERS:
        address = route.address(world.ids(route, world.of_ana))
        for method in METHODS:
            if route.audience and method not in route.audience.methods:
                assert _ask(window, method, address).status_code == 405, (method, route.name)


@pytest.mark.parametrize("who", ["ana", "berta", "hanna", "stella"])
def test_nobody_reaches_what_is_somebody_elses_and_nothing_changes(world: World, who: str) -> None:
    window = world.eyes_of(getattr(world.cast, who))
    before = _kept()
    for route in OF_SOMEBODY:
        for ids in _foreign_ids(world, route, who):
            for method in sorted(route.audience.methods if route.audience else ()):
                answer = _ask(window, method, route.address(ids))
                assert answer.status_code in REFUSED, (method, route.name, answer.status_code)
    assert _kept() == before


def _foreign_ids(world: World, route: Route, who: str) -> Iterator[dict[str, Any]]:
    """All ids somebody else's; and, for routes with several, one at a time among own ones."""
    if who in {"hanna", "stella"}:
        yield world.ids(route, world.of_ana)
        yield world.ids(route, world.of_berta)
        return
    mine, other = (world.of_ana, world.of_berta) if who == "ana" else (world.of_berta, world.of_ana)
    yield world.ids(route, other)
    if len(route.words_of_somebody) > 1:
        for word in route.words_of_somebody:
            yield world.ids(route, mine, **{word: other.ids[word]})


@pytest.mark.timeout(600)  # every page of hers, with many ids in each
@pytest.mark.parametrize("who", ["ana", "berta"])
def test_own_pages_never_break_whatever_is_sent(world: World, who: str) -> None:
    window = world.eyes_of(getattr(world.cast, who))
    mine = world.of_ana if who == "ana" else world.of_berta
    for route in OF_MEMBERS:
        if route.name in {"look-as", "door-hand-over"}:  # she would not be here any more
            continue
        for method in sorted(route.audience.methods if route.audience else ()):
            with transaction.atomic():
                answer = _ask(window, method, route.address(world.ids(route, mine)))
                transaction.set_rollback(True)
            assert answer.status_code < 500, (method, route.name)
            if method == "GET" and route.words_of_somebody:
                assert answer.status_code in {200, 303}, (route.name, answer.status_code)


def test_a_post_without_its_key_keeps_nothing(world: World) -> None:
    window = world.eyes_of(world.cast.ana)
    before = _kept()
    for route in OF_SOMEBODY:
        if route.audience and "POST" in route.audience.methods:
            address = route.address(world.ids(route, world.of_ana))
            answer = window.post(address, {"csrfmiddlewaretoken": "-", "version": "1"})
            assert answer.status_code in {400, 409, 422}, (route.name, answer.status_code)
    assert _kept() == before


def test_forged_forms_are_refused_before_anything_else(world: World) -> None:
    before = _kept()
    window = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    for route in ROUTES:
        if route.audience and "POST" in route.audience.methods:
            address = route.address(world.ids(route, world.of_ana))
            assert window.post(address, {"key": form_key()}).status_code == 403, route.name
    assert _kept() == before
