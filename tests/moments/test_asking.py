"""When a client is asked, and that nothing of the therapist can be read from it."""

from __future__ import annotations

import doctest
import inspect
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import OutOfRange
from lacrima.moments import asking
from lacrima.moments.asking import (
    Asking,
    Measure,
    Meeting,
    Quiet,
    Rhythm,
    Told,
    asks,
    check_plan,
    measures_due,
)

MADRID = ZoneInfo("Europe/Madrid")
FIRST = datetime(2026, 3, 3, 15, 50, tzinfo=UTC)  # a Tuesday, 16:50 in Madrid


def weekly(count: int, every_days: int = 7) -> list[Meeting]:
    ends = [FIRST + timedelta(days=every_days * place) for place in range(count)]
    starts = [end - timedelta(minutes=50) for end in ends]
    following: list[datetime | None] = [*starts[1:], None]
    return [Meeting(f"s{n + 1}", ends[n], following[n]) for n in range(count)]


USUAL = Rhythm()


def kinds(meetings, rhythm=USUAL, **more):
    return [(ask.kind, ask.session) for ask in asks(meetings, rhythm, zone=MADRID, **more)]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(asking).failed == 0


def test_after_every_session_the_same_is_asked():
    assert kinds(weekly(3)) == [(Asking.AFTER_SESSION, f"s{n}") for n in (1, 2, 3)]


def test_a_rhythm_of_two_leaves_every_second_session_out():
    found = kinds(weekly(4), Rhythm(every_sessions=2))
    assert [session for _kind, session in found] == ["s1", "s3"]


def test_what_a_client_mentioned_is_asked_for_that_evening_and_two_days_later():
    told = [Told("s1", FIRST + timedelta(minutes=5), is_something=True)]
    _after, first, second = asks(weekly(1), Rhythm(), told, zone=MADRID)
    assert first.kind is Asking.FIRST_IMPRESSION
    assert first.opens == datetime(2026, 3, 3, 20, 0, tzinfo=MADRID)
    assert first.closes == datetime(2026, 3, 4, 12, 0, tzinfo=MADRID)
    assert second.kind is Asking.SECOND_THOUGHTS
    assert second.opens == datetime(2026, 3, 5, 20, 0, tzinfo=MADRID)


def test_whoever_answers_late_in_the_evening_is_not_sent_away_until_tomorrow():
    late = datetime(2026, 3, 3, 22, 10, tzinfo=MADRID)
    first = asks(weekly(1), Rhythm(), [Told("s1", late, True)], zone=MADRID)[1]
    assert first.opens == late


def test_the_hour_of_the_client_stays_the_same_when_the_clocks_change():
    meeting = Meeting("s1", datetime(2026, 3, 28, 15, tzinfo=UTC))  # clocks change that night
    told = [Told("s1", meeting.end, True)]
    second = asks([meeting], Rhythm(second_after_days=1), told, zone=MADRID)[2]
    assert second.opens.astimezone(MADRID).time() == time(20)
    assert second.opens.astimezone(UTC).hour == 18


def test_own_tears_alone_cause_at_most_one_more_ask_in_thirty_days():
    tears = {f"s{n}" for n in range(1, 11)}
    found = asks(weekly(10), Rhythm(), (), tears, zone=MADRID)
    extra = [ask for ask in found if ask.kind is Asking.ONCE_MORE]
    assert [ask.session for ask in extra] == ["s1", "s6"]


def test_a_client_who_mentioned_it_is_not_asked_once_more_for_the_tears():
    told = [Told("s1", FIRST, True)]
    assert Asking.ONCE_MORE not in dict(kinds(weekly(1), told=told, own_tears={"s1"}))


def test_nothing_is_asked_in_a_pause_after_a_stop_or_after_the_last_day():
    pause = Quiet(FIRST + timedelta(days=6), FIRST + timedelta(days=8))
    assert [session for _kind, session in kinds(weekly(3), quiet=[pause])] == ["s1", "s3"]
    stop = Quiet(FIRST + timedelta(days=6))
    assert [session for _kind, session in kinds(weekly(3), quiet=[stop])] == ["s1"]
    assert [s for _kind, s in kinds(weekly(3), last_day=date(2026, 3, 10))] == ["s1", "s2"]


def test_scores_come_first_in_a_sitting():
    assert next(iter(Asking)) is Asking.MEASURES


def test_no_rule_is_told_anything_of_the_therapist():
    names = set(inspect.signature(asks).parameters)
    assert names == {"meetings", "rhythm", "told", "own_tears", "zone", "quiet", "last_day"}
    assert set(Meeting.__dataclass_fields__) == {"session", "end", "next_start"}
    assert set(Told.__dataclass_fields__) == {"session", "at", "is_something"}


@st.composite
def courses(draw):
    meetings = weekly(draw(st.integers(1, 8)), every_days=draw(st.integers(1, 14)))
    told = [
        Told(
            one.session,
            one.end + timedelta(minutes=draw(st.integers(0, 9000))),
            draw(st.booleans()),
        )
        for one in meetings
        if draw(st.booleans())
    ]
    tears = {one.session for one in meetings if draw(st.booleans())}
    rhythm = Rhythm(draw(st.integers(1, 4)), draw(st.times()), draw(st.integers(1, 3)))
    return meetings, rhythm, told, tears


@given(courses())
def test_whatever_was_said_no_ask_is_open_before_its_session_ended_or_in_the_next_one(course):
    meetings, rhythm, told, tears = course
    by_name = {one.session: one for one in meetings}
    for ask in asks(meetings, rhythm, told, tears, zone=MADRID):
        meeting = by_name[ask.session]
        assert meeting.end <= ask.opens < ask.closes
        assert meeting.next_start is None or ask.closes <= meeting.next_start


@given(courses())
def test_a_session_is_never_asked_about_twice_in_the_same_way(course):
    meetings, rhythm, told, tears = course
    found = [(ask.kind, ask.session) for ask in asks(meetings, rhythm, told, tears, zone=MADRID)]
    assert len(found) == len(set(found))


def test_a_plan_of_more_than_three_minutes_a_week_is_refused():
    check_plan([Measure("phq-9", 9), Measure("gad-7", 7), Measure("alliance", 3)])
    with pytest.raises(OutOfRange):
        check_plan([Measure("a", 20), Measure("b", 10)])
    check_plan([Measure("a", 20, every_weeks=2), Measure("b", 10)])


def test_a_measure_is_due_once_its_weeks_are_over():
    plan = [Measure("phq-8", 8), Measure("gad-7", 7, every_weeks=4)]
    last = {"phq-8": date(2026, 3, 2), "gad-7": date(2026, 3, 2)}
    assert measures_due(plan, last, on=date(2026, 3, 5)) == ()
    assert measures_due(plan, last, on=date(2026, 3, 9)) == ("phq-8",)
    assert measures_due(plan, {}, on=date(2026, 3, 9)) == ("phq-8", "gad-7")


@pytest.mark.parametrize("wrong", [{"every_sessions": 0}, {"second_after_days": 4}])
def test_a_rhythm_that_is_not_offered_is_refused(wrong):
    with pytest.raises(OutOfRange):
        Rhythm(**wrong)
