"""Copies, a whole practice, an erasure: what of the door leaves, what stays, what goes for good."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from lacrima.errors import BadTable
from lacrima.practice import care, door_links, door_own, door_way_out, erasing
from lacrima.practice.door_content import content_of
from lacrima.practice.door_visits import DoorWay, Release
from lacrima.practice.erasing_preview import preview
from lacrima.practice.export_choice import Choice, Part
from lacrima.practice.export_client import export_client, look, reviewed
from lacrima.practice.export_whole import export_practice
from lacrima.practice.people import the_practice
from lacrima.practice.whole_checks import _check_doors
from lacrima.practice.whole_import import bring_in_whole
from lacrima.practice.whole_rows import Whole
from lacrima.records.models import (
    Client,
    Consent,
    Door,
    DoorAnswer,
    DoorHouse,
    DoorLink,
    Participant,
    Session,
    WayOut,
)
from tests.support import doors, keepers
from tests.support.cast import Cast
from tests.support.whole_practice import a_new_folder, empty_practice, everything

EVERYTHING = Choice(parts=frozenset(Part))
SECRET = ("kept to myself", "not for her", "she held my hand", "600 123")


@pytest.fixture
def seat(cast: Cast) -> Participant:
    """Mia's door with one of everything: read, half read, and read by nobody."""
    doors.reading_hours(cast)
    doors.outside(cast)
    place, session = doors.agreed_door(cast), doors.today_session(cast)
    others = [cast.session(number) for number in (2, 3, 4, 5)]
    doors.asked(place, session, "me", "therapist", rating=-3)
    doors.told(place, session, Release.OPEN)
    doors.told(place, others[0], Release.TALK, values={"words": SECRET[0]})
    doors.told(place, others[1], Release.NOBODY, values={"words": SECRET[1]})
    doors.told(place, others[2], Release.NOT_YET, values={"words": SECRET[1]})
    sealed = doors.told(place, others[3], Release.KEEPER, values={"words": SECRET[0]})
    assert keepers.opened(sealed).values == {"words": SECRET[0]}
    door_own.add_statement(place.pk, "it was otherwise", DoorWay.LINK)
    gone = door_own.add_statement(place.pk, SECRET[1], DoorWay.LINK)
    door_own.correct(place.pk, gone.pk, content_of(gone), Release.NOBODY)
    door_links.make_link(place, by=cast.ana)
    door_way_out.send(place.pk, kind="crossed", words=SECRET[2], reach=SECRET[3])
    return place


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_in(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{table}.csv"].decode(), newline="")))


# --- a copy for the client, made by the therapist


def test_a_copy_holds_what_was_released_and_nothing_that_was_not(
    seat: Participant, cast: Cast
) -> None:
    files = unpacked(export_client(cast.care_of_mia.pk, by=cast.ana, choice=EVERYTHING).data)
    rows = rows_in(files, "door_answer")
    assert [(row["step"], row["rating"]) for row in rows] == [("asked", "-3"), ("statement", "")]
    assert rows[0]["content"] == ""  # whether anything stood out is not hers to read
    document = files["read-me.html"].decode()
    for told in ("it was otherwise", "I looked after her", "\N{MINUS SIGN}3"):
        assert told in document
    held = b"".join(files.values())
    for hidden in SECRET:
        assert hidden.encode() not in held
    assert "did not release" in document


def test_nobody_sees_in_the_look_or_the_review_what_was_not_released(
    seat: Participant, cast: Cast
) -> None:
    seen = look(cast.ana, cast.care_of_mia.pk)
    assert seen.counts[Part.DOOR] == 2
    assert "it was otherwise" in [one.words for one in seen.texts]
    shown = repr(seen) + repr(reviewed(cast.ana, cast.care_of_mia.pk, EVERYTHING))
    assert not [hidden for hidden in SECRET if hidden in shown]


def test_what_was_not_released_leaves_a_copy_as_it_would_be_without_it(
    seat: Participant, cast: Cast
) -> None:
    def tables() -> dict[str, Any]:
        files = unpacked(export_client(cast.care_of_mia.pk, by=cast.ana, choice=EVERYTHING).data)
        return {name: held for name, held in files.items() if name.startswith("tables/")}

    before = tables()
    with doors.undone():
        DoorAnswer.objects.filter(release__in=["", "nobody", "keeper"]).exclude(
            step="asked"
        ).delete()
        WayOut.objects.all().delete()
        assert tables() == before


def test_a_statement_can_stay_and_so_can_the_whole_door(seat: Participant, cast: Cast) -> None:
    row = DoorAnswer.objects.get(step="statement", release="open")
    for choice in (
        Choice(parts=EVERYTHING.parts, without=frozenset({row.pk})),
        Choice(parts=EVERYTHING.parts - {Part.DOOR}),
    ):
        files = unpacked(export_client(cast.care_of_mia.pk, by=cast.ana, choice=choice).data)
        assert b"it was otherwise" not in b"".join(files.values())
        assert len(rows_in(files, "door_answer")) == (1 if choice.without else 0)


def test_one_of_a_couple_gets_nothing_of_the_others_door(cast: Cast) -> None:
    couple, (jo, sam) = _couple(cast)
    choice = Choice(parts=frozenset(Part), clients=frozenset({jo.pk}))
    files = unpacked(export_client(couple.pk, by=cast.ana, choice=choice).data)
    held = b"".join(files.values())
    assert b"J 1 said" in held
    assert b"S 1 said" not in held
    assert len(rows_in(files, "door")) == len(rows_in(files, "door_answer")) == 1
    assert sam.pk.hex.encode() not in held


def _couple(cast: Cast) -> tuple[Any, list[Client]]:
    couple = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 1"), care.NewClient("S 1")]
    )
    both = list(Client.objects.filter(code__in=["J 1", "S 1"]).order_by("code"))
    for client in both:
        place = doors.seat_of(client, couple)
        door_own.agree(place.pk)
        door_own.add_statement(place.pk, f"{client.code} said", DoorWay.LINK)
    return couple, both


