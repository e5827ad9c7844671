"""Doors of the demo: Mia and Daniel have read who reads what; their told moments came in there."""

from __future__ import annotations

from datetime import timedelta

from lacrima.practice import door_house, door_own, door_plan
from lacrima.practice.changing import make
from lacrima.practice.door_content import sealed_text
from lacrima.practice.words import Occasion, Side
from lacrima.records.models import (
    Client,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Member,
    Participant,
    Release,
    Session,
    Voice,
)

READING = "Ana reads this the next working day after nine."
COVER = "Simulated: Dr. Jonas Falk, 000 000, on working days until six"
COMPLAINTS = "Simulated: the chamber of psychotherapists, 000 000"
STEPS = {Occasion.SAME_EVENING: DoorStep.FIRST, Occasion.SECOND_THOUGHTS: DoorStep.SECOND}
HOW_IT_WAS = {1: 1, 2: 2, 3: 1, 4: 2, 5: 2, 6: 3, 7: 2, 8: 3, 9: 2, 10: 3}


def add_doors(therapist: Member, outside: Member) -> None:
    """What holds for all doors, and two clients who use theirs."""
    door_house.change_house(
        by=therapist,
        reading=READING,
        read_by_hour=9,
        cover=COVER,
        outside=outside.name,
        complaints=COMPLAINTS,
    )
    for name, plan in (("Mia L.", ("phq-9", 7)), ("Daniel K.", ("phq-8", 14))):
        seat = Participant.objects.get(client=Client.objects.get(code=name))
        door_own.agree(seat.pk)
        slug, days = plan
        one = {"instrument": slug, "every_days": days}
        door_plan.change_door(seat, by=therapist, every_sessions=1, plan=[one])
        _told(seat)


def _told(seat: Participant) -> None:
    """The rows behind the client's voices, as they came in at the door."""
    voices = Voice.objects.filter(participant=seat, side=Side.CLIENT, told_aloud=False)
    for voice in voices.select_related("moment__session"):
        step = STEPS.get(Occasion(voice.occasion))
        if step is not None and voice.given_at is not None:
            _one(seat, voice, step)
    for session in seat.episode.sessions.filter(number__in=HOW_IT_WAS, start__isnull=False):
        make(
            DoorAnswer,
            participant=seat,
            session=session,
            step=DoorStep.ASKED,
            way=DoorWay.HANDED_OVER,
            given_at=session.start + timedelta(hours=1),
            rating=HOW_IT_WAS[session.number],
            content=sealed_text({"stood_out": _stood_out(session)}),
            is_simulated=True,
        )


def _stood_out(session: Session) -> list[str]:
    has_door_voice = DoorAnswer.objects.filter(session=session, step=DoorStep.FIRST).exists()
    return ["me", "therapist"] if has_door_voice else []


def _one(seat: Participant, voice: Voice, step: DoorStep) -> None:
    told = {"rating": voice.rating, "items": voice.items, "seemed": voice.seemed}
    told |= {"words": voice.words}
    release = Release.TALK if voice.would_like_to_talk else Release.OPEN
    kept = {} if release is Release.TALK else {k: v for k, v in told.items() if v not in (None, "")}
    make(
        DoorAnswer,
        participant=seat,
        session=voice.moment.session,
        step=step,
        way=DoorWay.HANDED_OVER,
        given_at=voice.given_at,
        release=release,
        content=sealed_text(kept),
        voice=voice,
        is_simulated=True,
    )
