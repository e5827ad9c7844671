"""What is the client's own: seen, corrected, taken back; paused and stopped at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lacrima.errors import BadInput, NoConsent, NotFound, OutOfRange
from lacrima.practice import care, consents, door_own, door_telling, door_way_out
from lacrima.practice.door_content import content_of
from lacrima.practice.door_visits import DoorWay, Release, visit_of
from lacrima.records import audit
from lacrima.records.models import AuditLine, Client, Consent, Door, DoorAnswer, Participant, Voice
from tests.support import doors
from tests.support.cast import NOON, Cast
from tests.support.things import all_rows


def test_the_client_sees_everything_that_was_told_the_newest_first(
    cast: Cast, still_clock: Any
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me")
    still_clock.move(hours=8)
    doors.told(seat, session, Release.NOBODY)
    rows = door_own.answers_at(seat.pk)
    assert [row.step for row in rows] == ["first", "asked"]
    visit = visit_of(seat, DoorWay.LINK)
    assert door_telling.who_reads(rows[0], visit) == "nobody reads it"
    assert ("In your words", "I looked after her") in door_telling.lines_of(rows[0], visit)
    assert door_telling.who_reads(rows[1], visit).startswith("Ana reads how the session was")


def _strangers(cast: Cast) -> tuple[Participant, DoorAnswer]:
    """Clara at her own door, and what Mia told."""
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me")
    clara = cast.place_of(cast.clara, cast.care_of_clara)
    door_own.agree(clara.pk)
    return clara, doors.told(seat, session, Release.OPEN)


def test_an_answer_of_somebody_else_is_not_found_and_stays(cast: Cast) -> None:
    clara, row = _strangers(cast)
    before = all_rows()
    for key in (row.pk, uuid4()):
        with pytest.raises(NotFound):
            door_own.answer_at(clara.pk, key)
        with pytest.raises(NotFound):
            door_own.correct(clara.pk, key, {"words": "x"}, Release.OPEN)
        with pytest.raises(NotFound):
            door_own.take_back(clara.pk, key)
    assert all_rows() == before
    assert door_own.answers_at(clara.pk) == []


def test_no_door_opens_for_a_seat_that_is_no_clients(cast: Cast) -> None:
    for key in (cast.place_of(cast.ana, cast.care_of_mia).pk, uuid4()):
        for act in (door_own.answers_at, door_own.agree, door_own.stop, door_own.go_on):
            with pytest.raises(NotFound):
                act(key)
    assert not Door.objects.exists()


def test_a_correction_is_what_is_read_from_then_on(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me")
    row = doors.told(seat, session, Release.OPEN)
    door_own.correct(seat.pk, row.pk, {"words": "it was good"}, Release.OPEN)
    voice = Voice.objects.get()
    assert (voice.words, voice.rating, voice.items) == ("it was good", None, {})
    assert content_of(DoorAnswer.objects.get(pk=row.pk)) == {"words": "it was good"}


def test_an_answer_to_the_two_questions_can_be_corrected_and_taken_back(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me", rating=2)
    row = DoorAnswer.objects.get()
    door_own.correct(seat.pk, row.pk, {"rating": -1, "stood_out": []}, Release.NOT_YET)
    row.refresh_from_db()
    assert (row.rating, content_of(row)) == (-1, {})
    door_own.take_back(seat.pk, row.pk)
    assert doors.kinds(seat, now=NOON) == ["asked"]


def test_stop_withdraws_the_agreement_at_once_and_asks_no_reason(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    door_own.stop(seat.pk)
    assert consents.active_consents([cast.mia.pk], "feedback") == []
    visit = visit_of(seat, DoorWay.LINK)
    assert visit.is_stopped
    assert not visit.has_agreed
    assert visit.asks == ()
    with pytest.raises(NoConsent):
        doors.asked(seat, session)


def test_after_a_stop_the_client_still_sees_narrows_and_takes_back(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me")
    row = doors.told(seat, session, Release.OPEN)
    door_own.stop(seat.pk)
    assert len(door_own.answers_at(seat.pk)) == 2
    with pytest.raises(NoConsent):
        door_own.correct(seat.pk, row.pk, content_of(row), Release.TALK)
    with pytest.raises(NoConsent):  # no new words under the cover of nobody reading them
        door_own.correct(seat.pk, row.pk, {"words": "x"}, Release.NOBODY)
    door_own.correct(seat.pk, row.pk, content_of(row), Release.NOBODY)
    assert not Voice.objects.exists()
    door_own.take_back(seat.pk, row.pk)
    assert DoorAnswer.objects.count() == 1


def test_a_stop_is_whole_or_not_at_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seat = doors.agreed_door(cast)
    write = audit._write

    def refuse(line: Any, by: Any, action: str) -> None:
        if action == "consent.withdrawn":
            raise RuntimeError
        write(line, by, action)

    monkeypatch.setattr(audit, "_write", refuse)
    before = all_rows()
    with pytest.raises(RuntimeError):
        door_own.stop(seat.pk)
    assert all_rows() == before


def test_who_stopped_can_agree_anew(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    doors.today_session(cast)
    door_own.stop(seat.pk)
    door_own.agree(seat.pk)
    assert doors.kinds(seat, now=NOON) == ["asked"]
    assert Consent.objects.filter(purpose="feedback").count() == 2


def test_agreeing_twice_is_one_agreement_with_the_words_that_were_read(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    door_own.agree(seat.pk)
    (row,) = consents.active_consents([cast.mia.pk], "feedback")
    assert row.way == "at_the_door"
    assert row.wording


def test_a_child_does_not_agree_alone(cast: Cast) -> None:
    pair = care.start_episode(
        by=cast.ana,
        kind="child_and_parent",
        clients=[care.NewClient("K 1", role="child"), care.NewClient("K 2", role="parent")],
    )
    child = Client.objects.get(code="K 1")
    seat = doors.seat_of(child, pair)
    with pytest.raises(BadInput, match="decides"):
        door_own.agree(seat.pk)
    assert not Door.objects.exists()
    consents.give_consent(child, by=cast.ana, purpose="feedback")
    door_own.agree(seat.pk)
    assert Door.objects.get().for_child


@pytest.mark.parametrize("days", [-1, 367])
def test_a_pause_lies_within_a_year(cast: Cast, days: int) -> None:
    seat = doors.agreed_door(cast)
    with pytest.raises(OutOfRange):
        door_own.pause(seat.pk, until=NOON.date() + timedelta(days=days))


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_evening_has_an_hour_of_the_day(cast: Cast, hour: int) -> None:
    seat = doors.agreed_door(cast)
    with pytest.raises(OutOfRange):
        door_own.settle(seat.pk, evening_hour=hour)


def test_a_statement_needs_words_and_an_agreement(cast: Cast) -> None:
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    with pytest.raises(NoConsent):
        door_own.add_statement(seat.pk, "it was otherwise", DoorWay.LINK)
    door_own.agree(seat.pk)
    with pytest.raises(BadInput):
        door_own.add_statement(seat.pk, "  ", DoorWay.LINK)
    for _n in range(2):
        door_own.add_statement(seat.pk, "it was otherwise", DoorWay.LINK)
    assert DoorAnswer.objects.filter(step="statement").count() == 2


def test_what_was_mentioned_and_not_told_can_be_told_at_once(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    assert door_own.untold_mention(seat.pk) is None
    doors.asked(seat, session, "therapist")
    more = door_own.untold_mention(seat.pk)
    assert more is not None
    assert (more.session_id, more.stood_out) == (session.pk, ("therapist",))
    doors.told(seat, session, Release.NOBODY)
    assert door_own.untold_mention(seat.pk) is None


ACTS: dict[str, Callable[[Participant, DoorAnswer], Any]] = {
    "correct": lambda seat, row: door_own.correct(seat.pk, row.pk, {"words": "x"}, Release.OPEN),
    "narrow": lambda seat, row: door_own.correct(seat.pk, row.pk, content_of(row), Release.NOBODY),
    "take_back": lambda seat, row: door_own.take_back(seat.pk, row.pk),
    "add_statement": lambda seat, _row: door_own.add_statement(seat.pk, "x", DoorWay.LINK),
    "settle": lambda seat, _row: door_own.settle(seat.pk, evening_hour=9),
    "pause": lambda seat, _row: door_own.pause(seat.pk, until=NOON.date()),
    "go_on": lambda seat, _row: door_own.go_on(seat.pk),
    "stop": lambda seat, _row: door_own.stop(seat.pk),
    "agree": lambda seat, _row: door_own.agree(seat.pk),
    "send": lambda seat, _row: door_way_out.send(seat.pk, kind="other", words="x"),
}


def test_nothing_is_kept_when_the_line_cannot_be_written(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.outside(cast)
    doors.asked(seat, session, "me")
    row = doors.told(seat, session, Release.OPEN)

    def no_line(_row: AuditLine) -> str:
        raise OSError("no line")

    monkeypatch.setattr(audit, "hash_of", no_line)
    before = all_rows()
    for name, act in ACTS.items():
        with pytest.raises(OSError, match="no line"):
            act(seat, row)
        assert all_rows() == before, name


def test_every_step_of_the_clients_own_has_a_line_of_nobody(cast: Cast) -> None:
    before = AuditLine.objects.count()
    seat = doors.agreed_door(cast)
    door_own.settle(seat.pk, evening_hour=9)
    door_own.pause(seat.pk, until=NOON.date())
    door_own.go_on(seat.pk)
    door_own.stop(seat.pk)
    lines = AuditLine.objects.order_by("sequence").values_list("by", "action")[before:]
    assert {by for by, _action in lines} == {""}
    assert [action for _by, action in lines] == [
        "consent.given", "door.settled", "door.settled", "door.settled", "door.settled",
        "door.settled", "consent.withdrawn",
    ]  # fmt: skip
