"""Answers by hand: in official words, missing never 0, corrected, moved and deleted."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Who
from lacrima.practice import answers, instrument_texts
from lacrima.records.models import Answers, RiskItem, Session
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import words_for

FOR_CLIENTS = [slug for slug, one in shipped().items() if one.about is Who.CLIENT]


@pytest.fixture
def session(cast: Cast) -> Session:
    """The first session with Mia."""
    return cast.session(1)


def _address(cast: Cast, slug: str) -> str:
    return f"/clients/{cast.care_of_mia.pk}/answers/new/{slug}"


def _filled(slug: str, value: int) -> dict[str, str]:
    return {f"item_{place}": str(value) for place, _ in enumerate(shipped()[slug].items)}


@pytest.mark.parametrize("slug", FOR_CLIENTS)
def test_each_instrument_is_asked_in_its_own_words_with_its_licence(
    anas: Client, cast: Cast, slug: str
) -> None:
    page = html.unescape(anas.get(_address(cast, slug)).content.decode())
    instrument = shipped()[slug]
    for item in instrument.items:
        assert item.text in page
    assert instrument.instruction in page
    assert instrument.licence.must_show in page or instrument.is_total_only
    assert instrument.note in page


@pytest.mark.parametrize("slug", FOR_CLIENTS)
def test_answers_are_kept_and_scored(anas: Client, cast: Cast, session: Session, slug: str) -> None:
    said = _filled(slug, 1) or {"total": "12.5"}
    answer = anas.post(_address(cast, slug), {"key": form_key(), "session": session.pk, **said})
    assert answer.status_code == 303, answer.content.decode()
    row = Answers.objects.get()
    assert row.session == session
    assert (row.total is not None) is shipped()[slug].has_total
    client = anas.get(f"/clients/{cast.care_of_mia.pk}")
    assert client.status_code == 200
    assert shipped()[slug].name in client.content.decode()


def test_what_a_therapist_answers_about_herself_is_offered_for_no_client(
    anas: Client, cast: Cast
) -> None:
    page = anas.get(f"/clients/{cast.care_of_mia.pk}/answers").content.decode()
    assert "ProQOL" not in page
    assert anas.get(_address(cast, "proqol-5")).status_code == 404


def test_the_therapists_own_rating_of_a_client_says_so(anas: Client, cast: Cast) -> None:
    page = anas.get(_address(cast, "cgi")).content.decode()
    assert "You answer this one yourself, about the client." in page
    assert "read it aloud" not in page
    choices = anas.get(f"/clients/{cast.care_of_mia.pk}/answers").content.decode()
    assert "you answer, about the client" in choices


def test_scores_without_a_total_are_listed_and_draw_no_empty_line(
    anas: Client, cast: Cast, session: Session
) -> None:
    said = {"session": session.pk, **_filled("cgi", 4)}
    anas.post(_address(cast, "cgi"), {"key": form_key(), **said})
    page = anas.get(f"/clients/{cast.care_of_mia.pk}").content.decode()
    assert "scores of its parts, no total" in page
    assert "too early to tell" not in page


def test_a_skeleton_asks_by_item_number_until_it_has_words(anas: Client, cast: Cast) -> None:
    page = anas.get(_address(cast, "itq")).content.decode()
    assert "The words of this form are not in Lacrima." in page
    assert "Item P1 of the printed form" in page
    assert "Item C9 of the printed form" in page
    instrument_texts.put_wording("itq", by=cast.ana, **words_for("itq"))
    page = anas.get(_address(cast, "itq")).content.decode()
    assert "not in Lacrima" not in page
    assert "of the printed form" not in page
    for words in ("Please answer each line.", "Line 1", "Line 18", "0: hardly", "4: a good deal"):
        assert words in page


def test_a_total_keeps_to_its_one_decimal(anas: Client, cast: Cast, session: Session) -> None:
    said = {"session": session.pk, "total": "12.34"}
    answer = anas.post(_address(cast, "ors"), {"key": form_key(), **said})
    assert answer.status_code == 422
    assert not Answers.objects.exists()


def test_a_correction_shows_what_the_answers_say(
    anas: Client, cast: Cast, session: Session
) -> None:
    said = {"session": session.pk, **_filled("pcl-5", 2)}
    anas.post(_address(cast, "pcl-5"), {"key": form_key(), **said})
    page = anas.get(f"/answers/{Answers.objects.get().pk}").content.decode()
    for words in ("What it says", "40 of 80", "Avoidance (C)", "4 of 8", "met, which is no"):
        assert words in page


def test_plans_to_end_ones_life_stand_on_today_though_the_form_has_no_words(
    anas: Client, cast: Cast, session: Session
) -> None:
    said = _filled("core-10", 0) | {"item_5": "2"}
    anas.post(_address(cast, "core-10"), {"key": form_key(), "session": session.pk, **said})
    assert "plans to end one&#x27;s life" in anas.get("/").content.decode()
    page = anas.get(f"/risk/{RiskItem.objects.get().pk}").content.decode()
    assert "plans to end one&#x27;s life" in page
    assert "2 (0 to 4)" in page


def test_an_item_left_out_stays_missing(anas: Client, cast: Cast, session: Session) -> None:
    said = _filled("phq-9", 1) | {"item_0": ""}
    anas.post(_address(cast, "phq-9"), {"key": form_key(), "session": session.pk, **said})
    row = Answers.objects.get()
    first = shipped()["phq-9"].items[0].id
    assert row.items[first] is None
    assert row.missing == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose a session, or give a number or a day."),
        ({"assessment": "1", "session": "SESSION"}, "a session or a number, not both"),
        ({"session": "SESSION", **_filled("phq-9", 0), "item_0": "9"}, "item"),
    ],
)
def test_a_refused_form_says_so_and_keeps_nothing(
    anas: Client, cast: Cast, session: Session, said: dict[str, Any], sentence: str
) -> None:
    values = {name: str(session.pk) if v == "SESSION" else v for name, v in said.items()}
    answer = anas.post(_address(cast, "phq-9"), {"key": form_key(), "item_1": "1", **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Answers.objects.exists()


def test_a_plain_score_asks_for_its_total_alone(anas: Client, cast: Cast, session: Session) -> None:
    answers.define_plain_score(by=cast.ana, slug="bdi-ii", name="BDI-II", minimum=0, maximum=63)
    page = anas.get(_address(cast, "bdi-ii")).content.decode()
    assert "From 0 to 63." in page
    too_high = {"key": form_key(), "session": session.pk, "total": "64"}
    assert anas.post(_address(cast, "bdi-ii"), too_high).status_code == 422
    anas.post(_address(cast, "bdi-ii"), {**too_high, "total": "33", "key": form_key()})
    assert Answers.objects.get().total == 33


def test_answers_are_corrected_moved_and_deleted(
    anas: Client, cast: Cast, session: Session
) -> None:
    data = {"session": session.pk, **_filled("phq-9", 1)}
    anas.post(_address(cast, "phq-9"), {"key": form_key(), **data})
    row = Answers.objects.get()
    assert RiskItem.objects.count() == 1
    other = cast.session(2)
    changed = {"session": other.pk, **_filled("phq-9", 0)}
    address = f"/answers/{row.pk}"
    answer = anas.post(address, {"key": form_key(), "version": row.version, **changed})
    assert answer.status_code == 303, answer.content.decode()
    row.refresh_from_db()
    assert (row.total, row.session) == (0, other)
    assert not RiskItem.objects.exists()
    conflict = anas.post(address, {"key": form_key(), "version": 1, **data})
    assert conflict.status_code == 409
    asked = anas.get(f"{address}/delete").content.decode()
    assert "there will be a gap" in asked
    anas.post(f"{address}/delete", {"key": form_key()})
    assert not Answers.objects.exists()


def test_answers_for_the_same_session_twice_are_refused_on_the_form(
    anas: Client, cast: Cast, session: Session
) -> None:
    data = {"session": session.pk, **_filled("gad-7", 1)}
    anas.post(_address(cast, "gad-7"), {"key": form_key(), **data})
    again = anas.post(_address(cast, "gad-7"), {"key": form_key(), **data})
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_answers_may_belong_to_an_assessment_without_a_session(anas: Client, cast: Cast) -> None:
    data = {"key": form_key(), "assessment": "0", **_filled("gad-7", 2)}
    anas.post(_address(cast, "gad-7"), data)
    assert Answers.objects.get().assessment == 0
    assert "assessment 0" in anas.get(f"/clients/{cast.care_of_mia.pk}").content.decode()
