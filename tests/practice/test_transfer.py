"""Scores from a table: all of them or none, once, and out again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lacrima.errors import BadInput, BadMap, NotAllowed, NotFound
from lacrima.formats.score_map import ScoreMap, read_map, read_map_bytes
from lacrima.formats.table import read_table, read_table_bytes
from lacrima.practice import answers, pages, sessions
from lacrima.practice.risk import note_risk_seen
from lacrima.practice.transfer import ImportResult, bring_in, undo_batch
from lacrima.records import audit
from lacrima.records.models import (
    Answers,
    AuditLine,
    Client,
    Episode,
    ImportBatch,
    PlainScore,
    RiskItem,
    Session,
)
from lacrima.vault.process import VAULT

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT.parent / "shared" / "reference"
MAPS = ROOT / "docs" / "how-to" / "maps"

LONG = read_map_bytes(
    b"""client = "id"
[plain.mood]
name = "Mood"
minimum = 0
maximum = 10
higher_is_better = true
[[score]]
plain = "mood"
value = "mood"
session = "session"
"""
)
ITEMS = read_map_bytes(
    b"""client = "id"
[[score]]
instrument = "phq-9"
items = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"]
session = "session"
date = "day"
date_format = "%d.%m.%Y"
"""
)
BY_DAY = read_map_bytes(
    b"""client = "id"
