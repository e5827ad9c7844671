"""What a therapist sees of a door: what was released, and nothing that was not, not as a count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice import care, door_own, sessions
from lacrima.practice.door_reading import door_seen
from lacrima.practice.door_visits import DoorWay, Release
from lacrima.records.models import DoorAnswer
from tests.support import doors
from tests.support.cast import NOON, Cast
from tests.support.things import all_rows


def _seen(cast: Cast, seat: Any) -> Any:
    return door_seen(seat, by=cast.ana)


def test_how_sessions_were_and_statements_are_read(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "therapist", rating=-3)
    door_own.add_statement(seat.pk, "it was otherwise", DoorWay.LINK)
    seen = _seen(cast, seat)
    assert [(one.number, one.rating) for one in seen.sessions] == [(1, -3)]
    assert [one.words for one in seen.statements] == ["it was otherwise"]
    assert seen.has_read
    assert "therapist" not in repr(seen)  # not whether anything stood out


@pytest.mark.parametrize("release", [Release.NOT_YET, Release.TALK, Release.NOBODY, Release.KEEPER])
def test_what_was_not_released_changes_nothing_that_is_seen(cast: Cast, release: Release) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, rating=1)
    before = _seen(cast, seat)
    with doors.undone():
        doors.told(seat, session, release)
        assert _seen(cast, seat) == before


def test_a_statement_that_nobody_may_read_any_more_is_not_read(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    row = door_own.add_statement(seat.pk, "it was otherwise", DoorWay.LINK)
    door_own.correct(seat.pk, row.pk, {"words": "it was otherwise"}, Release.NOBODY)
    assert _seen(cast, seat).statements == ()


def test_asks_that_stay_open_are_counted_and_a_pause_or_stop_counts_none(
    cast: Cast, still_clock: Any
) -> None:
    seat = doors.agreed_door(cast)
    for days in (1, 8, 15):
        cast.session(days, start=NOON + timedelta(days=days))
    still_clock.move(days=17)
    assert _seen(cast, seat).open_asks == 3
    doors.asked(seat, cast.care_of_mia.sessions.get(number=8))
    assert _seen(cast, seat).open_asks == 1
    door_own.pause(seat.pk, until=(NOON + timedelta(days=18)).date())
    assert _seen(cast, seat).open_asks == 0
    door_own.go_on(seat.pk)
    assert _seen(cast, seat).open_asks == 1
    door_own.stop(seat.pk)
    assert _seen(cast, seat).open_asks == 0


def test_before_anybody_read_who_reads_what_nothing_stays_open(
    cast: Cast, still_clock: Any
) -> None:
    cast.session(1, start=NOON + timedelta(days=1))
    still_clock.move(days=9)
    assert _seen(cast, cast.place_of(cast.mia, cast.care_of_mia)).open_asks == 0


def test_nobody_else_sees_a_door(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    for by in (cast.berta, cast.stella):
        with pytest.raises(NotFound):
            door_seen(seat, by=by)
    with pytest.raises(NotAllowed):
        door_seen(seat, by=cast.hanna)


# --- what a client told is not deleted along with something else


def _partner(cast: Cast) -> Any:
    family = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 1"), care.NewClient("S 1")]
    )
    seat = family.participants.get(client__code="S 1")
    door_own.agree(seat.pk)
    return seat


def test_somebody_who_told_at_the_door_is_not_taken_out_again(cast: Cast) -> None:
    seat = _partner(cast)
    with doors.undone():
        care.remove_participant(seat, by=cast.ana)
    door_own.add_statement(seat.pk, "I was there", DoorWay.LINK)
    before = all_rows()
    with pytest.raises(BadInput):
        care.remove_participant(seat, by=cast.ana)
    with pytest.raises(BadInput):
        care.undo_episode(seat.episode, by=cast.ana)
    assert all_rows() == before


def test_a_session_that_a_client_told_of_is_not_deleted(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    with doors.undone():
        sessions.delete_session(session, by=cast.ana)
    doors.asked(seat, session)
    session.refresh_from_db()
    with pytest.raises(BadInput):
        sessions.delete_session(session, by=cast.ana)
    assert DoorAnswer.objects.count() == 1
