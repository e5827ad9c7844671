"""What a client does with what is the client's own: see, correct, take back, pause, stop."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice.changing import make, put
from lacrima.practice.consent_words import wording
from lacrima.practice.consents import Purpose, active_consents
from lacrima.practice.door_answering import columns
from lacrima.practice.door_asking import Ask
from lacrima.practice.door_content import STOOD_OUT, checked, content_of, sealed_text
from lacrima.practice.door_keeper import (
    house_at,
    refuse_forgetting,
    refuse_sealed,
    sealed_columns,
    sealed_now,
)
from lacrima.practice.door_plan import door_of, is_child, kept_door
from lacrima.practice.door_release import follow, take_voice_back
from lacrima.practice.door_visits import client_at, whose
from lacrima.practice.notes import today_here
from lacrima.practice.removing import remove
from lacrima.records import audit, clock
from lacrima.records.models import (
    Consent,
    ConsentWay,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Participant,
    Release,
)

LONGEST_PAUSE_DAYS = 366


def answers_at(participant_id: uuid.UUID) -> list[DoorAnswer]:
    """Everything this client told at the door, the newest first."""
    seat = client_at(participant_id)
    rows = DoorAnswer.objects.filter(participant=seat).select_related("session", "participant")
    return list(rows.order_by("-given_at"))


def answer_at(participant_id: uuid.UUID, answer_id: uuid.UUID) -> DoorAnswer:
    """One of them; NotFound for anything of somebody else."""
    rows = DoorAnswer.objects.select_related("session", "participant__episode", "voice__moment")
    found = rows.filter(pk=answer_id, participant=client_at(participant_id)).first()
    if found is None:
        raise NotFound("there is nothing here")
    return found


def correct(
    participant_id: uuid.UUID, answer_id: uuid.UUID, values: Mapping[str, Any], release: Release
) -> DoorAnswer:
    """Other answers, or somebody else may read them, from now on.

    That nobody reads it any more needs no agreement: it can be said after a stop as well. For a
    keeper it is sealed now, and forgotten as it was; what was sealed before is refused.
    """
    row = answer_at(participant_id, answer_id)
    refuse_sealed(row)
    told = _corrected(row, values, release)
    is_same = all(getattr(row, name) == value for name, value in told.items())
    action = "door.taken_back" if is_same and release == Release.NOBODY else "door.answered"
    with audit.change(by=None, action=action) as line:
        row = answer_at(participant_id, answer_id)
        refuse_sealed(row)
        line.of(whose(row.participant))
        put(row, release=release, **told)
        follow(row)
        line.about(row, step=row.step)
        return row


def _corrected(row: DoorAnswer, values: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """How the other answers lie in the row."""
    step = DoorStep(row.step)
    if release != Release.KEEPER:
        return columns(step, checked(step, values))
    refuse_forgetting(row)
    code = house_at(row.participant).keeper_code
    return sealed_columns(sealed_now(code, step, values, row.given_at), clock.now())


def take_back(participant_id: uuid.UUID, answer_id: uuid.UUID) -> None:
    """The answer goes, and what the therapist read of it is there no more."""
    with audit.change(by=None, action="door.taken_back") as line:
        row = answer_at(participant_id, answer_id)
        line.about(row, step=row.step)
        take_voice_back(row)
        remove(row)


def add_statement(
    participant_id: uuid.UUID, words: str, way: DoorWay, *, sitting: str = ""
) -> DoorAnswer:
    """Something the client wants to stand beside the record, in the client's own words."""
    with audit.change(by=None, action="door.answered") as line:
        seat = client_at(participant_id)
        line.of(whose(seat))
        told = checked(DoorStep.STATEMENT, {"words": words})
        if not told:
            raise BadInput("nothing was written", where="words", expected="a few words")
        row = make(
            DoorAnswer,
            participant=seat,
            step=DoorStep.STATEMENT,
            way=way,
            given_at=clock.now(),
            release=Release.OPEN,
            sitting=sitting,
            content=sealed_text(told),
        )
        line.about(row, step=row.step)
        return row


def settle(participant_id: uuid.UUID, *, evening_hour: int) -> None:
    """At which hour of the evening the client would rather be asked."""
    _settle(client_at(participant_id), evening_hour=evening_hour)


def pause(participant_id: uuid.UUID, *, until: date) -> None:
    """Nothing is asked up to this day."""
    today = today_here()
    if not today <= until <= today + timedelta(days=LONGEST_PAUSE_DAYS):
        raise OutOfRange("a day", where="until", expected="a day within the next year")
    _settle(client_at(participant_id), paused_until=until)


def go_on(participant_id: uuid.UUID) -> None:
    """A pause or a stop is taken back."""
    seat = client_at(participant_id)
    _settle(seat, paused_until=None, stopped_at=None)


def stop(participant_id: uuid.UUID) -> None:
    """Nothing is asked any more, and the agreement is withdrawn. No reason is asked for."""
    seat = client_at(participant_id)
    with transaction.atomic():
        _settle(seat, stopped_at=clock.now(), paused_until=None)
        for row in active_consents(whose(seat), Purpose.FEEDBACK):
            _withdraw(row)


def _withdraw(row: Consent) -> None:
    with audit.change(by=None, action="consent.withdrawn") as line:
        put(row, withdrawn_at=clock.now())
        line.about(row, purpose=Purpose.FEEDBACK.value)


def _settle(seat: Participant, **values: Any) -> None:
    with audit.change(by=None, action="door.settled") as line:
        row = kept_door(seat)
        line.about(row, fields=put(row, **values))


def agree(participant_id: uuid.UUID) -> None:
    """The client has read who reads what, and agrees to be asked. An agreement that stands stays.

    For a child whoever decides for the child agrees first, with the therapist.
    """
    seat = client_at(participant_id)
    with transaction.atomic():
        if not active_consents(whose(seat), Purpose.FEEDBACK):
            _agreed(seat)
        _settle(seat, read_first_at=clock.now(), stopped_at=None)


def _agreed(seat: Participant) -> None:
    if is_child(seat):
        raise BadInput("nobody who decides for this child has agreed yet", where="consent")
    with audit.change(by=None, action="consent.given") as line:
        row = make(
            Consent,
            client=seat.client,
            purpose=Purpose.FEEDBACK,
            given_on=today_here(),
            way=ConsentWay.AT_THE_DOOR,
            wording=wording(Purpose.FEEDBACK, is_for_child=door_of(seat).for_child),
        )
        line.about(row, purpose=Purpose.FEEDBACK.value)


def mentioned(row: DoorAnswer) -> tuple[str, ...]:
    """In whom something stood out, of the session that this answer belongs to."""
    asked = DoorAnswer.objects.filter(
        participant=row.participant_id, session=row.session_id, step=DoorStep.ASKED
    ).select_related("participant")
    first = asked.first()
    return tuple(content_of(first).get("stood_out", ())) if first else STOOD_OUT


def untold_mention(participant_id: uuid.UUID) -> Ask | None:
    """The latest session of which something was mentioned and nothing told yet."""
    rows = answers_at(participant_id)
    told = {row.session_id for row in rows if row.step in {DoorStep.FIRST, DoorStep.SECOND}}
    for row in rows:
        session = row.session
        if row.step != DoorStep.ASKED or session is None or row.session_id in told:
            continue
        stood_out = tuple(content_of(row).get("stood_out", ()))
        if stood_out:
            return Ask("first", session.pk, session.number, stood_out=stood_out)
    return None
