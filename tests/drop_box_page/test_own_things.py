"""What is the client's own: read first, pause, stop, a statement, receipts, a keeper, leaving."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.drop_box_page.test_sending import answer, fill_in
from tests.support.drop_box_briefs import EARLIER, HOUSE, KEEPER_KEY, SESSION, keeper, settled
from tests.support.drop_box_phone import NewPhone, Phone
from tests.support.drop_box_reference import open_for_keeper, sitting_of

pytestmark = pytest.mark.browser


def parts(phone: Phone, letters: int = 1) -> list[dict[str, Any]]:
    """What the last letter holds."""
    told: list[dict[str, Any]] = phone.letters(at_least=letters)[-1]["parts"]
    return told


def code_of(page: Page) -> str:
    return page.locator(".code").inner_text()


def test_before_the_first_question_it_says_who_reads_what_and_asks_for_agreement(
    new_phone: NewPhone,
) -> None:
    phone = new_phone(has_read=False, has_agreed=False)
    page = phone.come_in()
    phone.heading("Who reads what")
    phone.button("The questions")
    phone.heading("Who reads what")
    page.get_by_text("What you write is sealed before it leaves this device.").wait_for()
    phone.button("I have read this, go on")
    phone.heading("How was today?")
    answer(page)
    assert [one["kind"] for one in parts(phone)] == ["agree", "asked"]


def test_for_a_child_somebody_else_agrees_first(new_phone: NewPhone) -> None:
    phone = new_phone(for_child=True, has_agreed=False, needs_guardian=True)
    page = phone.come_in()
    page.get_by_text("somebody who decides for you has to agree").wait_for()
    assert page.get_by_role("button", name="I have read this, go on").count() == 0
    phone.button("The questions")
    phone.heading("Who reads what")


def test_a_pause_another_hour_a_stop_and_a_new_beginning(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("Pause or stop")
    page.get_by_label("From which hour of the evening I would like to be asked").select_option("22")
    phone.button("Ask me then")
    phone.heading("How was today?")
    phone.button("Pause or stop")
    page.get_by_label("Ask me nothing up to this day").fill("2026-03-20")
    phone.button("Pause")
    phone.heading("Nothing is asked now")
    page.get_by_text("Up to 20 March nothing is asked, as you wished.").wait_for()
    phone.button("Change that")
    phone.button("Ask me again")
    phone.heading("How was today?")
    phone.button("Pause or stop")
    phone.button("Stop now")
    phone.heading("Nothing is asked")
    phone.button("Begin again")
    phone.button("Ask me again")
    phone.heading("Who reads what")
    phone.button("I have read this, go on")
    phone.heading("How was today?")
    answer(page)
    phone.heading("That is all for now")
    page.get_by_text("It is sent, sealed.").wait_for()
    told = [{name: one[name] for name in one if name not in {"at", "values", "session"}}
            for one in parts(phone)]  # fmt: skip
    assert told == [
        {"kind": "evening", "hour": 22},
        {"kind": "pause", "until": "2026-03-20"},
        {"kind": "go_on"},
        {"kind": "stop"},
        {"kind": "go_on"},
        {"kind": "agree"},
        {"kind": "asked"},
    ]


def test_a_pause_in_the_past_or_of_no_day_is_not_taken(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("Pause or stop")
    for day in ("", "2026-03-09", "2027-03-12"):
        page.get_by_label("Ask me nothing up to this day").fill(day)
        phone.button("Pause")
        page.wait_for_timeout(60)
        phone.heading("Pause or stop")


def test_words_that_stand_beside_the_record(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("Skip")
    phone.button("Write something that stands beside the record")
    phone.button("Keep it")
    phone.heading("Beside the record")
    page.get_by_label("What you want to stand beside what others write").fill("Mine.\nAll of it.")
    phone.button("Keep it")
    phone.heading("That is all for now")
    (told,) = parts(phone)
    assert (told["kind"], told["values"]) == ("statement", {"words": "Mine.\nAll of it."})


def test_an_answer_that_may_mean_danger_is_followed_by_whom_to_call(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("phq-9",))
    page = phone.come_in()
    page.get_by_text("Your answer to it always reaches your therapist.").wait_for()
    page.get_by_text("It is read by 10:00 on the next working day, not before.").wait_for()
    fill_in(page)
    phone.heading("It is kept, and it will be read")
    assert "Crisis line 0800 000" in page.inner_text("main")
    phone.button("Go on")
    phone.heading("How was today?")


def test_without_such_an_answer_the_questions_go_on(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("phq-9",), house=HOUSE | {"read_by_hour": None})
    page = phone.come_in()
    fill_in(page, 0)
    phone.heading("How was today?")


def test_whom_to_call_stands_under_every_page(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    for place in ("The questions", "I have a receipt code", "Pause or stop", "Who reads what",
                  "I would like to speak with somebody else"):  # fmt: skip
        phone.button(place)
        page.locator("#foot summary").click()
        assert "Crisis line 0800 000" in page.inner_text("#foot")


def test_the_way_out_is_words_alone(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("I would like to speak with somebody else")
    for words in ("Dr Nobody, 555 0100", "Nothing is stored here.", "The chamber of therapists"):
        assert words in page.inner_text("main")
    phone.button("Leave this page")
    phone.heading("Closed")
    assert phone.there.relay.letters == []


def test_whoever_answered_in_an_earlier_stay_says_more_without_answering_anew(
    new_phone: NewPhone,
) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("I have answered already: say more about what stood out")
    page.get_by_role("group", name="How was that moment for you?").get_by_label("−2").check()
    page.get_by_role("group", name="How much of it showed in you?").get_by_label("slight").check()
    page.get_by_label("nobody reads it for now").check()
    phone.button("Go on")
    phone.heading("That is all for now")
    (told,) = parts(phone)
    assert (told["kind"], told["session"], told["release"]) == ("first", SESSION, "nobody")
    assert told["values"] == {"rating": -2, "shown": {"me": 1}}


def test_without_a_choice_nobody_reads_it(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("I have answered already: say more about what stood out")
    page.get_by_role("group", name="Did you speak of it together?").get_by_label("yes").check()
    phone.button("Go on")
    (told,) = parts(phone)
    assert told["release"] == ""
    assert told["values"] == {"spoken_of": True}


def test_second_thoughts_come_a_day_after_the_first(new_phone: NewPhone) -> None:
    mention = {"session": EARLIER, "step": "asked", "stood_out": ["therapist"]}
    phone = new_phone(
        given=[
            {**mention, "at": "2026-03-07T13:00:00Z"},
            {**mention, "step": "first", "at": "2026-03-08T19:30:00Z", "stood_out": []},
        ]
    )
    page = phone.come_in()
    phone.button("Skip")
    phone.heading("Looking back now")
    page.get_by_text("You wrote that something stood out on 3 March.").wait_for()
    page.get_by_role("group", name="How was that moment for you?").get_by_label("+4").check()
    phone.button("Go on")
    (told,) = parts(phone)
    assert (told["kind"], told["session"]) == ("second", EARLIER)


# --- a keeper


def test_what_is_for_a_keeper_is_sealed_before_the_practice_gets_it(new_phone: NewPhone) -> None:
    phone = new_phone(keeper=keeper())
    page = phone.come_in()
    phone.button("I have answered already: say more about what stood out")
    page.get_by_label("Anything you would like to say of it").fill("She looked away.")
    page.get_by_label("only Dr Weiss may read it, and my therapist cannot").check()
    phone.button("Go on")
    (told,) = parts(phone)
    assert (told["release"], told["values"]) == ("keeper", {})
    assert "looked away" not in str(told)
    read = open_for_keeper(told["sealed"], KEEPER_KEY)
    assert read == {"v": 1, "step": "first", "at": told["at"],
                    "values": {"words": "She looked away."}}  # fmt: skip


def test_without_a_keeper_none_is_offered(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("I have answered already: say more about what stood out")
    choices = page.get_by_role("group", name="Who may read this?").locator("label")
    assert choices.count() == 3


# --- receipt codes


def test_a_receipt_takes_back_what_an_earlier_stay_told(new_phone: NewPhone) -> None:
    earlier = sitting_of("2345 6789 ABCD")
    phone = new_phone(arrived={earlier: "2026-03-09T23:30:00Z"})
    page = phone.come_in()
    phone.button("I have a receipt code")
    page.get_by_label("Receipt code").fill("2345 6789 ABC")
    phone.button("Look it up")
    page.get_by_text("A receipt code has twelve letters and digits.").wait_for()
    page.get_by_label("Receipt code").fill("2345-6789 abcd")
    phone.button("Look it up")
    page.get_by_text("It reached the practice on 10 March.").wait_for()  # in Madrid
    phone.button("Take it back")
    page.get_by_text("It is taken back as soon as the practice fetches this.").wait_for()
    (told,) = parts(phone)
    assert (told["kind"], told["sitting"]) == ("take_back", earlier)


def test_what_was_just_sent_is_taken_back_and_written_anew_in_one_letter(
    new_phone: NewPhone,
) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page, rating="−4")
    phone.heading("That is all for now")
    code = code_of(page)
    phone.button("I have a receipt code")
    page.get_by_label("Receipt code").fill(code)
    phone.button("Look it up")
    page.get_by_text("It is not known here yet").wait_for()
    phone.button("Take it back and write it anew")
    phone.button("The two questions about 10 March")
    answer(page, rating="+1")
    phone.heading("What would you like to write anew?")
    assert len(phone.letters()) == 1
    phone.button("That is all")
    phone.heading("That is all for now")
    told = parts(phone, 2)
    assert [one["kind"] for one in told] == ["asked", "take_back", "asked"]
    assert told[1]["sitting"] == sitting_of(code)
    assert told[2]["values"]["rating"] == 1
    assert code_of(page) == code


# --- what the brief says of the practice


def test_who_is_away_and_a_made_up_practice_are_said(new_phone: NewPhone) -> None:
    phone = new_phone(
        is_simulated=True, away={"until": "2026-03-20", "contact": "Dr Cover, 555 0199"}
    )
    page = phone.come_in()
    assert "away until 20 March" in page.inner_text("main")
    assert "Dr Cover, 555 0199" in page.inner_text("main")
    page.get_by_text("Simulated practice: nobody here exists.").wait_for()


def test_after_the_last_day_nothing_is_asked_and_before_it_is_announced(
    new_phone: NewPhone,
) -> None:
    phone = new_phone(settled=settled(ask_until="2026-03-10"))
    phone.come_in().get_by_text("soon nothing will be asked here any more").wait_for()
    phone = new_phone(settled=settled(ask_until="2026-03-09"))
    phone.come_in().get_by_text("Your sessions have come to an end").wait_for()


def test_a_questionnaire_without_its_words_is_left_out(new_phone: NewPhone) -> None:
    phone = new_phone(settled=settled(("phq-2",)))
    phone.come_in()
    phone.heading("How was today?")
