"""A client's door: after which sessions it asks, and which questionnaires, in how many minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.definition import Instrument
from lacrima.practice.answers import InstrumentChoice, instrument_choice, instruments
from lacrima.practice.changing import check_version, make, put, take
from lacrima.practice.door_house import House, the_house
from lacrima.practice.words import CLIENT_ROLES, ParticipantRole
from lacrima.records import audit, clock
from lacrima.records.models import Door, Member, Participant

MOST_SECONDS_A_WEEK = 180
SECONDS_AN_ITEM = 7  # reading and one tap
SECONDS_A_FORM = 10  # finding one's way in it
EVERY_DAYS = (7, 14, 28)
ITEM_OF_DANGER = "phq-9"  # the one that people know by name


def door_of(participant: Participant) -> Door:
    """The door as it is settled now; one that nobody touched asks after every session."""
    found = Door.objects.filter(participant=participant).first()
    return found or Door(participant=participant, for_child=is_child(participant))


def is_child(participant: Participant) -> bool:
    """Does this client come as a child?"""
    return participant.role == ParticipantRole.CHILD


def take_client(by: Member, participant: Participant) -> Participant:
    """A client's seat, held for a change, when she may change it. BadInput for anybody else's."""
    seat = take(by, participant)
    if seat.role not in CLIENT_ROLES:
        raise BadInput("somebody who is no client", where="participant", expected="a client")
    return seat


def kept_door(participant: Participant) -> Door:
    """The same as a row that can be changed; call it inside the change."""
    found = Door.objects.select_for_update().filter(participant=participant).first()
    return found or make(Door, participant=participant, for_child=is_child(participant))


def forms_for(house: House) -> list[InstrumentChoice]:
    """What may be asked at a door: filled in by the client, item by item, in official words."""
    return [
        one
        for one in instruments()
        if one.instrument is not None
        and one.has_items
        and not one.is_by_therapist
        and not one.instrument.is_skeleton
        and (house.may_ask_for_danger or not asks_for_danger(one.slug))
    ]


def asks_for_danger(slug: str) -> bool:
    """Is there a question in it whose answer may mean danger? (The PHQ-9 has one, the CORE-10.)"""
    instrument = instrument_choice(slug).instrument
    return instrument is not None and bool(instrument.flags)


def seconds_of(instrument: Instrument) -> int:
    """About how long it takes to fill in. An estimate: 7 seconds an item and 10 for the form."""
    return SECONDS_A_FORM + SECONDS_AN_ITEM * len(instrument.items)


def seconds_a_week(plan: Sequence[Mapping[str, Any]], house: House) -> int:
    """How long a plan takes in a usual week, each form shared out over its days."""
    known = {one.slug: one.instrument for one in forms_for(house)}
    told = [(known.get(one["instrument"]), int(one["every_days"])) for one in plan]
    return round(sum(seconds_of(form) * 7 / days for form, days in told if form))


def change_door(
    participant: Participant,
    *,
    by: Member,
    every_sessions: int,
    plan: Sequence[Mapping[str, Any]],
    for_child: bool | None = None,
    expected_version: int | None = None,
) -> Door:
    """Another rhythm or other questionnaires; at most three minutes a week in all."""
    with audit.change(by=by, action="door.changed") as line:
        seat = take_client(by, participant)
        values: dict[str, Any] = {"every_sessions": every_sessions, "plan": _checked(plan)}
        if for_child is not None:
            values["for_child"] = for_child
        row = kept_door(seat)
        check_version(row, expected_version)
        line.about(row, fields=put(row, **values))
        return row


def close_open_asks(participant: Participant, *, by: Member) -> Door:
    """The asks that stand open now were looked at; the card speaks of later ones alone."""
    with audit.change(by=by, action="door.asks_closed") as line:
        row = kept_door(take_client(by, participant))
        put(row, asks_closed_at=clock.now())
        line.about(row)
        return row


def _checked(plan: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    house = the_house()
    offered = {one.slug for one in forms_for(house)}
    kept = [{"instrument": str(one["instrument"]), "every_days": one["every_days"]} for one in plan]
    if len({one["instrument"] for one in kept}) != len(kept):
        raise BadInput("the same questionnaire twice", where="plan")
    for one in kept:
        _check_offered(one["instrument"], offered)
        if one["every_days"] not in EVERY_DAYS:
            raise OutOfRange("a rhythm", where="plan", expected="every 7, 14 or 28 days")
    if seconds_a_week(kept, house) > MOST_SECONDS_A_WEEK:
        raise OutOfRange(
            "more than three minutes a week",
            where="plan",
            expected="fewer questionnaires, or more seldom",
        )
    return kept


def _check_offered(slug: str, offered: set[str]) -> None:
    if slug in offered:
        return
    if slug in {one.slug for one in instruments()} and asks_for_danger(slug):
        raise BadInput(
            "a question on thoughts of death, and nobody named who reads the answer",
            where="plan",
            expected="reading hours and cover in the settings of the door, or the PHQ-8",
            next_step="Fill in both under Settings, The door. Until then the PHQ-8 asks the rest.",
        )
    raise BadInput("a questionnaire that cannot be asked at a door", where="plan")
