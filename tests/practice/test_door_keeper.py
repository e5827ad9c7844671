"""Sealed for a keeper: nobody here opens it or learns that it is there; it is handed over."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed, NotFound, OnHold
from lacrima.practice import door_house, door_keeper, door_keeper_file, door_own, holding, pages
from lacrima.practice.door_answering import keep, word_from
from lacrima.practice.door_content import content_of
from lacrima.practice.door_house import KeeperPurpose
from lacrima.practice.door_reading import door_seen
from lacrima.practice.door_telling import who_reads
from lacrima.practice.door_visits import DoorWay, Release, visit_from, visit_of
from lacrima.practice.export_whole import export_practice
from lacrima.practice.words import ParticipantRole
from lacrima.records.models import AuditLine, DoorAnswer, DoorHouse, Moment, Participant, Voice
from lacrima.vault import keeper_file
from lacrima.vault.slot_file import as_text, from_text
from tests.support import doors, keepers
from tests.support.cast import NOON, Cast
from tests.support.things import all_rows

# Microseconds (the clock of the tests counts its calls), and where something lies in memory.
PASSING = re.compile(r", \d+, tzinfo=|0x[0-9a-f]+")
WORDS = {"rating": -4, "words": "she held my hand too long"}


@pytest.fixture
def seat(cast: Cast) -> Participant:
    """Mia's door, at a practice with a keeper; something stood out today."""
    keepers.named()
    place, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(place, session, "therapist")
    return place


def _told(seat: Participant, release: Release = Release.KEEPER, step: str = "first") -> DoorAnswer:
    session = seat.episode.sessions.get(number=1)
    return doors.told(seat, session, release, step=step, values=WORDS)


# --- sealed at once, or later


def test_what_is_for_the_keeper_is_kept_sealed_and_nothing_else_of_it(seat: Participant) -> None:
    row = _told(seat)
    assert (row.content, row.rating, row.voice, row.handed_over_at) == ("", None, None, None)
    assert row.sealed_at is not None
    assert row.sealed_at - row.given_at < timedelta(seconds=1)
    told = keepers.opened(row)
    assert (told.step, told.values) == ("first", WORDS)
    assert told.at == "2026-03-10T12:00:00Z"
    assert not Voice.objects.exists()
    assert not Moment.objects.exists()


def test_released_to_the_keeper_later_the_readable_copy_and_the_voice_go(
    seat: Participant, still_clock: Any
) -> None:
    row = _told(seat, Release.OPEN)
    assert Voice.objects.exists()
    still_clock.move(hours=2)
    door_own.correct(seat.pk, row.pk, WORDS, Release.KEEPER)
    row.refresh_from_db()
    assert keepers.opened(row).values == WORDS
    assert keepers.opened(row).at == "2026-03-10T12:00:00Z"
    assert row.sealed_at is not None
    assert row.sealed_at.hour == NOON.hour + 2
    assert content_of(row) == {}
    assert not Voice.objects.exists()
    assert not Moment.objects.exists()


@pytest.mark.parametrize("release", list(Release))
def test_what_was_sealed_cannot_be_changed_here_and_can_be_taken_back(
    seat: Participant, release: Release
) -> None:
    row = _told(seat)
    before = all_rows()
    with pytest.raises(BadInput, match="cannot be changed"):
        door_own.correct(seat.pk, row.pk, {"words": "other"}, release)
    assert all_rows() == before
    door_own.take_back(seat.pk, row.pk)
    assert list(DoorAnswer.objects.values_list("step", flat=True)) == ["asked"]


@pytest.mark.parametrize("release", [Release.NOBODY, Release.OPEN])
def test_while_nothing_may_be_deleted_a_readable_copy_stays(
    cast: Cast, seat: Participant, release: Release
) -> None:
    row = _told(seat, release)
    holding.set_hold(cast.mia, by=cast.ana, reason="a letter of a court")
    before = all_rows()
    with pytest.raises(OnHold):
        door_own.correct(seat.pk, row.pk, WORDS, Release.KEEPER)
    with pytest.raises(OnHold):
        _told(seat)
    assert all_rows() == before
    sealed = _told(seat, step="second")  # what was never readable is sealed all the same
    assert keepers.opened(sealed).values == WORDS


