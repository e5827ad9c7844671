"""The door without a device, and what the practice settles there: each promise of its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client

from lacrima.practice import absences, care
from lacrima.records.models import DoorAnswer, Member, Participant, Session
from tests.support.at_the_door import at_the_door, settled
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock


@pytest.fixture
def session(cast: Cast) -> Session:
    return cast.session(9, start=NOON - timedelta(hours=3))


@pytest.fixture
def seat(cast: Cast, session: Session) -> Participant:
    place = cast.place_of(cast.mia, cast.care_of_mia)
    settled(place)
    return place


@pytest.fixture
def door(cast: Cast) -> str:
    return f"/clients/{cast.care_of_mia.pk}/door"


@pytest.fixture
def anas(cast: Cast, eyes_of: Callable[[Member], Client]) -> Client:
    return eyes_of(cast.ana)


def shown(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


# --- on paper, or aloud


def test_the_sheet_asks_the_same_two_questions_and_names_nobody(
    anas: Client, door: str, seat: Participant
) -> None:
    page = shown(anas, f"{door}/sheet")
    sheet = page.split('class="sheet stack alone"')[1]
    assert "How was the session?" in sheet
    assert "Did anything stand out, in you or in Ana?" in sheet
    assert sheet.count("☐") == 9 + 4
    for word in ("M 01", "Lacrima", "tears", "therap"):
        assert word not in sheet


@pytest.mark.parametrize(("way", "words"), [("paper", "on paper"), ("aloud", "told aloud")])
def test_what_is_entered_by_hand_is_marked_for_both(
    anas: Client, cast: Cast, door: str, seat: Participant, session: Session, way: str, words: str
) -> None:
    assert f'value="{session.pk}"' in shown(anas, f"{door}/by-hand")
    said = {"session": str(session.pk), "rating": "-2", "stood_out": "both", "way": way}
    answer = anas.post(f"{door}/by-hand", {"key": form_key(), **said})
    assert answer.status_code == 303
    row = DoorAnswer.objects.get()
    assert (row.way, row.rating) == (way, -2)
    assert words in shown(anas, door)
    mias = shown(at_the_door(seat, by=cast.ana), "/door/answers")
    assert f"{words}, and entered by the practice, which has read it" in mias
    assert "not whether anything stood out" not in mias, "she typed it, so that would be untrue"
    assert f'value="{session.pk}"' not in shown(anas, f"{door}/by-hand"), "it is answered now"


def test_a_sheet_without_an_answer_and_a_session_to_come_are_refused(
    anas: Client, cast: Cast, door: str, seat: Participant, session: Session
) -> None:
    empty = {"session": str(session.pk), "way": "paper"}
    assert anas.post(f"{door}/by-hand", {"key": form_key(), **empty}).status_code == 422
    later = cast.session(10, start=NOON + timedelta(days=7))
    forged = {"session": str(later.pk), "rating": "1", "way": "paper"}
    assert anas.post(f"{door}/by-hand", {"key": form_key(), **forged}).status_code == 422
    assert not DoorAnswer.objects.exists()


# --- the plan


def test_two_who_change_the_plan_at_once_see_each_other(
    anas: Client, door: str, seat: Participant
) -> None:
    version = shown(anas, f"{door}/plan").split('name="version" value="')[1].split('"')[0]
    first = {"key": form_key(), "version": version, "every_sessions": "2"}
    assert anas.post(f"{door}/plan", first).status_code == 303
    second = {"key": form_key(), "version": version, "every_sessions": "3"}
    answer = anas.post(f"{door}/plan", second)
    assert answer.status_code == 409
    assert "every second session" in answer.content.decode()
    assert seat.door.every_sessions == 2


# --- asks that stand open


def test_the_card_closes_by_a_tap_and_comes_again_with_two_later_ones(
    cast: Cast,
    door: str,
    seat: Participant,
    still_clock: StillClock,
    eyes_of: Callable[[Member], Client],
) -> None:
    for number, days in ((10, 1), (11, 2)):
        still_clock.move_to(NOON + timedelta(days=days))
        cast.session(number, start=still_clock.at)
    still_clock.move_to(NOON + timedelta(days=4))
    anas = eyes_of(cast.ana)
    page = shown(anas, "/")
    assert "Two asks stand open" in page
    assert f'action="{door}/open-asks/close?who={seat.pk.hex}"' in page
    answer = anas.post(f"{door}/open-asks/close?who={seat.pk.hex}", {"key": form_key()})
    assert answer["Location"] == "/"
    assert "Two asks stand open" not in shown(anas, "/")
    assert "Two asks stand open" not in shown(anas, door)
    for number, days in ((12, 5), (13, 6)):
        still_clock.move_to(NOON + timedelta(days=days))
        cast.session(number, start=still_clock.at)
    still_clock.move_to(NOON + timedelta(days=8))
    assert "Two asks stand open" in shown(eyes_of(cast.ana), "/")


# --- reminders


def test_days_away_are_reminded_of_by_nobody(
    anas: Client, cast: Cast, door: str, seat: Participant
) -> None:
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=3, local_time=time(15), from_on=NOON.date()
    )
    assert "the first on 12 March" in shown(anas, f"{door}/reminders")
    absences.add_absence(
        by=cast.ana, from_on=NOON.date(), until_on=NOON.date() + timedelta(days=3),
        cover_contact="Hanna, 000",
    )  # fmt: skip
    assert "the first on 19 March" in shown(anas, f"{door}/reminders")


def test_a_session_that_made_itself_already_is_left_out_as_well(
    anas: Client, cast: Cast, door: str, seat: Participant
) -> None:
    cast.session(10, start=NOON + timedelta(days=2))
    assert "12 March" in shown(anas, f"{door}/reminders")
    day = NOON.date() + timedelta(days=2)
    absences.add_absence(by=cast.ana, from_on=day, until_on=day, cover_contact="Hanna, 000")
    assert "12 March" not in shown(anas, f"{door}/reminders")
