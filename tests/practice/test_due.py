"""Sessions that make themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lacrima.practice import care, due, people, sessions
from lacrima.records.models import AuditLine, Session
from tests.support.cast import NOON

MADRID = ZoneInfo("Europe/Madrid")
ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def _slot(weekday: int, from_on: date, every_weeks: int = 1, at: time = time(9)):
    return SimpleNamespace(weekday=weekday, from_on=from_on, every_weeks=every_weeks, local_time=at)


# --- laws, without a database


@given(st.integers(0, 6), DAYS, st.integers(1, 8), DAYS, st.integers(0, 100))
def test_days_fall_on_the_weekday_at_the_rhythm_and_within_bounds(
    weekday, from_on, weeks, first, length
):
    last = first + timedelta(days=length)
    days = list(due.days_of(_slot(weekday, from_on, weeks), first=first, last=last))
    assert all(day.weekday() == weekday for day in days)
    assert all(max(first, from_on) <= day <= last for day in days)
    assert all((two - one).days == 7 * weeks for one, two in pairwise(days))
    assert all(0 <= (day - from_on).days % (7 * weeks) < 7 for day in days)


@given(st.integers(0, 6), DAYS, st.integers(1, 4), DAYS, st.integers(0, 60), st.integers(0, 60))
def test_two_stretches_side_by_side_make_the_same_days_as_one(
    weekday, from_on, weeks, first, length, cut
):
    slot = _slot(weekday, from_on, weeks)
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length))
    whole = list(due.days_of(slot, first=first, last=last))
    before = list(due.days_of(slot, first=first, last=middle))
    after = list(due.days_of(slot, first=middle + timedelta(days=1), last=last))
    assert before + after == whole


@given(st.sampled_from(ZONES), DAYS, st.times())
@example("Europe/Madrid", date(2026, 3, 29), time(2, 30))  # an hour that the clock skips
@example("Europe/Madrid", date(2026, 10, 25), time(2, 30))  # an hour that comes twice
def test_the_local_clock_shows_the_time_of_the_appointment_where_that_time_exists(zone, day, at):
    start = due.local_to_utc(day, at, ZoneInfo(zone))
    shown = start.astimezone(ZoneInfo(zone))
    is_skipped = shown.replace(tzinfo=None) != datetime.combine(day, at)
    assert start.tzinfo is UTC
    if is_skipped:
        assert (
            timedelta()
            < shown.replace(tzinfo=None) - datetime.combine(day, at)
            <= timedelta(hours=1)
        )


def test_tuesdays_at_nine_stay_at_nine_when_the_clocks_change():
    slot = _slot(6, date(2026, 3, 1))  # Sundays
    starts = [
        due.start_of(slot, day, MADRID)
        for day in due.days_of(slot, first=date(2026, 3, 22), last=date(2026, 4, 5))
    ]
    assert [start.hour for start in starts] == [8, 7, 7]  # UTC
    assert {start.astimezone(MADRID).time() for start in starts} == {time(9)}


# --- with rows


@pytest.fixture
def tuesdays(cast):
    """Tuesdays at nine since the middle of January; today is Tuesday 10 March, 13:00."""
    return care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=1, local_time=time(9), from_on=date(2026, 1, 15)
    )


def _days() -> list[date]:
    rows = Session.objects.order_by("start")
    return [row.start.astimezone(MADRID).date() for row in rows]


def test_sessions_are_made_up_to_the_end_of_the_local_day(cast, tuesdays):
    assert sessions.make_due(now=NOON) == 8
    assert _days()[0] == date(2026, 1, 20)
    assert _days()[-1] == date(2026, 3, 10)
    numbers = Session.objects.order_by("start").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))


def test_making_them_again_makes_nothing_and_writes_no_line(cast, tuesdays):
    sessions.make_due(now=NOON)
    lines = AuditLine.objects.count()
    assert sessions.make_due(now=NOON) == 0
    assert sessions.make_due(now=NOON - timedelta(days=30)) == 0  # a clock set back
    assert AuditLine.objects.count() == lines


def test_it_looks_back_at_most_sixty_days(cast):
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=1, local_time=time(9), from_on=date(2025, 1, 1)
    )
    sessions.make_due(now=NOON)
    assert _days()[0] == date(2026, 1, 13)
    assert len(_days()) == 9


def test_late_in_the_evening_it_is_the_local_day_that_counts(cast, tuesdays):
    late = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)  # Tuesday, half past midnight in Madrid
    sessions.make_due(now=late)
    assert _days()[-1] == date(2026, 3, 17)


def test_every_other_week(cast):
    care.add_slot(
        cast.care_of_mia,
        by=cast.ana,
        weekday=1,
        local_time=time(9),
        from_on=date(2026, 2, 3),
        every_weeks=2,
    )
    sessions.make_due(now=NOON)
    assert _days() == [date(2026, 2, 3), date(2026, 2, 17), date(2026, 3, 3)]


def test_an_appointment_that_ended_and_care_that_ended_make_no_more(cast, tuesdays):
    care.end_slot(tuesdays, by=cast.ana, until_on=date(2026, 2, 24))
    sessions.make_due(now=NOON)
    assert _days()[-1] == date(2026, 2, 24)
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=0, local_time=time(9), from_on=date(2026, 2, 1)
    )
    care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=date(2026, 2, 16))
    sessions.make_due(now=NOON)
    mondays = [day for day in _days() if day.weekday() == 0]
    assert mondays == [date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16)]


def test_a_deleted_or_moved_session_does_not_come_back(cast, tuesdays):
    sessions.make_due(now=NOON)
    last = Session.objects.order_by("start").last()
    sessions.delete_session(last, by=cast.ana)
    moved = Session.objects.order_by("start").last()
    sessions.change_session(
        moved, by=cast.ana, expected_version=1, start=moved.start + timedelta(hours=3)
    )
    assert sessions.make_due(now=NOON) == 0
    assert len(_days()) == 7


def test_another_time_holds_for_the_sessions_to_come(cast, tuesdays, still_clock):
    sessions.make_due(now=NOON)
    care.change_slot(tuesdays, by=cast.ana, expected_version=1, local_time=time(11), weekday=3)
    sessions.make_due(now=NOON + timedelta(days=7))
    starts = Session.objects.order_by("start")
    assert starts[7].start.astimezone(MADRID).time() == time(9)
    assert starts[8].start.astimezone(MADRID) == datetime(2026, 3, 12, 11, tzinfo=MADRID)


def test_the_zone_of_the_practice_is_the_one_that_counts(cast, tuesdays):
    people.change_practice(by=cast.ana, zone="Asia/Kathmandu")
    sessions.make_due(now=NOON)
    last = Session.objects.order_by("start").last().start
    assert last == datetime(2026, 3, 10, 3, 15, tzinfo=UTC)


def test_before_the_first_run_nothing_is_made(db):
    assert sessions.make_due(now=NOON) == 0
