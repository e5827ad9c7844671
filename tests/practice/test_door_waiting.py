"""Answers given while the practice is locked: sealed, kept at unlock as if they had come then."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.practice import door_own, door_waiting, erasing
from lacrima.practice.door_answering import Word, keep
from lacrima.practice.door_content import content_of
from lacrima.practice.door_visits import Release
from lacrima.records.models import Answers, DoorAnswer, Session, Voice
from lacrima.vault import spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from tests.support import doors, spools
from tests.support.cast import NOON, PASSPHRASE, Cast
from tests.support.things import PHQ_9, all_rows

FEW = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture(autouse=True)
def _empty_spool(vault_folder: Folder) -> Iterator[None]:
    """Whatever other tests left half typed; and nothing is left here either."""
    spools.empty(vault_folder)
    yield
    spools.empty(vault_folder)


def _rows() -> list[Any]:
    """What is kept of all answers, without ids and times of keeping."""
    told = [
        (row.session_id, row.step, row.way, row.given_at, row.rating, row.release,
         content_of(row), row.voice is not None, row.for_keeper)
        for row in DoorAnswer.objects.order_by("given_at", "step").select_related("participant")
    ]  # fmt: skip
    forms = Answers.objects.order_by("given_at").values_list(
        "instrument", "items", "total", "missing", "source", "given_at", "risk_items__item"
    )
    heavy = Session.objects.order_by("number").values_list("heaviness", "heaviness_by")
    voices = Voice.objects.order_by("occasion").values_list(
        "side", "rating", "items", "would_like_to_talk", "burdened", "noticed"
    )
    return [told, list(forms), list(heavy), list(voices)]


PAGES = st.lists(
    st.sampled_from(("asked", "first", "second", "heaviness", "form")), min_size=1, unique=True
)


def _page(seat: Any, session: Session, kind: str, release: Release) -> Word:
    if kind == "form":
        return doors.word(seat, "form", slug="phq-9", values=PHQ_9)
    values: dict[str, dict[str, Any]] = {
        "asked": {"rating": -2, "stood_out": ["me"]},
        "heaviness": {"value": 4},
    }
    return doors.word(seat, kind, session, values=values.get(kind, doors.TOLD), release=release)


@FEW
@given(kinds=PAGES, release=st.sampled_from(list(Release)), again=st.booleans())
def test_a_letter_ends_in_the_same_rows_as_a_word_kept_directly(
    cast: Cast, vault_folder: Folder, kinds: list[str], release: Release, again: bool
) -> None:
    with doors.undone():
        seat, session = doors.agreed_door(cast), doors.today_session(cast)
        pages = [_page(seat, session, kind, release) for kind in kinds]
        with doors.undone():
            for page in pages:
                keep(page)
            directly = _rows()
        for place, page in enumerate(pages):
            _put_by(vault_folder, page, place)
            if again:  # a power cut between keeping and removing
                _put_by(vault_folder, page, place)
        assert door_waiting.take_in(vault_folder) == len(pages) * (1 + again)
        assert _rows() == directly
        assert spool.names(vault_folder) == ()


def _put_by(folder: Folder, page: Word, place: int) -> None:
    """In the order in which they were sent, which the file system might not tell apart."""
    before = set(spool.names(folder))
    door_waiting.put_by(folder, page)
    (name,) = set(spool.names(folder)) - before
    os.utime(spool._path(folder, name), ns=(10**18 + place, 10**18 + place))


def test_while_locked_a_word_is_put_by_sealed_and_kept_at_unlock(
    committed_cast: Cast, vault_folder: Folder
) -> None:
    cast = committed_cast
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    page = _page(seat, session, "first", Release.NOBODY)
    VAULT.full_lock()
    door_waiting.put_by(vault_folder, page)
    (name,) = spool.names(vault_folder)
    sealed = spool._path(vault_folder, name).read_bytes()
    for hidden in (b"looked after", seat.pk.hex.encode(), session.pk.hex.encode(), b"burdened"):
        assert hidden not in sealed
    VAULT.unlock(vault_folder, PASSPHRASE)
    assert door_waiting.take_in(vault_folder) == 1
    assert content_of(DoorAnswer.objects.get()) == doors.TOLD


def test_a_letter_that_cannot_be_kept_stays_aside_and_stops_nothing(
    cast: Cast, vault_folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    spool.put(vault_folder, door_waiting.KIND, b"no answer of the door")
    spool.put(vault_folder, "draft", b"half a form")
    vault_folder.spool.joinpath("0" * 32 + ".letter").write_bytes(b"torn")
    vault_folder.spool.joinpath("1" * 32 + ".letter").write_bytes(b"LSPL\x01\x0bdoor-answertorn")
    door_waiting.put_by(vault_folder, _page(seat, session, "asked", Release.NOT_YET))
    with caplog.at_level(logging.WARNING):
        assert door_waiting.take_in(vault_folder) == 1
    assert len(spool.names(vault_folder)) == 4
    assert DoorAnswer.objects.count() == 1
    said = caplog.text
    for hidden in (seat.pk.hex, session.pk.hex, "M 01", "no answer of the door\n"):
        assert hidden not in said


def test_a_letter_of_a_clock_that_was_a_day_ahead_waits_for_its_day(
    cast: Cast, vault_folder: Folder, still_clock: Any
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    still_clock.move(days=1)
    page = _page(seat, session, "asked", Release.NOT_YET)
    still_clock.move(days=-1)
    door_waiting.put_by(vault_folder, page)
    assert door_waiting.take_in(vault_folder) == 0
    assert not DoorAnswer.objects.exists()
    still_clock.move_to(NOON + timedelta(days=1, hours=1))
    assert door_waiting.take_in(vault_folder) == 1
    assert DoorAnswer.objects.get().given_at == page.given_at


def test_a_letter_of_who_withdrew_meanwhile_is_not_kept(cast: Cast, vault_folder: Folder) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    door_waiting.put_by(vault_folder, _page(seat, session, "asked", Release.NOT_YET))
    door_own.stop(seat.pk)
    before = all_rows()
    assert door_waiting.take_in(vault_folder) == 0
    assert all_rows() == before


def test_with_the_client_go_the_letters_that_wait(
    committed_cast: Cast, vault_folder: Folder
) -> None:
    cast = committed_cast
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me")
    doors.told(seat, session, Release.NOBODY)
    door_waiting.put_by(vault_folder, _page(seat, session, "second", Release.OPEN))
    erasing.erase_client(cast.mia, by=cast.ana, code="M 01")
    assert spool.names(vault_folder) == ()
    assert not DoorAnswer.objects.exists()


def test_a_letter_says_no_more_than_the_page_did(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    page = _page(seat, session, "asked", Release.NOT_YET)
    assert set(json.loads(page.as_json())) == {
        "key", "participant", "kind", "way", "given_at", "values", "session", "slug", "release",
        "sealed",
    }  # fmt: skip
