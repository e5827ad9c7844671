"""Data leave by the pages: chosen, read, handed out, and noted; nothing is written to the disk."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import care
from lacrima.records.models import AuditLine, Member
from lacrima.records.models import Client as ClientRow
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import WORDS, Things, everything

USUAL = ["sessions", "answers", "risk", "moments", "client-voices", "kept-in-mind", "contacts"]


@pytest.fixture
def mias(cast: Cast) -> Things:
    """One of everything in Ana's care for Mia."""
    return everything(cast)


def address(things: Things) -> str:
    return f"/clients/{things.cast.care_of_mia.pk}/take-along"


def sent(**more: Any) -> dict[str, Any]:
    return {"key": form_key(), "parts": USUAL, "table_format": "csv", "do": "look", **more}


def texts_of(things: Things) -> list[str]:
    rows = (things.kept, things.contact, things.record_note, things.own_voice, things.recorded)
    return [row.pk.hex for row in rows]


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_form_shows_every_part_with_its_texts(anas: Client, mias: Things) -> None:
    page = anas.get(address(mias)).content.decode()
    for name in ("Answers and scores", "The client’s voice", "Notes of the record"):
        assert name in page
    assert page.count(WORDS) == 6  # a weighing says it twice
    assert "private notes" in page
    assert re.findall(r'value="felt"[^>]*checked', page) == []


def test_the_finished_text_is_read_before_it_leaves(anas: Client, mias: Things) -> None:
    before = AuditLine.objects.count()
    answer = anas.post(address(mias), sent(texts=texts_of(mias)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Read it before it leaves" in page
    assert "What is kept about M 01" in page
    assert "FHIR: norms and their sources" in page
    assert AuditLine.objects.count() == before, "a look is no export"


def test_what_was_ticked_is_handed_out_with_a_name_that_tells_nothing(
    anas: Client, mias: Things
) -> None:
    data = sent(do="take", texts=[mias.contact.pk.hex])
    answer = anas.post(address(mias), data)
    assert answer["Content-Type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="lacrima-client-\d{4}-\d\d-\d\d.zip"', answer["Content-Disposition"]
    )
    assert answer["Cache-Control"] == "no-store"
    files = files_of(answer.content)
    assert files["read-me.html"].decode().count(WORDS) == 1
    told = json.loads(files["manifest.json"])
    assert told["rows"]["record_note"] == 0
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert line is not None
    assert line.action == "client.exported"


def test_what_was_chosen_can_be_changed_once_more(anas: Client, mias: Things) -> None:
    page = anas.post(address(mias), sent(do="change", parts=["sessions"])).content.decode()
    ticked = re.findall(r'name="parts" value="([\w-]+)"[^>]* checked', page)
    assert ticked == ["sessions"]


@pytest.mark.parametrize(
    ("more", "status"),
    [({"parts": []}, 422), ({"parts": ["dreams"]}, 422), ({"table_format": "xls"}, 422),
     ({"key": ""}, 400), ({"texts": ["x"]}, 422)],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_leaves(
    anas: Client, mias: Things, more: dict[str, Any], status: int
) -> None:
    for step in ("look", "take"):
        answer = anas.post(address(mias), {**sent(do=step), **more})
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")


def test_for_several_people_it_is_asked_whose(anas: Client, cast: Cast) -> None:
    episode = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 1"), care.NewClient("S 1")]
    )
    where = f"/clients/{episode.pk}/take-along"
    assert "Whose answers" in anas.get(where).content.decode()
    assert anas.post(where, sent(parts=["sessions"])).status_code == 422
    jo = ClientRow.objects.get(code="J 1")
    care.keep_in_mind(episode, by=cast.ana, words="slowly")
    data = sent(do="take", parts=["kept-in-mind"], clients=[jo.pk.hex])
    held = b"".join(files_of(anas.post(where, data).content).values())
    assert b"J 1" in held
    assert b"S 1" not in held


def test_the_whole_practice_is_handed_to_its_owner(
    anas: Client, mias: Things, eyes_of: Callable[[Member], Client]
) -> None:
    page = anas.get("/take-along").content.decode()
    assert "Take the practice along" in page
    assert "Fewer than 10 people" in page
    assert "voices (2)" in page
    data = {"key": form_key(), "practice-table_format": "json"}
    answer = anas.post("/take-along/practice", data)
    told = json.loads(files_of(answer.content)["manifest.json"])
    assert (told["kind"], told["rows"]["client"]) == ("practice", 2)
    assert anas.post("/take-along/practice", {"key": form_key()}).status_code == 422
    bertas = eyes_of(mias.cast.berta)
    assert bertas.post("/take-along/practice", data).status_code == 403
    assert "Take the practice along" not in bertas.get("/take-along").content.decode()


def test_rows_without_names_are_of_own_clients(
    anas: Client, mias: Things, eyes_of: Callable[[Member], Client]
) -> None:
    def episodes(window: Client, **more: str) -> int:
        data = {"key": form_key(), "rows-layout": "csv", **more}
        answer = window.post("/take-along/rows", data)
        found: int = json.loads(files_of(answer.content)["manifest.json"])["rows"]["episodes"]
        return found

    assert episodes(anas) == 1
    assert episodes(anas, **{"rows-of_everybody": "on"}) == 2
    assert episodes(eyes_of(mias.cast.berta), **{"rows-of_everybody": "on"}) == 1
    refused = anas.post("/take-along/rows", {"key": form_key(), "rows-layout": "spss"})
    assert refused.status_code == 422


@pytest.mark.parametrize("layout", ["csv", "parquet", "json", "bids", "redcap"])
def test_nothing_is_written_to_the_disk_on_the_way(
    anas: Client, mias: Things, layout: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(Path.cwd().iterdir())
    answer = anas.post("/take-along/rows", {"key": form_key(), "rows-layout": layout})
    assert answer.content.startswith(b"PK")
    assert list(tmp_path.iterdir()) == []
    assert set(Path.cwd().iterdir()) == before


@pytest.mark.embedded
def test_the_way_there_stands_on_the_client_and_the_vault(anas: Client, mias: Things) -> None:
    assert "take-along" in anas.get(f"/clients/{mias.cast.care_of_mia.pk}").content.decode()
    assert 'href="/take-along"' in anas.get("/vault").content.decode()
