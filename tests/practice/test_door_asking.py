"""What a door asks: by the calendar, the client's own answers and wishes, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.practice import door_own, door_plan, moments, sessions
from lacrima.practice.door_asking import Given, Met, Settled, asks_now, reminder_times
from lacrima.practice.door_visits import DoorWay, Release, visit_from, visit_of
from lacrima.records.models import DoorStep, Session
from tests.support import doors
from tests.support.cast import NOON, Cast
from tests.support.doors import EVENING, MADRID

FEW = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
HERS: dict[str, dict[str, Any]] = {
    "none": {"who": "client"},
    "held back": {"who": "both", "held_back": "wholly"},
    "open": {"who": "both", "flow": "paused"},
    "unnoticed": {"who": "both", "noticed": "no"},
}


def _log(cast: Cast, session: Session, how: str) -> None:
    """Mia's tears alike; Ana's as named."""
    said = dict(HERS[how])
    held = said.pop("held_back", None)
    moment = moments.log_moment(session, by=cast.ana, shown=2, **said)
    if held:
        own = moment.voices.get(side="therapist")
        place = cast.place_of(cast.ana, cast.care_of_mia).pk.hex
        moments.say_more(own, by=cast.ana, expressions={place: {"shown": 0, "held_back": held}})


def _signs_after(cast: Cast, how: str | None, lived: Callable[[Session], list[str]]) -> list[str]:
    """All that Mia receives in a life with a session of which this was logged."""
    with doors.undone():
        session = Session.objects.get(number=1)
        if how is None:
            sessions.nothing_stood_out([session], by=cast.ana)
        elif how in HERS:
            _log(cast, session, how)
        return lived(session)


MENTIONS = st.sampled_from(([], ["me"], ["therapist"], ["me", "therapist"]))
WHEN = st.lists(st.integers(0, 24 * 12), min_size=1, max_size=3, unique=True).map(sorted)


@FEW
@given(
    mention=st.none() | MENTIONS,
    release=st.none() | st.sampled_from(list(Release)),
    hours=WHEN,
    every=st.integers(1, 2),
    hour=st.integers(0, 23),
)
def test_nothing_a_client_receives_tells_what_the_therapist_logged(
    cast: Cast,
    still_clock: Any,
    mention: list[str] | None,
    release: Release | None,
    hours: list[int],
    every: int,
    hour: int,
) -> None:
    def lived(session: Session) -> list[str]:
        still_clock.move_to(NOON + timedelta(hours=1))
        found = [doors.signs(seat, now=NOON + timedelta(hours=1))]
        if mention is not None:
            doors.asked(seat, session, *mention)
            if release is not None:
                doors.told(seat, session, release)
        return found + [doors.signs(seat, now=NOON + timedelta(hours=one)) for one in hours]

    with doors.undone():
        still_clock.move_to(NOON)
        seat = doors.agreed_door(cast)
        doors.today_session(cast)
        cast.session(2, start=NOON + timedelta(days=7))
        door_plan.change_door(seat, by=cast.ana, every_sessions=every, plan=[])
        door_own.settle(seat.pk, evening_hour=hour)
        lives = {how: _signs_after(cast, how, lived) for how in (*HERS, None, "not yet")}
    assert all(life == lives["none"] for life in lives.values())


def test_a_visit_comes_back_from_memory_as_it_was(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    doors.today_session(cast)
    visit = visit_of(seat, DoorWay.HANDED_OVER)
    assert visit.asks
    assert visit_from(visit.as_plain()) == visit


# --- the rhythm of one session


def test_the_two_questions_are_asked_after_a_session_and_once(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    assert doors.kinds(seat, now=NOON - timedelta(minutes=30)) == []
    assert doors.kinds(seat, now=NOON) == ["asked"]
    assert doors.kinds(seat, now=NOON + timedelta(days=8)) == []
    assert doors.kinds(seat, DoorWay.HANDED_OVER, now=NOON + timedelta(days=8)) == ["asked"]
    doors.asked(seat, session)
    assert doors.kinds(seat, now=NOON) == []


def test_what_was_mentioned_is_asked_in_the_evening_and_again_a_day_later(
    cast: Cast, still_clock: Any
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "therapist")
    assert doors.kinds(seat, now=EVENING - timedelta(minutes=1)) == []
    (first,) = doors.asks(seat, now=EVENING)
    assert (first.kind, first.stood_out) == ("first", ("therapist",))
    still_clock.move_to(EVENING + timedelta(hours=2))
    doors.told(seat, session, Release.NOBODY)
    told_at = EVENING + timedelta(hours=2)
    assert doors.kinds(seat, now=told_at + timedelta(hours=23)) == []
    assert doors.kinds(seat, now=told_at + timedelta(hours=25)) == ["second"]
    assert doors.kinds(seat, now=told_at + timedelta(days=10)) == []


def test_held_back_tears_are_asked_for_by_nobody(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    _log(cast, session, "held back")
    doors.asked(seat, session)
    for hours in range(0, 24 * 9, 5):
        assert doors.kinds(seat, now=NOON + timedelta(hours=hours)) == []


def test_heaviness_is_asked_on_arrival_alone_and_before_everything(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    doors.today_session(cast)
    cast.session(2, start=NOON + timedelta(minutes=20))
    assert doors.kinds(seat, DoorWay.HANDED_OVER, now=NOON) == ["heaviness", "asked"]
    assert doors.kinds(seat, now=NOON) == ["asked"]


@pytest.mark.parametrize("ended", ["paused", "stopped", "over"])
def test_a_door_that_is_paused_stopped_or_at_its_end_asks_nothing(cast: Cast, ended: str) -> None:
    seat = doors.agreed_door(cast)
    doors.today_session(cast)
    cast.session(2, start=NOON + timedelta(days=1))
    if ended == "paused":
        door_own.pause(seat.pk, until=NOON.date() + timedelta(days=3))
    elif ended == "stopped":
        door_own.stop(seat.pk)
    else:
        type(cast.care_of_mia).objects.update(ask_until=NOON.date() - timedelta(days=1))
        seat.refresh_from_db()
    visit = visit_of(seat, DoorWay.HANDED_OVER)
    assert visit.asks == ()
    assert visit.is_quiet
    assert "[]" in doors.signs(seat, now=NOON)  # no reminder either
    door_own.go_on(seat.pk)
    assert bool(doors.kinds(seat, now=NOON)) is (ended != "over")


def test_no_reminder_comes_in_a_pause(cast: Cast) -> None:
    met = [Met(UUID(int=n), n, NOON + timedelta(days=7 * n), 50) for n in range(1, 5)]
    pause = Settled(paused_until=(NOON + timedelta(days=14)).date())
    days = [one.date() for one in reminder_times(pause, met, now=NOON, zone=MADRID)]
    assert days == [(NOON + timedelta(days=7 * n)).date() for n in (3, 4)]


# --- laws about every order of sessions and answers

STARTS = st.lists(st.integers(0, 60 * 24), min_size=0, max_size=6, unique=True).map(sorted)
SETTLED = st.builds(
    Settled,
    every_sessions=st.integers(1, 4),
    forms=st.lists(
        st.tuples(st.sampled_from(("phq-8", "gad-7")), st.sampled_from((7, 14, 28))), max_size=2
    ).map(tuple),
    evening_hour=st.integers(0, 23),
)


@st.composite
def lives(draw: Any) -> tuple[list[Met], list[Given], datetime]:
    """Sessions, what was answered of them, and a moment to look."""
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    met = [
        Met(UUID(int=n + 1), n + 1, begin + timedelta(hours=start), 50)
        for n, start in enumerate(draw(STARTS))
    ]
    given_ = []
    for one in met:
        at = one.end
        for step in (DoorStep.ASKED, DoorStep.FIRST, DoorStep.SECOND):
            if not draw(st.booleans()):
                break
            at += timedelta(hours=draw(st.integers(0, 72)))
            stood_out = ("me",) if step is DoorStep.ASKED and draw(st.booleans()) else ()
            given_.append(Given(one.session_id, step, at, stood_out))
    return met, given_, begin + timedelta(hours=draw(st.integers(0, 80 * 24)))


@given(life=lives(), settled=SETTLED, on_arrival=st.booleans())
def test_questionnaires_come_before_moments_and_nothing_is_asked_twice(
    life: tuple[list[Met], list[Given], datetime], settled: Settled, on_arrival: bool
) -> None:
    met, told, now = life
    found = asks_now(settled, met, told, {}, now=now, zone=MADRID, on_arrival=on_arrival)
    order = ["heaviness", "form", "asked", "first", "second"]
    places = [order.index("first" if one.kind == "second" else one.kind) for one in found]
    assert places == sorted(places)
    answered = {(one.session_id, one.step.value) for one in told}
    assert not answered & {(one.session_id, one.kind) for one in found}
    mentioned = {one.session_id for one in told if one.stood_out}
    over = {one.session_id for one in met if one.end <= now}
    for one in found:
        assert one.kind not in {"first", "second"} or one.session_id in mentioned & over
        assert one.kind != "asked" or one.session_id in over


@given(life=lives(), settled=SETTLED)
def test_second_thoughts_come_a_day_after_the_first_impression_at_the_earliest(
    life: tuple[list[Met], list[Given], datetime], settled: Settled
) -> None:
    met, told, now = life
    first = {one.session_id: one.at for one in told if one.step is DoorStep.FIRST}
    mention = {one.session_id: one.at for one in told if one.step is DoorStep.ASKED}
    for one in asks_now(settled, met, told, {}, now=now, zone=MADRID):
        if one.kind == "second" and one.session_id is not None:
            since = first.get(one.session_id, mention[one.session_id])
            assert now - since >= timedelta(hours=24)


@given(life=lives(), settled=SETTLED)
def test_reminders_are_the_chosen_evening_of_sessions_to_come(
    life: tuple[list[Met], list[Given], datetime], settled: Settled
) -> None:
    met, _told, now = life
    for at in reminder_times(settled, met, now=now, zone=MADRID):
        assert at >= now
        ends = [one.end for one in met]
        assert at in ends or at.astimezone(MADRID).time() == time(settled.evening_hour)
    quiet = replace(settled, is_stopped=True)
    assert reminder_times(quiet, met, now=now, zone=MADRID) == []