[[score]]
instrument = "gad-7"
value = "gad"
date = "day"
"""
)
ITEM_NAMES = "id,session,day,q1,q2,q3,q4,q5,q6,q7,q8,q9"


def come_in(cast: Any, text: str, score_map: ScoreMap = LONG, **options: Any) -> ImportResult:
    """Bring a table in as Ana."""
    return bring_in(read_table_bytes(text.encode()), score_map, by=cast.ana, **options)


def counts() -> tuple[int, ...]:
    """Everything that an import can make."""
    kinds = (Client, Episode, Session, Answers, PlainScore, ImportBatch, RiskItem, AuditLine)
    return tuple(kind._default_manager.count() for kind in kinds)


def test_a_table_comes_in_as_clients_sessions_and_scores(cast: Any) -> None:
    result = come_in(cast, "id,session,mood\nN 1,1,4\nN 1,2,5.5\nN 2,1,7\n")
    assert (result.rows, result.read, result.added, result.unchanged) == (3, 3, 3, 0)
    new = Client.objects.get(code="N 1")
    episode = Episode.objects.get(participants__client=new)
    assert episode.participants.filter(member=cast.ana).exists()
    assert list(episode.sessions.values_list("number", "start", "log_state")) == [
        (1, None, "not_yet"),
        (2, None, "not_yet"),
    ]
    kept = Answers.objects.get(client=new, session__number=2)
    assert (kept.total, kept.source, kept.items) == (Decimal("5.5"), "imported", None)


def test_the_whole_import_has_one_audit_line(cast: Any) -> None:
    before = AuditLine.objects.count()
    come_in(cast, "id,session,mood\nN 1,1,4\nN 2,2,5\n")
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert AuditLine.objects.count() == before + 1
    assert line is not None
    assert line.action == "import.published"
    assert line.details["added"] == 2


def test_the_same_file_twice_adds_nothing(cast: Any) -> None:
    text = "id,session,mood\nN 1,1,4\nN 1,2,5\n"
    come_in(cast, text)
    before = counts()
    again = come_in(cast, text)
    assert (again.batch, again.added, again.unchanged) == (None, 0, 2)
    assert counts() == before


def test_a_longer_file_adds_only_what_is_new(cast: Any) -> None:
    come_in(cast, "id,session,mood\nN 1,1,4\n")
    result = come_in(cast, "id,session,mood\nN 1,1,4.0\nN 1,2,5\n")
    assert (result.added, result.unchanged) == (1, 1)
    assert Episode.objects.filter(participants__client__code="N 1").count() == 1


def test_another_value_in_the_same_place_is_a_conflict_and_nothing_comes_in(cast: Any) -> None:
    come_in(cast, "id,session,mood\nN 1,1,4\n")
    before = counts()
    result = come_in(cast, "id,session,mood\nN 1,1,6\nN 1,2,5\n")
    assert (result.batch, result.added, result.conflicts, result.refused_count) == (None, 0, 1, 1)
    assert (result.refused[0].row, result.refused[0].column) == (2, "mood")
    assert not any(digit in result.refused[0].found for digit in "0123456789")
    assert counts() == before


def test_one_bad_cell_keeps_everything_out_and_names_its_place(cast: Any) -> None:
    before = counts()
    result = come_in(cast, "id,session,mood\nN 1,1,4\nN 1,2,11\nN 1,3,good\n")
    assert [(cell.row, cell.column) for cell in result.refused] == [(3, "mood"), (4, "mood")]
    assert (result.batch, result.added) == (None, 0)
    assert counts() == before


def test_a_dry_run_changes_nothing_not_even_the_keys(cast: Any) -> None:
    before = counts()
    keys = VAULT.folder.client_keys.read_bytes() if VAULT.folder else b""
    result = come_in(cast, "id,session,mood\nN 1,1,4\n", dry_run=True)
    assert (result.batch, result.added, result.is_dry_run) == (None, 1, True)
    assert counts() == before
    assert VAULT.folder is not None
    assert VAULT.folder.client_keys.read_bytes() == keys


def test_item_answers_are_scored_and_raise_a_risk(cast: Any) -> None:
    text = f"{ITEM_NAMES}\nN 1,1,03.05.2024,1,1,1,1,1,1,1,1,1\nN 1,2,10.05.2024,1,1,1,,,,,,\n"
    result = come_in(cast, text, ITEMS)
    assert result.added == 2
    first, second = Answers.objects.filter(client__code="N 1").order_by("session__number")
    assert (first.total, first.missing, first.items["phq9_9"]) == (9, 0, 1)
    assert (second.total, second.missing) == (None, 6)
    assert second.why
    risk = RiskItem.objects.get(answers=first)
    assert (risk.item, risk.seen_at) == ("phq9_9", None)
    assert first.session is not None
    assert str(first.session.start) == "2024-05-03 10:00:00+00:00"  # noon in Madrid


def test_scores_without_a_number_stand_at_their_time(cast: Any) -> None:
    text = "id,day,gad\nN 1,2024-05-03,7\nN 1,2024-06-03,6\n"
    assert come_in(cast, text, BY_DAY).added == 2
    assert come_in(cast, text, BY_DAY).unchanged == 2
    assert not Session.objects.filter(episode__participants__client__code="N 1").exists()


def test_day_and_month_are_never_guessed(cast: Any) -> None:
    result = come_in(cast, "id,day,gad\nN 1,03/05/2024,7\n", BY_DAY)
    assert [(cell.row, cell.column) for cell in result.refused] == [(2, "day")]


def test_scores_of_a_known_client_join_her_sessions(cast: Any) -> None:
    session = cast.session(3)
    assert come_in(cast, "id,session,mood\nM 01,3,4\nM 01,4,5\n").added == 2
    assert Answers.objects.get(client=cast.mia, session=session).total == 4
    assert cast.care_of_mia.sessions.count() == 2


def test_a_score_kept_by_hand_is_known_to_an_import(cast: Any) -> None:
    session = cast.session(1)
    items = {f"phq9_{number}": 1 for number in range(1, 10)}
    answers.record_answers(
        cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=items, session=session
    )
    same = f"{ITEM_NAMES}\nM 01,1,03.05.2024,1,1,1,1,1,1,1,1,1\n"
    other = f"{ITEM_NAMES}\nM 01,1,03.05.2024,2,0,1,1,1,1,1,1,1\n"
    assert come_in(cast, same, ITEMS).unchanged == 1
    assert come_in(cast, other, ITEMS).conflicts == 1


def test_a_colleagues_client_is_not_touched_and_not_described(cast: Any) -> None:
    result = come_in(cast, "id,session,mood\nC 07,1,4\n")
    assert result.refused_count == 1
    assert "C 07" not in result.refused[0].found
    assert not Answers.objects.exists()


def test_who_may_not_bring_in_data_is_refused(cast: Any) -> None:
    table = read_table_bytes(b"id,session,mood\nN 1,1,4\n")
    with pytest.raises(NotAllowed):
        bring_in(table, LONG, by=cast.hanna)


@pytest.mark.parametrize(("cell", "column"), [("x" * 41 + ",1,4", "mood"), ("N 1,40000,4", "mood")])
def test_what_the_rows_cannot_hold_is_refused(cast: Any, cell: str, column: str) -> None:
    result = come_in(cast, f"id,session,mood\n{cell}\n")
    assert [(found.row, found.column) for found in result.refused] == [(2, column)]


def test_a_plain_score_defined_otherwise_here_is_refused(cast: Any) -> None:
    come_in(cast, "id,session,mood\nN 1,1,4\n")
    other = read_map_bytes(
        b'client = "id"\n[plain.mood]\nname = "Mood"\nminimum = 0\nmaximum = 100\n'
        b'higher_is_better = true\n[[score]]\nplain = "mood"\nvalue = "mood"\n'
        b'session = "session"\n'
    )
    with pytest.raises(BadMap, match="maximum"):
        come_in(cast, "id,session,mood\nN 1,2,40\n", other)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfid;session;mood\r\nN 1;1;4,5\r\n",
        "id\tsession\tmood\nN 1\t1\t4.5\n".encode("utf-16"),
        "id,session,mood\nÄnne,1,4.5\n".encode("cp1252"),
    ],
)
def test_files_as_people_have_them_come_in(cast: Any, data: bytes) -> None:
    result = bring_in(read_table_bytes(data), LONG, by=cast.ana)
    assert result.added == 1
    assert Answers.objects.get().total == Decimal("4.5")


def test_an_import_can_be_taken_back_as_a_whole(cast: Any) -> None:
    before = counts()[:5]
    result = come_in(cast, "id,session,mood\nN 1,1,4\nN 1,2,5\nM 01,1,6\n")
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept) == (3, 0)
    assert (undone.sessions_removed, undone.clients_removed) == (3, 1)
    assert counts()[:5] == before
    assert come_in(cast, "id,session,mood\nN 1,1,4\n").added == 1


def test_what_somebody_worked_with_stays_when_an_import_is_taken_back(cast: Any) -> None:
    text = f"{ITEM_NAMES}\nN 1,1,03.05.2024,1,1,1,1,1,1,1,1,1\nN 2,1,03.05.2024,1,1,1,1,1,1,1,1,0\n"
    result = come_in(cast, text, ITEMS)
    note_risk_seen(RiskItem.objects.get(), by=cast.ana, done="We spoke of it.")
    session = Session.objects.get(answers__client__code="N 2")
    sessions.set_heaviness(session, by=cast.ana, value=4)
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept, undone.clients_removed) == (1, 1, 0)
    assert Client.objects.filter(code__in=["N 1", "N 2"]).count() == 2


def test_an_import_is_taken_back_once_and_by_its_owner_only(cast: Any) -> None:
    result = come_in(cast, "id,session,mood\nN 1,1,4\n")
    with pytest.raises(NotFound):
        undo_batch(result.batch or "", by=cast.berta)
    undo_batch(result.batch or "", by=cast.ana)
    with pytest.raises(BadInput, match="already"):
        undo_batch(result.batch or "", by=cast.ana)
    with pytest.raises(NotFound):
        undo_batch("no batch at all", by=cast.ana)


def test_nothing_is_kept_when_the_audit_line_cannot_be_written(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts()

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "_write", fail)
    with pytest.raises(OSError, match="no room"):
        come_in(cast, "id,session,mood\nN 1,1,4\n")
    assert counts() == before


@pytest.mark.shared
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data is not beside the project")
@pytest.mark.parametrize(
    ("table", "score_map", "people_there", "scores"),
    [("sgdata.csv", "sgdata.toml", 43, 1150), ("claus_2020.csv", "claus.toml", 43, 652)],
)
def test_the_published_tables_come_in(
    cast: Any, table: str, score_map: str, people_there: int, scores: int
) -> None:
    """Counts of filled cells, taken from the files themselves with cut, tr and grep."""
    told = read_map(MAPS / score_map)
    before = Client.objects.count()
    result = bring_in(read_table(REFERENCE / table, told.reading), told, by=cast.ana)
    assert (result.refused, result.added) == ((), scores)
    assert Client.objects.count() == before + people_there
    again = bring_in(read_table(REFERENCE / table, told.reading), told, by=cast.ana)
    assert (again.added, again.unchanged) == (0, scores)


@pytest.mark.shared
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data is not beside the project")
def test_a_client_page_shows_what_came_in(cast: Any) -> None:
    """The first person of the table, whose scores begin at session 0, before the treatment."""
    told = read_map(MAPS / "sgdata.toml")
    bring_in(read_table(REFERENCE / "sgdata.csv", told.reading), told, by=cast.ana)
    course = pages.client_page(cast.ana, Client.objects.get(code="1").pk).course
    assert (course.axis, course.steps) == ("session", tuple(range(13)))
    bdi = next(series for series in course.series if series.slug == "bdi")
    assert list(bdi.values) == [33, 35, 37, 34, 23, 24, 21, 29, 17, 11, 11, 10, 7]
