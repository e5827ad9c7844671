"""What an import of moments leaves behind, and that it is taken back or stopped as a whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lacrima.errors import EditConflict, OurFault
from lacrima.formats.table import read_table_bytes
from lacrima.practice import moments, notes, sessions, transfer, transfer_publish
from lacrima.practice.transfer import bring_in, undo_batch
from lacrima.records import audit, clock
from lacrima.records.models import Answers, Expression, ImportBatch, Moment, Offer, Session
from tests.support.cast import NOON
from tests.support.diaries import (
    DIARY,
    DIARY_NAMES,
    DIARY_ROWS,
    MOMENTS,
    come_in,
    counts,
    diary,
    moment,
    rows_of_moments,
)


def test_a_moment_in_a_session_where_nothing_stood_out_logs_it_and_undo_restores_that(
    cast: Any,
) -> None:
    session = cast.session(1)
    sessions.nothing_stood_out([session], by=cast.ana)
    result = come_in(cast, moment(shown=1), MOMENTS)
    session.refresh_from_db()
    assert (session.log_state, result.completed) == ("moments", 1)
    undo_batch(result.batch or "", by=cast.ana)
    session.refresh_from_db()
    assert (session.log_state, Moment.objects.count()) == ("nothing", 0)


def test_an_import_of_moments_is_taken_back_as_a_whole(cast: Any) -> None:
    before = counts()[:7]
    result = come_in(cast, diary(), DIARY)
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept, undone.sessions_removed, undone.clients_removed) == (
        6, 0, 4, 2,
    )  # fmt: skip
    assert undone.counts == {"scores": 0, "moments": 3, "voices": 3, "sessions": 4}
    assert counts()[:7] == before
    assert come_in(cast, diary(), DIARY).added == 10


def test_what_somebody_worked_with_stays_when_moments_are_taken_back(cast: Any) -> None:
    result = come_in(cast, diary(), DIARY)
    changed, spoken, _ = Moment.objects.order_by("session__start")
    moments.say_more(changed.voices.get(), by=cast.ana, rating=2)
    seat = spoken.session.episode.participants.exclude(client=None).get()
    moments.add_client_voice(spoken, by=cast.ana, participant=seat, occasion="later", rating=1)
    noted = Session.objects.get(log_state="nothing")
    notes.write_record_note(noted.episode, by=cast.ana, session=noted, words="We began late.")
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept, undone.clients_removed) == (1 + 1, 4, 0)
    noted.refresh_from_db()
    assert noted.log_state == "not_yet"
    assert set(Moment.objects.all()) == {changed, spoken}


def test_history_makes_no_suggestions_but_last_weeks_moments_do(cast: Any) -> None:
    for number, days in ((1, 400), (2, 7)):
        cast.session(number, start=NOON - timedelta(days=days))
    rows = [
        {"id": "M 01", "nr": number, "who": "client", "side": "therapist", "spoken": "planned"}
        for number in (1, 2)
    ]
    come_in(cast, rows_of_moments(*rows), MOMENTS)
    # The session's date is not in the file, so what it says of time is not known from it.
    assert Offer.objects.count() == 0
    dated = MOMENTS.replace('number = "nr"', 'number = "nr"\ndate = "kind"').replace(
        'kind = "kind"', 'kind = { is = "laughter" }'
    )
    day = clock.now().date() - timedelta(days=7)
    row = rows[1] | {"kind": day.isoformat()}
    assert come_in(cast, rows_of_moments(row), dated).refused == ()
    assert [offer.kind for offer in Offer.objects.all()] == ["speak_of_it"]


def test_nothing_is_kept_when_the_audit_line_cannot_be_written(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts()

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "_write", fail)
    with pytest.raises(OSError, match="no room"):
        come_in(cast, diary(), DIARY)
    assert counts() == before


def test_two_tabs_that_bring_in_the_same_file_bring_it_in_once(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second tab weighed the file before the first one had published it."""
    usual = transfer_publish.publish

    def after_the_other(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(transfer, "publish", usual)
        come_in(cast, diary(), DIARY)
        return usual(*arguments, **options)

    monkeypatch.setattr(transfer, "publish", after_the_other)
    with pytest.raises(EditConflict):
        come_in(cast, diary(), DIARY)
    assert (Moment.objects.count(), ImportBatch.objects.count()) == (3, 1)


def test_a_kill_in_the_middle_leaves_nothing(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After sessions and moments were written, and before the voices are."""
    before = counts()

    def killed(*_: object, **__: object) -> None:
        raise OurFault("killed")

    monkeypatch.setattr(Expression.objects, "bulk_create", killed)
    with pytest.raises(OurFault):
        come_in(cast, diary(), DIARY)
    assert counts() == before


def test_scores_sessions_and_moments_of_one_table_come_in_together(cast: Any) -> None:
    told = (
        'client = "id"\n[[score]]\ninstrument = "gad-7"\nvalue = "gad"\nsession = "nr"\n'
        '[session]\nnumber = "nr"\nlength_min = 50\n[[moment]]\nwhen = "cried"\n'
        'who = { is = "client" }\n'
    )
    result = come_in(cast, "id,nr,gad,cried\nN 1,1,7,no\nN 1,2,9,yes\nN 1,3,,0\n", told)
    assert [count.added for count in result.counts.values()] == [2, 3, 1, 1]
    assert list(Session.objects.order_by("number").values_list("length_min", "log_state")) == [
        (50, "not_yet"), (50, "moments"), (50, "not_yet"),
    ]  # fmt: skip
    assert Answers.objects.filter(session__moments__isnull=False).count() == 1
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.sessions_removed, undone.clients_removed) == (4, 3, 1)


def test_a_dry_run_of_moments_changes_nothing(cast: Any) -> None:
    before = counts()
    result = come_in(cast, diary(), DIARY, dry_run=True)
    assert (result.batch, result.added, result.is_dry_run) == (None, 10, True)
    assert counts() == before


def test_the_same_diary_as_a_parquet_file_is_the_same_diary(cast: Any, tmp_path: Path) -> None:
    come_in(cast, diary(), DIARY)
    (tmp_path / "diary.csv").write_text(diary(), encoding="utf-8")
    typed = duckdb.read_csv(str(tmp_path / "diary.csv"), sep=";", date_format="%d.%m.%Y")
    typed.write_parquet(str(tmp_path / "diary.parquet"))
    table = read_table_bytes((tmp_path / "diary.parquet").read_bytes())
    assert table.is_dated("date")
    result = bring_in(table, DIARY, by=cast.ana)
    assert (result.refused, result.added, result.unchanged) == ((), 0, 10)


def test_columns_that_the_map_does_not_use_are_listed(cast: Any) -> None:
    text = f"{DIARY_NAMES};room;mood\n{DIARY_ROWS[0]};2;good\n"
    result = come_in(cast, text, DIARY)
    assert result.unused_columns == ("room", "mood")
    assert [loss.what for loss in result.losses] == ["the column 'room'", "the column 'mood'"]
