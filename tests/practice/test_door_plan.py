"""What a door asks beside its two questions: at most three minutes a week, and danger is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, LacrimaError, NotAllowed, NotFound, OutOfRange
from lacrima.practice import answers, door_house, door_plan
from lacrima.practice.door_house import House
from lacrima.practice.door_plan import MOST_SECONDS_A_WEEK, change_door, door_of, seconds_a_week
from lacrima.practice.door_visits import DoorWay, visit_of
from lacrima.records.models import Door
from tests.support import doors
from tests.support.cast import NOON, Cast
from tests.support.things import all_rows

NOBODY = House("", "", None, "", "", "", "", "")
Plan = list[dict[str, Any]]


def plan(*slugs: str, days: int = 14) -> Plan:
    return [{"instrument": slug, "every_days": days} for slug in slugs]


def _change(cast: Cast, told: Plan, *, every: int = 1, by: Any = None) -> Door:
    seat = doors.seat_of(cast.mia, cast.care_of_mia)
    return change_door(seat, by=by or cast.ana, every_sessions=every, plan=told)


def test_a_door_that_nobody_touched_asks_after_every_session_and_no_form(cast: Cast) -> None:
    door = door_of(doors.seat_of(cast.mia, cast.care_of_mia))
    assert (door.every_sessions, door.plan, door.evening_hour) == (1, [], 20)
    assert not Door.objects.exists()


def test_the_phq_9_waits_until_somebody_reads_and_somebody_covers(cast: Cast) -> None:
    for told in ({}, {"read_by_hour": 10}, {"read_by_hour": None, "cover": "Dr N., 12"}):
        if told:
            door_house.change_house(by=cast.ana, **told)
        with pytest.raises(BadInput, match="PHQ-8"):
            _change(cast, plan("phq-9"))
    _change(cast, plan("phq-8"))
    doors.reading_hours(cast)
    assert _change(cast, plan("phq-9")).plan == plan("phq-9")


def test_whatever_else_asks_for_danger_waits_as_well(cast: Cast) -> None:
    flagged = {one.slug for one in answers.instruments() if one.instrument and one.instrument.flags}
    assert {"phq-9", "core-10"} <= flagged
    offered = {one.slug for one in door_plan.forms_for(door_house.the_house())}
    assert not flagged & offered
    assert "phq-8" in offered
    assert not any(door_plan.asks_for_danger(slug) for slug in offered)


def test_when_nobody_is_named_any_more_item_9_is_asked_no_more(cast: Cast) -> None:
    doors.reading_hours(cast)
    seat = doors.agreed_door(cast)
    _change(cast, plan("phq-9", "gad-7"))
    assert [one.slug for one in visit_of(seat, DoorWay.LINK).asks] == ["phq-9", "gad-7"]
    door_house.change_house(by=cast.ana, cover="")
    assert [one.slug for one in visit_of(seat, DoorWay.LINK).asks] == ["gad-7"]


@pytest.mark.parametrize("slug", ["proqol-5", "k10", "no-such-form", ""])
def test_a_form_that_is_not_for_clients_or_has_no_words_is_refused(cast: Cast, slug: str) -> None:
    with pytest.raises(BadInput):
        _change(cast, plan(slug))


def test_a_form_comes_once_and_in_a_rhythm_that_is_offered(cast: Cast) -> None:
    with pytest.raises(BadInput):
        _change(cast, plan("phq-8", "phq-8"))
    for days in (0, 1, 8, -7):
        with pytest.raises(OutOfRange):
            _change(cast, plan("phq-8", days=days))
    for every in (0, 9):
        with pytest.raises(OutOfRange):
            _change(cast, [], every=every)


SLUGS = st.lists(
    st.sampled_from(("phq-8", "gad-7", "pcl-5", "who-5", "alliance-check")), unique=True
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slugs=SLUGS, days=st.lists(st.sampled_from((7, 14, 28)), min_size=5, max_size=5))
def test_three_minutes_a_week_are_the_most_whatever_is_chosen(
    db: None, slugs: list[str], days: list[int]
) -> None:
    offered = {one.slug: one.instrument for one in door_plan.forms_for(NOBODY)}
    told = [
        {"instrument": slug, "every_days": every}
        for slug, every in zip(slugs, days, strict=False)
        if slug in offered
    ]
    exact = sum(
        door_plan.seconds_of(form) * 7 / one["every_days"]
        for one in told
        if (form := offered[one["instrument"]]) is not None
    )
    assert abs(seconds_a_week(told, NOBODY) - exact) <= 0.5
    is_refused = False
    try:
        door_plan._checked(told)
    except LacrimaError:
        is_refused = True
    assert is_refused is (round(exact) > MOST_SECONDS_A_WEEK)


def test_more_than_three_minutes_a_week_is_refused_and_more_seldom_is_not(cast: Cast) -> None:
    heavy = plan("phq-8", "gad-7", "pcl-5", days=7)
    before = all_rows()
    with pytest.raises(OutOfRange, match="three minutes"):
        _change(cast, heavy)
    assert all_rows() == before
    assert _change(cast, plan("phq-8", "gad-7", "pcl-5", days=28)).plan


def test_a_form_is_asked_again_when_its_days_are_over(cast: Cast, still_clock: Any) -> None:
    seat = doors.agreed_door(cast)
    _change(cast, plan("phq-8", days=7))
    assert doors.kinds(seat, now=NOON) == ["form"]
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="phq-8",
        items={f"phq8_{n}": 1 for n in range(1, 9)},
        given_at=NOON - timedelta(minutes=1),
    )
    assert doors.kinds(seat, now=NOON + timedelta(days=6)) == []
    assert doors.kinds(seat, now=NOON + timedelta(days=7)) == ["form"]


def test_nobody_else_plans_and_only_for_a_client(cast: Cast) -> None:
    before = all_rows()
    for by in (cast.berta, cast.hanna, cast.stella):
        with pytest.raises((NotFound, NotAllowed)):
            _change(cast, [], by=by)
    with pytest.raises(BadInput):
        change_door(
            cast.place_of(cast.ana, cast.care_of_mia), by=cast.ana, every_sessions=1, plan=[]
        )
    assert all_rows() == before
