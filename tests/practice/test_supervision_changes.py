"""Every change of supervision: hers to make, one line in the log, nothing without it; hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from lacrima.errors import LacrimaError, NotAllowed, NotFound, OutOfRange
from lacrima.practice import (
    colleagues,
    notes,
    people,
    share_making,
    supervision,
    supervision_hours,
)
from lacrima.practice.share_making import Subject
from lacrima.records import audit
from lacrima.records.models import (
    AuditLine,
    Member,
    Share,
)
from tests.support.cast import NOON
from tests.support.showing import LAST_DAY, chosen, of_moment, shared
from tests.support.things import WORDS, Things, all_rows


def test_hours_are_hers_and_come_to_a_sentence_and_a_table(things: Things) -> None:
    ana = things.cast.ana
    add = supervision_hours.add_hour
    add(by=ana, on=date(2026, 1, 9), minutes=90, is_group=True, topics="=1+1, tears")
    add(by=ana, on=date(2026, 2, 6), minutes=50, is_group=False, with_whom="Hanna")
    totals = supervision_hours.totals_of(supervision_hours.hours_of(ana))
    assert totals.sentence == (
        "2 hours 20 minutes in 2 meetings since 9 January 2026, 1 hour 30 minutes of it in a group."
    )
    rows = supervision_hours.hours_csv(by=ana).decode().splitlines()
    assert rows[0] == "date,minutes,group,with_whom,topics"
    assert rows[1].startswith("2026-01-09,90,yes,,\"'=1+1")
    assert supervision_hours.hours_of(things.cast.hanna) == []


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_an_hour_has_a_length(things: Things, minutes: int) -> None:
    with pytest.raises(OutOfRange):
        supervision_hours.add_hour(
            by=things.cast.ana, on=NOON.date(), minutes=minutes, is_group=False
        )


Act = Callable[[Things, Member], Any]


def _question(things: Things, by: Member) -> Share:
    choice = chosen(things, question=WORDS)
    seen = share_making.mark_of(share_making.compose(by, Subject(), choice))
    return share_making.share(by, Subject(), choice, seen=seen)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def acts(things: Things) -> dict[str, Act]:
    """Every change of supervision inside a practice, as Ana makes it; and who shall not."""
    ana = things.cast.ana
    row = shared(things)
    note = supervision.say_of_share(row, by=ana, kind="comment", words=WORDS)
    hour = supervision_hours.add_hour(by=ana, on=NOON.date(), minutes=50, is_group=False)
    return {
        "share": shared_by,
        "withdraw_share": lambda t, by: supervision.withdraw_share(row, by=by),
        "say_of_share": lambda t, by: supervision.say_of_share(
            row, by=by, kind="comment", words=WORDS
        ),
        "take_back_note": lambda t, by: supervision.take_back_note(note, by=by),
        "change_hour": lambda t, by: supervision_hours.change_hour(
            hour, by=by, expected_version=1, on=NOON.date(), minutes=5, is_group=True, topics=WORDS
        ),
        "delete_hour": lambda t, by: supervision_hours.delete_hour(hour, by=by),
    }


def shared_by(things: Things, by: Member) -> Share:
    """Ana's moment, shown by this person to Hanna."""
    subject = share_making.subject_of(by, moment=things.moment.pk)
    choice = chosen(things, "words")
    seen = share_making.mark_of(share_making.compose(by, subject, choice))
    return share_making.share(by, subject, choice, seen=seen)


OF_EVERYBODY: dict[str, Act] = {
    "question": _question,
    "add_hour": lambda t, by: supervision_hours.add_hour(
        by=by, on=NOON.date(), minutes=50, is_group=False, topics=WORDS
    ),
    "hours_csv": lambda t, by: supervision_hours.hours_csv(by=by),
}


def test_what_is_not_hers_is_not_found_and_stays_as_it_is(
    things: Things, acts: dict[str, Act]
) -> None:
    before = all_rows()
    for by in (things.cast.berta, things.cast.stella):
        for name, act in acts.items():
            with pytest.raises(NotFound):
                act(things, by)
            assert all_rows() == before, name


def test_each_change_leaves_one_line_without_words(things: Things, acts: dict[str, Act]) -> None:
    ana, before = things.cast.ana, AuditLine.objects.count()
    for name, act in {**acts, **OF_EVERYBODY}.items():
        with _undone():
            act(things, ana)
            lines = list(AuditLine.objects.order_by("sequence")[before:])
            assert len(lines) == 1, name
            assert "letter" not in f"{lines[0].action} {lines[0].details}", name
            is_private = "hour" in name
            assert bool(lines[0].thing) is not is_private, name
    with _undone():
        row = shared(things, "words", "showed", question=WORDS)
        line = AuditLine.objects.order_by("sequence").last()
        assert line is not None
        assert (line.thing_id, line.details) == (
            row.pk.hex,
            {"purpose": "learning", "parts": ["question", "showed", "words"], "to": "member"},
        )


def test_nothing_is_kept_when_the_line_cannot_be_written(
    things: Things, acts: dict[str, Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_line(row: AuditLine) -> str:
        raise OSError("no line")

    before = all_rows()
    monkeypatch.setattr(audit, "hash_of", no_line)
    for name, act in {**acts, **OF_EVERYBODY}.items():
        with pytest.raises(OSError, match="no line"):
            act(things, things.cast.ana)
        assert all_rows() == before, name


def test_who_left_and_who_looks_after_the_practice_alone_show_nothing(things: Things) -> None:
    ana = things.cast.ana
    other = people.add_member(by=ana, name="Nora", role="administrator")
    left = people.change_member(things.cast.berta, by=ana, left_on=NOON.date())
    for by in (other, left):
        for act in OF_EVERYBODY.values():
            with pytest.raises(LacrimaError):
                act(things, by)
        with pytest.raises(NotAllowed):
            colleagues.own_code(by)


def test_private_notes_are_no_part_of_anything_that_can_be_shown(things: Things) -> None:
    notes.write_private_note(
        by=things.cast.ana, words="for me alone", expires_on=LAST_DAY, session=things.session
    )
    assert "for me alone" not in repr(share_making.look(things.cast.ana, of_moment(things)))
