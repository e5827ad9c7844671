"""The panel: which sessions are compared, whose tears, which score is the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.analyses.panel_facts import (
    CLIENT,
    THERAPIST,
    CourseFacts,
    End,
    Measured,
    ScoreFacts,
    SessionFacts,
    Sight,
    Timing,
)
from lacrima.analyses.panel_rows import (
    GOODBYE,
    NO_SCORE,
    NOT_LOGGED,
    PanelRow,
    rows_of,
)
from lacrima.errors import BadInput

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
LATER = FIRST + 52 * WEEK
BEFORE = Measured(Timing.BEFORE, recall_days=14)


def at(number: int) -> datetime:
    return FIRST + (number - 1) * WEEK


def session(number: int, **more: Any) -> SessionFacts:
    fields = {"start": at(number), "is_logged": True, **more}
    return SessionFacts(str(number), number, number, **fields)


def weekly(count: int, **more: Any) -> CourseFacts:
    """A score at the beginning of each session: 20, 19, 18, ..."""
    scores = [ScoreFacts(21.0 - n, str(n), at(n)) for n in range(1, count + 1)]
    sessions = [session(n) for n in range(1, count + 1)]
    return CourseFacts("m", "a", tuple(sessions), tuple(scores), **more)


def told(course: CourseFacts, number: int, *sights: Sight, **more: Any) -> CourseFacts:
    """The same with something told of one session."""
    sessions = [
        replace(one, told=sights, **more) if one.number == number else one
        for one in course.sessions
    ]
    return replace(course, sessions=tuple(sessions))


def rows(
    course: CourseFacts, measured: Measured = BEFORE, until: datetime = LATER
) -> tuple[PanelRow, ...]:
    return rows_of(course, measured, until=until)


# --- which sessions


def test_a_session_that_was_not_logged_is_missing_and_never_without_tears() -> None:
    course = told(weekly(3), 2, is_logged=False)
    row = rows(course)[1]
    assert (row.why, row.shed, row.csh, row.held) == (NOT_LOGGED, None, None, None)


def test_the_last_session_of_an_agreed_ending_is_not_compared() -> None:
    found = rows(weekly(3, end=End.AGREED))
    assert [row.why for row in found] == ["", "", GOODBYE]
    assert [row.ending_announced for row in found] == [0, 1, 1]


def test_a_session_that_was_not_attended_has_no_row_and_comes_between_nothing() -> None:
    course = told(weekly(3), 2, is_held=False)
    found = rows(course)
    assert [row.session for row in found] == [1, 3]
    assert found[0].next_score == 19.0  # the form of the day on which nobody came


def test_without_a_score_before_it_a_session_is_not_compared() -> None:
    course = replace(weekly(2), scores=(ScoreFacts(12.0, "2", at(2)),))
    assert [row.why for row in rows(course)] == [NO_SCORE, ""]


def test_a_score_from_before_the_last_session_still_counts_for_three_weeks() -> None:
    course = replace(weekly(6), scores=(ScoreFacts(12.0, "1", at(1)),))
    assert [row.score for row in rows(course)] == [12.0] * 4 + [None] * 2


# --- which score


def test_the_next_score_comes_before_any_later_session() -> None:
    course = replace(weekly(3), scores=(ScoreFacts(15.0, "1", at(1)), ScoreFacts(9.0, "3", at(3))))
    assert [row.next_score for row in rows(course)] == [None, 9.0, None]


def test_a_score_after_three_weeks_is_no_next_score() -> None:
    sessions = (session(1), session(2, start=at(1) + timedelta(days=22)))
    scores = (ScoreFacts(15.0, "1", at(1)), ScoreFacts(9.0, "2", sessions[1].start))
    assert rows(CourseFacts("m", "a", sessions, scores))[0].next_score is None


def test_a_form_that_was_dated_back_is_placed_by_its_time_and_not_by_its_session() -> None:
    late = ScoreFacts(11.0, "2", at(2) + timedelta(days=1))  # filed under 2, filled in after it
    course = replace(weekly(3), scores=(ScoreFacts(15.0, "1", at(1)), late))
    found = rows(course)
    assert [row.score for row in found] == [15.0, 15.0, 11.0]
    assert [row.next_score for row in found] == [None, 11.0, None]


def test_a_form_filled_in_during_the_session_is_neither_before_nor_after() -> None:
    during = ScoreFacts(11.0, "2", at(2) + timedelta(minutes=30))
    course = replace(weekly(3), scores=(during,))
    assert all(row.score is None and row.next_score is None for row in rows(course))


def test_what_is_asked_after_a_session_is_the_next_score_of_that_very_session() -> None:
    scores = tuple(ScoreFacts(8.0 + n, str(n), at(n)) for n in (1, 2))
    course = replace(weekly(2), scores=scores)
    found = rows(course, Measured(Timing.AFTER, recall_days=0))
    assert [(row.score, row.next_score) for row in found] == [(None, 9.0), (9.0, 10.0)]
    assert found[1].overlap == 0.0


def test_a_form_that_looks_back_two_weeks_is_half_about_the_time_before() -> None:
    assert rows(weekly(2))[0].overlap == 0.5
    assert rows(weekly(2), Measured(Timing.BEFORE, recall_days=7))[0].overlap == 0.0


def test_nothing_that_came_after_the_look_is_in_it() -> None:
    found = rows(weekly(5), until=at(3) + HOUR)
    assert [row.session for row in found] == [1, 2, 3]
    assert found[-1].next_score is None


# --- whose tears


def test_moist_eyes_are_near_and_falling_tears_are_shed() -> None:
    near = rows(told(weekly(2), 1, Sight(therapist=1)))[0]
    shed = rows(told(weekly(2), 1, Sight(therapist=1), Sight(therapist=3)))[0]
    assert (near.near, near.shed, shed.near, shed.shed) == (1, 0, 0, 1)


def test_tears_held_back_count_only_where_nothing_was_seen() -> None:
    held = rows(told(weekly(2), 1, Sight(is_held=True)))[0]
    both = rows(told(weekly(2), 1, Sight(is_held=True), Sight(therapist=2)))[0]
    assert (held.held, both.held) == (1, 0)


@pytest.mark.parametrize(
    ("sights", "expected"),
    [
        ((Sight(client=2),), (1, 0, True)),
        ((Sight(therapist=2),), (0, 1, True)),
        ((Sight(therapist=2, client=2, first=THERAPIST),), (0, 1, True)),
        ((Sight(therapist=2, client=2, first=CLIENT),), (1, 0, True)),
        ((Sight(therapist=2, client=2),), (1, 0, False)),
        ((Sight(therapist=2), Sight(client=2)), (1, 0, False)),
        ((Sight(therapist=2, start_ms=5), Sight(client=2, start_ms=9)), (0, 1, True)),
    ],
)
def test_who_cried_first_is_told_or_else_taken_to_be_the_client(
    sights: tuple[Sight, ...], expected: tuple[int, int, bool]
) -> None:
    row = rows(told(weekly(2), 1, *sights))[0]
    assert (row.ctears_first, row.ttears_first, row.is_order_known) == expected


def test_the_client_s_voice_stands_beside_and_is_missing_where_it_is_silent() -> None:
    course = told(weekly(3), 1, Sight(therapist=2), heard=(Sight(client=2),))
    first, second, _third = rows(course)
    assert (first.shed, first.csh, first.shed_heard, first.csh_heard) == (1, 0, 0, 1)
    assert (second.shed_heard, second.csh_heard) == (None, None)


def test_unnoticed_needs_both_voices() -> None:
    own = Sight(therapist=1, noticed="no")
    assert rows(told(weekly(2), 1, own))[0].unseen == 0
    assert rows(told(weekly(2), 1, own, heard=(Sight(noticed="no"),)))[0].unseen == 1
    assert rows(told(weekly(2), 1, own, heard=(Sight(noticed="yes"),)))[0].unseen == 0


def test_nobody_shows_more_than_there_is() -> None:
    with pytest.raises(BadInput):
        Sight(therapist=4)


# --- who came back


def test_who_stays_away_is_told_after_four_weeks_and_not_before() -> None:
    course = weekly(2)
    early = rows(course, until=at(2) + timedelta(days=27))
    late = rows(course, until=at(2) + timedelta(days=28))
    assert [row.no_return for row in early] == [0, None]
    assert [row.no_return for row in late] == [0, 1]


@pytest.mark.parametrize(
    ("end", "expected"),
    [(End.OPEN, 1), (End.STAYED_AWAY, 1), (End.AGREED, None), (End.NOT_KNOWN, None)],
)
def test_an_agreed_ending_is_no_staying_away(end: End, expected: int | None) -> None:
    assert rows(weekly(2, end=end))[-1].no_return == expected


def test_a_long_gap_is_a_staying_away_even_if_they_come_later() -> None:
    sessions = (session(1), session(2, start=at(1) + timedelta(days=29)))
    assert rows(CourseFacts("m", "a", sessions))[0].no_return == 1


# --- without dates


def test_sessions_without_dates_are_taken_in_their_order() -> None:
    sessions = tuple(session(n, start=None) for n in (1, 2))
    scores = tuple(ScoreFacts(10.0 + n, str(n)) for n in (1, 2))
    first = rows(CourseFacts("m", "a", sessions, scores))[0]
    assert (first.score, first.next_score, first.days, first.overlap) == (11.0, 12.0, None, None)


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True),
    st.lists(st.integers(0, 45 * 24), max_size=15),
)
def test_the_score_before_is_never_after_and_the_next_never_beyond_the_next_session(
    days: list[int], hours: list[int]
) -> None:
    starts = [FIRST + timedelta(days=day) for day in sorted(days)]
    sessions = tuple(
        SessionFacts(str(n), n, n, start, is_logged=True) for n, start in enumerate(starts)
    )
    # each score says when it was given, in hours since the beginning
    scores = tuple(ScoreFacts(float(hour), None, FIRST + hour * HOUR) for hour in hours)
    for place, row in enumerate(rows(CourseFacts("m", "a", sessions, scores))):
        start = (starts[place] - FIRST) / HOUR
        if row.score is not None:
            assert start - 21 * 24 <= row.score <= start + 0.25
        if row.next_score is not None:
            assert start + 0.8 <= row.next_score <= start + 21 * 24
            if place + 1 < len(starts):
                assert row.next_score <= (starts[place + 1] - FIRST) / HOUR + 0.25


@given(st.sets(st.integers(1, 12)))
def test_forms_that_are_lost_change_no_exposure(lost: set[int]) -> None:
    course = told(weekly(12), 5, Sight(therapist=2))
    less = replace(
        course, scores=tuple(s for s in course.scores if int(s.session or 0) not in lost)
    )
    assert [row.shed for row in rows(less)] == [row.shed for row in rows(course)]
