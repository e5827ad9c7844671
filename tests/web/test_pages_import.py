"""Bringing in a table by the pages: chosen, mapped, tried, brought in, taken back."""

from __future__ import annotations

import io
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lacrima.practice import column_maps, people
from lacrima.records.models import (
    Answers,
    AuditLine,
    ColumnMap,
    ImportBatch,
    Member,
    Moment,
    PlainScore,
    Session,
)
from lacrima.records.models import Client as Person
from lacrima.web import held_files, locking, long_work
from lacrima.web.forms.bringing_in import MOST_BYTES
from lacrima.web.views import bringing_in_file
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.windows import unlock

LONG = "client,session,phq9\nX 1,1,12\nX 1,2,9\nX 2,1,15\n"
WIDE = "id,bdi_s0,bdi_s1,bdi_s2,bdi_fu1\n1,33,30,,12\n2,20,,18,9\n"
DIARY = """client;session;date;minutes;where;heavy;tears;whose;how much;then;feelings;note;room
Q 1;1;03.05.2024;50;in person;4;0;;;;;;2
Q 1;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;She spoke of her mother.;
Q 1;3;17.05.2024;50;in person;;1;both;1;went on;touched;;2
"""
FOR_OTHERS = 'client = "nobody"\n[[score]]\ninstrument = "phq-9"\nvalue = "x"\nsession = 1\n'
BDI = {"name.bdi": "BDI", "minimum.bdi": "0", "maximum.bdi": "63", "direction.bdi": "worse"}
_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"[^>]*>')


@pytest.fixture(autouse=True)
def _no_file_is_held() -> Iterator[None]:
    held_files.forget_all()
    yield
    held_files.forget_all()


