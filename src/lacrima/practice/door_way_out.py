"""The way out: a word to somebody outside the therapy, which does not pass the therapist's desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice.changing import make, put, take
from lacrima.practice.door_house import the_house
from lacrima.practice.door_visits import client_at
from lacrima.records import audit, clock
from lacrima.records.access import Right, may, visible
from lacrima.records.models import Member, Participant, WayOut, WayOutKind

__all__ = ["WayOutKind", "can_be_sent", "note_seen", "send", "sent_to", "told_to_therapist"]


def can_be_sent(participant: Participant) -> bool:
    """Is there somebody of the house, outside this therapy, who reads such words?

    Without one nothing is stored: the page shows whom else one can ask.
    """
    return _outside(participant) is not None


def _outside(participant: Participant) -> Member | None:
    key = the_house().outside_member_id
    found = Member.objects.filter(pk=key, left_on=None).first() if key else None
    if found is None or not may(found, Right.HEAR_FROM_THE_DOOR):
        return None
    is_in_it = participant.episode.participants.filter(member=found, left_on=None).exists()
    return None if is_in_it else found


def send(
    participant_id: uuid.UUID,
    *,
    kind: WayOutKind | str,
    words: str = "",
    reach: str = "",
    may_tell_therapist: bool = False,
) -> WayOut:
    """A word of the client's to the person outside the therapy, sealed; the therapist reads none.

    Needs no agreement: it protects whoever sends it.
    """
    with audit.change(by=None, action="way_out.sent") as line:
        seat = client_at(participant_id)
        reader = _outside(seat)
        if reader is None:
            raise NotFound("nobody outside the therapy is named")
        if kind not in set(WayOutKind):
            raise BadInput("what it is about", where="kind", expected="one of the list")
        row = make(
            WayOut,
            participant=seat,
            to=reader,
            kind=kind,
            words=words,
            reach=reach,
            may_tell_therapist=may_tell_therapist,
            sent_at=clock.now(),
        )
        line.details = {"kind": "way_out"}  # not which row: the log is read by others
        return row


def sent_to(by: Member) -> list[WayOut]:
    """What was sent to this person, what waits first."""
    rows = visible(by, WayOut).select_related("participant__client", "participant__episode")
    return sorted(rows, key=lambda row: (row.seen_at is not None, row.sent_at))


def note_seen(row: WayOut, *, by: Member, done: str) -> WayOut:
    """Note that it was read, and what was done."""
    with audit.change(by=by, action="way_out.seen") as line:
        there = take(by, row)
        if there.to_id != by.pk:
            raise NotAllowed("somebody else's word")
        if not done.strip():
            raise BadInput("nothing was written", where="done", expected="what was done")
        put(there, seen_at=clock.now(), done=done)
        line.details = {"kind": "way_out"}
        return there


@dataclass(frozen=True)
class Heard:
    """What a therapist hears of a way out where the client wished it: no word of it."""

    kind: WayOutKind
    sent_at: datetime


def told_to_therapist(participant: Participant) -> list[Heard]:
    """What the client let the therapist hear: that it was sent, and what it was about."""
    rows = WayOut.objects.filter(participant=participant, may_tell_therapist=True)
    told = rows.order_by("-sent_at").values_list("kind", "sent_at")
    return [Heard(WayOutKind(kind), sent_at) for kind, sent_at in told]