def test_a_later_page_for_somebody_else_leaves_nothing_sealed(seat: Participant) -> None:
    _told(seat)
    row = _told(seat, Release.OPEN)
    assert (row.for_keeper, row.sealed_at) == ("", None)
    assert content_of(row) == WORDS
    assert _told(seat).content == ""


def test_nothing_is_released_to_a_keeper_where_there_is_none(cast: Cast) -> None:
    place, session = doors.agreed_door(cast), doors.today_session(cast)
    row = doors.told(place, session, Release.NOBODY)
    with pytest.raises(BadInput):
        door_own.correct(place.pk, row.pk, WORDS, Release.KEEPER)
    page = doors.word(place, "second", session)
    with pytest.raises(BadInput, match="no keeper of this practice"):
        keep(replace(page, **keepers.sealed_fields("second", WORDS)))


@pytest.mark.parametrize("step", ["asked", "statement"])
def test_only_what_is_told_of_a_moment_is_sealed(seat: Participant, step: str) -> None:
    sealed = keepers.sealed_fields("first", WORDS)
    with pytest.raises(BadInput):
        keep(replace(doors.word(seat, step, seat.episode.sessions.get()), **sealed))
    row = DoorAnswer.objects.get(step="asked")
    with pytest.raises(BadInput):
        door_own.correct(seat.pk, row.pk, {"rating": 1}, Release.KEEPER)


# --- what came sealed already, by the drop-box


def test_a_word_for_the_keeper_cannot_be_made_readable(seat: Participant) -> None:
    page = doors.word(seat, "first", seat.episode.sessions.get())
    sealed = keepers.sealed_fields("first", WORDS)
    for wrong in ({"values": WORDS}, {"sealed": ""}, {"release": Release.OPEN}):
        with pytest.raises(BadInput, match="not sealed"):
            replace(page, **{**sealed, **wrong})
    letter = json.loads(replace(page, **sealed).as_json())
    assert letter["values"] == {}
    del letter["sealed"]
    letter["release"] = "open"
    assert word_from(json.dumps(letter).encode()).sealed == ""  # as older letters wait


def _altered(sealed: str, place: int, value: int) -> str:
    data = bytearray(from_text(sealed))
    data[place] = value
    return as_text(bytes(data))


@pytest.mark.parametrize(
    "alter",
    [
        lambda one: "AAAA",
        lambda one: "no base64!",
        lambda one: one[4:],
        lambda one: one + as_text(bytes(3)),
        lambda one: _altered(one, 0, 0),
        lambda one: _altered(one, 4, 2),
        lambda one: _altered(one, 5, from_text(one)[5] ^ 1),
        lambda one: base64.b64encode(bytes(4096)).decode(),
    ],
)
def test_what_came_sealed_is_kept_only_if_it_is_for_a_keeper_of_this_practice(
    seat: Participant, alter: Callable[[str], str]
) -> None:
    sealed = keepers.sealed_fields("first", WORDS)
    page = replace(doors.word(seat, "first", seat.episode.sessions.get()), **sealed)
    before = all_rows()
    with pytest.raises(BadInput):
        keep(replace(page, sealed=alter(page.sealed)))
    assert all_rows() == before
    keep(page)


def test_what_was_sealed_for_an_earlier_keeper_is_kept_and_stays_hers(seat: Participant) -> None:
    sealed = keepers.sealed_fields("first", WORDS)
    page = replace(doors.word(seat, "first", seat.episode.sessions.get()), **sealed)
    keepers.named(keepers.EARLIER_CODE, "A study", KeeperPurpose.STUDY)
    keep(page)
    row = DoorAnswer.objects.get(step="first")
    assert "Nora Outside" in who_reads(row, visit_of(seat, DoorWay.LINK))


