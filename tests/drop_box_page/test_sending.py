"""Letters go when their time has come, once, and never because of what was answered."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.support.drop_box_phone import NewPhone, Phone
from tests.support.drop_box_there import NOT_SPOKEN

pytestmark = pytest.mark.browser


def answer(page: Page, rating: str = "+2", stood_out: str = "no") -> None:
    page.get_by_label(rating, exact=True).check()
    page.get_by_label(stood_out, exact=True).check()
    page.get_by_role("button", name="Go on").click()


def fill_in(page: Page, place: int = 1) -> None:
    for item in page.locator("main fieldset").all():
        item.get_by_role("radio").nth(place).check()
    page.get_by_role("button", name="Go on").click()


def ids(phone: Phone) -> list[str]:
    return [one.id for one in phone.there.relay.letters]


def test_a_letter_goes_after_each_questionnaire_and_at_the_end_and_holds_all_so_far(
    new_phone: NewPhone,
) -> None:
    phone = new_phone(slugs=("phq-8", "gad-7"))
    page = phone.come_in()
    phone.heading("Patient Health Questionnaire")
    fill_in(page)
    phone.heading("Generalized Anxiety")
    fill_in(page, 2)
    phone.heading("How was today?")
    answer(page)
    phone.heading("That is all for now")
    phone.letters(at_least=3)
    letters = phone.letters()
    kinds = [[part["kind"] for part in one["parts"]] for one in letters]
    assert kinds == [["form"], ["form", "form"], ["form", "form", "asked"]]
    assert [one["sequence"] for one in letters] == [1, 2, 3]
    assert len({one["sitting"] for one in letters}) == 1
    assert len(set(ids(phone))) == 3
    form = letters[0]["parts"][0]
    assert form["slug"] == "phq-8"
    assert len(form["version"]) >= 1
    assert list(form["values"].values())[:8] == [1] * 8


@pytest.mark.parametrize("stood_out", ["no", "yes, in both"])
def test_the_relay_sees_the_same_whether_or_not_something_stood_out(
    new_phone: NewPhone, stood_out: str
) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page, stood_out=stood_out)
    if stood_out != "no":
        phone.button("Say more about what stood out")
        page.get_by_role("group", name="How was that moment for you?").get_by_label("+3").check()
        phone.button("Go on")
    phone.heading("That is all for now")
    phone.button("Leave this page")
    phone.heading("Closed")
    asked = [one.split("/")[0] for one in phone.there.relay.asked]
    assert asked == ["GET ", "POST "]
    assert [len(one.letter) for one in phone.there.relay.letters] == [4096]


def test_nothing_is_sent_that_was_skipped_or_left_out(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("phq-8",))
    page = phone.come_in()
    phone.button("Go on")  # nothing in it: as if it were skipped
    phone.heading("How was today?")
    phone.button("Skip")
    phone.heading("That is all for now")
    assert page.locator(".code").count() == 0
    phone.button("Leave this page")
    phone.heading("Closed")
    assert phone.there.relay.letters == []


def test_without_a_connection_it_waits_and_says_so_and_goes_when_there_is_one(
    new_phone: NewPhone,
) -> None:
    phone = new_phone()
    page = phone.come_in()
    page.context.set_offline(True)
    answer(page)
    page.get_by_text("Not sent yet, for there is no connection: keep this page open.").wait_for()
    assert phone.there.relay.letters == []
    page.context.set_offline(False)
    page.get_by_text("It is sent, sealed.").wait_for()
    assert [len(one["parts"]) for one in phone.letters()] == [1]


@pytest.mark.parametrize("status", [429, 507, 500, 400, NOT_SPOKEN])
def test_a_relay_that_refuses_is_asked_again_by_itself(new_phone: NewPhone, status: int) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.there.relay.fails_with = status
    answer(page)
    page.get_by_text("Not sent yet: keep this page open. It is tried again by itself.").wait_for()
    phone.there.relay.fails_with = 0
    page.get_by_text("It is sent, sealed.").wait_for()
    assert len(phone.letters()) == 1
    posted = {one for one in phone.there.relay.asked if one.startswith("POST")}
    assert len(posted) == 1, "the same bytes under the same id"


def test_an_id_that_is_taken_is_given_up_for_another(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.there.relay.fails_with = 409
    answer(page)
    page.get_by_text("Not sent yet").wait_for()
    phone.there.relay.fails_with = 0
    page.get_by_text("It is sent, sealed.").wait_for()
    posted = [one for one in phone.there.relay.asked if one.startswith("POST")]
    assert len(set(posted)) == 2
    assert len(phone.letters()) == 1


def test_a_link_that_was_taken_back_meanwhile_is_said_to_be_so(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.there.relay.fails_with = 404
    answer(page)
    page.get_by_text("This link does not open any more, so what you wrote last").wait_for()
    phone.button("Leave this page")
    phone.heading("Closed")


def test_a_sitting_closed_in_the_middle_is_sent(new_phone: NewPhone) -> None:
    phone = new_phone(
        given=[{"session": "5d" * 16, "step": "asked", "at": "2026-03-08T20:00:00Z",
                "stood_out": ["me"]}]
    )  # fmt: skip
    page = phone.come_in()
    answer(page, stood_out="yes, in me")
    phone.heading("Looking back now")
    assert phone.there.relay.letters == []
    page.close(run_before_unload=True)
    for _wait in range(60):
        if phone.there.relay.letters:
            break
        time.sleep(0.05)
    (sent,) = phone.there.relay.letters
    assert "Content-Type" not in sent.headers
    assert "Cookie" not in sent.headers


def _hide(page: Page, state: str) -> None:
    page.evaluate(
        """(state) => { Object.defineProperty(document, "visibilityState",
           { configurable: true, get: () => state });
           document.dispatchEvent(new Event("visibilitychange")); }""",
        state,
    )


def test_a_page_that_is_hidden_sends_and_makes_sure_when_it_is_shown_again(
    new_phone: NewPhone,
) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page, stood_out="yes, in me")
    phone.heading("You wrote that something stood out")
    _hide(page, "hidden")
    assert [len(one["parts"]) for one in phone.letters(at_least=1)] == [1]
    _hide(page, "visible")
    page.get_by_text("It is sent, sealed.").wait_for()
    assert len(phone.there.relay.letters) == 1, "the same letter, kept once"
    assert len([one for one in phone.there.relay.asked if one.startswith("POST")]) == 2


def test_leaving_with_something_unsent_is_asked_for_once_more(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.there.relay.fails_with = 507
    answer(page)
    page.get_by_text("Not sent yet").wait_for()
    phone.button("Leave this page")
    phone.heading("Not everything is sent yet")
    warned: list[str] = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = 'about:blank'")
    page.wait_for_timeout(200)
    assert warned == ["beforeunload"]
    phone.button("Stay on this page")
    phone.heading("That is all for now")
    phone.button("Leave this page")
    phone.button("Leave all the same")
    phone.heading("Closed")


def test_too_long_a_text_is_refused_and_stays_where_it_was_typed(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    long: list[Any] = [page.get_by_label("What you want to stand beside what others write")]
    phone.button("Skip")
    for _each in range(3):
        phone.button("Write something that stands beside the record")
        long[0].fill("語" * 9_900)
        phone.button("Keep it")
        page.wait_for_timeout(150)
        if page.get_by_text("That is too long to be sent.").count():
            break
        phone.heading("That is all for now")
    page.get_by_role("alert").get_by_text("That is too long to be sent.").wait_for()
    assert long[0].input_value() == "語" * 9_900
    letters = phone.letters(at_least=2)
    assert [len(one["parts"]) for one in letters] == [1, 2]
    assert {len(one.letter) for one in phone.there.relay.letters} == {65536}


def held(page: Page) -> list[Any]:
    """Letters are held on their way; they come into this list."""
    waiting: list[Any] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/letters/**", hold)
    return waiting


def released(page: Page, waiting: list[Any]) -> None:
    """Let the letter go that was held on its way."""
    for _wait in range(60):
        if waiting:
            break
        page.wait_for_timeout(50)
    waiting[0].continue_()


def test_leaving_takes_what_was_written_off_the_screen_at_once(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page, stood_out="yes, in me")
    phone.heading("You wrote that something stood out")
    waiting = held(page)
    phone.button("Leave this page")
    phone.heading("Not everything is sent yet")
    assert "stood out" not in page.inner_text("main")
    released(page, waiting)
    phone.heading("Closed")
    assert len(phone.letters()) == 1


def test_whoever_stays_while_it_is_being_sent_is_not_sent_away(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page, stood_out="yes, in me")
    waiting = held(page)
    phone.button("Leave this page")
    phone.button("Stay on this page")
    phone.heading("That is all for now")
    released(page, waiting)
    page.get_by_text("It is sent, sealed.").wait_for()
    phone.heading("That is all for now")


def test_two_quick_taps_are_one_answer(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("phq-8",))
    page = phone.come_in()
    page.locator("main fieldset").first.get_by_role("radio").first.check()
    page.evaluate("() => { for (let n = 0; n < 3; n++) document.forms[0].requestSubmit(); }")
    phone.heading("How was today?")
    (letter,) = phone.letters(at_least=1)
    assert len(letter["parts"]) == 1
    assert list(letter["parts"][0]["values"].values()).count(None) == 7


def test_nothing_warns_whoever_closes_a_page_whose_letter_arrived(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page)
    page.get_by_text("It is sent, sealed.").wait_for()
    warned: list[str] = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    assert warned == []
