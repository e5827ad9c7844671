"""Beside every text that may become record stands what to know before writing; found by a walk."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from lacrima.records.models import Member
from tests.support.cast import Cast
from tests.support.world import FOR_ALL, Rows, both_worlds
from tests.web.test_routes import OF_MEMBERS, Route

# Texts that never become record, by page and name, with the reason.
NEVER_RECORD = {
    ("private-note-new", "words"): "for the writer alone",
    ("private-note-change", "words"): "for the writer alone",
    ("wording", "*"): "the printed words of a questionnaire",
    ("settings", "crisis_contacts"): "whom to call",
    ("away-new", "cover_contact"): "what clients are told",
    ("away-change", "cover_contact"): "what clients are told",
    ("client-change", "reach"): "a telephone number",
    ("representative-new", "ground"): "on what ground somebody decides",
    ("representative-change", "ground"): "on what ground somebody decides",
    ("column-map-change", "*"): "a map of columns",
    ("request-new", "*"): "who asked to see a record, and on what ground",
    ("request-change", "*"): "who asked to see a record, and on what ground",
    ("request-decline", "why"): "why a request was declined",
    ("request-withdraw", "why"): "why a request is no request any more",
    ("door-settings", "*"): "what clients read at the door",
    ("way-out-seen", "done"): "for whom a client wrote to, outside the therapy",
    ("share-moment", "question"): "what one asks in supervision",
    ("share-weighing", "question"): "what one asks in supervision",
}
# Whole parts of the house by their addresses: My care is sealed to her alone; supervision is the
# place to wonder, and no record; a table's map holds names of columns.
ELSEWHERE = ("my-care", "supervision", "bring-in")


class _Fields(HTMLParser):
    """Names of the fields for free words, and whether the words stand beside each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self._since_field = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A field begins with its div; the words stand between that and the textarea."""
        told = dict(attrs)
        if tag == "div" and "field" in (told.get("class") or "").split():
            self._since_field = False
        if "data-before-you-write" in told:
            self._since_field = True
        if tag == "textarea":
            self.found.append((told.get("name") or "", self._since_field))
            self._since_field = False


def _never_record(route: Route, name: str) -> bool:
    named = {(route.name, name), (route.name, "*")}
    return route.pattern.startswith(ELSEWHERE) or bool(named & NEVER_RECORD.keys())


def _texts(window: Client, rows: Rows) -> list[tuple[Route, str, bool]]:
    found = []
    for route in OF_MEMBERS:
        if route.audience is None or "GET" not in route.audience.methods:
            continue
        answer = window.get(route.address({**FOR_ALL, **rows.ids}), follow=True)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code != 200 or not kind.startswith("text/html") or answer.streaming:
            continue
        fields = _Fields()
        fields.feed(answer.content.decode())
        found += [(route, name, is_beside) for name, is_beside in fields.found]
    return found


@pytest.fixture
def texts(cast: Cast, eyes_of: Callable[[Member], Client]) -> list[tuple[Route, str, bool]]:
    """Every field for free words on every page of Ana's."""
    of_ana, _of_berta = both_worlds(cast)
    return _texts(eyes_of(cast.ana), of_ana)


def test_it_stands_beside_every_text_that_may_become_record(
    texts: list[tuple[Route, str, bool]],
) -> None:
    bare = {
        (route.name, route.pattern, name)
        for route, name, is_beside in texts
        if not is_beside and not _never_record(route, name)
    }
    assert bare == set()


def test_the_walk_finds_the_forms_that_the_record_is_written_with(
    texts: list[tuple[Route, str, bool]],
) -> None:
    beside = {(route.name, name) for route, name, is_beside in texts if is_beside}
    assert {
        ("record-note-new", "words"),
        ("record-note-change", "words"),
        ("contact-new", "words"),
        ("contact-change", "words"),
        ("voice-new", "words"),
        ("voice-change", "words"),
        ("kept-in-mind-new", "words"),
        ("kept-in-mind-change", "words"),
        ("weighing-write", "benefit"),
        ("weighing-write", "takes"),
        ("risk", "done"),
        ("worry-new", "seen"),
        ("worry-change", "told"),
        ("worry-close", "done"),
    } <= beside


def test_where_it_stands_it_says_where_wondering_belongs(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    page = eyes_of(cast.ana).get(f"/clients/{cast.care_of_mia.pk}/notes/new").content.decode()
    assert "The record holds what happened and what you did." in page
    assert "supervision" in page
    private = eyes_of(cast.ana).get(f"/clients/{cast.care_of_mia.pk}/private-notes/new")
    assert "data-before-you-write" not in private.content.decode()
