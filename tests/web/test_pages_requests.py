"""Pages of requests to see a record: noted, answered with what was read, and kept in the log."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import disclosing, notes
from lacrima.records.models import AuditLine, Disclosure, DisclosureState
from tests.support.cast import NOON
from tests.support.form_keys import form_key
from tests.support.things import WORDS, Things


def _page(window: Client, address: str, status: int = 200) -> str:
    answer = window.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def request_(things: Things) -> Disclosure:
    return disclosing.note_request(
        things.cast.mia, by=things.cast.ana, asked_on=NOON.date(), asked_by="The court of Y",
        kind="authority", ground="file 12",
    )  # fmt: skip


def form(things: Things, *, parts: tuple[str, ...] = ("record-notes",), **more: Any) -> Any:
    """What is sent: nothing is ticked but these parts, and all of their texts."""
    ticked = {"care0-parts": parts, "care0-texts": [things.record_note.pk.hex]}
    return {"key": form_key(), "do": "look", "covered": "", **ticked, **more}


def test_a_request_is_noted_and_stands_where_deleting_is_asked_for(
    things: Things, anas: Client
) -> None:
    place = f"/people/{things.cast.mia.pk}"
    assert f"{place}/request" in _page(anas, f"{place}/keep")
    data = {"key": form_key(), "asked_by": "The court of Y", "kind": "authority",
            "asked_on": "2026-03-10", "ground": ""}  # fmt: skip
    answer = anas.post(f"{place}/request", data)
    assert (answer.status_code, answer["Location"]) == (303, f"{place}/requests")
    again = anas.post(f"{place}/request", data)
    assert again.status_code == 303
    row = Disclosure.objects.get(state=DisclosureState.ASKED)
    assert "not answered yet" in _page(anas, f"{place}/keep")
    told = _page(anas, f"{place}/erase")
    assert "somebody asked to see it, and was not answered yet" in told
    assert "typed_code" not in told
    assert f"{place}/requests" in told
    refused = anas.post(f"/notes/{things.record_note.pk}/delete", {"key": form_key()})
    assert refused.status_code == 422
    assert "asked to see the record" in refused.content.decode()
    for address in (f"{place}/requests", "/requests"):
        assert f"/requests/{row.pk}/give" in _page(anas, address)


@pytest.mark.parametrize(
    "wrong",
    [{"asked_by": " "}, {"kind": ""}, {"kind": "other"}, {"asked_on": "2026-03-11"},
     {"asked_on": "soon"}],
)  # fmt: skip
def test_a_request_that_is_not_whole_is_said_beside_its_field(
    things: Things, anas: Client, wrong: dict[str, str]
) -> None:
    data = {"key": form_key(), "asked_by": "x", "kind": "authority", "asked_on": "2026-03-10"}
    answer = anas.post(f"/people/{things.cast.mia.pk}/request", {**data, **wrong})
    assert answer.status_code == 422
    assert not Disclosure.objects.filter(state=DisclosureState.ASKED).exists()


def test_nothing_is_ticked_at_first(request_: Disclosure, anas: Client) -> None:
    page = _page(anas, f"/requests/{request_.pk}/give")
    boxes = re.findall(r'<input type="checkbox" name="care0-parts"[^>]*>', page)
    assert len(boxes) >= 6
    assert [box for box in boxes if "checked" in box] == []
    assert "The court of Y" in page


def test_without_a_tick_nothing_is_shown_or_given(
    things: Things, request_: Disclosure, anas: Client
) -> None:
    for step in ("look", "give"):
        answer = anas.post(f"/requests/{request_.pk}/give", form(things, parts=(), do=step))
        assert answer.status_code == 422
        assert "Tick what is given." in answer.content.decode()
    for wrong in (form(things, covered="*"), form(things, parts=("everything",)),
                  form(things) | {"care0-texts": ["0" * 32]}):  # fmt: skip
        assert anas.post(f"/requests/{request_.pk}/give", wrong).status_code == 422
    request_.refresh_from_db()
    assert request_.state == DisclosureState.ASKED


def test_what_was_read_is_what_is_given(things: Things, request_: Disclosure, anas: Client) -> None:
    place, before = f"/requests/{request_.pk}/give", AuditLine.objects.count()
    answer = anas.post(place, form(things, covered="mother\nIvo"))
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("covered in one place", "not found: is it written otherwise?",
                  "[left out: another person]"):  # fmt: skip
        assert words in page
    assert AuditLine.objects.count() == before
    sent = _hidden(page)
    sent |= {"key": form_key(), "do": "give", "remark": "by post"}
    given = anas.post(place, sent)
    assert given.status_code == 200
    assert given["Content-Disposition"].startswith('attachment; filename="lacrima-disclosure-')
    assert given["Cache-Control"] == "no-store"
    assert b"mother" not in given.content
    assert "[left out: another person]" in given.content.decode()
    request_.refresh_from_db()
    assert request_.content_hash == hashlib.sha256(given.content).hexdigest()
    assert request_.redactions == 1
    again = anas.post(place, sent)
    assert again.content == given.content
    log = _page(anas, f"/people/{things.cast.mia.pk}/requests")
    for words in ("by post", request_.content_hash, "one place or text"):
        assert words in log
    assert log.count(WORDS) == 3, "of the one that was declined alone"
    assert anas.get(place).status_code == 303


def _hidden(page: str) -> dict[str, list[str]]:
    """What the page sends once more."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        found.setdefault(name, []).append(html.unescape(value))
    return {name: values for name, values in found.items() if name != "csrfmiddlewaretoken"}


