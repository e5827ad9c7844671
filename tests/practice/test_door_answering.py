"""What is answered at the door: kept once, in parts where some is left open, and if agreed to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, LacrimaError, NoConsent, NotFound, OutOfRange
from lacrima.practice import answers, consents, door_answering, door_own, pages
from lacrima.practice.door_answering import Word, keep, word_from
from lacrima.practice.door_content import content_of
from lacrima.practice.door_visits import Release
from lacrima.practice.words import VOICE_ITEMS, Seemed
from lacrima.records.models import Answers, AuditLine, DoorAnswer, DoorWay, Session
from tests.support import doors, keepers
from tests.support.cast import NOON, Cast
from tests.support.things import PHQ_9, all_rows

FEW = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
TELLING = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.none() | st.integers(-4, 4),
        "shown": st.dictionaries(st.sampled_from(("me", "therapist")), st.integers(0, 3)),
        "items": st.dictionaries(st.sampled_from(sorted(VOICE_ITEMS)), st.integers(0, 4)),
        "seemed": st.lists(st.sampled_from([one.value for one in Seemed]), unique=True),
        "spoken_of": st.none() | st.booleans(),
        "words": st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    },
)


def _content() -> list[Any]:
    rows = DoorAnswer.objects.order_by("given_at", "step").select_related("participant")
    return [
        (row.session_id, row.step, row.way, row.rating, row.release, content_of(row))
        for row in rows
    ]


@FEW
@given(values=TELLING, release=st.sampled_from(list(Release)))
def test_whatever_was_told_is_kept_once_and_a_second_sending_changes_nothing(
    cast: Cast, values: dict[str, Any], release: Release
) -> None:
    with doors.undone():
        seat, session = doors.agreed_door(cast), doors.today_session(cast)
        doors.asked(seat, session, "me", "therapist")
        page = doors.word(seat, "first", session, values=values, release=release)
        keep(page)
        before = all_rows()
        other = {} if page.sealed else {"words": "other"}
        for again in (page, replace(page, values=other), replace(page, kind="second")):
            keep(again)
            assert all_rows() == before
        row = DoorAnswer.objects.get(step="first")
        told = keepers.opened(row).values if page.sealed else content_of(row)
        assert told == door_answering.checked(row.step, values)


@FEW
@given(values=TELLING, release=st.sampled_from(list(Release)), way=st.sampled_from(list(DoorWay)))
def test_a_page_comes_back_from_a_letter_as_it_was_sent(
    values: dict[str, Any], release: Release, way: DoorWay
) -> None:
    said = {"values": values, "release": release}
    if release is Release.KEEPER:
        said = keepers.sealed_fields("first", values, NOON)
    page = Word("k", uuid4(), "first", way, NOON, session_id=uuid4(), **said)
    assert word_from(page.as_json()) == page


GOOD = Word("k", uuid4(), "asked", DoorWay.LINK, NOON, {}, uuid4()).as_json()


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        GOOD[:-1],
        *(
            json.dumps({**json.loads(GOOD), name: value}).encode()
            for name, value in (
                ("given_at", "2026-03-10T12:00:00"),  # of no zone
                ("given_at", 5),
                ("values", ["rating"]),
                ("participant", "mia"),
                ("session", 3),
                ("way", "by pigeon"),
                ("release", "everybody"),
                ("release", "keeper"),  # and not sealed
                ("sealed", "AAAA"),  # and for nobody
            )
        ),
    ],
)
def test_a_letter_that_is_none_is_refused(letter: bytes) -> None:
    with pytest.raises(BadInput):
        word_from(letter)


def test_the_later_page_holds_where_two_windows_answer_the_same(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, rating=1)
    doors.asked(seat, session, "me", rating=-3)
    row = DoorAnswer.objects.get()
    assert (row.rating, content_of(row)) == (-3, {"stood_out": ["me"]})


def test_a_skipped_question_is_no_answer_of_zero(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, rating=None)
    row = DoorAnswer.objects.get()
    assert row.rating is None
    assert content_of(row) == {}


def test_how_heavy_it_is_on_arrival_is_the_clients_word(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    keep(doors.word(seat, "heaviness", session, values={"value": 7}))
    kept = Session.objects.get(pk=session.pk)
    assert (kept.heaviness, kept.heaviness_by) == (7, "client")


def test_a_questionnaire_is_scored_and_item_9_stands_on_today_at_once(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    keep(doors.word(seat, "form", slug="phq-9", values=PHQ_9))
    row = Answers.objects.get()
    assert (row.total, row.source, row.given_at) == (9, "at_the_door", row.given_at)
    assert [one.item for one in answers.open_risks(by=cast.ana)] == ["phq9_9"]
    assert len(pages.today(cast.ana, now=NOON).risks) == 1
    assert pages.today(cast.berta, now=NOON).risks == ()


def test_partial_answers_of_a_questionnaire_are_kept(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    keep(doors.word(seat, "form", slug="phq-8", values={"phq8_1": 2}))
    row = Answers.objects.get()
    assert (row.items["phq8_1"], row.missing) == (2, 7) if row.items else False


def _pages(seat: Any, session: Session) -> dict[str, Word]:
    return {
        "asked": doors.word(seat, "asked", session, values={"rating": 1}),
        "first": doors.word(seat, "first", session, values={"words": "x"}, release=Release.OPEN),
        "second": doors.word(seat, "second", session, values={"words": "x"}),
        "heaviness": doors.word(seat, "heaviness", session, values={"value": 1}),
        "form": doors.word(seat, "form", slug="phq-8", values={"phq8_1": 1}),
    }


@pytest.mark.parametrize("kind", ["asked", "first", "second", "heaviness", "form"])
def test_nothing_is_kept_without_an_agreement_that_stands(cast: Cast, kind: str) -> None:
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    session = doors.today_session(cast)
    page, before = _pages(seat, session)[kind], all_rows()
    with pytest.raises(NoConsent):
        keep(page)
    assert all_rows() == before
    door_own.agree(seat.pk)
    keep(page)
    (given_now,) = consents.active_consents([cast.mia.pk], "feedback")
    consents.withdraw_consent(given_now, by=cast.ana)
    before = all_rows()
    with pytest.raises(NoConsent):
        keep(_pages(seat, session)[kind])
    assert all_rows() == before


@pytest.mark.parametrize("kind", ["asked", "first", "second", "heaviness", "form"])
def test_a_clock_that_is_a_day_ahead_is_refused_and_a_day_behind_is_kept(
    cast: Cast, kind: str
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    page = _pages(seat, session)[kind]
    with pytest.raises(OutOfRange, match="given_at"):
        keep(replace(page, given_at=NOON + timedelta(days=1)))
    keep(replace(page, given_at=NOON - timedelta(days=1)))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("asked", {"rating": 5}),
        ("asked", {"rating": True}),
        ("asked", {"stood_out": ["nobody"]}),
        ("asked", {"stood_out": "me"}),
        ("asked", {"words": "not asked here"}),
        ("first", {"items": {"enjoyed": 3}}),
        ("first", {"items": {"worried": 9}}),
        ("first", {"shown": {"me": 4}}),
        ("first", {"seemed": ["perfect"]}),
        ("first", {"words": "x" * 10_001}),
        ("heaviness", {"value": 11}),
        ("heaviness", {}),
        ("what", {}),
    ],
)
def test_what_no_page_can_send_is_refused_and_nothing_is_kept(
    cast: Cast, kind: str, values: dict[str, Any]
) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    before = all_rows()
    with pytest.raises(LacrimaError) as refusal:
        keep(doors.word(seat, kind, session, values=values))
    assert all_rows() == before
    assert "x" * 10 not in refusal.value.sentence()


@pytest.mark.parametrize("slug", ["proqol-5", "no-such-form", ""])
def test_a_questionnaire_that_is_not_for_clients_is_refused(cast: Cast, slug: str) -> None:
    seat = doors.agreed_door(cast)
    with pytest.raises(LacrimaError):
        keep(doors.word(seat, "form", slug=slug, values={"a": 1}))
    assert not Answers.objects.exists()


def test_a_session_of_somebody_else_and_one_that_is_gone_are_refused_alike(cast: Cast) -> None:
    seat = doors.agreed_door(cast)
    theirs = answers_session_of_clara(cast)
    said = set()
    for key in (theirs.pk, uuid4(), None):
        with pytest.raises(LacrimaError) as refusal:
            keep(doors.word(seat, "asked", values={"rating": 1}, session_id=key))
        said.add(refusal.value.sentence())
    assert len(said) == 1
    assert not DoorAnswer.objects.exists()


def answers_session_of_clara(cast: Cast) -> Session:
    return Session.objects.create(episode=cast.care_of_clara, number=1, start=NOON)


def test_no_seat_but_a_clients_has_a_door(cast: Cast) -> None:
    session = doors.today_session(cast)
    for key in (cast.place_of(cast.ana, cast.care_of_mia).pk, cast.mia.pk, uuid4()):
        page = Word("k", key, "asked", DoorWay.LINK, NOON, {"rating": 1}, session.pk)
        with pytest.raises(NotFound):
            keep(page)


def test_the_line_of_the_log_holds_no_word_and_no_score(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me", rating=-4)
    doors.told(seat, session, Release.OPEN)
    lines = AuditLine.objects.filter(action="door.answered")
    details = json.dumps(list(lines.values_list("details", flat=True)))
    assert lines.count() == 2
    assert set(lines.values_list("by", flat=True)) == {""}
    assert "-4" not in details
    assert "looked after" not in details
