"""Pages and doors in another language: as somebody chose, else as the browser asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from lacrima.practice import door_plan
from lacrima.records.models import AuditLine, Door, Member, Participant
from tests.support.at_the_door import at_the_door, settled
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.web.test_routes import OF_MEMBERS, World, world

__all__ = ["world"]  # a fixture

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
_OF_A_PICTURE = re.compile(r' (?:x|y|cx|cy|r|x1|x2|y1|y2|width|height|viewBox)="([^"]*)"')
_OF_A_NUMBER_FIELD = re.compile(r'<input[^>]*type="number"[^>]*value="([^"]*)"')
_COMMA_BETWEEN_DIGITS = re.compile(r"\d,\d")


@pytest.fixture
def seat(cast: Cast) -> Participant:
    cast.session(9, start=NOON - timedelta(hours=2))
    place = cast.place_of(cast.mia, cast.care_of_mia)
    settled(place)
    return place


def shown(browser: Client, address: str, **headers: str) -> str:
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_pages_speak_as_the_browser_asks(cast: Cast, eyes_of: Callable[[Member], Client]) -> None:
    ana = eyes_of(cast.ana)
    assert "Moment festhalten" not in shown(ana, "/")
    german = shown(ana, "/", **GERMAN)
    assert '<html lang="de">' in german
    assert "Heute" in german
    assert '<html lang="en-gb">' in shown(ana, "/", **{"accept-language": "fr,pt;q=0.5"})


def test_a_chosen_language_counts_for_this_person_alone(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    ana, berta = eyes_of(cast.ana), eyes_of(cast.berta)
    answer = ana.post("/settings/language", {"key": form_key(), "language": "de"})
    assert answer["Location"] == "/settings"
    page = shown(ana, "/settings")
    assert "Gespeichert." in page, "the word of thanks is in the new language"
    assert '<html lang="de">' in page
    assert '<html lang="en-gb">' in shown(berta, "/settings")
    assert AuditLine.objects.filter(action="member.language_chosen").count() == 1
    ana.post("/settings/language", {"key": form_key(), "language": ""})
    assert '<html lang="en-gb">' in shown(ana, "/settings")


def test_a_language_that_is_not_there_changes_nothing(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    answer = eyes_of(cast.ana).post("/settings/language", {"key": form_key(), "language": "tlh"})
    assert answer.status_code == 422
    assert Member.objects.get(pk=cast.ana.pk).language == ""


def test_the_door_speaks_the_clients_own_language(cast: Cast, seat: Participant) -> None:
    mias = at_the_door(seat, by=cast.ana)
    assert "How was the session?" in shown(mias, "/door")
    assert "Wie war die Sitzung?" in shown(mias, "/door", **GERMAN)
    answer = mias.post("/door/language", {"language": "de"})
    assert answer["Location"] == "/door"
    page = shown(mias, "/door")
    assert "Wie war die Sitzung?" in page
    assert 'name="language" value="en-gb"' in page
    assert 'name="language" value="de"' not in page
    assert Door.objects.get(participant=seat).language == "de"
    assert "Wie war die Sitzung?" in shown(mias, "/door", **{"accept-language": "en"})


def test_a_child_is_spoken_to_as_a_child(cast: Cast, seat: Participant) -> None:
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=[], for_child=True)
    page = shown(at_the_door(seat, by=cast.ana), "/door", **GERMAN)
    assert '<html lang="de">' in page, "the words for a child are no language of their own"
    assert not re.search(r"\b(Sie|Ihnen|Ihre[rnms]?)\b", page)


def test_a_questionnaire_is_asked_in_official_words_or_in_english(
    cast: Cast, seat: Participant
) -> None:
    plan = [{"instrument": "phq-8", "every_days": 7}]
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=plan)
    page = _until_the_form(at_the_door(seat, by=cast.ana))
    assert "Wenig Interesse oder Freude an Ihren Tätigkeiten" in page
    assert "No permission required" in page
    assert "Löwe" in page
    plan = [{"instrument": "pswq", "every_days": 7}]
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=plan)
    page = _until_the_form(at_the_door(seat, by=cast.ana))
    assert 'lang="en"' in page
    assert "nur auf Englisch" in page


def _until_the_form(browser: Client) -> str:
    for _step in range(4):
        page = shown(browser, "/door", **GERMAN)
        if 'name="item_' in page:
            return page
        mark = page.split('name="mark" value="')[1].split('"')[0]
        browser.post("/door", {"key": form_key(), "mark": mark, "skip": "1"}, headers=GERMAN)
    raise AssertionError("no questionnaire was asked")


@pytest.mark.timeout(300)  # every page of hers
def test_no_number_for_a_machine_is_written_as_for_a_reader(world: World) -> None:
    window = world.eyes_of(world.cast.ana)
    wrong = []
    for route in OF_MEMBERS:
        if not route.audience or "GET" not in route.audience.methods:
            continue
        with transaction.atomic():
            address = route.address(world.ids(route, world.of_ana))
            answer = window.get(address, headers=GERMAN)
            transaction.set_rollback(True)
        assert answer.status_code < 500, route.name
        page = b"".join(answer).decode(errors="replace") if answer.streaming else ""
        page = page or answer.content.decode(errors="replace")
        values = [*_OF_A_PICTURE.findall(page), *_OF_A_NUMBER_FIELD.findall(page)]
        wrong += [(route.name, one) for one in values if _COMMA_BETWEEN_DIGITS.search(one)]
    assert wrong == []


def test_a_refusal_is_said_in_the_language_of_the_page(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    answer = eyes_of(cast.ana).get("/clients/00000000-0000-0000-0000-000000000000", headers=GERMAN)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert '<html lang="de">' in page
    assert "There is nothing" not in page
