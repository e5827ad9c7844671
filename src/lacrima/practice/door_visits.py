"""What a door shows to one client now, as a value that needs no open practice to be shown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lacrima.errors import NotFound
from lacrima.practice.absences import cover_for
from lacrima.practice.consents import Purpose, active_consents
from lacrima.practice.door_asking import Ask, Given, Met, Settled, asks_now, is_quiet
from lacrima.practice.door_content import content_of
from lacrima.practice.door_house import House, the_house
from lacrima.practice.door_keeper import house_at
from lacrima.practice.door_plan import door_of, forms_for
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.words import CLIENT_ROLES, SessionState
from lacrima.records import clock
from lacrima.records.models import (
    BY_HAND,
    Answers,
    Door,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Participant,
    Release,
    Session,
)

__all__ = [
    "BY_HAND",
    "Ask",
    "Away",
    "DoorStep",
    "DoorWay",
    "Release",
    "Visit",
    "client_at",
    "filled_by",
    "visit_from",
    "visit_of",
    "whose",
]


@dataclass(frozen=True)
class Away:
    """The therapist is away: until when, and whom to ask."""

    until_on: date
    contact: str


@dataclass(frozen=True)
class Visit:
    """One client at the door: what is asked, in whose words, and what was settled."""

    participant_id: uuid.UUID
    way: DoorWay
    house: House
    asks: tuple[Ask, ...]
    has_read: bool
    has_agreed: bool
    is_quiet: bool
    is_stopped: bool
    for_child: bool
    evening_hour: int
    therapist: str
    zone: str
    away: Away | None = None
    paused_until: date | None = None
    ends_on: date | None = None
    language: str = ""

    @property
    def her(self) -> str:
        """The first name of the therapist; else in a word, one for children."""
        if self.therapist:
            return self.therapist
        if self.for_child:
            return pgettext("said to a child", "your therapist")
        return _("your therapist")

    def as_plain(self) -> dict[str, Any]:
        """For the memory of this process, while the practice may be locked."""
        return asdict(self)


def visit_from(plain: Mapping[str, Any]) -> Visit:
    """The value again."""
    there = {one.name: plain[one.name] for one in fields(Visit)}
    there["house"] = House(**plain["house"])
    there["asks"] = tuple(Ask(**one) for one in plain["asks"])
    there["away"] = Away(**plain["away"]) if plain["away"] else None
    return Visit(**there)


def client_at(participant_id: uuid.UUID | str) -> Participant:
    """The seat of a client; NotFound for anybody else.

    Also after the end of the care: what was told there stays the client's own to see and take back.
    """
    seats = Participant.objects.select_related("client", "episode")
    found = seats.filter(pk=participant_id, role__in=CLIENT_ROLES, client__isnull=False).first()
    if found is None:
        raise NotFound("there is nothing here")
    return found


def whose(seat: Participant) -> tuple[uuid.UUID, ...]:
    """The client of this seat: whose agreement it needs to keep an answer."""
    return (seat.client_id,) if seat.client_id else ()


def visit_of(participant: Participant, way: DoorWay, *, now: datetime | None = None) -> Visit:
    """What this client would see at this moment."""
    at = now or clock.now()
    practice = the_practice()
    zone = zone_of(practice) if practice else ZoneInfo("UTC")
    door = door_of(participant)
    settled = settled_of(door, participant)
    today = at.astimezone(zone).date()
    cover = cover_for(participant.episode, participant.client, on=today)
    on_arrival = way is DoorWay.HANDED_OVER
    return Visit(
        participant_id=participant.pk,
        way=way,
        house=house_at(participant),
        asks=tuple(_asks(participant, settled, at, zone, on_arrival=on_arrival)),
        has_read=door.read_first_at is not None,
        has_agreed=_has_agreed(participant),
        is_quiet=is_quiet(settled, today),
        is_stopped=settled.is_stopped,
        for_child=door.for_child,
        evening_hour=door.evening_hour,
        therapist=_therapist(participant),
        zone=str(zone),
        away=Away(cover.until_on, cover.contact) if cover else None,
        paused_until=door.paused_until,
        ends_on=settled.ask_until,
        language=door.language,
    )


def settled_of(door: Door, participant: Participant) -> Settled:
    """How this door is settled, by the therapist and by the client."""
    return Settled(
        every_sessions=door.every_sessions,
        forms=_forms(door),
        evening_hour=door.evening_hour,
        paused_until=door.paused_until,
        is_stopped=door.stopped_at is not None,
        ask_until=participant.episode.ask_until,
    )


def _forms(door: Door) -> tuple[tuple[str, int], ...]:
    """The plan, but for what is not asked at a door any more.

    Its words may have gone meanwhile, or whoever was named to read an answer that means danger.
    """
    offered = {one.slug for one in forms_for(the_house())} if door.plan else set()
    told = [(one["instrument"], int(one["every_days"])) for one in door.plan]
    return tuple(one for one in told if one[0] in offered)


def _asks(
    participant: Participant, settled: Settled, now: datetime, zone: ZoneInfo, *, on_arrival: bool
) -> list[Ask]:
    return asks_now(
        settled,
        met_by(participant),
        given_by(participant),
        filled_by(participant),
        now=now,
        zone=zone,
        on_arrival=on_arrival,
    )


def met_by(participant: Participant) -> list[Met]:
    """This client's sessions with a time, in their order. What was logged of them is not read."""
    rows = Session.objects.filter(
        episode=participant.episode_id, state=SessionState.HELD, start__isnull=False
    )
    told = rows.order_by("start").prefetch_related("present")
    return [
        Met(row.pk, row.number, row.start, row.length_min, row.heaviness is not None)
        for row in told
        if row.start is not None and _was_there(row, participant)
    ]


def _was_there(session: Session, participant: Participant) -> bool:
    present = {one.pk for one in session.present.all()}
    return not present or participant.pk in present


def given_by(participant: Participant) -> list[Given]:
    """What this client answered at the door, without what was told."""
    rows = DoorAnswer.objects.filter(participant=participant).exclude(step=DoorStep.STATEMENT)
    return [
        Given(
            row.session_id,
            DoorStep(row.step),
            row.given_at,
            tuple(content_of(row).get("stood_out", ())) if row.step == DoorStep.ASKED else (),
        )
        for row in rows.select_related("participant")
        if row.session_id is not None
    ]


def filled_by(participant: Participant) -> dict[str, datetime]:
    """When this client last filled in each questionnaire."""
    rows = Answers.objects.filter(client=participant.client_id, episode=participant.episode_id)
    told = rows.exclude(given_at=None).order_by("given_at").values_list("instrument", "given_at")
    return {slug: at for slug, at in told if at is not None}


def _has_agreed(participant: Participant) -> bool:
    if participant.client is None:
        return False
    return bool(active_consents([participant.client.pk], Purpose.FEEDBACK))


def _therapist(participant: Participant) -> str:
    """The first name of whoever sees this client; empty where there are several."""
    seats = participant.episode.participants.filter(member__isnull=False, left_on=None)
    names = [seat.member.name for seat in seats.select_related("member") if seat.member]
    return names[0].split()[0] if len(names) == 1 else ""
