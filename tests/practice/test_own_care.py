"""My care: what she writes comes back, is counted in plain words, and goes when it may."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, Damaged, EditConflict, NotAllowed, NotFound, OutOfRange
from lacrima.evidence.library import shipped as library
from lacrima.instruments.catalogue import shipped
from lacrima.practice import moments, own_care, sessions
from lacrima.practice.own_care_entries import (
    DAYS_A_REMINDER_STANDS,
    LONGEST_ANSWER,
    PROQOL,
    Desk,
    Entry,
    Filled,
    OfOneself,
    Own,
    Remind,
    Reminder,
    State,
    When,
    desk_of,
    entry_of,
)
from lacrima.practice.own_care_guesses import guesses
from lacrima.practice.own_care_page import own_care_page, sessions_of_today, today_lines
from lacrima.practice.own_care_tears import FEWEST_SESSIONS, first_of_window, percent, published
from lacrima.practice.words import HeldBack
from lacrima.records.models import AuditLine, Moment, OwnCare, Session
from lacrima.stats.shares import share_of
from tests.support.cast import NOON, Cast
from tests.support.things import all_rows

TODAY = NOON.date()
THIRTY = [item.id for item in shipped()[PROQOL].items]

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
ids = st.none() | st.uuids()
words = st.text(max_size=80).filter(lambda text: "\0" not in text)
items = st.dictionaries(st.sampled_from(THIRTY), st.integers(1, 5), min_size=1)
states = st.builds(State, when=st.sampled_from(When), full=st.integers(0, 10))
owns = st.builds(
    Own,
    of=st.frozensets(st.sampled_from(OfOneself), min_size=1),
    held_back=st.sampled_from([None, HeldBack.PARTLY, HeldBack.WHOLLY]),
)
entries = st.builds(
    Entry,
    day=days,
    content=states | owns | st.builds(Filled, items=items),
    session=ids,
    moment=ids,
    words=words,
)
reminders = st.builds(
    Reminder,
    id=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    what=st.sampled_from(Remind),
    first_on=days,
    every_weeks=st.integers(0, 52),
    is_on_today=st.booleans(),
    words=words,
    seen_on=st.none() | days,
)


# --- values


@given(entries)
def test_an_entry_comes_back_as_it_was(one: Entry) -> None:
    assert entry_of(one.to_text()) == one


@given(st.lists(reminders, max_size=4), st.sampled_from([None, 90]), words)
def test_the_desk_comes_back_as_it_was(some: list[Reminder], keep: int | None, text: str) -> None:
    desk = Desk(reminders=tuple(some), keep_days=keep, workbook={"own-tears": {"home": text}})
    assert desk_of(desk.to_text()) == desk


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema":"lacrima.own-care/2"}', '{"schema":"lacrima.own-care/1"}']
)
def test_what_we_did_not_write_is_damaged_and_not_guessed(text: str) -> None:
    with pytest.raises(Damaged):
        entry_of(text)
    with pytest.raises(Damaged):
        desk_of(text)


def test_values_refuse_to_be_wrong() -> None:
    for full in (-1, 11):
        with pytest.raises(OutOfRange):
            State(when=When.AFTER, full=full)
    with pytest.raises(OutOfRange):
        Own(held_back=HeldBack.NO)
    with pytest.raises(BadInput):
        Entry(day=TODAY, content=Own())
    with pytest.raises(OutOfRange):
        Filled(items={THIRTY[0]: 6})
    with pytest.raises(BadInput):
        Filled(items=dict.fromkeys(THIRTY))
    with pytest.raises(OutOfRange):
        Desk(workbook={"own-tears": {"home": "x" * (LONGEST_ANSWER + 1)}})
    with pytest.raises(OutOfRange):
        Entry(day=TODAY, content=Own(), words="\0")


# --- reminders


@given(reminders, days)
def test_a_reminder_stands_for_a_week_from_its_day_and_never_after(
    one: Reminder, today: date
) -> None:
    latest = one.turn(today)
    if latest is None:
        assert today < one.first_on
        assert not one.stands(today)
        assert one.next_turn(today) == one.first_on
        return
    assert one.first_on <= latest <= today
    assert not one.every_weeks or (latest - one.first_on).days % (7 * one.every_weeks) == 0
    if one.stands(today):
        assert (today - latest).days < DAYS_A_REMINDER_STANDS
    following = one.next_turn(today)
    assert (following is None) == (one.every_weeks == 0)
    assert following is None or following > today


def test_seen_it_is_quiet_until_its_next_day_and_one_that_comes_once_is_gone(cast: Cast) -> None:
    ana = cast.ana
    yesterday = TODAY - timedelta(days=1)
    again = own_care.put_reminder(
        by=ana, what=Remind.REST, first_on=yesterday, every_weeks=2, is_on_today=True
    )
    once = own_care.put_reminder(
        by=ana, what=Remind.OWN_THERAPY, first_on=TODAY, is_on_today=True, words="Thursday"
    )
    assert today_lines(ana, TODAY) == ("rest", "own therapy")
    own_care.see_reminder(again, by=ana)
    own_care.see_reminder(once, by=ana)
    assert today_lines(ana, TODAY) == ()
    told, _version = own_care.desk(ana)
    assert [one.id for one in told.reminders] == [again]
    assert today_lines(ana, yesterday + timedelta(days=14)) == ("rest",)


def test_today_says_nothing_unless_she_wants_it(cast: Cast) -> None:
    own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY)
    assert today_lines(cast.ana, TODAY) == ()
    assert len(own_care_page(cast.ana, now=NOON).standing) == 1


def test_a_reminder_is_changed_in_its_place_and_not_over_somebodys_head(cast: Cast) -> None:
    key = own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY)
    _told, version = own_care.desk(cast.ana)
    own_care.put_reminder(
        by=cast.ana, key=key, what=Remind.REST, first_on=TODAY, every_weeks=3,
        expected_version=version,
    )  # fmt: skip
    told, _version = own_care.desk(cast.ana)
    assert [(one.id, one.every_weeks) for one in told.reminders] == [(key, 3)]
    before = all_rows()
    with pytest.raises(EditConflict):
        own_care.put_reminder(
            by=cast.ana, key=key, what=Remind.REST, first_on=TODAY, expected_version=version
        )
    assert all_rows() == before


def test_there_is_an_end_to_reminders(cast: Cast) -> None:
    for _ in range(20):
        own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY)
    before = all_rows()
    with pytest.raises(OutOfRange):
        own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY)
    assert all_rows() == before


# --- writing


def test_of_a_moment_the_session_is_known_too_and_a_day_to_come_is_refused(cast: Cast) -> None:
    moment = moments.log_moment(cast.session(1), by=cast.ana, who="therapist", shown=1)
    own = Own(of=frozenset({OfOneself.WORN_OUT}))
    row = own_care.put_entry(Entry(day=TODAY, content=own, moment=moment.pk), by=cast.ana)
    assert own_care.entry(cast.ana, row.pk).entry.session == moment.session_id
    with pytest.raises(OutOfRange):
        own_care.put_entry(Entry(day=TODAY + timedelta(days=1), content=own), by=cast.ana)


def test_nobody_writes_about_a_session_that_is_not_hers(cast: Cast) -> None:
    session = cast.session(1)
    state = State(when=When.AFTER, full=4)
    for by in (cast.berta, cast.hanna):
        with pytest.raises(NotFound):
            own_care.put_entry(Entry(day=TODAY, content=state, session=session.pk), by=by)
    own_care.put_entry(Entry(day=TODAY, content=state), by=cast.hanna)
    assert not own_care.entries(cast.ana)


def test_when_the_session_is_gone_the_entry_stays_and_can_still_be_said_otherwise(
    cast: Cast,
) -> None:
    session = cast.session(1)
    state = State(when=When.AFTER, full=4)
    row = own_care.put_entry(Entry(day=TODAY, content=state, session=session.pk), by=cast.ana)
    sessions.delete_session(session, by=cast.ana)
    seen = own_care_page(cast.ana, now=NOON).latest[0]
    assert (seen.where, seen.session_id) == ("", None)
    other = Entry(day=TODAY, content=state, session=session.pk, words="still mine")
    own_care.change_entry(row, other, by=cast.ana, expected_version=1)
    assert own_care.entry(cast.ana, row.pk).entry.words == "still mine"


def test_two_windows_do_not_write_over_each_other_in_the_workbook(cast: Cast) -> None:
    own_care.write_workbook("own-tears", {"home": "one"}, by=cast.ana, expected_version=0)
    before = all_rows()
    with pytest.raises(EditConflict):
        own_care.write_workbook("own-tears", {"home": "two"}, by=cast.ana, expected_version=0)
    assert all_rows() == before
    _told, version = own_care.desk(cast.ana)
    answers = {"home": "  two ", "rule": " "}
    own_care.write_workbook("own-tears", answers, by=cast.ana, expected_version=version)
    told, _version = own_care.desk(cast.ana)
    assert told.written("own-tears") == {"home": "two"}


def test_the_whole_workbook_filled_to_the_brim_can_be_kept(cast: Cast) -> None:
    full = {f"q-{number}": "é" * LONGEST_ANSWER for number in range(10)}
    for part in ("own-tears", "tears-of-others", "in-the-session"):
        version = own_care.desk(cast.ana)[1]
        own_care.write_workbook(part, full, by=cast.ana, expected_version=version)
    assert len(own_care.desk(cast.ana)[0].workbook) == 3


def test_everything_goes_at_once_and_nobody_elses(cast: Cast) -> None:
    for by in (cast.ana, cast.berta):
        own_care.put_entry(Entry(day=TODAY, content=State(when=When.AFTER, full=4)), by=by)
        own_care.put_reminder(by=by, what=Remind.REST, first_on=TODAY)
    own_care.clear_own_care(by=cast.ana)
    assert set(OwnCare.objects.values_list("member", flat=True)) == {cast.berta.pk}
    assert own_care.desk(cast.ana) == (Desk(), 0)


def test_old_entries_go_when_she_said_so_and_what_she_set_up_stays(cast: Cast, still_clock) -> None:
    for by in (cast.ana, cast.berta):
        own_care.put_entry(Entry(day=TODAY, content=State(when=When.AFTER, full=4)), by=by)
    own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY, every_weeks=4)
    own_care.keep_entries_for(90, by=cast.ana)
    with pytest.raises(OutOfRange):
        own_care.keep_entries_for(91, by=cast.ana)
    still_clock.move(days=89)
    own_care.forget_old_entries(now=still_clock())
    assert len(own_care.entries(cast.ana)) == 1
    still_clock.move(days=2)
    lines = AuditLine.objects.count()
    own_care.forget_old_entries(now=still_clock())
    own_care.forget_old_entries(now=still_clock())
    assert own_care.entries(cast.ana) == []
    assert len(own_care.desk(cast.ana)[0].reminders) == 1
    assert len(own_care.entries(cast.berta)) == 1
    last = AuditLine.objects.order_by("sequence").last()
    assert AuditLine.objects.count() == lines + 1
    assert (last.action, last.by, last.thing, last.details) == ("own_care.changed", "", "", {})


def test_the_desk_is_no_entry(cast: Cast) -> None:
    own_care.put_reminder(by=cast.ana, what=Remind.REST, first_on=TODAY)
    with pytest.raises(NotFound):
        own_care.entry(cast.ana, own_care.desk_id(cast.ana))
    with pytest.raises(NotFound):
        own_care.entry(cast.ana, uuid.uuid4())


# --- patterns in plain words


def _moment(cast: Cast, number: int, *, shown: int = 2, held_back: str = "") -> Moment:
    return moments.log_moment(
        cast.session(number), by=cast.ana, who="therapist", shown=shown, held_back=held_back
    )


def _note(cast: Cast, moment: Moment, *of: OfOneself) -> None:
    own = Own(of=frozenset(of))
    own_care.put_entry(Entry(day=TODAY, content=own, moment=moment.pk), by=cast.ana)


def _said(cast: Cast) -> list[tuple[str, bool]]:
    seen = own_care_page(cast.ana, now=NOON)
    return [(one.sentence, one.is_early) for one in seen.patterns]


def test_with_few_moments_it_is_too_early_to_tell(cast: Cast) -> None:
    for number in range(1, 5):
        _note(cast, _moment(cast, number), OfOneself.OWN_LIFE)
    told, _sessions = _said(cast)
    assert told[1]
    assert "there are four moments of your own so far" in told[0]


def test_her_own_life_came_up_in_three_of_the_last_five(cast: Cast) -> None:
    found = [_moment(cast, number) for number in range(1, 7)]
    _note(cast, found[0], OfOneself.OWN_LIFE)  # the sixth last, and told no more
    for one in found[1:4]:
        _note(cast, one, OfOneself.OWN_LIFE)
    _note(cast, found[4], OfOneself.WORN_OUT)
    said = dict(_said(cast))
    assert said["Your own life came up in three of your last five moments."] is False
    assert said["You were worn out in one of your last five moments."] is False


def test_what_stands_in_my_care_alone_is_one_of_the_moments(cast: Cast) -> None:
    for number in range(1, 5):
        _moment(cast, number)
    own = Own(of=frozenset({OfOneself.OWN_LIFE}), held_back=HeldBack.WHOLLY)
    own_care.put_entry(Entry(day=TODAY, content=own), by=cast.ana)
    assert ("Your own life came up in one of your last five moments.", False) in _said(cast)


def test_an_entry_about_the_session_is_one_about_its_moment(cast: Cast) -> None:
    found = [_moment(cast, number) for number in range(1, 6)]
    own = Own(of=frozenset({OfOneself.OWN_LIFE}))
    for one in found[:2]:
        entry = Entry(day=TODAY, content=own, session=one.session_id)
        own_care.put_entry(entry, by=cast.ana)
    assert ("Your own life came up in two of your last five moments.", False) in _said(cast)


def test_how_sessions_leave_her_is_told_from_five_pairs_on(cast: Cast) -> None:
    for number, (before, after) in enumerate([(3, 6), (7, 8), (5, 5), (8, 4), (2, 3)], start=1):
        session = cast.session(number)
        for when, full in ((When.BEFORE, before), (When.AFTER, after)):
            state = State(when=when, full=full)
            entry = Entry(day=TODAY, content=state, session=session.pk)
            assert any("Too early to tell how" in one for one, _early in _said(cast))
            own_care.put_entry(entry, by=cast.ana)
    said = [one for one, _early in _said(cast)]
    assert (
        "You said how full you were before and after five sessions. "
        "Three left you fuller, one with more room." in said
    )
    assert "Before two of them you were at 7 or more already." in said


# --- tears beside what is published


def test_a_session_that_was_not_looked_back_on_is_missing_and_not_without_tears(
    cast: Cast,
) -> None:
    _moment(cast, 1)
    _moment(cast, 2, shown=0, held_back="wholly")
    sessions.nothing_stood_out([cast.session(3)], by=cast.ana)
    cast.session(4)
    seen = own_care_page(cast.ana, now=NOON).tears
    assert (seen.sessions, seen.shown, seen.held_back, seen.own) == (3, 1, 1, ())
    assert sum(month.sessions for month in seen.months) == 3


def test_her_share_has_the_interval_of_wilson_once_there_are_enough(cast: Cast) -> None:
    start = NOON - timedelta(days=60)
    made = [
        cast.session(number, start=start + timedelta(days=number))
        for number in range(1, FEWEST_SESSIONS + 1)
    ]
    moments.log_moment(made[0], by=cast.ana, who="both", shown=1)
    sessions.nothing_stood_out(made[1:-1], by=cast.ana)
    assert own_care_page(cast.ana, now=NOON).tears.own == ()
    sessions.nothing_stood_out(made[-1:], by=cast.ana)
    line = own_care_page(cast.ana, now=NOON).tears.own[0]
    wilson = share_of(1, FEWEST_SESSIONS)
    assert (line.value, line.n) == (5.0, FEWEST_SESSIONS)
    assert (line.low, line.high) == (100 * wilson.low, 100 * wilson.high)
    assert line.said == "5 % (0.9 to 24)"


def test_tears_held_back_that_stand_here_alone_are_counted_once_a_session(cast: Cast) -> None:
    session = cast.session(1)
    sessions.nothing_stood_out([session], by=cast.ana)
    held = Own(held_back=HeldBack.PARTLY)
    for _twice in range(2):
        entry = Entry(day=TODAY, content=held, session=session.pk)
        own_care.put_entry(entry, by=cast.ana)
    own_care.put_entry(Entry(day=TODAY, content=held), by=cast.ana)
    assert own_care_page(cast.ana, now=NOON).tears.held_back == 2
    in_record = _moment(cast, 2, shown=0, held_back="wholly")
    entry = Entry(day=TODAY, content=held, session=in_record.session_id)
    own_care.put_entry(entry, by=cast.ana)
    assert own_care_page(cast.ana, now=NOON).tears.held_back == 3


def test_client_tears_and_laughter_are_not_her_tears(cast: Cast) -> None:
    moments.log_moment(cast.session(1), by=cast.ana, who="client", shown=3)
    moments.log_moment(cast.session(2), by=cast.ana, who="therapist", shown=3, kind="laughter")
    seen = own_care_page(cast.ana, now=NOON).tears
    assert (seen.sessions, seen.shown) == (2, 0)


def test_the_published_numbers_are_those_of_the_library_and_contradict_each_other() -> None:
    guess, criers, everybody = published()
    figures = library().figures
    assert guess.low == guess.high == figures["share-own-guess"].value
    assert (criers.low, criers.high) == (0.6, 1.8)
    assert (everybody.low, everybody.high) == (0.4, 1.3)
    assert criers.high < guess.low


@given(days)
def test_the_window_is_the_month_of_today_and_the_eleven_before(today: date) -> None:
    first = first_of_window(today)
    months = (today.year - first.year) * 12 + today.month - first.month
    assert (first.day, months) == (1, 11)


def test_a_small_share_keeps_one_decimal() -> None:
    assert [percent(value) for value in (0.0, 0.44, 4.96, 9.96, 24.36)] == [
        "0", "0.4", "5", "10", "24",
    ]  # fmt: skip


# --- guesses


def _guessed(cast: Cast, number: int, guess: str, said: str, later: str = "") -> None:
    moment = moments.log_moment(
        cast.session(number), by=cast.ana, who="both", shown=2, noticed=guess
    )
    place = cast.place_of(cast.mia, cast.care_of_mia)
    for occasion, word in (("same_evening", said), ("later", later)):
        if word:
            moments.add_client_voice(
                moment, by=cast.ana, participant=place, occasion=occasion, noticed=word
            )


def test_guesses_are_counted_against_what_the_client_said_first(cast: Cast) -> None:
    _guessed(cast, 1, "no", "yes", later="no")
    _guessed(cast, 2, "unsure", "yes")
    _guessed(cast, 3, "yes", "yes")
    _guessed(cast, 4, "yes", "no")
    _guessed(cast, 5, "", "yes")
    noticed, burdened = guesses(cast.ana)
    assert (noticed.pairs, noticed.is_too_few) == (4, True)
    _guessed(cast, 6, "no", "no")
    noticed, burdened = guesses(cast.ana)
    assert (noticed.pairs, noticed.same, noticed.missed, noticed.feared) == (5, 2, 2, 1)
    assert not noticed.is_too_few
    assert (burdened.pairs, burdened.is_too_few) == (0, True)
    assert guesses(cast.berta)[0].pairs == 0


# --- ProQOL


def test_proqol_is_scored_by_its_own_rules_and_a_trend_needs_three(cast: Cast) -> None:
    shown = own_care_page(cast.ana, now=NOON).proqol
    assert shown.latest is None
    for ago in (60, 30, 0):
        filled = Filled(items=dict.fromkeys(THIRTY, 3))
        own_care.put_entry(Entry(day=TODAY - timedelta(days=ago), content=filled), by=cast.ana)
        shown = own_care_page(cast.ana, now=NOON).proqol
        assert shown.has_trend is (ago == 0)
    assert shown.latest is not None
    assert [(one.name, one.score, one.band) for one in shown.latest.parts] == [
        ("Compassion satisfaction", 30, "middling"),
        ("Burnout", 30, "middling"),
        ("Secondary traumatic stress", 30, "middling"),
    ]
    assert list(shown.days) == [TODAY - timedelta(days=ago) for ago in (60, 30, 0)]


def test_an_item_left_out_leaves_its_score_out_and_no_other(cast: Cast) -> None:
    filled = Filled(items={one: 4 for one in THIRTY if one != "proqol_3"})
    own_care.put_entry(Entry(day=TODAY, content=filled), by=cast.ana)
    latest = own_care_page(cast.ana, now=NOON).proqol.latest
    assert latest is not None
    assert [one.score is None for one in latest.parts] == [True, False, False]


# --- the page


def test_the_sessions_of_today_are_offered_for_how_full_she_is(cast: Cast) -> None:
    early = cast.session(9, start=NOON - timedelta(hours=2))
    late = cast.session(10, start=NOON + timedelta(hours=2))
    cast.session(8)
    offered = sessions_of_today(cast.ana, now=NOON)
    assert [(one.id, one.has_begun) for one in offered] == [(early.pk, True), (late.pk, False)]
    assert offered[0].words == "M 01, session 9"
    assert sessions_of_today(cast.hanna, now=NOON) == ()


def test_a_thousand_entries_and_sessions_are_opened_in_few_queries(
    cast: Cast, django_assert_max_num_queries
) -> None:
    start = NOON - timedelta(days=300)
    made = [
        Session(episode=cast.care_of_mia, number=n, start=start + timedelta(hours=7 * n))
        for n in range(1, 201)
    ]
    Session.objects.bulk_create(made)
    for one in made[:60]:
        state = State(when=When.AFTER, full=4)
        own_care.put_entry(
            Entry(day=TODAY, content=state, session=one.pk, words="a line"), by=cast.ana
        )
    with django_assert_max_num_queries(12):
        own_care_page(cast.ana, now=NOON)


def test_somebody_who_left_has_it_no_more(cast: Cast) -> None:
    own_care.put_entry(Entry(day=TODAY, content=State(when=When.AFTER, full=4)), by=cast.berta)
    cast.berta.left_on = TODAY
    assert own_care.entries(cast.berta) == []
    with pytest.raises(NotAllowed):
        own_care_page(cast.berta, now=NOON)
