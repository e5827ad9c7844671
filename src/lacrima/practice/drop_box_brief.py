"""The brief: what the sealed page may ask one client, and in which words.

Like the door itself it is made of the calendar, of what the client settled and answered, and of
the practice's words. Nothing that a therapist logged, felt or guessed is looked at here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lacrima.instruments.definition import Instrument
from lacrima.practice.answers import instrument_choice
from lacrima.practice.door_asking import Given, Met, Settled
from lacrima.practice.door_house import House
from lacrima.practice.door_plan import door_of, is_child
from lacrima.practice.door_reminders import met_and_to_come
from lacrima.practice.door_visits import (
    DoorWay,
    Visit,
    filled_by,
    given_by,
    settled_of,
    visit_of,
)
from lacrima.practice.drop_box_texts import texts_for
from lacrima.practice.languages import LANGUAGES
from lacrima.records import clock
from lacrima.records.models import DropBoxInvitation, DropBoxLetter, Participant
from lacrima.vault import keeper_code

PAST_DAYS = 60
MOST_ARRIVED = 50
A_CLOCK_MAY_BE_SLOW = timedelta(days=1)


def brief_of(
    seat: Participant,
    *,
    public: bytes,
    from_at: datetime,
    until_at: datetime,
    invitation: DropBoxInvitation | None = None,
) -> dict[str, Any]:
    """All of a brief but its number and time: the same as long as nothing has changed."""
    now = clock.now()
    visit = visit_of(seat, DoorWay.DROP_BOX)
    zone = ZoneInfo(visit.zone)
    settled = settled_of(door_of(seat), seat)
    met = met_and_to_come(seat, now, zone)
    return {
        "v": 1,
        "from": stamp(from_at - A_CLOCK_MAY_BE_SLOW),
        "until": stamp(until_at),
        "public": base64.b64encode(public).decode(),
        "keeper": _keeper(visit.house),
        "name": visit.house.name,
        "zone": visit.zone,
        "her": visit.therapist,
        "is_simulated": visit.house.is_simulated,
        "languages": list(LANGUAGES),
        "language": visit.language,
        "has_read": visit.has_read,
        "has_agreed": visit.has_agreed,
        "needs_guardian": is_child(seat) and not visit.has_agreed,
        "settled": _settled(settled),
        "met": list(_met(met, now)),
        "given": list(_given(given_by(seat), now)),
        "filled": {slug: stamp(at) for slug, at in filled_by(seat).items()},
        "arrived": _arrived(invitation),
        "away": _away(visit),
        "house": _house(visit.house),
        "texts": texts_for(visit, [slug for slug, _days in settled.forms]),
    }


def numbered(brief: dict[str, Any], number: int) -> bytes:
    """The JSON that is sealed: one brief, with its number and time."""
    whole = {**brief, "number": number, "made_at": stamp(clock.now())}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def stamp(at: datetime) -> str:
    """A time as the format writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(said: date | None) -> str | None:
    return said.isoformat() if said else None


def version_of(slug: str) -> str:
    """Which version of a questionnaire is asked here."""
    instrument = instrument_choice(slug).instrument
    return instrument.version if isinstance(instrument, Instrument) else ""


def _settled(settled: Settled) -> dict[str, Any]:
    return {
        "every_sessions": settled.every_sessions,
        "forms": [
            {"slug": slug, "every_days": days, "version": version_of(slug)}
            for slug, days in settled.forms
        ],
        "evening_hour": settled.evening_hour,
        "paused_until": _day(settled.paused_until),
        "is_stopped": settled.is_stopped,
        "ask_until": _day(settled.ask_until),
    }


def _met(met: Iterable[Met], now: datetime) -> Iterable[dict[str, Any]]:
    """With those long past only counted: the rhythm needs how many there were."""
    for one in met:
        told: dict[str, Any] = {"session": one.session_id.hex, "start": stamp(one.start)}
        if one.start > now - timedelta(days=PAST_DAYS):
            told |= {"number": one.number, "length_min": one.length_min}
        yield told


def _given(given: Iterable[Given], now: datetime) -> Iterable[dict[str, Any]]:
    for one in given:
        if one.at > now - timedelta(days=PAST_DAYS):
            yield {
                "session": one.session_id.hex,
                "step": one.step.value,
                "at": stamp(one.at),
                "stood_out": list(one.stood_out),
            }


def _arrived(invitation: DropBoxInvitation | None) -> dict[str, str]:
    if invitation is None:
        return {}
    rows = DropBoxLetter.objects.filter(invitation=invitation).exclude(sitting="")
    latest = rows.order_by("-came_at").values_list("sitting", "came_at")[:MOST_ARRIVED]
    return {sitting: stamp(at) for sitting, at in latest}


def _keeper(house: House) -> dict[str, str] | None:
    if not house.has_keeper:
        return None
    public = base64.b64encode(keeper_code.public_of(house.keeper_code)).decode()
    return {"name": house.keeper_name, "public": public}


def _away(visit: Visit) -> dict[str, str] | None:
    if visit.away is None:
        return None
    return {"until": visit.away.until_on.isoformat(), "contact": visit.away.contact}


def _house(house: House) -> dict[str, Any]:
    return {
        "reading": house.reading,
        "read_by_hour": house.read_by_hour,
        "crisis_contacts": house.crisis_contacts,
        "outside": house.outside,
        "complaints": house.complaints,
    }
