"""The client's own pages: read first, asked page by page, seen, corrected, taken back, left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import door_house, door_plan
from lacrima.records.models import (
    Answers,
    AuditLine,
    Consent,
    Door,
    DoorAnswer,
    Member,
    Moment,
    Participant,
    Role,
    Session,
    Voice,
    WayOut,
)
from tests.support.at_the_door import at_the_door, sent, settled
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock

WORDS = "She cried with me and I was glad of it"


@pytest.fixture
def session(cast: Cast) -> Session:
    return cast.session(9, start=NOON - timedelta(hours=2))


@pytest.fixture
def seat(cast: Cast, session: Session) -> Participant:
    return cast.place_of(cast.mia, cast.care_of_mia)


@pytest.fixture
def mias(cast: Cast, seat: Participant) -> Client:
    settled(seat)
    return at_the_door(seat, by=cast.ana)


def shown(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_before_the_first_question_it_is_said_who_reads_what(cast: Cast, seat: Participant) -> None:
    browser = at_the_door(seat, by=cast.ana)
    assert browser.get("/door")["Location"] == "/door/who-reads-what"
    page = shown(browser, "/door/who-reads-what")
    assert "Nothing here is read live" in page
    answer = browser.post("/door/who-reads-what", {"key": form_key()})
    assert answer["Location"] == "/door"
    consent = Consent.objects.get(client=cast.mia, purpose="feedback")
    assert consent.way == "at_the_door"
    assert "How was today?" in shown(browser, "/door")


def test_no_page_names_the_product(mias: Client) -> None:
    for address in ("/door", "/door/answers", "/door/pause", "/door/who-reads-what",
                    "/door/somebody-else", "/door/beside-the-record", "/door/left"):  # fmt: skip
        page = shown(mias, address)
        assert "Lacrima" not in page, address
        assert "drop" not in page, address
        assert "tears" not in page.lower(), address


def test_the_two_questions_then_what_stood_out(mias: Client, seat: Participant) -> None:
    page = shown(mias, "/door")
    assert sent(mias, page, rating="2", stood_out="therapist") == "/door"
    row = DoorAnswer.objects.get()
    assert (row.rating, row.release, row.way) == (2, "", DoorAnswer.objects.get().way)
    done = shown(mias, "/door")
    assert "It is kept." in done
    assert "/door/more" in done
    page = shown(mias, "/door/more")
    assert "How much of it showed in Ana?" in page
    assert "How much of it showed in you?" not in page
    told = {"key": form_key(), "rating": "-1", "shown_therapist": "2", "item_worried": "3",
            "seemed": ["warm", "anxious"], "words": WORDS, "release": "open"}  # fmt: skip
    assert mias.post("/door/more", told).status_code == 303
    voice = Voice.objects.get()
    assert (voice.rating, voice.noticed, voice.items) == (-1, "yes", {"worried": 3})
    assert voice.words == WORDS
    assert "That is all for now" in shown(mias, "/door")


def test_what_is_not_released_is_seen_by_the_client_alone(
    cast: Cast, mias: Client, anas: Client, session: Session
) -> None:
    sent(mias, shown(mias, "/door"), rating="-2", stood_out="both")
    mias.post("/door/more", {"key": form_key(), "rating": "-3", "words": WORDS, "release": ""})
    assert WORDS in shown(mias, "/door/answers")
    assert not Moment.objects.exists()
    for address in (f"/clients/{cast.mia.pk}", f"/sessions/{session.pk}", "/"):
        assert WORDS not in anas.get(address).content.decode()


def test_skipping_keeps_nothing_and_asks_no_more_in_this_sitting(mias: Client) -> None:
    page = shown(mias, "/door")
    sent(mias, page, skip="1")
    assert not DoorAnswer.objects.exists()
    assert "That is all for now" in shown(mias, "/door")


def test_an_answer_is_corrected_and_taken_back(mias: Client) -> None:
    sent(mias, shown(mias, "/door"), rating="2", stood_out="me")
    mias.post("/door/more", {"key": form_key(), "rating": "1", "release": "open"})
    row = DoorAnswer.objects.get(step="first")
    assert 'value="1"' in shown(mias, f"/door/answers/{row.pk}/change")
    change = {"key": form_key(), "rating": "-4", "release": "talk"}
    assert mias.post(f"/door/answers/{row.pk}/change", change).status_code == 303
    assert Voice.objects.get().would_like_to_talk
    assert Voice.objects.get().rating is None
    assert "Take this back?" in shown(mias, f"/door/answers/{row.pk}/take-back")
    mias.post(f"/door/answers/{row.pk}/take-back", {"key": form_key()})
    assert not Voice.objects.exists()
    assert not DoorAnswer.objects.filter(step="first").exists()


def test_the_same_page_sent_twice_is_kept_once(mias: Client) -> None:
    page = shown(mias, "/door")
    mark = page.split('name="mark" value="')[1].split('"')[0]
    told = {"key": form_key(), "mark": mark, "rating": "2", "stood_out": "no"}
    assert [mias.post("/door", told).status_code for _ in range(2)] == [303, 303]
    assert DoorAnswer.objects.count() == 1


def test_a_statement_stands_beside_the_record(mias: Client) -> None:
    mias.post("/door/beside-the-record", {"key": form_key(), "words": WORDS})
    assert DoorAnswer.objects.get().step == "statement"
    assert WORDS in shown(mias, "/door/answers")


def test_pausing_and_stopping_ask_for_no_reason(cast: Cast, mias: Client) -> None:
    until = (NOON + timedelta(days=7)).date().isoformat()
    mias.post("/door/pause", {"key": form_key(), "do": "pause", "until": until})
    assert "Up to 17 March nothing is asked" in shown(mias, "/door")
    mias.post("/door/pause", {"key": form_key(), "do": "go_on"})
    assert "How was today?" in shown(mias, "/door")
    mias.post("/door/pause", {"key": form_key(), "do": "evening", "evening_hour": "18"})
    assert Door.objects.get().evening_hour == 18
    mias.post("/door/pause", {"key": form_key(), "do": "stop"})
    assert "You stopped." in shown(mias, "/door")
    assert Consent.objects.get(client=cast.mia).withdrawn_at is not None
    wrong = mias.post("/door/pause", {"key": form_key(), "do": "pause", "until": "yesterday"})
    assert wrong.status_code == 422


def test_a_questionnaire_says_before_it_asks_that_its_last_answer_is_always_read(
    cast: Cast, seat: Participant, mias: Client
) -> None:
    door_house.change_house(by=cast.ana, read_by_hour=9, cover="Dr Sol, 600 100 200")
    plan = [{"instrument": "phq-9", "every_days": 14}]
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=plan)
    page = shown(mias, "/door")
    assert "always reaches your therapist" in page
    assert "by 9:00" in page
    names = [part.split('"')[0] for part in page.split('name="item_')[1:]]
    sent(mias, page, **dict.fromkeys([f"item_{name}" for name in set(names)], "1"))
    row = Answers.objects.get()
    assert (row.source, row.missing, row.total) == ("at_the_door", 0, 9)
    assert row.risk_items.count() == 1
    said = shown(mias, "/door")
    assert "read by 9:00" in said
    assert "answer now" in said
    assert "How was today?" in shown(mias, "/door")


def test_a_word_goes_to_somebody_outside_and_not_over_the_therapists_desk(
    cast: Cast, mias: Client, anas: Client
) -> None:
    berta: Member = cast.berta
    Member.objects.filter(pk=berta.pk).update(role=Role.COLLEAGUE)
    door_house.change_house(by=cast.ana, outside_member=berta, complaints="The chamber")
    page = shown(mias, "/door/somebody-else")
    assert "Berta" in page
    assert "The chamber" in page
    told = {"key": form_key(), "kind": "crossed", "words": WORDS}
    answer = mias.post("/door/somebody-else", told)
    assert "Your therapist is not told." in answer.content.decode()
    row = WayOut.objects.get()
    assert (row.to, row.words, row.may_tell_therapist) == (berta, WORDS, False)
    line = AuditLine.objects.get(action="way_out.sent")
    assert (line.thing, line.thing_id) == ("", "")
    assert WORDS not in anas.get(f"/clients/{cast.mia.pk}").content.decode()


def test_where_nobody_is_named_nothing_is_stored(mias: Client) -> None:
    page = shown(mias, "/door/somebody-else")
    assert "Nothing is stored" in page
    mias.post("/door/somebody-else", {"key": form_key(), "kind": "other", "words": WORDS})
    assert not WayOut.objects.exists()


def test_leaving_leaves_nothing_open(mias: Client) -> None:
    answer = mias.post("/door/leave")
    assert answer["Location"] == "/door/left"
    assert "storage" in answer["Clear-Site-Data"]
    assert mias.get("/door")["Location"] == "/door/come-in"


def test_nobody_else_is_at_the_door(window: Client, anas: Client, mias: Client) -> None:
    assert window.get("/door")["Location"] == "/door/come-in"
    assert anas.get("/door")["Location"] == "/door/come-in"
    answer = mias.get("/")
    assert answer.status_code == 303
    assert answer["Location"] in {"/unlock", "/sign-in"}


def test_an_answer_of_somebody_else_is_not_there(
    cast: Cast, mias: Client, seat: Participant
) -> None:
    session = cast.session(8, start=NOON - timedelta(days=7))
    other = DoorAnswer.objects.create(
        participant=cast.place_of(cast.clara, cast.care_of_clara), session=session,
        step="asked", way="link", given_at=NOON,
    )  # fmt: skip
    for what in ("change", "take-back"):
        page = shown(mias, f"/door/answers/{other.pk}/{what}", status=404)
        assert "Lacrima" not in page
    mias.post(f"/door/answers/{other.pk}/take-back", {"key": form_key()})
    assert DoorAnswer.objects.filter(pk=other.pk).exists()


def test_each_page_is_small(mias: Client) -> None:
    page: Any = mias.get("/door").content
    assert len(page) < 20_000


def test_a_child_is_asked_in_other_words(cast: Cast, seat: Participant, mias: Client) -> None:
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=[], for_child=True)
    page = shown(mias, "/door")
    assert "How was your visit?" in page
    assert "something special" in page
    sent(mias, page, stood_out="therapist")
    assert "I was worried about the grown-up" in shown(mias, "/door/more")
    assert "tell a grown-up you trust" in shown(mias, "/door/who-reads-what")


def next_sitting(cast: Cast, seat: Participant, still_clock: StillClock) -> Client:
    still_clock.move(hours=3)
    return at_the_door(seat, by=cast.ana)


def test_what_is_kept_from_everybody_is_shown_again_only_under_the_clients_word(
    cast: Cast, seat: Participant, mias: Client, still_clock: StillClock
) -> None:
    sent(mias, shown(mias, "/door"), rating="2", stood_out="both")
    mias.post("/door/more", {"key": form_key(), "words": WORDS, "release": "nobody"})
    first = DoorAnswer.objects.get(step="first")
    assert WORDS in shown(mias, "/door/answers")
    word = {"key": form_key(), "word": "blue boat"}
    later = next_sitting(cast, seat, still_clock)
    page = shown(later, "/door/answers")
    assert WORDS not in page
    assert "in you" not in page
    assert "keep this to yourself" in page
    assert later.get(f"/door/answers/{first.pk}/change")["Location"] == "/door/own-word"
    assert later.post("/door/own-word", word).status_code == 303
    assert WORDS not in shown(later, "/door/answers")  # a new word opens nothing from before it
    second = next_sitting(cast, seat, still_clock)
    wrong = second.post("/door/own-word", {"key": form_key(), "word": "another"})
    assert wrong.status_code == 422
    assert "That is not the word." in wrong.content.decode()
    assert second.post("/door/own-word", word).status_code == 303
    assert WORDS not in shown(second, "/door/answers")
    assert Door.objects.get().own_word.count("$") == 1
    assert "blue boat" not in Door.objects.get().own_word


def test_under_the_word_what_was_told_after_it_is_there_again(
    cast: Cast, seat: Participant, mias: Client, still_clock: StillClock
) -> None:
    mias.post("/door/own-word", {"key": form_key(), "word": "blue boat"})
    sent(mias, shown(mias, "/door"), rating="2", stood_out="me")
    mias.post("/door/more", {"key": form_key(), "words": WORDS, "release": "nobody"})
    later = next_sitting(cast, seat, still_clock)
    assert WORDS not in shown(later, "/door/answers")
    later.post("/door/own-word", {"key": form_key(), "word": "blue boat"})
    assert WORDS in shown(later, "/door/answers")
    short = later.post("/door/own-word?new=1", {"key": form_key(), "word": "boat"})
    assert short.status_code == 422


@pytest.mark.clinic
def test_who_comes_in_by_a_link_is_nobody_else_in_this_browser(
    cast: Cast, seat: Participant, anas: Client
) -> None:
    settled(seat)
    assert anas.get("/").status_code == 200
    at_the_door(seat, by=cast.ana, window=anas)
    assert "How was today?" in shown(anas, "/door")
    assert anas.get("/")["Location"] == "/sign-in"