# --- who keeps


def test_another_code_lets_the_keeper_before_be_an_earlier_one(seat: Participant) -> None:
    keepers.named(keepers.EARLIER_CODE, "A study")
    row = DoorHouse.objects.get()
    assert row.keepers_before == [{"name": keepers.NAME, "code": keepers.CODE}]
    assert [one.name for one in door_keeper.keepers()] == ["A study", keepers.NAME]
    keepers.named("", "")
    assert [one.name for one in door_keeper.keepers()] == ["A study", keepers.NAME]
    assert not door_house.the_house().has_keeper
    keepers.named()
    assert [one.name for one in door_keeper.keepers()] == [keepers.NAME, "A study"]


@pytest.mark.parametrize(
    ("name", "code", "where"),
    [
        ("Nora", "", "keeper_code"),
        ("", keepers.CODE, "keeper_name"),
        ("Nora", "lk1.abc", "keeper_code"),
        ("Nora", keepers.CODE[:-1] + "_", "keeper_code"),
    ],
)
def test_a_keeper_has_a_name_and_a_code_that_fits(
    cast: Cast, name: str, code: str, where: str
) -> None:
    before = all_rows()
    with pytest.raises(BadInput) as refused:
        keepers.named(code, name)
    assert refused.value.where == where
    assert all_rows() == before


def test_other_settings_leave_the_keeper_as_it_is(cast: Cast, seat: Participant) -> None:
    house = door_house.the_house()
    doors.reading_hours(cast)
    now = door_house.the_house()
    assert (now.keeper_name, now.keeper_code) == (house.keeper_name, house.keeper_code)
    assert now.keeper_code == keepers.CODE


@pytest.mark.parametrize("purpose", list(KeeperPurpose))
def test_a_child_is_offered_no_study(cast: Cast, purpose: KeeperPurpose) -> None:
    keepers.named(purpose=purpose)
    place = cast.place_of(cast.mia, cast.care_of_mia)
    assert visit_of(place, DoorWay.HANDED_OVER).house.has_keeper
    place.role = ParticipantRole.CHILD
    house = visit_of(place, DoorWay.HANDED_OVER).house
    assert house.has_keeper is (purpose is KeeperPurpose.OUTSIDE)


def test_a_visit_with_a_keeper_comes_back_from_memory_as_it_was(seat: Participant) -> None:
    visit = visit_of(seat, DoorWay.HANDED_OVER)
    assert visit.house.keeper_name == keepers.NAME
    assert len(visit.house.keeper_words.split()) == 10
    assert visit_from(visit.as_plain()) == visit


# --- what a therapist learns of it: nothing


def _seen(cast: Cast, seat: Participant) -> list[Any]:
    """All signs that the therapist receives, without ids and marks of keeping."""
    log = AuditLine.objects.order_by("at", "sequence").values_list("action", "details")
    export = export_practice(by=cast.ana)
    exported = {name: value for name, value in export.as_json().items() if name != "bytes"}
    told = [
        repr(door_seen(seat, by=cast.ana)),
        repr(pages.today(cast.ana, now=NOON + timedelta(hours=1))),
        repr(pages.client_page(cast.ana, seat.episode_id)),
        repr(list(log)[:-1]),
        repr(exported["rows"]),
    ]
    return [PASSING.sub("", one) for one in told]


def test_no_sign_tells_a_therapist_whether_something_was_sealed_or_kept_from_everybody(
    cast: Cast, seat: Participant
) -> None:
    lives = {}
    for release in (Release.NOBODY, Release.NOT_YET, Release.KEEPER):
        with doors.undone():
            _told(seat, release)
            lives[release] = _seen(cast, seat)
    assert lives[Release.KEEPER] == lives[Release.NOBODY] == lives[Release.NOT_YET]


