"""While a hold stands or a request is open, nothing about that client goes, by whatever road."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

import lacrima
from lacrima.errors import BadInput, LacrimaError, NotAllowed, NotFound, OnHold
from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.table import read_table_bytes
from lacrima.practice import (
    answers,
    care,
    disclosing,
    holding,
    notes,
    removing,
    share_ending,
    supervision,
    transfer,
    weighing,
)
from lacrima.practice.transfer_undo import undo_batch
from lacrima.records.models import (
    Disclosure,
    Episode,
    LegalHold,
    Member,
    RiskItem,
    Share,
)
from tests.practice.test_every_change import BY_ROLE, CHANGES, OF_ONESELF, OF_THE_OWNER
from tests.support.cast import NOON, Cast
from tests.support.showing import shared
from tests.support.things import WITHOUT_RISK, Act, Things, all_rows

ROOMS = Path(lacrima.__file__).parent / "practice"
DELETES = {"removing.py", "erasing_rows.py", "erasing_joint.py"}
MAP = 'client = "client"\n\n[[score]]\ninstrument = "phq-9"\nvalue = "phq9"\nassessment = "n"\n'


def hold(things: Things) -> LegalHold:
    return holding.set_hold(things.cast.mia, by=things.cast.ana, reason="a letter of a court")


def request(things: Things) -> Disclosure:
    return disclosing.note_request(
        things.cast.mia,
        by=things.cast.ana,
        asked_on=NOON.date(),
        asked_by="a court",
        kind="authority",
    )


def test_every_kind_of_row_says_once_how_it_belongs_to_a_client() -> None:
    tables = (removing.ROAD_TO_EPISODE, removing.ROAD_TO_CLIENT, removing.OF_NO_CLIENT)
    said = [model for table in tables for model in table]
    assert len(said) == len(set(said))
    every = set(apps.get_app_config("records").get_models())
    assert {model.__name__ for model in every - set(said)} == set()
    assert all(removing.OF_NO_CLIENT.values())


def test_no_other_room_that_knows_rows_about_clients_deletes_by_itself() -> None:
    house = {model.__name__ for model in removing.OF_NO_CLIENT}
    every = {model.__name__ for model in apps.get_app_config("records").get_models()}
    found = [
        f"{path.name}:{line}"
        for path in sorted(ROOMS.rglob("*.py"))
        if path.name not in DELETES
        for line in _deletes(ast.parse(path.read_text("utf-8")), every - house)
    ]
    assert found == [], "delete by practice/removing, which asks whether that may be now"


def _deletes(room: ast.Module, about_clients: set[str]) -> list[int]:
    """Where a room deletes, if it knows any kind of row about a client."""
    named = {node.id for node in ast.walk(room) if isinstance(node, ast.Name)}
    if not named & about_clients:
        return []
    called = [node for node in ast.walk(room) if isinstance(node, ast.Attribute)]
    return [node.lineno for node in called if node.attr in {"delete", "_raw_delete"}]


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _texts(model: type[models.Model]) -> list[int]:
    kinds = (models.CharField, models.TextField, models.BinaryField)
    return [n for n, one in enumerate(model._meta.concrete_fields) if isinstance(one, kinds)]


def _lost(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> set[str]:
    """What is gone of rows about clients: whole rows, and texts that were emptied."""
    lost = set()
    for model in set(apps.get_app_config("records").get_models()) - set(removing.OF_NO_CLIENT):
        name, left = model.__name__, {row[0]: row for row in after[model.__name__]}
        for row in before[name]:
            now = left.get(row[0])
            if now is None or any(row[n] and not now[n] for n in _texts(model)):
                lost.add(name)
    return lost


@pytest.fixture
def acts(things: Things) -> dict[str, Act]:
    """Every change there is, those with a share among them, and an import taken back."""
    ana = things.cast.ana
    share = shared(things)
    note = supervision.say_of_share(share, by=ana, kind="comment", words="a thought")
    table = read_table_bytes(b"client,n,phq9\nM 01,77,12\n")
    batch = transfer.bring_in(table, read_map_bytes(MAP.encode()), by=ana).batch
    spare = care.add_participant(
        things.cast.care_of_mia, by=ana, who=care.NewParticipant("interpreter", "I. K.")
    )
    return {
        **CHANGES, **BY_ROLE, **OF_THE_OWNER, **OF_ONESELF,
        "withdraw_share": lambda t, by: supervision.withdraw_share(share, by=by),
        "take_back_note": lambda t, by: supervision.take_back_note(note, by=by),
        "undo_batch": lambda t, by: undo_batch(batch, by=by),
        "remove_participant": lambda t, by: care.remove_participant(spare, by=by),
        "risk_taken_back": lambda t, by: answers.change_answers(
            t.answers, by=by, expected_version=1, items=WITHOUT_RISK
        ),
    }  # fmt: skip


KEEPS_IT = {"withdraw_share", "risk_taken_back"}  # done, and yet nothing is lost


@pytest.mark.parametrize("why", [hold, request])
def test_whatever_would_delete_something_of_hers_is_refused(
    things: Things, acts: dict[str, Act], why: Callable[[Things], Any]
) -> None:
    before, ana = all_rows(), things.cast.ana
    deleting = set()
    for name, act in acts.items():
        with _undone():
            act(things, ana)
            if _lost(before, all_rows()):
                deleting.add(name)
    assert len(deleting) >= 12
    assert {"delete_session", "delete_private_note", "undo_batch", *KEEPS_IT} <= deleting
    why(things)
    before = all_rows()
    for name in sorted(deleting - KEEPS_IT):
        with pytest.raises(OnHold):
            acts[name](things, ana)
        assert all_rows() == before, name
    for name in KEEPS_IT:
        with _undone():
            acts[name](things, ana)
            assert _lost(before, all_rows()) == set(), name


def test_an_empty_course_of_care_stays_too(cast: Cast) -> None:
    holding.set_hold(cast.mia, by=cast.ana, reason="a letter")
    with pytest.raises(OnHold):
        care.undo_episode(cast.care_of_mia, by=cast.ana)
    assert Episode.objects.filter(pk=cast.care_of_mia.pk).exists()


@pytest.mark.parametrize("why", [hold, request])
def test_nothing_of_hers_expires_and_what_is_past_its_day_goes_afterwards(
    things: Things, why: Callable[[Things], Any]
) -> None:
    share = shared(things)
    later = NOON + timedelta(days=400)
    stands = why(things)
    before = all_rows()
    assert _expire(later) == [0, 0, 0]
    assert all_rows() == before
    if isinstance(stands, LegalHold):
        holding.lift_hold(stands, by=things.cast.ana)
    else:
        disclosing.decline_request(stands, by=things.cast.ana, why="no ground")
    assert _expire(later) == [1, 1, 1]
    assert Share.objects.get(pk=share.pk).content == ""


def _expire(now: Any) -> list[int]:
    return [
        notes.forget_expired_private_notes(now=now),
        weighing.forget_expired_weighings(now=now),
        share_ending.forget_expired_shares(now=now),
    ]


def test_what_was_withdrawn_meanwhile_is_read_by_nobody_and_goes_afterwards(
    things: Things,
) -> None:
    share = shared(things)
    stands = hold(things)
    ended = supervision.withdraw_share(share, by=things.cast.ana)
    assert supervision.state_of(ended) is supervision.ShareState.WITHDRAWN
    assert Share.objects.get(pk=share.pk).content != ""
    holding.lift_hold(stands, by=things.cast.ana)
    share_ending.forget_expired_shares(now=NOON)
    assert Share.objects.get(pk=share.pk).content == ""


def test_a_risk_whose_answer_was_corrected_stands_on(things: Things) -> None:
    hold(things)
    answers.change_answers(
        things.answers, by=things.cast.ana, expected_version=1, items=WITHOUT_RISK
    )
    assert RiskItem.objects.filter(pk=things.risk.pk).exists()


def test_a_hold_is_hers_alone_and_others_are_deleted_as_before(things: Things) -> None:
    cast = things.cast
    hold(things)
    note = notes.write_record_note(cast.care_of_clara, by=cast.berta, words="Clara")
    notes.delete_record_note(note, by=cast.berta)
    private = notes.write_private_note(by=cast.ana, words="of myself", expires_on=date(2026, 4, 1))
    notes.delete_private_note(private, by=cast.ana)


def test_one_hold_at_a_time_with_a_reason(things: Things) -> None:
    with pytest.raises(BadInput):
        holding.set_hold(things.cast.mia, by=things.cast.ana, reason="  ")
    stands = hold(things)
    with pytest.raises(BadInput):
        hold(things)
    holding.lift_hold(stands, by=things.cast.ana)
    with pytest.raises(BadInput):
        holding.lift_hold(stands, by=things.cast.ana)
    hold(things)
    assert holding.is_held(things.cast.mia)
    assert [one.pk for one in holding.past_holds(things.cast.ana, things.cast.mia)] == [stands.pk]


def _error(do: Callable[[], Any]) -> type[Exception] | None:
    try:
        do()
    except LacrimaError as error:
        return type(error)
    return None


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_nobody_else_sets_or_lifts_it(things: Things, who: str) -> None:
    by: Member = getattr(things.cast, who)
    stands = hold(things)
    said = {
        _error(lambda: holding.set_hold(things.cast.mia, by=by, reason="x")),
        _error(lambda: holding.lift_hold(stands, by=by)),
    }
    assert said <= {NotFound, NotAllowed}


def test_who_stands_in_sets_a_hold_and_does_not_lift_it(things: Things, still_clock: Any) -> None:
    still_clock.move(days=(date(2026, 8, 5) - NOON.date()).days)
    berta = Member.objects.get(pk=things.cast.berta.pk)
    stands = holding.set_hold(things.cast.mia, by=berta, reason="a letter came")
    with pytest.raises(NotAllowed):
        holding.lift_hold(stands, by=berta)
    holding.lift_hold(stands, by=things.cast.ana)