def _choose(window: Client, content: str | bytes, name: str = "a name.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data, content_type="text/csv")
    return window.post("/bring-in", {"key": form_key(), "table": file})


def _begin(window: Client, content: str | bytes) -> str:
    answer = _choose(window, content)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def _as_it_stands(page: str) -> dict[str, str]:
    """What a browser would send of the long form: every field with what is chosen in it."""
    form = page[page.index('<h2 id="columns">') :]
    sent: dict[str, str] = {}
    for select in re.findall(r'<select name="([^"]+)".*?</select>', form, re.DOTALL):
        whole = re.search(rf'<select name="{re.escape(select)}".*?</select>', form, re.DOTALL)
        assert whole is not None
        chosen = re.search(r'value="([^"]*)" selected', whole[0])
        first = re.search(r'value="([^"]*)"', whole[0])
        sent[select] = (chosen or first)[1] if (chosen or first) else ""  # type: ignore[index]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        is_box = kind is not None and kind[1] in {"radio", "checkbox"}
        if name is not None and not (is_box and "checked" not in tag):
            sent[name[1]] = value[1] if value else "on" if is_box else ""
    return sent


def _send(window: Client, address: str, step: str = "look", **fields: str) -> Any:
    page = window.get(address).content.decode()
    sent = {**_as_it_stands(page), "key": form_key(), "step": step, **fields}
    return window.post(address, sent)


def _look(window: Client, address: str, **fields: str) -> str:
    answer = _send(window, address, **fields)
    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"] == f"{address}/check"
    return window.get(f"{address}/check").content.decode()


def _bring_in(window: Client, address: str, **fields: str) -> Any:
    page = window.get(f"{address}/check").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None, page
    return window.post(f"{address}/check", {"key": form_key(), "seen": seen[1], **fields})


# --- the whole way -------------------------------------------------------------------------------


def test_a_long_table_of_a_known_measure_comes_in_without_a_question(
    anas: Client, cast: Cast
) -> None:
    address = _begin(anas, LONG)
    assert "This would come in: 3 scores." in _look(anas, address)
    assert not Answers.objects.exists()
    answer = _bring_in(anas, address, map_name="PHQ-9 by session")
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
    address = _begin(anas, WIDE)
    refused = _send(anas, address)
    assert refused.status_code == 422
    assert "Say what a higher value means" in refused.content.decode()
    assert "runs from 18 to 33" not in refused.content.decode(), "follow-ups count too"
    assert "runs from 9 to 33" in refused.content.decode()
    _look(anas, address, **BDI)
    _bring_in(anas, address)
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
    address = _begin(anas, DIARY)
    page = anas.get(address).content.decode()
    assert "“in person” means" in page
    words = _words_in(page, {"in person": "room", "Zoom": "video", "her": "client"})
    check = _look(anas, address, lists_all_moments="on", **words)
    assert "This would come in: 3 sessions, 2 moments, 2 voices." in check
    assert "One column is not used" in check
    answer = _bring_in(anas, address)
    page = anas.get(answer["Location"]).content.decode()
    assert "3 sessions" in page
    assert "2 moments" in page
    assert "score" not in page[page.index("<h1>") : page.index("</ul>")]
    states = Session.objects.filter(episode__participants__client__code="Q 1")
    assert list(states.order_by("number").values_list("log_state", "modality")) == [
        ("nothing", "room"), ("moments", "video"), ("moments", "room"),
    ]  # fmt: skip


def _words_in(page: str, meant: dict[str, str]) -> dict[str, str]:
    names = re.findall(r'<label for="id_(word[^"]+)">“([^”]+)” means', page)
    return {name: meant[word] for name, word in names}


def test_a_word_that_is_not_translated_is_refused_with_its_place(anas: Client, cast: Cast) -> None:
    address = _begin(anas, DIARY)
    check = _look(anas, address)
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
    address = _begin(anas, "client,session,=phq9\nX,1,many\n")
    page = anas.get(address).content.decode()
    number = re.search(r'<label for="id_use_(\d+)">=phq9', page)
    assert number is not None
    measure = {f"use_{number[1]}": "total"}
    _send(anas, address, "more", **measure)
    _look(anas, address, **{f"measure_{number[1]}": "phq-9"})
    assert "2,'=phq9,text," in anas.get(f"{address}/refusals").content.decode("utf-8-sig")


def test_day_and_month_are_asked_and_never_guessed(anas: Client, cast: Cast) -> None:
    address = _begin(anas, "client,date,phq9\nX,03/05/2024,12\n")
    refused = _send(anas, address)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Say how its dates are written" in page
    assert "day/month/year: 03/05/2024 is 3 May 2024" in page
    assert "month/day/year: 03/05/2024 is 5 March 2024" in page
    _look(anas, address, format_1="%m/%d/%Y")
    _bring_in(anas, address)
    given = Answers.objects.get().given_at
    assert given is not None
    assert (given.month, given.day) == (3, 5)


def test_what_is_said_of_a_column_brings_up_what_follows_from_it(anas: Client, cast: Cast) -> None:
    address = _begin(anas, "client,session,zest\nX,1,3\n")
    assert 'name="measure_2"' not in anas.get(address).content.decode()
    answer = _send(anas, address, "more", use_2="total")
    assert answer["Location"] == f"{address}#more"
    page = anas.get(address).content.decode()
    assert 'name="measure_2"' in page
    assert 'name="minimum.zest"' in page


def test_everything_that_is_here_already_is_said_so(anas: Client, cast: Cast) -> None:
    first = _begin(anas, LONG)
    _look(anas, first)
    _bring_in(anas, first)
    again = _begin(anas, LONG)
    check = _look(anas, again)
    assert "Everything in this table is here already" in check
    assert "Bring it in" not in check


def test_it_can_be_taken_back_as_a_whole(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    _look(anas, address)
    came = _bring_in(anas, address)["Location"]
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


# --- what is remembered --------------------------------------------------------------------------


def test_the_next_table_with_the_same_columns_opens_filled_in(anas: Client, cast: Cast) -> None:
    first = _begin(anas, WIDE)
    _look(anas, first, **BDI)
    _bring_in(anas, first, map_name="Beck by session")
    grown = "id,bdi_s0,bdi_s1,bdi_s2,bdi_s3,bdi_fu1\n1,33,30,,12,12\n3,1,2,3,4,5\n"
    again = _begin(anas, grown)
    assert "“Beck by session”" in anas.get(again).content.decode()
    assert "5 scores" in _look(anas, again) or "6 scores" in _look(anas, again)


def test_a_remembered_map_is_renamed_downloaded_and_forgotten(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    _look(anas, address)
    _bring_in(anas, address, map_name="First")
    row = ColumnMap.objects.get()
    here = f"/bring-in/maps/{row.pk}"
    answer = anas.post(here, {"key": form_key(), "version": row.version, "name": "Second"})
    assert answer["Location"] == "/bring-in"
    assert "Second" in anas.get("/bring-in").content.decode()
    stale = anas.post(here, {"key": form_key(), "version": row.version, "name": "Third"})
    assert stale.status_code == 409
    assert anas.get(f"{here}/map.toml").content.decode() == row.text
    assert 'client = "client"' in row.text
    anas.post(f"{here}/forget", {"key": form_key()})
    assert not ColumnMap.objects.exists()
    actions = set(AuditLine.objects.values_list("action", flat=True))
    assert {f"column_map.{what}" for what in ("remembered", "renamed", "forgotten")} <= actions


def test_maps_are_for_those_who_may_bring_in_data(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    text = 'client = "client"\n[[score]]\ninstrument = "phq-9"\nvalue = "p"\nsession = 1\n'
    row = column_maps.remember(["client", "p"], by=cast.ana, name="One", text=text)
    assert eyes_of(cast.berta).get(f"/bring-in/maps/{row.pk}").status_code == 200
    for who in (cast.hanna,):
        assert eyes_of(who).get(f"/bring-in/maps/{row.pk}").status_code == 403
        assert eyes_of(who).get("/bring-in").status_code == 403


# --- the map as a file and as text ---------------------------------------------------------------


def test_a_map_from_a_file_is_filled_in_and_another_is_shown_as_text(
    anas: Client, cast: Cast
) -> None:
    address = _begin(anas, "client,session,who,side,shown,phq9\nX,1,client,therapist,2,12\n")
    scores = 'client = "client"\n[[score]]\ninstrument = "phq-9"\nvalue = "phq9"\nsession = 3\n'
    assert _use_map(anas, address, scores).status_code == 303
    page = anas.get(address).content.decode()
    assert re.search(r'value="session_number" selected', page)
    voices = (
        'client = "client"\n[session]\nnumber = "session"\n[[moment]]\nwho = "who"\n'
        '[[moment.voice]]\nside = "side"\nshown = "shown"\n'
    )
    assert _use_map(anas, address, voices).status_code == 303
    page = anas.get(address).content.decode()
    assert "The map as text" in page
    check = anas.post(address, {"key": form_key(), "text": voices})
    assert check["Location"] == f"{address}/check"
    assert "1 session, 1 moment, 1 voice" in anas.get(f"{address}/check").content.decode()
    _bring_in(anas, address)
    assert Moment.objects.count() == 1


def _use_map(window: Client, address: str, text: str | bytes) -> Any:
    data = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("map.toml", data)
    return window.post(f"{address}/map", {"key": form_key(), "map": file})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("client = ", "a mistake in the TOML"),
        ("client = 3", "map, line 1"),
        (b"\xff\xfe\x00", "no UTF-8 text"),
        (FOR_OTHERS, "other columns"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_and_what_was_said_stays(
    anas: Client, cast: Cast, text: str | bytes, said: str
) -> None:
    address = _begin(anas, LONG)
    answer = _use_map(anas, address, text)
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert "3 scores" in _look(anas, address)


def test_the_map_can_be_written_as_text_downloaded_and_left_again(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    text = anas.get(f"{address}/map.toml").content.decode()
    assert 'value = "phq9"' in text
    anas.post(f"{address}/map", {"way": "text"})
    assert "The map as text" in anas.get(address).content.decode()
    wrong = anas.post(address, {"key": form_key(), "text": "client = 3"})
    assert wrong.status_code == 422
    anas.post(f"{address}/map", {"way": "choices"})
    assert "Which column is what?" in anas.get(address).content.decode()


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing in this file"),
        (b"%PDF-1.7", "this is a PDF document"),
        (b"a,b\n1\n", "1 cells"),
        (b'{"schema": "lacrima.export/1"}', "This is an export of Lacrima"),
        (b"PK\x03\x04 no zip at all", "an Excel workbook or another zipped file"),
    ],
)
def test_what_is_no_table_is_refused_beside_its_field(
    anas: Client, cast: Cast, content: bytes, said: str
) -> None:
    answer = _choose(anas, content)
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert held_files.how_many() == 0


def test_an_export_of_lacrima_is_told_where_it_belongs(anas: Client, cast: Cast) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", "{}")
    assert "lacrima import" in _choose(anas, packed.getvalue()).content.decode()


def test_a_file_that_is_too_large_is_refused_with_a_word_and_not_kept_anywhere(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _watch_temporary_files(monkeypatch)
    answer = _choose(anas, b"x" * (MOST_BYTES + 2_000_000))
    assert answer.status_code == 422
    assert "larger than 50 MB" in answer.content.decode()
    assert made == []
    assert held_files.how_many() == 0


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_browser_that_opened_nothing_cannot_fill_the_memory(cast: Cast, window: Client) -> None:
    answer = _choose(window, b"x" * 6_000_000)
    assert answer["Location"] == "/unlock"


def _watch_temporary_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def refuse(*_: object, **__: object) -> None:
        made.append("a temporary file")
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    return made


def test_nothing_of_the_file_is_ever_on_the_disk(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = _watch_temporary_files(monkeypatch)
    opened: list[str] = []
    usual = os.open

    def watched(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            opened.append(str(path))
        return usual(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", watched)
    rows = "".join(f"X {n},1,{n % 27}\n" for n in range(3_000))
    address = _begin(anas, f"client,session,phq9\n{rows}")
    _look(anas, address)
    assert made == []
    assert opened == []


def test_the_browser_session_holds_nothing_of_the_file(anas: Client, cast: Cast) -> None:
    _begin(anas, LONG.replace("X 1", "Zirkonia"))
    assert "Zirkonia" not in str(dict(anas.session.items()))


def test_each_has_few_files_at_a_time_and_the_oldest_goes(anas: Client, cast: Cast) -> None:
    addresses = [_begin(anas, LONG) for _ in range(held_files.MOST_EACH + 1)]
    assert anas.get(addresses[0]).status_code == 404
    assert all(anas.get(one).status_code == 200 for one in addresses[1:])


def test_half_an_hour_without_a_look_lets_go_of_a_file(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _begin(anas, LONG)
    later = time.monotonic() + held_files.LONGEST_QUIET_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    answer = anas.get(address)
    assert answer.status_code == 404
    assert "not here any more" in answer.content.decode()
    assert held_files.how_many() == 0


def test_the_memory_for_all_files_together_is_bounded(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_files, "MOST_BYTES", 60)
    _begin(anas, LONG)
    answer = _choose(anas, LONG)
    assert answer.status_code == 422
    assert "several large files" in answer.content.decode().lower()


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_lock_lets_go_of_the_file_and_that_is_said(
    committed_anas: Client, committed_cast: Cast
) -> None:
    address = _begin(committed_anas, LONG)
    _look(committed_anas, address)
    locking.lock(fully=True)
    assert held_files.how_many() == 0
    assert committed_anas.get(f"{address}/check")["Location"] == "/unlock"
    answer = unlock(committed_anas).get(f"{address}/check")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This file is not here any more" in page
    assert "Nothing of it was brought in" in page
    assert not Answers.objects.exists()


def test_a_file_is_left_with_one_tap(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    answer = anas.post(f"{address}/let-go", {"key": form_key()})
    assert answer["Location"] == "/bring-in"
    assert held_files.how_many() == 0


# --- two windows, twice, long ---------------------------------------------------------------------


def test_the_same_form_sent_twice_brings_it_in_once(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    page = _look(anas, address)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    sent = {"key": form_key(), "seen": seen[1]}
    first = anas.post(f"{address}/check", sent)
    second = anas.post(f"{address}/check", sent)
    assert first["Location"] == second["Location"]
    assert ImportBatch.objects.count() == 1
    assert anas.get(address)["Location"] == first["Location"], "the file itself is forgotten"


def test_what_another_window_said_since_is_looked_at_again(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    page = _look(anas, address)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    _look(anas, address, client_prefix="Other ")
    answer = anas.post(f"{address}/check", {"key": form_key(), "seen": seen[1]})
    assert answer.status_code == 422
    assert "in another window" in answer.content.decode()
    assert not Answers.objects.exists()


def test_what_does_not_fit_any_more_is_said_and_nothing_comes_in(anas: Client, cast: Cast) -> None:
    here, there = _begin(anas, LONG), _begin(anas, LONG.replace("12", "13"))
    _look(anas, here)
    _look(anas, there)
    _bring_in(anas, there)
    answer = _bring_in(anas, here)
    assert answer.status_code == 422
    assert "The practice was changed since you looked" in answer.content.decode()
    assert ImportBatch.objects.count() == 1


def test_a_large_table_is_read_looked_at_and_brought_in_beside_the_page(
    committed_anas: Client, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_in_file, "SHORT_BYTES", 10)
    monkeypatch.setattr(long_work, "PATIENCE_S", 0.0)
    window = committed_anas
    address = _begin(window, LONG)
    _until_done(address)
    assert window.get(address).status_code == 200
    _send(window, address)
    _until_done(address)
    answer = _bring_in(window, address)
    assert answer["Location"] == f"{address}/check"
    _until_done(address)
    came = window.get(f"{address}/check")["Location"]
    assert came.startswith("/brought-in/")
    assert Answers.objects.count() == 3
    told = window.get(f"{address}/check", headers={"hx-request": "true"})
    assert told["HX-Redirect"] == came


def _until_done(address: str) -> None:
    [file] = held_files._held.values()
    assert address.endswith(str(file.file_id))
    assert file.work is not None
    assert file.work.wait(20)


def test_while_it_is_long_the_page_says_how_far_it_is(anas: Client, cast: Cast) -> None:
    address = _begin(anas, LONG)
    [file] = held_files._held.values()
    file.work = long_work.Work(lambda _watch: None, said="The table is coming in.", total=300)
    file.work.done = 200
    page = anas.get(address).content.decode()
    assert "The table is coming in." in page
    assert "200 of 300" in page
    assert 'hx-get="' in page
    file.work.at_once()
    refreshed = anas.get(address, headers={"hx-request": "true"})
    assert refreshed["HX-Refresh"] == "true"


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_lock_in_the_middle_of_long_work_keeps_nothing(
    committed_anas: Client, committed_cast: Cast
) -> None:
    work = long_work.Work(lambda _watch: None, said="")
    locking.lock(fully=True)
    work.begin()
    assert work.wait(20)
    assert work.error is not None
    assert "locked" in work.error.found
    unlock(committed_anas)


# --- very many columns ---------------------------------------------------------------------------


def test_a_table_of_hundreds_of_columns_stays_usable(anas: Client, cast: Cast) -> None:
    letters = [f"c{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
    address = _begin(anas, f"client,session,{','.join(letters)}\nX,1,{','.join('4' * 400)}\n")
    page = anas.get(address).content.decode()
    assert len(page) < 400_000
    assert "Another column" in page
    wanted = letters[-1]
    _send(anas, address, "more", another_line=wanted, another_use="total")
    page = anas.get(address).content.decode()
    assert f">{wanted}</label>" in page
    fields = {f"{part}.{wanted}": value for part, value in
              {"minimum": "0", "maximum": "9", "direction": "worse"}.items()}  # fmt: skip
    assert "1 score" in _look(anas, address, **fields)


def test_settings_and_an_empty_list_lead_here(anas: Client, cast: Cast) -> None:
    assert 'href="/bring-in"' in anas.get("/settings").content.decode()
    assert people.may(cast.ana, people.Right.BRING_IN_DATA)
