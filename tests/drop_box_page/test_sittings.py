"""A stay on the sealed page, from its link to the letter that the practice opens."""

from __future__ import annotations

import pytest

from tests.support.drop_box_briefs import SESSION
from tests.support.drop_box_phone import NewPhone
from tests.support.drop_box_reference import sitting_of

pytestmark = pytest.mark.browser


def test_the_two_questions_and_what_stood_out_go_in_one_letter(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.heading("How was today?")
    assert page.title() == "Practice by the Park"
    page.get_by_label("+2", exact=True).check()
    page.get_by_label("yes, in Ana", exact=True).check()
    phone.button("Go on")
    phone.heading("You wrote that something stood out")
    assert phone.there.relay.letters == [], "nothing is sent because of what was answered"
    phone.button("Say more about what stood out")
    phone.heading("What stood out")
    assert page.get_by_text("How much of it showed in you?").count() == 0
    page.get_by_role("group", name="How was that moment for you?").get_by_label("+1").check()
    page.get_by_label("clear", exact=True).check()
    page.get_by_role("group", name="I felt cared for").get_by_label("4").check()
    page.get_by_label("warm", exact=True).check()
    page.get_by_label("Anything you would like to say of it").fill("We both cried – und lachten.")
    page.get_by_label("my therapist may read it", exact=True).check()
    phone.button("Go on")
    phone.heading("That is all for now")
    page.get_by_text("It is sent, sealed.").wait_for()
    (letter,) = phone.letters(at_least=1)
    asked, first = letter["parts"]
    assert asked["kind"] == "asked"
    assert asked["session"] == SESSION
    assert asked["at"] == "2026-03-10T12:00:00Z"
    assert asked["values"] == {"rating": 2, "stood_out": ["therapist"]}
    assert first["values"] == {
        "rating": 1,
        "shown": {"therapist": 2},
        "items": {"cared_for": 4},
        "seemed": ["warm"],
        "words": "We both cried – und lachten.",
    }
    assert first["release"] == "open"
    code = page.locator(".code").inner_text()
    assert letter["sitting"] == sitting_of(code)
    assert (letter["v"], letter["language"]) == (1, "en-gb")
    assert phone.heard == []