def test_who_looks_at_the_door_without_being_the_client_learns_no_more(seat: Participant) -> None:
    visit = visit_of(seat, DoorWay.LINK)
    said = set()
    for release in (Release.NOBODY, Release.NOT_YET, Release.KEEPER):
        with doors.undone():
            said.add(who_reads(_told(seat, release), visit, is_open=False))
    assert said == {"Ana does not read it"}


def test_the_client_reads_for_whom_it_is_sealed_and_since_when(
    cast: Cast, seat: Participant, still_clock: Any
) -> None:
    row, visit = _told(seat), visit_of(seat, DoorWay.LINK)
    assert who_reads(row, visit) == "sealed for Nora Outside since 10 March"
    still_clock.move(days=1)
    door_keeper_file.hand_to_keeper(by=cast.ana)
    row.refresh_from_db()
    assert who_reads(row, visit).endswith("since 10 March, handed over on 11 March")


# --- handing over


def test_a_file_holds_what_was_not_handed_over_yet_or_all_of_it_again(
    cast: Cast, seat: Participant
) -> None:
    _told(seat)
    data = door_keeper_file.hand_to_keeper(by=cast.ana)
    assert [told.values for told in keepers.opened_file(data)] == [WORDS]
    assert keepers.opened_file(door_keeper_file.hand_to_keeper(by=cast.ana)) == []
    again = door_keeper_file.hand_to_keeper(by=cast.ana, again=True)
    assert [told.values for told in keepers.opened_file(again)] == [WORDS]


def test_a_file_with_nothing_in_it_looks_like_one_with_something(
    cast: Cast, seat: Participant
) -> None:
    empty = door_keeper_file.hand_to_keeper(by=cast.ana)
    _told(seat)
    full = door_keeper_file.hand_to_keeper(by=cast.ana)
    assert len(empty) == len(full)
    shapes = [sorted(len(one) for one in keeper_file.read(data).items) for data in (empty, full)]
    assert shapes[0] == shapes[1]


def test_neither_file_nor_log_says_whose_it_is(cast: Cast, seat: Participant) -> None:
    row = _told(seat)
    data = door_keeper_file.hand_to_keeper(by=cast.ana)
    for hidden in (row.pk.hex, seat.pk.hex, cast.mia.pk.hex, "M 01", "2026", "held my hand"):
        assert hidden.encode() not in data
    line = AuditLine.objects.get(action="keeper.handed_over")
    assert line.details == {"kind": "keeper"}
    assert (line.thing, line.thing_id) == ("", "")


def test_what_was_taken_back_before_is_in_no_file(cast: Cast, seat: Participant) -> None:
    row = _told(seat)
    door_own.take_back(seat.pk, row.pk)
    assert keepers.opened_file(door_keeper_file.hand_to_keeper(by=cast.ana, again=True)) == []


def test_each_keeper_gets_what_was_sealed_for_her(cast: Cast, seat: Participant) -> None:
    _told(seat)
    keepers.named(keepers.EARLIER_CODE, "A study")
    now = door_keeper_file.hand_to_keeper(by=cast.ana)
    assert keeper_file.read(now).key_id.hex() == keepers.EARLIER_KEY_ID
    assert keepers.opened_file(now, keepers.EARLIER) == []
    before = door_keeper_file.hand_to_keeper(by=cast.ana, key_id=keepers.KEY_ID)
    assert [told.values for told in keepers.opened_file(before)] == [WORDS]


def test_only_who_looks_after_the_practice_hands_over(cast: Cast, seat: Participant) -> None:
    _told(seat)
    before = all_rows()
    for by in (cast.berta, cast.stella, cast.hanna):
        with pytest.raises(NotAllowed):
            door_keeper_file.hand_to_keeper(by=by)
        with pytest.raises(NotAllowed):
            door_keeper_file.keepers_seen(by)
    assert all_rows() == before


@pytest.mark.parametrize("key_id", ["", "00" * 8, "x"])
def test_there_is_no_file_for_nobody(cast: Cast, key_id: str) -> None:
    with pytest.raises(NotFound):
        door_keeper_file.hand_to_keeper(by=cast.ana, key_id=key_id)
