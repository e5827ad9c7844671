"""What a column is, remembered: maps that are filled in, written as text, and refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lacrima.practice import column_maps
from lacrima.records.models import AuditLine, ColumnMap, Member, Moment
from lacrima.web import held_files
from lacrima.web.forms.map_uses import CLIENTS_WORDS, OWN_WORDS
from tests.support.bringing_in import BDI, LONG, WIDE, begin, bring_in, choose, look
from tests.support.cast import Cast
from tests.support.form_keys import form_key

pytestmark = pytest.mark.usefixtures("no_file_is_held")

FOR_OTHERS = 'client = "nobody"\n[[score]]\ninstrument = "phq-9"\nvalue = "x"\nsession = 1\n'


def test_the_next_table_with_the_same_columns_opens_filled_in(anas: Client, cast: Cast) -> None:
    first = begin(anas, WIDE)
    look(anas, first, **BDI)
    bring_in(anas, first, map_name="Beck by session")
    grown = "id,bdi_s0,bdi_s1,bdi_s2,bdi_s3,bdi_fu1\n1,33,30,,12,12\n3,1,2,3,4,5\n"
    again = begin(anas, grown)
    assert "“Beck by session”" in anas.get(again).content.decode()
    assert "5 scores" in look(anas, again) or "6 scores" in look(anas, again)


def test_a_remembered_map_is_renamed_downloaded_and_forgotten(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    look(anas, address)
    bring_in(anas, address, map_name="First")
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


def test_a_map_from_a_file_is_filled_in_and_another_is_shown_as_text(
    anas: Client, cast: Cast
) -> None:
    address = begin(anas, "client,session,who,side,shown,phq9\nX,1,client,therapist,2,12\n")
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
    bring_in(anas, address)
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
    address = begin(anas, LONG)
    answer = _use_map(anas, address, text)
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert "3 scores" in look(anas, address)


def test_the_map_can_be_written_as_text_downloaded_and_left_again(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    text = anas.get(f"{address}/map.toml").content.decode()
    assert 'value = "phq9"' in text
    anas.post(f"{address}/map", {"way": "text"})
    assert "The map as text" in anas.get(address).content.decode()
    wrong = anas.post(address, {"key": form_key(), "text": "client = 3"})
    assert wrong.status_code == 422
    anas.post(f"{address}/map", {"way": "choices"})
    assert "Which column is what?" in anas.get(address).content.decode()


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
    answer = choose(anas, content)
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert held_files.how_many() == 0


def test_no_column_of_hers_is_offered_as_the_clients_word() -> None:
    assert not [name for name, said in OWN_WORDS if "the client says" in str(said)]
    assert len({str(said) for _name, said in (*OWN_WORDS, *CLIENTS_WORDS)}) == len(
        (*OWN_WORDS, *CLIENTS_WORDS)
    ), "two choices that read the same"
