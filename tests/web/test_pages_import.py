"""Bringing in a table on a page: from a file to what came in, and back."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.test import Client

from lacrima.practice import people
from lacrima.records.models import Answers, ColumnMap, ImportBatch, PlainScore, Session
from lacrima.records.models import Client as Person
from lacrima.web import held_files
from tests.support.bringing_in import BDI, DIARY, LONG, WIDE, begin, bring_in, choose, look, send
from tests.support.cast import Cast
from tests.support.form_keys import form_key

pytestmark = pytest.mark.usefixtures("no_file_is_held")


def test_a_long_table_of_a_known_measure_comes_in_without_a_question(
    anas: Client, cast: Cast
) -> None:
    address = begin(anas, LONG)
    assert "This would come in: 3 scores." in look(anas, address)
    assert not Answers.objects.exists()
    answer = bring_in(anas, address, map_name="PHQ-9 by session")
    assert answer["Location"].startswith("/brought-in/")
    page = anas.get(answer["Location"]).content.decode()
    assert "3 scores" in page
    assert "2 new clients" in page
    assert set(Answers.objects.values_list("instrument", "session__number", "total")) == {
        ("phq-9", 1, Decimal(12)), ("phq-9", 2, Decimal(9)), ("phq-9", 1, Decimal(15)),
    }  # fmt: skip
    assert ColumnMap.objects.get().name == "PHQ-9 by session"


def test_a_wide_table_asks_for_range_and_direction_and_follows_its_numbers(
    anas: Client, cast: Cast
) -> None:
    address = begin(anas, WIDE)
    refused = send(anas, address)
    assert refused.status_code == 422
    assert "Say what a higher value means" in refused.content.decode()
    assert "runs from 18 to 33" not in refused.content.decode(), "follow-ups count too"
    assert "runs from 9 to 33" in refused.content.decode()
    look(anas, address, **BDI)
    bring_in(anas, address)
    places = Answers.objects.values_list("client__code", "session__number", "assessment")
    assert sorted(places, key=str) == sorted(
        [("1", 0, None), ("1", 1, None), ("1", None, 1), ("2", 0, None), ("2", 2, None),
         ("2", None, 1)], key=str,
    )  # fmt: skip
    score = PlainScore.objects.get()
    assert (score.slug, score.maximum, score.higher_is_better) == ("bdi", Decimal(63), False)
    assert not ColumnMap.objects.exists(), "an empty name remembers nothing"


def test_a_diary_of_sessions_comes_in_with_its_moments_and_words_translated(
    anas: Client, cast: Cast
) -> None:
    address = begin(anas, DIARY)
    page = anas.get(address).content.decode()
    assert "“in person” means" in page
    words = words_in(page, {"in person": "room", "Zoom": "video", "her": "client"})
    check = look(anas, address, lists_all_moments="on", **words)
    assert "This would come in: 3 sessions, 2 moments, 2 voices." in check
    assert "One column is not used" in check
    answer = bring_in(anas, address)
    page = anas.get(answer["Location"]).content.decode()
    assert "3 sessions" in page
    assert "2 moments" in page
    assert "score" not in page[page.index("<h1>") : page.index("</ul>")]
    states = Session.objects.filter(episode__participants__client__code="Q 1")
    assert list(states.order_by("number").values_list("log_state", "modality")) == [
        ("nothing", "room"), ("moments", "video"), ("moments", "room"),
    ]  # fmt: skip


def words_in(page: str, meant: dict[str, str]) -> dict[str, str]:
    names = re.findall(r'<label for="id_(word[^"]+)">“([^”]+)” means', page)
    return {name: meant[word] for name, word in names}


def test_a_word_that_is_not_translated_is_refused_with_its_place(anas: Client, cast: Cast) -> None:
    address = begin(anas, DIARY)
    check = look(anas, address)
    assert "Nothing would come in yet: 3 cells cannot be used." in check
    assert "a word that is not known here" in check
    assert "Bring it in" not in check
    listed = anas.get(f"{address}/refusals")
    assert listed["Content-Disposition"] == 'attachment; filename="rows-to-mend.csv"'
    lines = listed.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,found,expected"
    assert lines[1].startswith("2,where,a word that is not known here,")
    assert "person" not in listed.content.decode(), "never what stands in a cell"


def test_the_list_to_mend_by_is_no_formula(anas: Client, cast: Cast) -> None:
    address = begin(anas, "client,session,=phq9\nX,1,many\n")
    page = anas.get(address).content.decode()
    number = re.search(r'<label for="id_use_(\d+)">=phq9', page)
    assert number is not None
    measure = {f"use_{number[1]}": "total"}
    send(anas, address, "more", **measure)
    look(anas, address, **{f"measure_{number[1]}": "phq-9"})
    assert "2,'=phq9,text," in anas.get(f"{address}/refusals").content.decode("utf-8-sig")


def test_day_and_month_are_asked_and_never_guessed(anas: Client, cast: Cast) -> None:
    address = begin(anas, "client,date,phq9\nX,03/05/2024,12\n")
    refused = send(anas, address)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Say how its dates are written" in page
    assert "day/month/year: 03/05/2024 is 3 May 2024" in page
    assert "month/day/year: 03/05/2024 is 5 March 2024" in page
    look(anas, address, format_1="%m/%d/%Y")
    bring_in(anas, address)
    given = Answers.objects.get().given_at
    assert given is not None
    assert (given.month, given.day) == (3, 5)


def test_what_is_said_of_a_column_brings_up_what_follows_from_it(anas: Client, cast: Cast) -> None:
    address = begin(anas, "client,session,zest\nX,1,3\n")
    assert 'name="measure_2"' not in anas.get(address).content.decode()
    answer = send(anas, address, "more", use_2="total")
    assert answer["Location"] == f"{address}#more"
    page = anas.get(address).content.decode()
    assert 'name="measure_2"' in page
    assert 'name="minimum.zest"' in page


def test_everything_that_is_here_already_is_said_so(anas: Client, cast: Cast) -> None:
    first = begin(anas, LONG)
    look(anas, first)
    bring_in(anas, first)
    again = begin(anas, LONG)
    check = look(anas, again)
    assert "Everything in this table is here already" in check
    assert "Bring it in" not in check


def test_it_can_be_taken_back_as_a_whole(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    look(anas, address)
    came = bring_in(anas, address)["Location"]
    assert "Take this back?" in anas.get(f"{came}/undo").content.decode()
    answer = anas.post(f"{came}/undo", {"key": form_key()})
    assert answer["Location"] == came
    page = anas.get(came).content.decode()
    assert "Taken back: 3 scores, 2 sessions, 2 clients." in page.replace(
        "3 sessions", "2 sessions"
    )
    assert not Answers.objects.exists()
    assert not Person.objects.filter(code__startswith="X").exists()
    assert anas.post(f"{came}/undo", {"key": form_key()}).status_code == 422


def test_an_export_of_lacrima_is_told_where_it_belongs(anas: Client, cast: Cast) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", "{}")
    assert "lacrima import" in choose(anas, packed.getvalue()).content.decode()


def test_a_file_is_left_with_one_tap(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    answer = anas.post(f"{address}/let-go", {"key": form_key()})
    assert answer["Location"] == "/bring-in"
    assert held_files.how_many() == 0


def test_the_same_form_sent_twice_brings_it_in_once(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    page = look(anas, address)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    sent = {"key": form_key(), "seen": seen[1]}
    first = anas.post(f"{address}/check", sent)
    second = anas.post(f"{address}/check", sent)
    assert first["Location"] == second["Location"]
    assert ImportBatch.objects.count() == 1
    assert anas.get(address)["Location"] == first["Location"], "the file itself is forgotten"


def test_what_another_window_said_since_is_looked_at_again(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    page = look(anas, address)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    look(anas, address, client_prefix="Other ")
    answer = anas.post(f"{address}/check", {"key": form_key(), "seen": seen[1]})
    assert answer.status_code == 422
    assert "in another window" in answer.content.decode()
    assert not Answers.objects.exists()


def test_what_does_not_fit_any_more_is_said_and_nothing_comes_in(anas: Client, cast: Cast) -> None:
    here, there = begin(anas, LONG), begin(anas, LONG.replace("12", "13"))
    look(anas, here)
    look(anas, there)
    bring_in(anas, there)
    answer = bring_in(anas, here)
    assert answer.status_code == 422
    assert "The practice was changed since you looked" in answer.content.decode()
    assert ImportBatch.objects.count() == 1


def test_a_table_of_hundreds_of_columns_stays_usable(anas: Client, cast: Cast) -> None:
    letters = [f"c{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
    address = begin(anas, f"client,session,{','.join(letters)}\nX,1,{','.join('4' * 400)}\n")
    page = anas.get(address).content.decode()
    assert len(page) < 400_000
    assert "Another column" in page
    wanted = letters[-1]
    send(anas, address, "more", another_line=wanted, another_use="total")
    page = anas.get(address).content.decode()
    assert f">{wanted}</label>" in page
    fields = {f"{part}.{wanted}": value for part, value in
              {"minimum": "0", "maximum": "9", "direction": "worse"}.items()}  # fmt: skip
    assert "1 score" in look(anas, address, **fields)


def test_settings_and_an_empty_list_lead_here(anas: Client, cast: Cast) -> None:
    assert 'href="/bring-in"' in anas.get("/settings").content.decode()
    assert people.may(cast.ana, people.Right.BRING_IN_DATA)
