"""The page of what came after: what it says first, for whom it is, what leaves."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lacrima.practice import answers, moments, sessions
from lacrima.records.models import Member
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key

PAGE = "/what-came-after"


@pytest.fixture
def course(cast: Cast) -> str:
    """Eight sessions of Mia's before the look; tears in 3 and 6; her address."""
    for number in range(1, 9):
        start = NOON - timedelta(days=7 * (8 - number) + 45)
        row = sessions.add_session(cast.care_of_mia, by=cast.ana, number=number, start=start)
        answers.record_answers(
            cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9",
            items={f"phq9_{n}": 1 + (n == number) for n in range(1, 10)}, session=row,
        )  # fmt: skip
        if number in {3, 6}:
            moments.log_moment(row, by=cast.ana, who="client", shown=2)
        else:
            sessions.nothing_stood_out([row], by=cast.ana)
    return f"/clients/{cast.care_of_mia.pk}{PAGE}"


def words(window: Client, path: str) -> str:
    found = window.get(path)
    assert found.status_code == 200, (path, found.status_code)
    return html.unescape(found.content.decode())


def test_the_first_line_says_that_it_is_too_early(anas: Client, course: str) -> None:
    page = words(anas, PAGE)
    first = page.index("Your clients’ tears: too early to tell (sessions so far: 2; clients: 1).")
    assert first < page.index("<figure") < page.index("What would be needed")
    assert "This cannot show that the tears did it." in page
    assert "caused" not in page


def test_it_says_when_it_was_looked_at_and_when_next(anas: Client, course: str) -> None:
    page = words(anas, PAGE)
    assert "1 Feb" in page
    assert "1 May" in page


def test_too_early_shows_no_checks(anas: Client, course: str) -> None:
    assert "How far to trust it" not in words(anas, PAGE)


def test_in_an_empty_practice_one_sentence_says_what_is_missing(anas: Client, cast: Cast) -> None:
    assert "Too early to tell: no questionnaire was filled in" in words(anas, PAGE)


def test_one_client_has_the_sessions_as_they_were(anas: Client, course: str) -> None:
    page = words(anas, course)
    assert "session 3" in page
    assert "session 6" in page
    assert "All your clients together" in page


def test_what_is_not_understood_is_left_at_its_usual_value(anas: Client, course: str) -> None:
    page = words(anas, f"{PAGE}?exposure=laughter&outcome=own.sleep")
    assert "Your clients’ tears: too early" in page


def test_a_supervisor_has_no_such_page(
    eyes_of: Callable[[Member], Client], cast: Cast, course: str
) -> None:
    hannas = eyes_of(cast.hanna)
    assert hannas.get(PAGE).status_code in {403, 404}
    assert PAGE not in words(hannas, "/")


def test_the_panel_is_handed_out_once_it_is_asked_for(anas: Client, course: str) -> None:
    key = form_key()
    made = anas.post(f"{PAGE}/take-along", {"key": key, "outcome": "phq-9"})
    assert made.status_code in {200, 303}


def test_the_way_stands_beside_clients_and_behind_more_on_a_phone(anas: Client, cast: Cast) -> None:
    page = words(anas, "/")
    assert page.count(f'href="{PAGE}"') == 2
