"""The two questions on paper or aloud: kept by hand, marked so, never over the client's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lacrima.errors import BadInput, NoConsent, NotFound
from lacrima.practice import door_own, door_paper, door_reading
from lacrima.practice.door_visits import DoorWay
from lacrima.records.models import AuditLine, DoorAnswer, Participant, Session
from tests.support.cast import NOON, Cast
from tests.support.doors import agreed_door, asked, today_session


@pytest.fixture
def seat(cast: Cast) -> Participant:
    return agreed_door(cast)


@pytest.fixture
def session(cast: Cast, seat: Participant) -> Session:
    return today_session(cast)


def test_what_was_written_on_the_sheet_is_kept_and_marked(
    cast: Cast, seat: Participant, session: Session
) -> None:
    row = door_paper.keep_by_hand(
        seat, by=cast.ana, session_id=session.pk, rating=3, stood_out=["me"], way=DoorWay.PAPER
    )
    assert (row.way, row.rating, row.step) == ("paper", 3, "asked")
    seen = door_reading.door_seen(seat, by=cast.ana)
    assert [one.rating for one in seen.sessions] == [3]
    line = AuditLine.objects.get(action="door.kept_by_hand")
    assert line.by == cast.ana.pk.hex


def test_the_clients_own_answer_is_never_written_over(
    cast: Cast, seat: Participant, session: Session
) -> None:
    asked(seat, session, "me", rating=-2)
    with pytest.raises(BadInput):
        door_paper.keep_by_hand(
            seat, by=cast.ana, session_id=session.pk, rating=3, stood_out=[], way=DoorWay.ALOUD
        )
    assert DoorAnswer.objects.get().rating == -2
    assert door_paper.sessions_to_keep(seat) == []


def test_without_the_clients_agreement_nothing_is_kept(
    cast: Cast, seat: Participant, session: Session
) -> None:
    door_own.stop(seat.pk)
    with pytest.raises(NoConsent):
        door_paper.keep_by_hand(
            seat, by=cast.ana, session_id=session.pk, rating=3, stood_out=[], way=DoorWay.PAPER
        )
    assert not DoorAnswer.objects.exists()


def test_a_colleague_cannot_keep_anything_for_somebody_elses_client(
    cast: Cast, seat: Participant, session: Session
) -> None:
    with pytest.raises(NotFound):
        door_paper.keep_by_hand(
            seat, by=cast.berta, session_id=session.pk, rating=3, stood_out=[], way=DoorWay.PAPER
        )


def test_sessions_are_offered_the_latest_first_and_none_to_come(
    cast: Cast, seat: Participant, session: Session
) -> None:
    before = cast.session(8, start=NOON - timedelta(days=7))
    cast.session(10, start=NOON + timedelta(days=7))
    assert door_paper.sessions_to_keep(seat) == [session, before]


@pytest.mark.parametrize("way", [DoorWay.LINK, DoorWay.HANDED_OVER])
def test_by_hand_is_on_paper_or_aloud(
    cast: Cast, seat: Participant, session: Session, way: DoorWay
) -> None:
    with pytest.raises(BadInput):
        door_paper.keep_by_hand(
            seat, by=cast.ana, session_id=session.pk, rating=3, stood_out=[], way=way
        )
