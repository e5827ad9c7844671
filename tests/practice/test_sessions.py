"""Sessions: looked back on, weighed, moved, cancelled, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.practice import answers, care, moments, sessions
from lacrima.practice.words import LogState
from lacrima.records.models import Answers, Moment, Session
from tests.support.cast import NOON
from tests.support.things import PHQ_9


def test_a_session_without_a_number_gets_the_next_one(cast):
    made = [sessions.add_session(cast.care_of_mia, by=cast.ana).number for _ in range(2)]
    assert made == [1, 2]


def test_two_sessions_cannot_have_one_number(cast):
    cast.session(3)
    with pytest.raises(BadInput, match="number"):
        cast.session(3)


def test_a_session_may_have_a_number_and_no_date(cast):
    session = sessions.add_session(cast.care_of_mia, by=cast.ana, number=4)
    assert session.start is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", 0), ("length_min", 0), ("length_min", 601), ("modality", "telepathy")],
)
def test_what_does_not_fit_names_its_field(cast, name, value):
    session = cast.session(1)
    with pytest.raises(OutOfRange) as refusal:
        sessions.change_session(session, by=cast.ana, expected_version=1, **{name: value})
    assert refusal.value.where == name


def test_whether_a_face_was_seen_belongs_to_video(cast):
    session = cast.session(1, modality="video", face_visible=True)
    with pytest.raises(OutOfRange, match="face"):
        cast.session(2, face_visible=True)
    moved = sessions.change_session(session, by=cast.ana, expected_version=1, modality="phone")
    assert moved.face_visible is None


def test_heaviness_before_and_after_are_two_fields_and_can_be_taken_back(cast):
    session = cast.session(1)
    sessions.set_heaviness(session, by=cast.ana, value=0, given_by="client")
    sessions.set_heaviness(session, by=cast.ana, value=9, after=True)
    kept = Session.objects.get(pk=session.pk)
    assert (kept.heaviness, kept.heaviness_by) == (0, "client")
    assert (kept.heaviness_after, kept.heaviness_after_by) == (9, "therapist")
    sessions.set_heaviness(session, by=cast.ana, value=None)
    kept.refresh_from_db()
    assert (kept.heaviness, kept.heaviness_by, kept.heaviness_after) == (None, "", 9)


@pytest.mark.parametrize("value", [-1, 11])
def test_heaviness_runs_from_0_to_10(cast, value):
    with pytest.raises(OutOfRange, match="0 to 10"):
        sessions.set_heaviness(cast.session(1), by=cast.ana, value=value)


def test_an_observer_gives_no_heaviness(cast):
    with pytest.raises(OutOfRange):
        sessions.set_heaviness(cast.session(1), by=cast.ana, value=3, given_by="observer")


def test_nothing_stood_out_for_several_at_once_and_back(cast):
    rows = [cast.session(number) for number in (1, 2, 3)]
    assert sessions.nothing_stood_out(rows, by=cast.ana) == 3
    assert sessions.nothing_stood_out(rows, by=cast.ana) == 0
    assert sessions.undo_nothing_stood_out(rows[:2], by=cast.ana) == 2
    states = Session.objects.order_by("number").values_list("log_state", flat=True)
    assert list(states) == [LogState.NOT_YET, LogState.NOT_YET, LogState.NOTHING]


def test_one_foreign_session_among_several_leaves_all_as_they_were(cast):
    foreign = sessions.add_session(cast.care_of_clara, by=cast.berta)
    with pytest.raises(NotFound):
        sessions.nothing_stood_out([cast.session(1), foreign], by=cast.ana)
    assert not Session.objects.filter(log_state=LogState.NOTHING).exists()


def test_nothing_cannot_have_stood_out_where_a_moment_was_logged(things):
    with pytest.raises(BadInput, match="moment"):
        sessions.nothing_stood_out([things.quiet, things.session], by=things.cast.ana)
    assert Session.objects.get(pk=things.quiet.pk).log_state == LogState.NOT_YET


def test_nothing_can_be_said_of_a_day_to_come(cast):
    tomorrow = cast.session(1, start=NOON + timedelta(days=1))
    with pytest.raises(OutOfRange):
        sessions.nothing_stood_out([tomorrow], by=cast.ana)
    later_today = cast.session(2, start=NOON + timedelta(hours=3))
    assert sessions.nothing_stood_out([later_today], by=cast.ana) == 1


def test_a_cancelled_session_gives_its_number_back_and_can_return(cast):
    first, second = cast.session(1), cast.session(2)
    sessions.nothing_stood_out([second], by=cast.ana)
    gone = sessions.cancel_session(second, by=cast.ana, not_attended=True)
    assert (gone.number, gone.state, gone.log_state) == (None, "not_attended", "not_yet")
    with pytest.raises(BadInput, match="did not take place"):
        moments.log_moment(second, by=cast.ana, who="client")
    with pytest.raises(BadInput, match="did not take place"):
        sessions.nothing_stood_out([second], by=cast.ana)
    assert sessions.undo_cancel_session(second, by=cast.ana).number == 2
    assert first.number == 1


def test_a_session_returns_with_another_number_when_its_own_was_taken(cast):
    second = cast.session(2)
    sessions.cancel_session(second, by=cast.ana)
    cast.session(1)
    cast.session(2, start=NOON)
    assert sessions.undo_cancel_session(second, by=cast.ana).number == 3


def test_a_session_with_a_moment_is_not_cancelled_over_its_head(things):
    with pytest.raises(BadInput, match="moment"):
        sessions.cancel_session(things.session, by=things.cast.ana)


def test_deleting_says_before_what_goes_with_it(things):
    counts = sessions.what_goes_with(things.session, by=things.cast.ana)
    assert counts == {"moments": 1, "answers": 1}
    assert sessions.what_goes_with(things.session, by=things.cast.berta) == {
        "moments": 0,
        "answers": 0,
    }
    sessions.delete_session(things.session, by=things.cast.ana)
    assert not Moment.objects.exists()
    assert not Answers.objects.exists()


def test_who_was_there_can_be_said_and_strangers_refused(cast):
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("interpreter", "I. K.")
    )
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    session = cast.session(1, present=[mia])
    assert list(session.present.all()) == [mia]
    clara = cast.place_of(cast.clara, cast.care_of_clara)
    with pytest.raises(BadInput, match="present"):
        sessions.change_session(session, by=cast.ana, expected_version=1, present=[clara])


def test_two_windows_on_one_session(cast):
    session = cast.session(1)
    sessions.change_session(session, by=cast.ana, expected_version=1, length_min=90)
    with pytest.raises(EditConflict):
        sessions.change_session(session, by=cast.ana, expected_version=1, length_min=45)
    assert Session.objects.get().length_min == 90


def test_answers_may_hang_on_a_session_that_moves(cast):
    session = cast.session(1)
    answers.record_answers(
        cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=PHQ_9, session=session
    )
    sessions.change_session(session, by=cast.ana, expected_version=1, number=5)
    assert Answers.objects.get().session.number == 5