def test_a_record_that_changed_meanwhile_is_read_once_more(
    things: Things, request_: Disclosure, anas: Client
) -> None:
    place = f"/requests/{request_.pk}/give"
    sent = _hidden(anas.post(place, form(things)).content.decode())
    notes.change_record_note(
        things.record_note, by=things.cast.ana, expected_version=1, words="another text"
    )
    answer = anas.post(place, sent | {"key": form_key(), "do": "give"})
    assert answer.status_code == 409
    assert "Nothing was given. Read it once more." in answer.content.decode()
    assert "another text" in answer.content.decode()
    request_.refresh_from_db()
    assert request_.state == DisclosureState.ASKED


def test_changing_ones_mind_leads_back_with_what_was_ticked(
    things: Things, request_: Disclosure, anas: Client
) -> None:
    answer = anas.post(f"/requests/{request_.pk}/give", form(things, do="change", covered="Ivo"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'-parts" value="record-notes"[^>]* checked', page)
    assert ">\nIvo</textarea>" in page


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_it_is_declined_or_withdrawn_with_a_reason_and_stays_in_the_log(
    things: Things, request_: Disclosure, anas: Client, step: str
) -> None:
    address = f"/requests/{request_.pk}/{step}"
    assert anas.post(address, {"key": form_key(), "why": ""}).status_code == 422
    answer = anas.post(address, {"key": form_key(), "why": "no ground in law"})
    assert answer.status_code == 303
    assert "no ground in law" in _page(anas, answer["Location"])
    twice = anas.post(address, {"key": form_key(), "why": "once more"})
    assert twice.status_code == 422


def test_it_is_corrected_and_a_second_window_sees_both(request_: Disclosure, anas: Client) -> None:
    address = f"/requests/{request_.pk}/change"
    data = {"key": form_key(), "version": "1", "asked_by": "The court of Z", "kind": "authority",
            "asked_on": "2026-03-09", "ground": ""}  # fmt: skip
    assert anas.post(address, data).status_code == 303
    request_.refresh_from_db()
    assert (request_.asked_by, request_.ground) == ("The court of Z", "")
    late = anas.post(address, {**data, "key": form_key(), "asked_by": "The court of X"})
    assert late.status_code == 409
    assert "The court of Z" in late.content.decode()
