"""Rows without names: what is in them, what cannot be, and what people are told."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed
from lacrima.practice import answers, moments, people
from lacrima.practice.demo import make_demo
from lacrima.practice.export_pseudonyms import key_of, new_key_text
from lacrima.practice.export_rows import Layout, export_rows
from lacrima.practice.export_rows_shape import SHAPES
from lacrima.records.models import AuditLine, Client, Member, Participant
from tests.support.cast import Cast
from tests.support.things import WITHOUT_RISK, WORDS, Things


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_in(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{table}.csv"].decode(), newline="")))


def test_rows_stand_as_they_were_logged(things: Things) -> None:
    files = files_of(export_rows(by=things.cast.ana).data)
    sessions = rows_in(files, "sessions")
    assert [(row["session_number"], row["day"], row["log_state"]) for row in sessions] == [
        ("1", "0", "moments"),
        ("2", "7", "not_yet"),
    ]
    (moment,) = rows_in(files, "moments")
    assert (moment["nature"], moment["kind"], moment["day"]) == ("showed", "tears", "0")
    voices = rows_in(files, "voices")
    assert sorted(row["side"] for row in voices) == ["client", "therapist"]
    assert {row["moment"] for row in voices} == {moment["moment"]}
    (filled,) = rows_in(files, "answers")
    assert (filled["measure"], filled["total"], filled["session_number"]) == ("phq-9", "9", "1")
    assert len(rows_in(files, "items")) == 10
    seats = rows_in(files, "seats")
    assert {row["person"] for row in seats if row["role"] == "client"} == {filled["person"]}


def test_a_missing_item_is_empty_and_never_0(things: Things) -> None:
    files = files_of(export_rows(by=things.cast.ana).data)
    values = {row["item"]: row["value"] for row in rows_in(files, "items")}
    assert "" in values.values()


@pytest.mark.parametrize("layout", list(Layout))
def test_no_name_code_word_id_or_date_of_anybody_is_in_them(things: Things, layout: str) -> None:
    exported = export_rows(by=things.cast.ana, layout=layout)
    files = files_of(exported.data)
    files.pop("manifest.json"), files.pop("README.txt", None), files.pop("README", None)
    held = b"\n".join(files.values()) + b"".join(
        content
        for name, packed in files.items()
        if name.endswith(".zip")
        for content in files_of(packed).values()
    )
    hidden = [WORDS, "M 01", "Mia", "Ana", "Berta", "Practice at the Green", "2026-", "Europe"]
    hidden += [row.pk.hex for kind in (Client, Member, Participant) for row in kind.objects.all()]
    for word in hidden:
        assert word.encode() not in held, word


def test_names_are_new_each_time_and_the_same_by_a_key(things: Things) -> None:
    ana = things.cast.ana
    first, second = export_rows(by=ana).data, export_rows(by=ana).data
    key = key_of(new_key_text())
    third, fourth = export_rows(by=ana, key=key).data, export_rows(by=ana, key=key).data
    people_in = [
        {row["person"] for row in rows_in(files_of(data), "answers")}
        for data in (first, second, third, fourth)
    ]
    assert people_in[0] != people_in[1]
    assert people_in[2] == people_in[3] != people_in[0]
    with pytest.raises(BadInput) as refusal:
        key_of("not a key")
    assert "not a key" not in refusal.value.sentence()


def test_only_own_clients_unless_the_owner_takes_everybody(things: Things) -> None:
    cast = things.cast
    answers.record_answers(
        cast.clara, cast.care_of_clara, by=cast.berta, instrument="phq-9", items=WITHOUT_RISK
    )
    own = export_rows(by=cast.ana).manifest.rows
    everybody = export_rows(by=cast.ana, of_everybody=True).manifest.rows
    assert (own["episodes"], everybody["episodes"]) == (1, 2)
    assert export_rows(by=cast.berta).manifest.rows["answers"] == 1
    with pytest.raises(NotAllowed):
        export_rows(by=cast.berta, of_everybody=True)
    with pytest.raises(NotAllowed):
        export_rows(by=cast.hanna)


def test_people_are_told_what_is_coarser_left_out_and_that_few_are_easily_known(
    things: Things,
) -> None:
    exported = export_rows(by=things.cast.ana)
    told = json.loads(files_of(exported.data)["manifest.json"])
    assert {(one["table"], one["column"]) for one in told["coarsened"]} >= {
        ("sessions", "day"),
        ("moments", "start_min"),
    }
    assert any("not anonymous" in warning for warning in told["warnings"])
    assert any("Fewer than 10 people" in warning for warning in told["warnings"])
    assert any("felt" in one["what"] for one in told["left_out"])
    dictionary = json.loads(files_of(exported.data)["dictionary.json"])
    assert [one["table"] for one in dictionary["tables"]] == [shape.name for shape in SHAPES]


def test_what_somebody_felt_is_in_no_row(things: Things) -> None:
    assert not any("felt" in shape.names for shape in SHAPES)


def test_the_same_client_has_one_name_in_all_her_courses_of_care(things: Things) -> None:
    from_before = things.cast.care_of_clara
    Participant.objects.create(episode=from_before, client=things.cast.mia, role="partner")
    files = files_of(export_rows(by=things.cast.ana, of_everybody=True).data)
    seats = rows_in(files, "seats")
    names = [row["person"] for row in seats if row["role"] in {"client", "partner"}]
    assert len(names) == 3
    assert len(set(names)) == 2


def test_a_score_of_the_practices_own_has_a_number_for_a_name(things: Things) -> None:
    cast = things.cast
    answers.record_answers(cast.mia, cast.care_of_mia, by=cast.ana, instrument="sleep", total=4)
    files = files_of(export_rows(by=cast.ana).data)
    measures = {row["measure"]: row for row in rows_in(files, "measures")}
    assert measures["own-1"]["name"] == ""
    assert measures["own-1"]["is_own"] == "true"
    assert b"leep" not in b"".join(files.values())


def test_the_line_of_the_log_says_what_left_and_of_nobody(things: Things) -> None:
    export_rows(by=things.cast.ana, layout="bids")
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert line is not None
    assert (line.action, line.thing_id) == ("rows.exported", "")
    assert line.details["layout"] == "bids"


def test_an_unknown_layout_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="format"):
        export_rows(by=cast.ana, layout="spss")


# --- BIDS and REDCap


def test_bids_tables_have_their_keys_first_and_once(db: None, still_clock: Any) -> None:
    make_demo()
    files = files_of(export_rows(by=people.owner(), layout="bids", of_everybody=True).data)
    participants = files["participants.tsv"].decode().splitlines()
    tables = [name for name in files if name.startswith("phenotype/") and name.endswith(".tsv")]
    assert "phenotype/phq_9.tsv" in tables
    for name in tables:
        lines = [line.split("\t") for line in files[name].decode().splitlines()]
        assert lines[0][:2] == ["participant_id", "session_id"]
        keys = [tuple(line[:2]) for line in lines[1:]]
        assert len(set(keys)) == len(keys) > 0
        assert all(key[0] in participants for key in keys)
        assert all(re.fullmatch(r"sub-[a-z0-9]+", key[0]) for key in keys)
        assert all(cell for line in lines for cell in line)
        about = json.loads(files[name.replace(".tsv", ".json")])
        assert set(about) == {"MeasurementToolMetadata", *lines[0][2:]}
    phq = json.loads(files["phenotype/phq_9.json"])
    assert phq["phq9_1"]["Levels"]["0"] == "Not at all"
    assert phq["MeasurementToolMetadata"]["TermURL"] == "https://loinc.org/44249-1"
    description = json.loads(files["dataset_description.json"])
    assert {"Name", "BIDSVersion", "DatasetType"} <= set(description)


def test_what_bids_and_redcap_cannot_hold_is_said(things: Things) -> None:
    for layout in ("bids", "redcap"):
        exported = export_rows(by=things.cast.ana, layout=layout)
        lost = {one["what"]: one["count"] for one in exported.as_json()["losses"]}
        assert (lost["sessions"], lost["moments"], lost["voices"]) == (2, 1, 2)
        assert "voices (2)" in files_of(exported.data)["README"].decode()


def test_redcap_takes_the_dictionary_the_records_and_the_zips(things: Things) -> None:
    cast = things.cast
    answers.record_answers(
        cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=WITHOUT_RISK,
        session=things.quiet,
    )  # fmt: skip
    files = files_of(export_rows(by=cast.ana, layout="redcap").data)
    lines = list(csv.DictReader(io.StringIO(files["data_dictionary.csv"].decode())))
    assert lines[0]["Variable / Field Name"] == "record_id"
    first = lines[1]
    assert len(first) == 18
    assert first["Field Type"] == "radio"
    assert first["Choices, Calculations, OR Slider Labels"].startswith("0, Not at all | 1, ")
    names = [line["Variable / Field Name"] for line in lines]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names)
    records = list(csv.DictReader(io.StringIO(files["records.csv"].decode())))
    assert [row["redcap_repeat_instance"] for row in records] == ["1", "2"]
    assert [row["phq_9_total"] for row in records] == ["9", "8"]
    zipped = files_of(files["instruments/phq_9.zip"])
    assert set(zipped) == {"OriginID.txt", "instrument.csv"}


def test_a_moment_without_a_dated_session_has_no_day(cast: Cast) -> None:
    session = cast.session(1, start=None)
    moments.log_moment(session, by=cast.ana, who="client", shown=1, start_ms=59_999, end_ms=61_000)
    files = files_of(export_rows(by=cast.ana).data)
    (row,) = rows_in(files, "moments")
    assert (row["day"], row["start_min"], row["end_min"]) == ("", "0", "1")
