"""Answers by hand: in official words, missing never 0, corrected, moved and deleted."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers
from lacrima.records.models import Answers, RiskItem, Session
from tests.support.cast import Cast
from tests.support.windows import form_key


@pytest.fixture
def session(cast: Cast) -> Session:
    """The first session with Mia."""
    return cast.session(1)


def _address(cast: Cast, slug: str) -> str:
    return f"/clients/{cast.care_of_mia.pk}/answers/new/{slug}"


def _filled(slug: str, value: int) -> dict[str, str]:
    return {f"item_{place}": str(value) for place, _ in enumerate(shipped()[slug].items)}


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_each_instrument_is_asked_in_its_own_words_with_its_licence(
    anas: Client, cast: Cast, slug: str
) -> None:
    page = html.unescape(anas.get(_address(cast, slug)).content.decode())
    instrument = shipped()[slug]
    for item in instrument.items:
        assert item.text in page
    assert instrument.instruction in page
    assert instrument.licence.must_show in page


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_answers_are_kept_and_scored(anas: Client, cast: Cast, session: Session, slug: str) -> None:
    answer = anas.post(
        _address(cast, slug), {"key": form_key(), "session": session.pk, **_filled(slug, 1)}
    )
    assert answer.status_code == 303, answer.content.decode()
    row = Answers.objects.get()
    assert row.session == session
    assert row.total is not None


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
