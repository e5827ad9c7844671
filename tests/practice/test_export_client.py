"""A copy of one course of care: what was chosen is in it, what was not is nowhere in it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice import answers, care, door_own, moments, weighing
from lacrima.practice.door_visits import DoorWay
from lacrima.practice.export_choice import PARTS, Choice, Part
from lacrima.practice.export_client import episode_of_code, export_client, look, reviewed
from lacrima.practice.weighing_thinking import Thinking
from lacrima.records.models import AuditLine, Client, Episode, Practice
from tests.support.cast import NOON, Cast
from tests.support.things import PHQ_9, THOUGHT, WORDS, Things

EVERYTHING = Choice(parts=frozenset(Part))


def files_of(things: Things, choice: Choice | None = None, form: str = "csv") -> dict[str, bytes]:
    exported = export_client(
        things.cast.care_of_mia.pk, by=things.cast.ana, choice=choice, table_format_name=form
    )
    with zipfile.ZipFile(io.BytesIO(exported.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_in(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{table}.csv"].decode(), newline="")))


def test_the_copy_has_a_document_tables_dictionary_fhir_and_manifest(things: Things) -> None:
    files = files_of(things)
    assert {"read-me.html", "dictionary.csv", "dictionary.json", "manifest.json"} <= set(files)
    assert json.loads(files["fhir/bundle.json"])["resourceType"] == "Bundle"
    document = files["read-me.html"].decode()
    assert "What is kept about M 01" in document
    assert document.count(f"<blockquote>{WORDS}</blockquote>") == 5
    assert "9 of 27" in document
    for outside in ("http:", "https:", "<script", "src=", "@import", "url("):
        assert outside not in document


def test_what_was_written_is_never_read_as_markup(things: Things) -> None:
    words = "<script>alert(1)</script> & <b>bold</b>"
    care.write_record_note(things.cast.care_of_mia, by=things.cast.ana, words=words)
    document = files_of(things)["read-me.html"].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in document
    assert "<script" not in document


def test_the_look_counts_every_part_and_shows_every_text(things: Things) -> None:
    seen = look(things.cast.ana, things.cast.care_of_mia.pk)
    counts = {part.value: count for part, _about, count in seen.parts()}
    assert counts["sessions"] == 2
    assert counts["client-voices"] == counts["moments"] == counts["answers"] == 1
    written = [one for one in seen.texts if one.words]
    assert len(written) == 5
    assert [name for _key, name in seen.clients] == ["M 01"]
    assert set(PARTS) == set(Part)


@pytest.mark.parametrize("part", list(Part))
def test_a_part_that_is_not_ticked_is_nowhere(things: Things, part: Part) -> None:
    _felt_and_others(things)
    files = files_of(things, Choice(parts=frozenset(Part) - {part}))
    rows = {table: len(rows_in(files, table)) for table in GONE}
    for table, parts in GONE.items():
        if part in parts:
            assert rows[table] < len(rows_in(files_of(things, EVERYTHING), table)), table
    if part is Part.FELT:
        assert {row["felt"] for row in rows_in(files, "expression")} <= {"", "1"}
    if part is Part.SESSIONS:
        assert {row["heaviness"] for row in rows_in(files, "session")} == {""}
    told = json.loads(files["manifest.json"])["left_out"]
    assert str(PARTS[part].name) in {one["what"] for one in told}


GONE: dict[str, set[Part]] = {
    "answers": {Part.ANSWERS},
    "risk_item": {Part.ANSWERS, Part.RISK},
    "voice": {Part.MOMENTS, Part.CLIENT_VOICES, Part.OBSERVER_VOICES},
    "door_answer": {Part.DOOR},
    "kept_in_mind": {Part.KEPT_IN_MIND},
    "contact": {Part.CONTACTS},
    "record_note": {Part.RECORD_NOTES},
    "weighing": {Part.WEIGHINGS},
    "weighing_version": {Part.WEIGHINGS},
    "slot": {Part.APPOINTMENTS},
    "offer": {Part.SUGGESTIONS, Part.MOMENTS},
}


def _felt_and_others(things: Things) -> None:
    """Felt 3 by Ana, 1 by Mia; somebody watching; how heavy it was; a statement at the door."""
    ana = things.cast.ana
    moments.say_more(things.own_voice, by=ana, expressions={things.ana_here.pk.hex: {"felt": 3}})
    moments.say_more(things.mia_voice, by=ana, expressions={things.mia_here.pk.hex: {"felt": 1}})
    moments.add_observer_voice(things.moment, by=ana, rating=1)
    door_own.agree(things.mia_here.pk)
    door_own.add_statement(things.mia_here.pk, "it was otherwise", DoorWay.LINK)
    type(things.session).objects.filter(pk=things.session.pk).update(heaviness=7)


def test_a_single_text_can_stay(things: Things) -> None:
    note = care.write_record_note(things.cast.care_of_mia, by=things.cast.ana, words="not this")
    left = {note.pk, things.contact.pk, things.own_voice.pk, things.recorded.pk}
    without = frozenset(left)
    files = files_of(things, Choice(without=without))
    held = b"".join(files.values())
    assert b"not this" not in held
    assert files["read-me.html"].decode().count(WORDS) == 2
    assert [row["words"] for row in rows_in(files, "contact")] == [""]
    assert len(rows_in(files, "record_note")) == 1
    assert rows_in(files, "weighing") == rows_in(files, "weighing_version") == []
    assert "4 texts" in json.loads(files["manifest.json"])["left_out"][-1]["what"]


def test_without_words_no_word_is_in_it(things: Things) -> None:
    held = b"".join(files_of(things, Choice(has_words=False)).values())
    assert WORDS.encode() not in held


def test_private_notes_are_in_no_copy_and_it_says_so(things: Things) -> None:
    words = "only for me"
    care.write_private_note(
        by=things.cast.ana,
        words=words,
        expires_on=NOON.date() + timedelta(days=9),
        episode=things.cast.care_of_mia,
    )
    files = files_of(things, EVERYTHING)
    assert words.encode() not in b"".join(files.values())
    assert "private notes" in files["read-me.html"].decode()
    assert "private notes" in files["README.txt"].decode()


def test_a_weighing_of_the_record_goes_along_with_every_version(things: Things) -> None:
    later = Thinking(benefit="she saw that it may be said", takes="room for it")
    weighing.write_weighing(things.recorded, by=things.cast.ana, expected_version=3, thinking=later)
    files = files_of(things)
    versions = rows_in(files, "weighing_version")
    assert [row["number"] for row in versions] == ["1", "2"]
    assert [row["id"] for row in rows_in(files, "weighing")] == [versions[0]["weighing"]]
    told = files["read-me.html"].decode()
    assert told.index("she saw that it may be said") < told.rindex(THOUGHT.takes)
    assert all(row["content_hash"] in told for row in versions)
    assert "Ana Ruiz" in told


def test_a_weighing_that_is_not_in_the_record_is_in_no_copy(things: Things) -> None:
    private = Thinking(takes="for me alone")
    weighing.write_weighing(
        things.weighing, by=things.cast.ana, expected_version=2, thinking=private
    )
    held = b"".join(files_of(things, EVERYTHING).values())
    assert b"for me alone" not in held
    assert things.weighing.pk.hex.encode() not in held


def test_what_the_therapist_felt_stays_unless_it_is_ticked(things: Things) -> None:
    _felt_and_others(things)
    usual = files_of(things)
    assert {row["felt"] for row in rows_in(usual, "expression")} == {"", "1"}
    assert "felt: strongly" not in usual["read-me.html"].decode()
    ticked = files_of(things, EVERYTHING)
    assert "felt: strongly" in ticked["read-me.html"].decode()
    assert "felt: a little" in usual["read-me.html"].decode()


def test_one_of_a_couple_gets_nothing_that_is_the_others(cast: Cast) -> None:
    episode = care.start_episode(
        by=cast.ana,
        kind="couple",
        clients=[care.NewClient("J 1", "Jo"), care.NewClient("S 1", "Sam")],
    )
    jo, sam = (Client.objects.get(code=code) for code in ("J 1", "S 1"))
    for client, words in ((jo, "jo said"), (sam, "sam said")):
        answers.record_answers(client, episode, by=cast.ana, instrument="phq-9", items=PHQ_9)
        place = episode.participants.get(client=client)
        care.add_contact(episode, by=cast.ana, at=NOON, words=words, participant=place)
    choice = Choice(parts=frozenset(Part), clients=frozenset({jo.pk}))
    exported = export_client(episode.pk, by=cast.ana, choice=choice)
    with zipfile.ZipFile(io.BytesIO(exported.data)) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"jo said" in held
    for hidden in (b"sam said", b"S 1", b"Sam", sam.pk.hex.encode()):
        assert hidden not in held
    assert exported.manifest.rows["answers"] == 1


def test_nobody_copies_what_is_not_hers(things: Things) -> None:
    key = things.cast.care_of_mia.pk
    for who in (things.cast.berta, things.cast.stella):
        with pytest.raises(NotFound):
            export_client(key, by=who)
        with pytest.raises(NotFound):
            look(who, key)
    with pytest.raises(NotAllowed):
        reviewed(things.cast.hanna, key, Choice())


def test_the_line_of_the_log_names_the_course_of_care_and_no_content(things: Things) -> None:
    export_client(things.cast.care_of_mia.pk, by=things.cast.ana)
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert line is not None
    assert (line.action, line.thing) == ("client.exported", "episode")
    assert line.thing_id == things.cast.care_of_mia.pk.hex
    assert WORDS not in str(line.details)


def test_a_simulated_copy_says_so_on_every_page(things: Things) -> None:
    Practice.objects.update(is_simulated=True)
    files = files_of(things)
    assert files["read-me.html"].decode().count("Simulated: nobody here exists") == 2
    assert "SIMULATED" in files["README.txt"].decode()


def test_the_document_knows_nobody_as_you(things: Things) -> None:
    _felt_and_others(things)
    all_but_questions = Choice(parts=frozenset(Part) - {Part.RISK})
    told = str(reviewed(things.cast.ana, things.cast.care_of_mia.pk, all_but_questions).document)
    assert "Ana Ruiz" in told
    assert not any(word in told for word in (" you ", "your ", "'you'"))


def test_a_client_is_found_by_code_when_there_is_one_course_of_care(things: Things) -> None:
    ana = things.cast.ana
    assert episode_of_code("M 01", by=ana) == things.cast.care_of_mia.pk
    with pytest.raises(NotFound) as refusal:
        episode_of_code("C 07", by=ana)
    assert "C 07" not in refusal.value.sentence()
    second = care.start_episode(by=ana, clients=[things.cast.mia])
    with pytest.raises(BadInput) as several:
        episode_of_code("M 01", by=ana)
    assert str(second.pk) in several.value.expected
    assert Episode.objects.count() == 3


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_every_format_has_the_same_rows(things: Things, form: str) -> None:
    files = files_of(things, form=form)
    counts: dict[str, Any] = json.loads(files["manifest.json"])["rows"]
    assert counts["session"] == 2
    assert {name for name in files if name.startswith("tables/")} == {
        f"tables/{name}.{form}" for name in counts
    }
