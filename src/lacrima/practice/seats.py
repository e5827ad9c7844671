"""A therapist's own place in a course of care, also of one who only stands in for some days."""

from __future__ import annotations

import uuid

from lacrima.practice.changing import make
from lacrima.practice.notes import today_here
from lacrima.practice.words import ParticipantRole
from lacrima.records.models import Member, Participant


def own_seat(episode_id: uuid.UUID, by: Member) -> Participant:
    """Her place there; whoever stands in gets one that has ended already.

    So what she tells is told under her own name, and the seat lets her see nothing afterwards.
    Call it inside the transaction of the change, for somebody who may change it.
    """
    there = Participant.objects.filter(episode=episode_id, member=by).first()
    return there or make(
        Participant,
        episode_id=episode_id,
        role=ParticipantRole.CO_THERAPIST,
        member=by,
        left_on=today_here(),
    )
