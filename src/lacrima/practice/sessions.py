"""Sessions: made, moved, looked back on, weighed, corrected and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice import due
from lacrima.practice.calendars import (
    CalendarEntry,
    CalendarPreview,
    bring_in_calendar,
    give_numbers,
    read_calendar,
)
from lacrima.practice.changing import make, only, put, take
from lacrima.practice.notes import today_here
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.removing import remove
from lacrima.practice.words import LogState, Modality, SessionState, Side
from lacrima.records import audit, clock
from lacrima.records.access import Right, require, visible
from lacrima.records.models import DoorAnswer, Episode, Member, Participant, Session

__all__ = [
    "CalendarEntry",
    "CalendarPreview",
    "add_session",
    "bring_in_calendar",
    "cancel_session",
    "change_session",
    "delete_session",
    "make_due",
    "nothing_stood_out",
    "read_calendar",
    "set_heaviness",
    "undo_cancel_session",
    "undo_nothing_stood_out",
    "what_goes_with",
]

LONGEST_SESSION_MIN = 600
MOST_NUMBER = 9999
_FIELDS = frozenset({"number", "start", "length_min", "modality", "face_visible", "present"})


def make_due(*, now: datetime) -> int:
    """Make the sessions of all recurring appointments up to the end of the local day.

    Also numbers those out of a calendar whose day has come. Safe at any time and as often as
    wanted: nothing is made twice, and what was moved or deleted does not come back.
    """
    made = due.make_from_slots(now=now)
    with transaction.atomic():
        give_numbers(now=now)
    return made


def add_session(
    episode: Episode,
    *,
    by: Member,
    start: datetime | None = None,
    number: int | None = None,
    length_min: int | None = 50,
    modality: Modality | str = Modality.ROOM,
    face_visible: bool | None = None,
    present: Sequence[Participant] = (),
) -> Session:
    """A session by hand. Without a number it gets the next one; the start may be unknown.

    `present` names who took part where it was not everybody of the episode.
    """
    with audit.change(by=by, action="session.added") as line:
        there = take(by, episode)
        values = _checked(
            there,
            None,
            {
                "start": start,
                "number": _next_number(there) if number is None else number,
                "length_min": length_min,
                "modality": modality,
                "face_visible": face_visible,
            },
        )
        session = make(Session, episode=there, **values)
        _set_present(session, present)
        line.about(session)
        return session


def change_session(
    session: Session, *, by: Member, expected_version: int, **fields: Any
) -> Session:
    """Another number, start, length, place or company."""
    with audit.change(by=by, action="session.changed") as line:
        there = take(by, session, expected_version)
        values = only(dict(fields), _FIELDS)
        present = values.pop("present", None)
        changed = put(there, **_checked(there.episode, there, values))
        if present is not None:
            _set_present(there, present)
            changed.append("present")
        line.about(there, fields=changed)
        return there


def _next_number(episode: Episode) -> int:
    return (episode.sessions.aggregate(last=Max("number"))["last"] or 0) + 1


def _checked(episode: Episode, session: Session | None, values: dict[str, Any]) -> dict[str, Any]:
    _check_range(values, "number", MOST_NUMBER)
    _check_range(values, "length_min", LONGEST_SESSION_MIN)
    _check_number_is_free(episode, session, values.get("number"))
    modality = values.get("modality", session.modality if session else Modality.ROOM)
    if modality != Modality.VIDEO:
        if values.get("face_visible") is not None:
            raise OutOfRange(
                "whether a face was seen", where="face_visible", expected="a session by video"
            )
        values["face_visible"] = None
    return values


def _check_range(values: dict[str, Any], name: str, highest: int) -> None:
    value = values.get(name)
    if value is not None and not 1 <= value <= highest:
        raise OutOfRange("a value that does not fit here", where=name, expected=f"1 to {highest}")


def _check_number_is_free(episode: Episode, session: Session | None, number: int | None) -> None:
    taken = episode.sessions.filter(number=number) if number else Session.objects.none()
    if (taken.exclude(pk=session.pk) if session else taken).exists():
        raise BadInput(
            "there is a session of this number already",
            where="number",
            expected="a number that is free",
            next_step="Open that session, or choose another number.",
        )


def _set_present(session: Session, present: Sequence[Participant]) -> None:
    if any(person.episode_id != session.episode_id for person in present):
        raise BadInput("somebody who is not part of this care", where="present")
    session.present.set(present)


def set_heaviness(
    session: Session,
    *,
    by: Member,
    value: int | None,
    given_by: Side | str = Side.THERAPIST,
    after: bool = False,
) -> Session:
    """How heavy things were, 0 to 10; None takes it back.

    Before the first moment, by the client's tap or by the therapist. A rating given after the
    session (`after`) is another field and never adjusts anything.
    """
    name = "heaviness_after" if after else "heaviness"
    with audit.change(by=by, action="session.heaviness") as line:
        there = take(by, session)
        if given_by not in {Side.THERAPIST, Side.CLIENT}:
            raise OutOfRange("who gave it", where="given_by", expected="therapist or client")
        giver = "" if value is None else str(Side(given_by))
        line.about(there, fields=put(there, **{name: value, f"{name}_by": giver}))
        return there


def nothing_stood_out(sessions: Sequence[Session], *, by: Member) -> int:
    """One tap for several: you looked back on them and nothing stood out. How many changed.

    Only sessions that took place, up to today, in which no moment was logged.
    """
    with audit.change(by=by, action="session.nothing_stood_out") as line:
        rows = _several(sessions, by)
        for row in rows:
            _check_could_be_nothing(row)
        changed = [row for row in rows if row.log_state == LogState.NOT_YET]
        for row in changed:
            put(row, log_state=LogState.NOTHING)
        _name_all(line, changed)
        return len(changed)


def undo_nothing_stood_out(sessions: Sequence[Session], *, by: Member) -> int:
    """Take that back: not logged yet. How many changed."""
    with audit.change(by=by, action="session.nothing_stood_out_undone") as line:
        changed = [row for row in _several(sessions, by) if row.log_state == LogState.NOTHING]
        for row in changed:
            put(row, log_state=LogState.NOT_YET)
        _name_all(line, changed)
        return len(changed)


def _several(sessions: Sequence[Session], by: Member) -> list[Session]:
    require(by, Right.WRITE_CARE)
    return [take(by, session) for session in sessions]


def _name_all(line: audit.Line, rows: list[Session]) -> None:
    line.thing = "session"
    line.details.update(count=len(rows), ids=[row.pk.hex for row in rows])


def _check_could_be_nothing(session: Session) -> None:
    if session.log_state == LogState.MOMENTS:
        raise BadInput(
            "a moment was logged in one of these sessions",
            where="session",
            next_step="Delete the moment first if it was a mistake.",
        )
    check_took_place(session)


def check_took_place(session: Session) -> None:
    """Go on when this session took place, as far as the calendar says."""
    if session.state != SessionState.HELD:
        raise BadInput(
            "this session did not take place",
            where="session",
            next_step="Say first that it took place.",
        )
    if session.start is None or session.start <= clock.now():
        return
    practice = the_practice()
    if practice is None:
        return
    if session.start.astimezone(zone_of(practice)).date() > today_here():
        raise OutOfRange("a session that is still to come", where="session", expected="up to today")


def cancel_session(session: Session, *, by: Member, not_attended: bool = False) -> Session:
    """It was cancelled, or the client did not come. It gives its number back."""
    with audit.change(by=by, action="session.cancelled") as line:
        there = take(by, session)
        if there.moments.exists():
            raise BadInput(
                "a moment was logged in this session",
                where="session",
                next_step="Delete the moment first if it was a mistake.",
            )
        state = SessionState.NOT_ATTENDED if not_attended else SessionState.CANCELLED
        put(there, state=state, number=None, log_state=LogState.NOT_YET)
        line.about(there, state=str(state))
        return there


def undo_cancel_session(session: Session, *, by: Member) -> Session:
    """It did take place. It gets the number it had if that is free, else the next one."""
    with audit.change(by=by, action="session.cancel_undone") as line:
        there = take(by, session)
        if there.state != SessionState.HELD:
            put(there, state=SessionState.HELD, number=_number_at(there))
        line.about(there)
        return there


def _number_at(session: Session) -> int:
    numbered = session.episode.sessions.filter(number__isnull=False)
    if session.start is not None:
        before = numbered.filter(start__lt=session.start).aggregate(last=Max("number"))["last"]
        free = (before or 0) + 1
        if not numbered.filter(number=free).exists():
            return int(free)
    return _next_number(session.episode)


def what_goes_with(session: Session, *, by: Member) -> dict[str, int]:
    """What deleting this session would delete with it: how many moments and answers."""
    counted = (
        visible(by, Session)
        .filter(pk=session.pk)
        .annotate(
            n_moments=Count("moments", distinct=True), n_answers=Count("answers", distinct=True)
        )
        .values("n_moments", "n_answers")
        .first()
    )
    found = counted or {"n_moments": 0, "n_answers": 0}
    return {"moments": found["n_moments"], "answers": found["n_answers"]}


def delete_session(session: Session, *, by: Member) -> uuid.UUID:
    """Delete a session made by mistake, with its moments and answers. The episode's id.

    BadInput where the client told of it at the door: that is not hers to delete.
    """
    with audit.change(by=by, action="session.deleted") as line:
        there = take(by, session)
        if DoorAnswer.objects.filter(session=there).exists():
            raise BadInput(
                "the client has answered about this session",
                next_step="Say that it was cancelled instead.",
            )
        line.about(there, **what_goes_with(there, by=by))
        remove(there)
        return there.episode_id
