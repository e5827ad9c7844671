"""Pages of how long records are kept: a rule, who is past the time, erasing those ticked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import care, holding, people
from lacrima.records.models import Client as Comer
from lacrima.records.models import Member, Practice, Role
from tests.support.cast import Cast
from tests.support.form_keys import form_key

PAGE = "/past-its-time"


@pytest.fixture
def old(cast: Cast) -> list[Comer]:
    """Two whose care was over long ago."""
    made = []
    for code in ("O 01", "O 02"):
        episode = care.start_episode(
            by=cast.ana, kind="individual", clients=[care.NewClient(code)],
            started_on=date(2013, 1, 1),
        )  # fmt: skip
        care.end_episode(episode, by=cast.ana, ended_on=date(2014, 2, 1))
        made.append(Comer.objects.get(code=code))
    return made


def _page(window: Client, address: str = PAGE) -> str:
    answer = window.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def _rule(window: Client, **said: Any) -> Any:
    version = Practice.objects.get().version
    data = {"key": form_key(), "version": version, "keep_years": "", "keep_child_until_age": ""}
    return window.post("/settings/records", {**data, **said})


def _erasing(*clients: Comer, **typed: str) -> dict[str, Any]:
    data: dict[str, Any] = {"key": form_key(), "do": "erase", "clients": []}
    for one in clients:
        data["clients"].append(one.pk.hex)
        data[f"code_{one.pk.hex}"] = typed.get(one.code.replace(" ", ""), one.code)
        data[f"version_{one.pk.hex}"] = one.version
    return data


def test_without_a_rule_nobody_stands_there(old: list[Comer], anas: Client) -> None:
    page = _page(anas)
    assert "No rule is set" in page
    assert "O 01" not in page


def test_a_rule_is_set_and_the_page_says_who_and_from_when(old: list[Comer], anas: Client) -> None:
    answer = _rule(anas, keep_years="10", keep_child_until_age="28")
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    page = _page(anas)
    for words in ("kept for 10 years", "of turning 28", "past its time from 2 February 2024",
                  "no year of birth: the rule for adults",
                  "One client is still in care"):  # fmt: skip
        assert words in page
    kept = _page(anas, f"/people/{old[0].pk}/keep")
    assert "By your rule this record is past its time from" in kept


@pytest.mark.parametrize("wrong", [{"keep_years": "0"}, {"keep_years": "ten"},
                                   {"keep_child_until_age": "12"}])  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_said_beside_its_field(
    cast: Cast, anas: Client, wrong: dict[str, str]
) -> None:
    assert _rule(anas, **wrong).status_code == 422
    assert Practice.objects.get().keep_years is None


def test_a_year_of_birth_and_a_later_day_are_noted(old: list[Comer], anas: Client) -> None:
    _rule(anas, keep_years="10")
    place = f"/people/{old[0].pk}/keeping"
    data = {"key": form_key(), "version": 1, "birth_year": "1990", "keep_until": "2031-05-01"}
    assert anas.post(place, data).status_code == 303
    assert "kept longer, as noted for this client" in _page(anas)
    late = anas.post(place, {**data, "key": form_key(), "birth_year": "1991"})
    assert late.status_code == 409
    wrong = anas.post(place, {**data, "key": form_key(), "version": 2, "birth_year": "2027"})
    assert wrong.status_code == 422


def test_whoever_is_held_cannot_be_ticked_and_the_page_says_why(
    cast: Cast, old: list[Comer], anas: Client
) -> None:
    _rule(anas, keep_years="10")
    holding.set_hold(old[0], by=cast.ana, reason="a letter")
    page = _page(anas)
    assert "A hold stands or a request is open" in page
    assert f'value="{old[0].pk.hex}"' not in page
    assert f'value="{old[1].pk.hex}"' in page
    answer = anas.post(PAGE, _erasing(old[0]))
    assert answer.status_code == 422
    assert Comer.objects.filter(pk=old[0].pk).exists()


def test_those_ticked_are_looked_at_and_erased_when_each_code_was_typed(
    old: list[Comer], anas: Client
) -> None:
    _rule(anas, keep_years="10")
    assert anas.post(PAGE, {"key": form_key()}).status_code == 422
    both = [one.pk.hex for one in old]
    look = anas.post(PAGE, {"key": form_key(), "clients": both})
    page = look.content.decode()
    assert look.status_code == 200
    assert page.count("Type the code O 0") == 2
    for wrong in (_erasing(*old, O02="O 01"), _erasing(*old, O02="")):
        answer = anas.post(PAGE, wrong)
        assert answer.status_code == 422
        assert Comer.objects.filter(pk__in=[one.pk for one in old]).count() == 2
    answer = anas.post(PAGE, _erasing(old[0]))
    assert (answer.status_code, answer["Location"]) == (303, "/erased")
    assert list(Comer.objects.filter(pk__in=[one.pk for one in old])) == [old[1]]
    assert "O 01" not in _page(anas)


def test_a_form_sent_twice_is_answered_the_same_and_takes_nobody_else(
    old: list[Comer], anas: Client
) -> None:
    _rule(anas, keep_years="10")
    sent = _erasing(old[0])
    anas.post(PAGE, sent)
    assert anas.post(PAGE, sent).status_code == 422
    assert Comer.objects.filter(pk=old[1].pk).exists()


def test_who_looks_after_settings_sets_the_rule_and_sees_nobody(
    old: list[Comer], cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    ada = people.add_member(by=cast.ana, name="Ada Amt", role=Role.ADMINISTRATOR)
    window = eyes_of(ada)
    answer = _rule(window, keep_years="10")
    assert (answer.status_code, answer["Location"]) == (303, "/settings")
    assert window.get(PAGE).status_code == 403
    assert window.get("/requests").status_code == 403
