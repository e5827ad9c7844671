"""The two questions on paper, or asked aloud: kept by hand, and marked so.

What the client answered at the door itself is never written over. More than the two questions is
kept as the client's voice of a moment (practice/voices), where it is marked in the same way.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from lacrima.errors import BadInput
from lacrima.practice.changing import make
from lacrima.practice.door_answering import columns
from lacrima.practice.door_content import checked
from lacrima.practice.door_plan import take_client
from lacrima.practice.door_visits import met_by, whose
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import (
    BY_HAND,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Member,
    Participant,
    Session,
)

MOST_OFFERED = 12


def sessions_to_keep(participant: Participant) -> list[Session]:
    """The latest sessions of this client whose two questions nobody answered yet."""
    return list(_unanswered(participant).order_by("-start")[:MOST_OFFERED])


def _unanswered(participant: Participant) -> QuerySet[Session]:
    """Sessions that began, in which this client was, and for which nothing was answered."""
    answered = DoorAnswer.objects.filter(participant=participant, step=DoorStep.ASKED)
    there = [one.session_id for one in met_by(participant)]
    rows = Session.objects.filter(pk__in=there, start__lte=clock.now())
    return rows.exclude(pk__in=answered.values("session"))


def keep_by_hand(
    participant: Participant,
    *,
    by: Member,
    session_id: uuid.UUID | str,
    rating: int | None,
    stood_out: Sequence[str],
    way: DoorWay,
) -> DoorAnswer:
    """Keep what a client wrote on the sheet or told aloud; the client has agreed to be asked.

    rating: -4 hindering to +4 helpful, None where it was left out. stood_out: "me", "therapist".
    Raises BadInput for a session that is not offered: to come, without this client, or one for
    which the two questions are answered already. NoConsent without the agreement.
    """
    require(by, Right.WRITE_CARE)
    with audit.change(by=by, action="door.kept_by_hand") as line:
        seat = take_client(by, participant)
        line.of(whose(seat))
        session = _open_session(seat, session_id)
        told = checked(DoorStep.ASKED, {"rating": rating, "stood_out": list(stood_out)})
        if way not in BY_HAND:
            raise BadInput("a way that is not by hand", where="way", expected="on paper, or aloud")
        row = make(
            DoorAnswer,
            participant=seat,
            session=session,
            step=DoorStep.ASKED,
            way=way,
            given_at=clock.now(),
            **columns(DoorStep.ASKED, told),
        )
        line.about(row, step=DoorStep.ASKED.value)
        return row


def _open_session(seat: Participant, session_id: uuid.UUID | str) -> Session:
    session = _unanswered(seat).filter(pk=session_id).first()
    if session is None:
        raise BadInput(
            "a session to come, or one whose two questions are answered already",
            where="session",
            next_step="What the client answered stays as it is.",
        )
    return session