# --- a whole practice


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_a_practice_comes_back_with_its_doors(seat: Participant, cast: Cast, form: str) -> None:
    before = everything()
    data = export_practice(by=cast.ana, table_format_name=form).data
    with a_new_folder():
        bring_in_whole(data, by=empty_practice())
        assert everything() == before
        assert (DoorHouse.objects.count(), Door.objects.count()) == (1, 1)
        kept = DoorAnswer.objects.get(step="first", release="open")
        assert content_of(kept) == doors.TOLD
        assert kept.voice is not None


def test_what_was_not_released_stays_home_as_private_notes_do(
    seat: Participant, cast: Cast
) -> None:
    exported = export_practice(by=cast.ana)
    files = unpacked(exported.data)
    held = b"".join(files.values())
    for hidden in SECRET:
        assert hidden.encode() not in held
    told = [(row["step"], row["release"]) for row in rows_in(files, "door_answer")]
    assert sorted(told) == [
        ("asked", ""), ("first", "open"), ("first", "talk"), ("statement", "open"),
    ]  # fmt: skip
    assert "stood_out" not in files["tables/door_answer.csv"].decode()
    left = [one.what for one in exported.manifest.left_out]
    assert any("did not release" in one for one in left)
    assert any("outside the therapy" in one for one in left)
    for hidden in (keepers.NAME, keepers.CODE, "for_keeper", "keeper_code", "LKPR", "TEtQU"):
        assert hidden.encode() not in held


@pytest.mark.parametrize(
    ("content", "step"),
    [("{", "first"), ("[]", "first"), ('{"rating": 9}', "first"), ('{"words": "x"}', "asked")],
)
def test_an_answer_that_no_door_asks_does_not_come_in(
    seat: Participant, content: str, step: str
) -> None:
    row = DoorAnswer(participant=seat, step=step, content=content)
    with pytest.raises(BadTable):
        _check_doors(_whole(DoorAnswer, row))


@pytest.mark.parametrize(
    "plan", [["phq-8"], [{"instrument": "x", "every_days": 7}], [{"instrument": "phq-8"}]]
)
def test_a_plan_of_something_else_does_not_come_in(seat: Participant, plan: list[Any]) -> None:
    with pytest.raises(BadTable):
        _check_doors(_whole(Door, Door(participant=seat, plan=plan)))


def _whole(model: Any, row: Any) -> Whole:
    whole = Whole(rows={Door: {}, DoorAnswer: {}})
    whole.rows[model][row.pk] = row
    whole.files[model] = "a table"
    return whole


# --- an erasure


def test_erasing_a_client_takes_the_whole_door(seat: Participant, cast: Cast) -> None:
    practice = the_practice()
    assert practice is not None
    counted = dict(preview(cast.ana, cast.mia.pk, practice=practice).counts)
    assert not any("door" in name for name in counted)  # a number would tell of what is unread
    erasing.erase_client(cast.mia, by=cast.ana, code="M 01")
    for model in (Door, DoorLink, DoorAnswer, WayOut, Consent):
        assert not model.objects.exists(), model
    assert DoorHouse.objects.count() == 1


def test_of_a_couple_only_hers_goes(cast: Cast) -> None:
    doors.outside(cast)
    couple, (jo, sam) = _couple(cast)
    session = Session.objects.create(episode=couple, number=1, start=doors.ONE_HOUR_AGO)
    for client in (jo, sam):
        place = doors.seat_of(client, couple)
        doors.asked(place, session, "me")
        doors.told(place, session, Release.OPEN, values={"shown": {"me": 2}})
        door_links.make_link(place, by=cast.ana)
        door_way_out.send(place.pk, kind="other")
    erasing.erase_client(jo, by=cast.ana, code="J 1")
    for model in (Door, DoorLink, DoorAnswer, WayOut):
        whose = set(model.objects.values_list("participant__client", flat=True))
        assert whose == {sam.pk}, model
    assert DoorAnswer.objects.count() == 3
    assert json.dumps(sorted(DoorAnswer.objects.values_list("release", flat=True))) == (
        '["", "open", "open"]'
    )
