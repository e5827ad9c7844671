"""Mia's door: agreed to, her place there, and pages as she would send them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from lacrima.practice import door_answering, door_house, door_own, door_telling, door_visits
from lacrima.practice.door_answering import Word
from lacrima.practice.door_asking import Ask, reminder_times
from lacrima.practice.door_keeper import STEPS
from lacrima.practice.door_visits import DoorWay, Release, Visit
from lacrima.records import clock
from lacrima.records.models import Client, DoorAnswer, DoorHouse, Episode, Participant, Session
from tests.support import keepers
from tests.support.cast import NOON, ZONE, Cast

MADRID = ZoneInfo(ZONE)
ONE_HOUR_AGO = NOON - timedelta(hours=1)  # 12:00 in Madrid
EVENING = NOON.replace(hour=19)  # 20:00 in Madrid
TOLD = {
    "rating": -2,
    "shown": {"me": 2, "therapist": 1},
    "items": {"felt_burdened": 3, "cared_for": 4},
    "seemed": ["warm"],
    "spoken_of": True,
    "words": "I looked after her",
}
_keys = itertools.count(1)


def agreed_door(cast: Cast) -> Participant:
    """Mia's place, after she read who reads what and agreed."""
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    door_own.agree(seat.pk)
    return seat


def seat_of(client: Client, episode: Episode) -> Participant:
    """A client's place in a course of care."""
    return episode.participants.get(client=client)


def today_session(cast: Cast, number: int = 1) -> Session:
    """A session of today that is over: 11:00 to 11:50 (UTC)."""
    return cast.session(number, start=ONE_HOUR_AGO)


def word(seat: Participant, kind: str, session: Session | None = None, /, **more: Any) -> Word:
    """One page as it is sent now; `values` and anything else of a word can be named."""
    said = {
        "key": f"page-{next(_keys)}",
        "way": DoorWay.LINK,
        "given_at": clock.now(),
        "values": {},
        "session_id": session.pk if session else None,
        **more,
    }
    if said.get("release") == Release.KEEPER:
        said |= _for_keeper(kind, said)
    return Word(participant_id=seat.pk, kind=kind, **said)


def _for_keeper(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """Sealed, as a page seals it; what is sealed for nobody is not released at all."""
    if kind not in STEPS:
        return {"release": Release.NOT_YET}
    keepers.there_is_one()
    return dict(keepers.sealed_fields(kind, said["values"], said["given_at"]))


def asked(seat: Participant, session: Session, *stood_out: str, rating: int | None = 1) -> None:
    """The two questions are answered."""
    values: dict[str, Any] = {"stood_out": list(stood_out)}
    if rating is not None:
        values["rating"] = rating
    door_answering.keep(word(seat, "asked", session, values=values))


def told(
    seat: Participant,
    session: Session,
    release: Release,
    *,
    step: str = "first",
    values: dict[str, Any] | None = None,
) -> DoorAnswer:
    """Something is told of a moment, and who may read it."""
    values = TOLD if values is None else values
    door_answering.keep(word(seat, step, session, values=values, release=release))
    return DoorAnswer.objects.get(participant=seat, session=session, step=step)


def asks(seat: Participant, way: DoorWay = DoorWay.LINK, *, now: datetime) -> list[Ask]:
    """What is asked at this moment."""
    return list(door_visits.visit_of(seat, way, now=now).asks)


def kinds(seat: Participant, way: DoorWay = DoorWay.LINK, *, now: datetime) -> list[str]:
    """The kinds of it, in order."""
    return [one.kind for one in asks(seat, way, now=now)]


def signs(seat: Participant, *, now: datetime) -> str:
    """Everything that this client can receive at this moment, as one text."""
    visits = [door_visits.visit_of(seat, way, now=now) for way in DoorWay]
    settled = door_visits.settled_of(door_visits.door_of(seat), seat)
    reminders = reminder_times(settled, door_visits.met_by(seat), now=now, zone=MADRID)
    own = [
        (row.step, row.release, door_telling.title_of(row), _words(row, visits[0]))
        for row in door_own.answers_at(seat.pk)
    ]
    more = door_own.untold_mention(seat.pk)
    told = [[one.as_plain() for one in visits], reminders, own, more]
    return json.dumps(told, default=str)


def _words(row: DoorAnswer, visit: Visit) -> list[Any]:
    return [door_telling.who_reads(row, visit), *door_telling.lines_of(row, visit)]


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def reading_hours(cast: Cast) -> DoorHouse:
    """The practice says when answers are read, and who looks otherwise."""
    return door_house.change_house(
        by=cast.ana, reading="on working days", read_by_hour=10, cover="Dr N., 12"
    )


def outside(cast: Cast) -> DoorHouse:
    """Hanna hears words about a therapy, from outside of it."""
    return door_house.change_house(by=cast.ana, outside_member=cast.hanna)
