"""The pages of My care: two taps and a keep, nothing lost, plain words, easy to read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lacrima.evidence.workbook import shipped as workbook
from lacrima.instruments.catalogue import shipped
from lacrima.practice import moments, own_care, sessions
from lacrima.practice.own_care_entries import (
    PROQOL,
    Entry,
    Filled,
    OfOneself,
    Own,
    Remind,
    State,
    When,
)
from lacrima.records.models import Member, OwnCare, Session
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.reading_grade import FEWEST_WORDS, HIGHEST_GRADE, check_guidance

TODAY = NOON.date()
FULL_ANSWERS = {f"item_{place}": "3" for place in range(30)}


def _post(window: Client, address: str, **fields: Any) -> Any:
    return window.post(address, {"key": form_key(), **fields})


def _text(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def _plain(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def _entry(cast: Cast, place: int = 0) -> Entry:
    return own_care.entries(cast.ana)[place].entry


# --- how full


def test_the_first_page_teaches_and_asks_nothing_else(anas: Client) -> None:
    page = _plain(_text(anas, "/my-care"))
    assert "Too early to tell what comes up: there are no moments of your own so far." in page
    assert "too few to tell" in page
    assert "Too early for your own share" in page
    assert "it is in nothing that you hand out" in page


def test_two_taps_are_kept_for_the_session_that_just_was(cast: Cast, anas: Client) -> None:
    session = cast.session(9, start=NOON - timedelta(hours=1))
    page = _text(anas, "/my-care")
    assert re.search(r'name="when" value="after"[^>]* checked', page)
    assert f'<option value="{session.pk}" selected>' in page
    answer = _post(anas, "/my-care/state", full="7", when="after", session=str(session.pk))
    assert answer["Location"] == "/my-care"
    kept = _entry(cast)
    assert (kept.content, kept.session) == (State(when=When.AFTER, full=7), session.pk)
    page = _plain(_text(anas, "/my-care"))
    assert "7 of 10, after a session" in page
    assert "M 01, session 9" in page


def test_before_the_next_session_it_is_before(cast: Cast, anas: Client) -> None:
    cast.session(9, start=NOON + timedelta(minutes=20))
    assert re.search(r'name="when" value="before"[^>]* checked', _text(anas, "/my-care"))


def test_sent_twice_it_is_kept_once(cast: Cast, anas: Client) -> None:
    fields = {"key": form_key(), "full": "3", "when": "other"}
    for _twice in range(2):
        assert anas.post("/my-care/state", fields).status_code == 303
    assert len(own_care.entries(cast.ana)) == 1


def test_without_a_number_it_is_asked_for_and_what_was_typed_is_still_there(
    cast: Cast, anas: Client
) -> None:
    answer = _post(anas, "/my-care/state", when="other", words="a heavy morning")
    assert answer.status_code == 422
    assert "a heavy morning" in answer.content.decode()
    assert own_care.entries(cast.ana) == []


# --- her own


def test_from_a_moment_to_what_stays_with_her(cast: Cast, anas: Client) -> None:
    moment = moments.log_moment(cast.session(1), by=cast.ana, who="therapist", shown=2)
    address = f"/my-care/moments/{moment.pk}"
    assert address in _text(anas, f"/moments/{moment.pk}")
    page = _text(anas, address)
    assert "is no part of the client" in page
    assert _post(anas, address).status_code == 422
    fields = {"of": ["own_life", "worn_out"], "held": "partly", "words": "Mother's house"}
    assert _post(anas, address, **fields, day="2026-03-09").status_code == 303
    kept = _entry(cast)
    assert isinstance(kept.content, Own)
    assert (kept.content.of, kept.moment) == (frozenset(OfOneself), moment.pk)
    assert "Mother" not in _text(anas, f"/moments/{moment.pk}")


def test_the_log_offers_it_as_a_link_that_leaves_the_log_where_it_is(
    cast: Cast, anas: Client
) -> None:
    session = cast.session(1)
    page = _text(anas, f"/sessions/{session.pk}/moment")
    link = re.search(r'<a href="(/my-care/sessions/[^"]+)" target="_blank" rel="noopener">', page)
    assert link
    assert link[1] == f"/my-care/sessions/{session.pk}"
    assert _post(anas, link[1], of="worn_out").status_code == 303
    assert _entry(cast).session == session.pk


def test_changing_an_entry_meets_another_window_and_overwrites_nothing(
    cast: Cast, anas: Client
) -> None:
    entry = Entry(day=TODAY, content=Own(of=frozenset({OfOneself.OWN_LIFE})), words="first")
    row = own_care.put_entry(entry, by=cast.ana)
    address = f"/my-care/entries/{row.pk}"
    assert "first" in _text(anas, address)
    other = Entry(day=TODAY, content=Own(), words="second")
    own_care.change_entry(row, other, by=cast.ana, expected_version=1)
    answer = _post(anas, address, words="third", day=str(TODAY), version="1")
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "second" in shown
    assert "third" in shown
    assert _post(anas, address, words="third", day=str(TODAY), version="2").status_code == 303
    assert _entry(cast).words == "third"


def test_an_entry_is_deleted_after_one_question(cast: Cast, anas: Client) -> None:
    row = own_care.put_entry(Entry(day=TODAY, content=State(when=When.AFTER, full=2)), by=cast.ana)
    address = f"/my-care/entries/{row.pk}/delete"
    assert "Backups made before today may hold it, sealed" in _text(anas, address)
    assert OwnCare.objects.count() == 1
    assert _post(anas, address).status_code == 303
    assert OwnCare.objects.count() == 0


def test_everything_is_deleted_with_one_confirmed_action(cast: Cast, anas: Client) -> None:
    own_care.put_entry(Entry(day=TODAY, content=State(when=When.AFTER, full=2)), by=cast.ana)
    own_care.write_workbook("own-tears", {"home": "x"}, by=cast.ana, expected_version=0)
    assert "It cannot be taken back" in _text(anas, "/my-care/delete")
    assert _post(anas, "/my-care/delete").status_code == 303
    assert OwnCare.objects.count() == 0


def test_many_entries_come_in_pages(cast: Cast, anas: Client) -> None:
    for full in range(45):
        content = State(when=When.OTHER, full=full % 11)
        own_care.put_entry(Entry(day=TODAY, content=content), by=cast.ana)
    assert "Page 1 of 2" in _plain(_text(anas, "/my-care/entries"))
    assert "Page 2 of 2" in _plain(_text(anas, "/my-care/entries?page=2"))
    assert "All 45 entries" in _plain(_text(anas, "/my-care"))


# --- reminders, how long


def test_a_reminder_is_set_seen_changed_and_taken_away(cast: Cast, anas: Client) -> None:
    fields = {"what": "rest", "first_on": "2026-03-10", "every_weeks": "2", "words": "a walk"}
    assert _post(anas, "/my-care/reminders/new", **fields, is_on_today="on").status_code == 303
    assert "For you: rest." in _plain(_text(anas, "/"))
    assert "a walk" not in _text(anas, "/")
    assert "Rest: a walk" in _plain(_text(anas, "/my-care"))
    told, version = own_care.desk(cast.ana)
    address = f"/my-care/reminders/{told.reminders[0].id}"
    assert _post(anas, f"{address}/seen").status_code == 303
    assert "For you:" not in _plain(_text(anas, "/"))
    assert "next on 24 March" in _plain(_text(anas, "/my-care"))
    stale = _post(anas, address, **fields, version=str(version))
    assert stale.status_code == 409
    again = str(own_care.desk(cast.ana)[1])
    assert _post(anas, address, **(fields | {"every_weeks": ""}), version=again).status_code == 303
    assert own_care.desk(cast.ana)[0].reminders[0].every_weeks == 0
    assert _post(anas, f"{address}/delete").status_code == 303
    assert own_care.desk(cast.ana)[0].reminders == ()
    assert anas.get(address).status_code == 404


def test_how_long_entries_stay_is_chosen_and_taken_back(cast: Cast, anas: Client) -> None:
    assert _post(anas, "/my-care/how-long", keep_days="365").status_code == 303
    assert own_care.desk(cast.ana)[0].keep_days == 365
    assert _post(anas, "/my-care/how-long", keep_days="").status_code == 303
    assert own_care.desk(cast.ana)[0].keep_days is None
    assert _post(anas, "/my-care/how-long", keep_days="7").status_code == 422


# --- ProQOL


def test_proqol_stands_unchanged_with_its_credit(anas: Client) -> None:
    page = _text(anas, "/my-care/proqol")
    one = shipped()[PROQOL]
    for item in one.items:
        assert item.text.replace('"', "&quot;").replace("'", "&#x27;") in page
    assert one.instruction.split(".")[0] in page
    for address in ("/my-care/proqol", "/my-care"):
        assert one.licence.must_show in _text(anas, address)


def test_proqol_is_filled_in_scored_and_never_offered_for_a_client(
    cast: Cast, anas: Client
) -> None:
    assert _post(anas, "/my-care/proqol").status_code == 422
    assert _post(anas, "/my-care/proqol", **(FULL_ANSWERS | {"item_2": ""})).status_code == 303
    page = _plain(_text(anas, "/my-care"))
    assert "no number: an answer is missing" in page
    assert "It is no diagnosis, and no measure of your work." in page
    kept = own_care.entries(cast.ana)[0]
    address = f"/my-care/entries/{kept.id}"
    assert re.search(r'name="item_1" value="3"[^>]* checked', _text(anas, address))
    assert _post(anas, address, **FULL_ANSWERS, version="1").status_code == 303
    assert "30 (10 to 50), middling" in _plain(_text(anas, "/my-care"))
    choose = _text(anas, f"/clients/{cast.care_of_mia.pk}/answers")
    assert "ProQOL" not in choose


# --- the workbook


def test_the_workbook_is_filled_in_kept_and_printed(cast: Cast, anas: Client) -> None:
    first = workbook().parts[0]
    answers = {one.id: f"answer to {one.id}" for one in first.questions}
    address = f"/my-care/workbook/{first.id}"
    fields = {**answers, "version": "0"}
    assert _post(anas, address, **fields, again="1")["Location"] == address
    assert "answer to home" in _text(anas, address)
    paper = _text(anas, "/my-care/workbook/on-paper")
    assert paper.count("answer to ") == len(answers)
    assert "answer to" not in _text(anas, "/my-care/workbook/on-paper?empty")
    assert "begun" in _plain(_text(anas, "/my-care/workbook"))
    assert _post(anas, address, **fields).status_code == 409
    assert anas.get("/my-care/workbook/part-nine").status_code == 404


def test_on_empty_paper_every_question_has_its_lines(anas: Client) -> None:
    paper = _text(anas, "/my-care/workbook/on-paper")
    questions = [one for part in workbook().parts for one in part.questions]
    assert paper.count('class="ruled"') == len(questions)
    assert paper.count("<div></div>") == sum(one.lines for one in questions)


# --- reading, words, looks


def _full(cast: Cast) -> None:
    """A My care in which every part of the page has something to say."""
    start = NOON - timedelta(days=200)
    made = [
        Session(episode=cast.care_of_mia, number=n, start=start + timedelta(days=3 * n))
        for n in range(1, 40)
    ]
    Session.objects.bulk_create(made)
    sessions.nothing_stood_out(made[10:], by=cast.ana)
    place = cast.place_of(cast.mia, cast.care_of_mia)
    for one in made[:10]:
        moment = moments.log_moment(
            one, by=cast.ana, who="both", shown=2, noticed="no", burdened="no"
        )
        moments.add_client_voice(
            moment, by=cast.ana, participant=place, noticed="yes", burdened="no", occasion="later"
        )
        own = Own(of=frozenset({OfOneself.OWN_LIFE}))
        own_care.put_entry(Entry(day=TODAY, content=own, moment=moment.pk), by=cast.ana)
        for when, full in ((When.BEFORE, 7), (When.AFTER, 8)):
            content = State(when=when, full=full)
            own_care.put_entry(Entry(day=TODAY, content=content, session=one.pk), by=cast.ana)
    items = {item.id: 3 for item in shipped()[PROQOL].items}
    for ago in range(3):
        day = TODAY - timedelta(days=ago)
        own_care.put_entry(Entry(day=day, content=Filled(items=items)), by=cast.ana)
    own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY, every_weeks=2)


PAGES = (
    "/my-care",
    "/my-care/state",
    "/my-care/own",
    "/my-care/entries",
    "/my-care/proqol",
    "/my-care/how-long",
    "/my-care/delete",
    "/my-care/reminders/new",
    "/my-care/workbook",
    "/my-care/workbook/on-paper",
    "/my-care/workbook/own-tears",
    "/my-care/workbook/tears-of-others",
    "/my-care/workbook/in-the-session",
)


@pytest.mark.parametrize("is_full", [False, True])
def test_every_page_is_at_grade_eight_or_below(cast: Cast, anas: Client, is_full: bool) -> None:
    if is_full:
        _full(cast)
    for address in PAGES:
        words, grade = check_guidance(_text(anas, address))
        assert words < FEWEST_WORDS or grade <= HIGHEST_GRADE, (address, words, grade)


def test_no_page_judges_praises_or_counts_days(cast: Cast, anas: Client) -> None:
    _full(cast)
    for address in PAGES:
        if address == "/my-care/proqol":
            continue  # its author's words
        said = _plain(_text(anas, address)).lower()
        for word in ("should", "overdue", "failed", "well done", "abnormal", "days since", "!"):
            assert word not in said, (address, word)


def test_the_full_page_says_what_there_is(cast: Cast, anas: Client) -> None:
    _full(cast)
    page = _plain(_text(anas, "/my-care"))
    assert "Your own life came up in five of your last five moments." in page
    assert "In twelve months you looked back on 39 sessions. Your tears showed in 10" in page
    assert "26 % (15 to 41)" in page
    assert "0.4 to 1.3 %" in page
    assert "Was it noticed? 10 0 10 0" in page
    assert "Was it a burden? 10 10 0 0" in page
    assert "All times" in page


def test_a_supervisor_has_one_of_her_own_and_a_colleague_hers(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    _full(cast)
    for who in (cast.hanna, cast.berta):
        page = _plain(_text(eyes_of(who), "/my-care"))
        assert "Too early to tell what comes up" in page
        assert "All times" not in page
