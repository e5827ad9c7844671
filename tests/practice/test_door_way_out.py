"""The way out: for the one it was sent to, and never for the therapist of that care."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from lacrima.errors import BadInput, LacrimaError, NotAllowed, NotFound
from lacrima.practice import care, door_house, door_way_out, people
from lacrima.practice.door_way_out import Heard, WayOutKind, note_seen, send, sent_to
from lacrima.records.access import find, visible
from lacrima.records.models import AuditLine, Consent, DoorHouse, Member, Role, WayOut
from tests.support import doors
from tests.support.cast import Cast
from tests.support.things import all_rows

WORDS, REACH = "she held my hand", "after six, 600 123"


@pytest.fixture
def sent(cast: Cast) -> WayOut:
    """Mia wrote to Hanna, who stands outside of her therapy. She agreed to nothing before."""
    doors.outside(cast)
    assert not Consent.objects.exists()
    seat = doors.seat_of(cast.mia, cast.care_of_mia)
    assert door_way_out.can_be_sent(seat)
    return send(seat.pk, kind="crossed", words=WORDS, reach=REACH)


def test_the_one_it_was_sent_to_reads_it(sent: WayOut, cast: Cast) -> None:
    (row,) = sent_to(cast.hanna)
    assert (row.words, row.reach, row.kind) == (WORDS, REACH, WayOutKind.CROSSED)


def _people(cast: Cast) -> list[Member]:
    """Everybody but Hanna, with somebody who looks after people, a researcher, one who left."""
    more = [
        people.add_member(by=cast.ana, name=f"N. {role}", role=role)
        for role in (Role.ADMINISTRATOR, Role.RESEARCHER, Role.SUPERVISOR)
    ]
    left = people.add_member(by=cast.ana, name="L. L.", role=Role.THERAPIST)
    left = people.change_member(left, by=cast.ana, left_on=date(2026, 3, 1))
    return [cast.ana, cast.berta, cast.stella, *more, left]


def test_nobody_else_sees_finds_or_answers_it_the_owner_of_the_house_neither(
    sent: WayOut, cast: Cast
) -> None:
    everybody, before = _people(cast), all_rows()
    for by in everybody:
        assert sent_to(by) == []
        assert not visible(by, WayOut).exists()
        with pytest.raises(NotFound):
            find(by, WayOut, sent.pk)
        with pytest.raises((NotFound, NotAllowed)):
            note_seen(sent, by=by, done="nothing")
    del before["AuditLine"]
    assert {name: rows for name, rows in all_rows().items() if name != "AuditLine"} == before


def test_the_therapist_hears_of_it_only_where_the_client_wished_and_no_word(
    sent: WayOut, cast: Cast
) -> None:
    assert door_way_out.told_to_therapist(sent.participant) == []
    send(sent.participant_id, kind="another", words=WORDS, may_tell_therapist=True)
    (heard,) = door_way_out.told_to_therapist(sent.participant)
    assert heard == Heard(WayOutKind.ANOTHER, heard.sent_at)
    assert WORDS not in repr(heard)


def test_the_lines_of_the_log_name_no_row_and_nobody(sent: WayOut, cast: Cast) -> None:
    note_seen(sent, by=cast.hanna, done="I called her")
    lines = list(AuditLine.objects.filter(action__startswith="way_out.").values())
    assert [(row["action"], row["by"]) for row in lines] == [
        ("way_out.sent", ""),
        ("way_out.seen", cast.hanna.pk.hex),
    ]
    said = json.dumps(lines, default=str)
    for hidden in (sent.pk, cast.mia.pk, sent.participant_id, cast.care_of_mia.pk):
        assert hidden.hex not in said
        assert str(hidden) not in said
    assert {(row["thing"], row["thing_id"]) for row in lines} == {("", "")}
    assert all(row["details"] == {"kind": "way_out"} for row in lines)


def test_what_was_done_is_noted_in_words_and_what_waits_comes_first(
    sent: WayOut, cast: Cast
) -> None:
    later = send(sent.participant_id, kind="other")
    with pytest.raises(BadInput):
        note_seen(sent, by=cast.hanna, done=" ")
    note_seen(sent, by=cast.hanna, done="I called her")
    assert [row.pk for row in sent_to(cast.hanna)] == [later.pk, sent.pk]
    assert WayOut.objects.get(pk=sent.pk).done == "I called her"


def test_words_and_reach_are_sealed(sent: WayOut) -> None:
    raw = WayOut.objects.filter(pk=sent.pk).values_list("words", "reach").get()
    assert WORDS.encode() not in bytes(raw[0])
    assert b"600 123" not in bytes(raw[1])


def _refused(cast: Cast, seat: Any) -> None:
    assert not door_way_out.can_be_sent(seat)
    before = all_rows()
    with pytest.raises(NotFound):
        send(seat.pk, kind="crossed", words=WORDS)
    assert all_rows() == before


def test_without_a_person_outside_nothing_is_stored(cast: Cast) -> None:
    seat = doors.seat_of(cast.mia, cast.care_of_mia)
    _refused(cast, seat)
    door_house.change_house(by=cast.ana, outside="Dr N. of the chamber", complaints="the chamber")
    _refused(cast, seat)


def test_somebody_in_the_therapy_is_not_outside_of_it(cast: Cast) -> None:
    door_house.change_house(by=cast.ana, outside_member=cast.ana)
    _refused(cast, doors.seat_of(cast.mia, cast.care_of_mia))
    door_house.change_house(by=cast.ana, outside_member=cast.berta)
    assert door_way_out.can_be_sent(doors.seat_of(cast.mia, cast.care_of_mia))
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    _refused(cast, doors.seat_of(cast.mia, cast.care_of_mia))


def test_who_left_hears_nothing_any_more(cast: Cast) -> None:
    doors.outside(cast)
    people.change_member(cast.hanna, by=cast.ana, left_on=date(2026, 3, 9))
    _refused(cast, doors.seat_of(cast.mia, cast.care_of_mia))


def test_only_who_may_read_a_clients_words_is_named_and_only_by_who_may(cast: Cast) -> None:
    admin = people.add_member(by=cast.ana, name="N. N.", role=Role.ADMINISTRATOR)
    with pytest.raises(BadInput):
        door_house.change_house(by=cast.ana, outside_member=admin)
    for by in (cast.berta, cast.hanna, cast.stella):
        with pytest.raises(NotAllowed):
            door_house.change_house(by=by, outside_member=by)
    assert not DoorHouse.objects.exists()


def test_it_starts_at_a_clients_door_alone(cast: Cast) -> None:
    doors.outside(cast)
    for key in (cast.place_of(cast.ana, cast.care_of_mia).pk, uuid4()):
        with pytest.raises(NotFound):
            send(key, kind="crossed")


@pytest.mark.parametrize("bad", [{"kind": "else"}, {"kind": "other", "words": "x" * 100_001}])
def test_what_no_page_sends_is_refused(cast: Cast, bad: dict[str, Any]) -> None:
    doors.outside(cast)
    with pytest.raises(LacrimaError):
        send(doors.seat_of(cast.mia, cast.care_of_mia).pk, **bad)
    assert not WayOut.objects.exists()


def test_a_house_changed_elsewhere_meanwhile_is_not_overwritten(cast: Cast) -> None:
    row = doors.outside(cast)
    door_house.change_house(by=cast.ana, expected_version=row.version, reading="daily")
    with pytest.raises(LacrimaError):
        door_house.change_house(by=cast.ana, expected_version=row.version, reading="never")
    house = door_house.the_house()
    assert (house.reading, house.outside, house.name) == (
        "daily", "Hanna Weiss", "Practice at the Green",
    )  # fmt: skip
