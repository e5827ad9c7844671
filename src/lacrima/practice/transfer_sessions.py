"""Sessions of a file beside those that are kept: new, the same, to be completed, or a conflict.

A session is known by its number, or by its day (and time, where one was told). What is empty
here is filled in; what differs is a conflict; nothing is overwritten.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from lacrima.formats.staged import Refusal, StagedSession
from lacrima.moments.words import LogState, Modality
from lacrima.practice.notes import today_here
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.transfer_homes import Home, Homes, homes_of
from lacrima.practice.transfer_known import NEW, UNCHANGED, Verdict
from lacrima.records.models import ImportBatch, Member, Session, SessionState

COMPLETED = Verdict(is_completed=True)
_NOON = 12
_FILLED_FIELDS = ("length_min", "heaviness", "heaviness_after", "face_visible")


@dataclass(slots=True)
class KnownSessions:
    """The sessions of some clients, and what is needed to tell whether they are the same."""

    homes: Homes
    zone: tzinfo
    today: date
    by_number: dict[tuple[uuid.UUID, int], Session] = field(default_factory=dict)
    by_day: dict[tuple[uuid.UUID, date], list[Session]] = field(default_factory=dict)
    stamps: frozenset[datetime] = frozenset()

    def day_of(self, start: datetime | None) -> date | None:
        """The local day of a start."""
        return start.astimezone(self.zone).date() if start else None


@dataclass(frozen=True, slots=True)
class SessionVerdict:
    """What a session of the file is here: the row that it is, and what is to be filled in."""

    verdict: Verdict
    row: Session | None = None
    fill: dict[str, Any] = field(default_factory=dict)


class _Conflict(Exception):
    """Something that is kept otherwise."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(slots=True)
class Coming:
    """Sessions as they will be when what was weighed so far has come in; nothing is written.

    Several clients of a file may share a course of care, and with it its sessions.
    """

    rows: dict[uuid.UUID, dict[uuid.UUID, Session]] = field(default_factory=dict)

    def take(
        self, session: StagedSession, found: SessionVerdict, known: KnownSessions
    ) -> Session | None:
        """What this session of the file is, or will be, in a course of care that is here."""
        home = known.homes.known.get(session.client)
        if found.verdict.refusal is not None or home is None:
            return found.row
        row = found.row or new_session(session, home.episode)
        if found.fill or found.row is None:
            fill_in(row, found.fill, known)
            self.rows.setdefault(home.episode, {})[row.pk] = row
        return row


def new_session(session: StagedSession, episode: uuid.UUID) -> Session:
    """The row that a new session of a file becomes; not yet kept."""
    return Session(episode_id=episode, number=session.number, start=session.start, **session.values)


def fill_in(row: Session, fill: dict[str, Any], known: KnownSessions) -> None:
    """Let a row that is not kept yet be as it will be, and be found as that."""
    for name, value in fill.items():
        setattr(row, name, value)
    remember(row, known)


def known_sessions(
    sessions: Sequence[StagedSession], by: Member, coming: Coming | None = None
) -> KnownSessions:
    """Look up the clients of these sessions, and the sessions that they have or will have."""
    homes = homes_of({session.client for session in sessions}, by)
    known = KnownSessions(homes, zone_here(), today_here())
    known.stamps = _stamps(by)
    rows = {row.pk: row for row in Session.objects.filter(episode__in=homes.episodes)}
    for episode in homes.episodes if coming else ():
        rows.update(coming.rows.get(episode, {}) if coming else {})
    for row in rows.values():
        remember(row, known)
    return known


def zone_here() -> tzinfo:
    """The practice's own zone."""
    practice = the_practice()
    return zone_of(practice) if practice else UTC


def _stamps(by: Member) -> frozenset[datetime]:
    """The moments of this person's imports: every row that one made bears its moment."""
    batches = ImportBatch.objects.filter(by=by, published_at__isnull=False)
    return frozenset(at for at in batches.values_list("published_at", flat=True) if at)


def remember(row: Session, known: KnownSessions) -> None:
    """This session is there."""
    if row.number is not None:
        known.by_number[row.episode_id, row.number] = row
    day = known.day_of(row.start)
    if day is not None:
        of_day = known.by_day.setdefault((row.episode_id, day), [])
        if row not in of_day:
            of_day.append(row)


def weigh_session(session: StagedSession, known: KnownSessions) -> SessionVerdict:
    """Is this session new, the same, to be completed, or something that cannot come in?"""
    problem = known.homes.problem(session.client) or _too_early(session, session.start, known)
    if problem:
        return _refused(session, *problem)
    home = known.homes.known.get(session.client)
    found = list(_found(session, home, known)) if home else []
    if len(found) > 1:
        return _refused(session, "a day on which there are several sessions", "a number, or a time")
    if not found:
        problem = _problem_of_new(session)
        return _refused(session, *problem) if problem else SessionVerdict(NEW)
    if problem := _too_early(session, found[0].start, known):
        return _refused(session, *problem)
    try:
        fill = dict(_fill(session, found[0], known))
    except _Conflict as conflict:
        return _conflict(session, found[0], conflict.name)
    return SessionVerdict(COMPLETED if fill else UNCHANGED, found[0], fill)


def _refused(session: StagedSession, found: str, expected: str) -> SessionVerdict:
    return SessionVerdict(Verdict(refusal=Refusal(session.row, session.column, found, expected)))


def _conflict(session: StagedSession, row: Session, name: str) -> SessionVerdict:
    refusal = Refusal(
        session.row,
        session.column_of(name),
        f"another {name.replace('_', ' ')} than the one that is kept for this session",
        "the same, or empty; change the kept one on the session's page",
    )
    return SessionVerdict(Verdict(is_conflict=True, refusal=refusal), row)


def _too_early(
    session: StagedSession, start: datetime | None, known: KnownSessions
) -> tuple[str, str] | None:
    day = known.day_of(start)
    if "log_state" in session.values and day is not None and day > known.today:
        return "a log of a session that is still to come", "a session up to today"
    return None


def _problem_of_new(session: StagedSession) -> tuple[str, str] | None:
    said = session.values
    if said.get("log_state") == LogState.MOMENTS and not session.has_moments:
        return "moments logged in a session, and no moment", "the moments, by [[moment]]"
    if "face_visible" in said and said.get("modality") != Modality.VIDEO:
        return "whether a face was seen", "a session by video"
    return None


def _is_held(state: object) -> bool:
    return state == SessionState.HELD


def _found(session: StagedSession, home: Home, known: KnownSessions) -> Iterator[Session]:
    if session.number is not None and (home.episode, session.number) in known.by_number:
        yield known.by_number[home.episode, session.number]
        return
    day = known.day_of(session.start)
    if day is None:
        return
    is_held = _is_held(session.values.get("state", SessionState.HELD))
    for row in known.by_day.get((home.episode, day), []):
        is_other_number = session.number is not None and row.number is not None
        is_other_time = session.has_time and row.start != session.start
        if _is_held(row.state) == is_held and not is_other_number and not is_other_time:
            yield row


def _fill(session: StagedSession, row: Session, known: KnownSessions) -> Iterator[tuple[str, Any]]:
    """What the file says and the row does not. Raises _Conflict where they differ."""
    yield from _fill_place(session, row, known)
    said = session.values
    if said.get("state", row.state) != row.state:
        raise _Conflict("state")
    modality = said.get("modality", row.modality)
    if modality != row.modality:
        if not _is_bare(row, known) or row.length_min is not None:
            raise _Conflict("modality")
        yield "modality", modality
    if "face_visible" in said and modality != Modality.VIDEO:
        raise _Conflict("modality")
    for name in _FILLED_FIELDS:
        yield from _fill_one(name, said, row)
    yield from _fill_log(session, row)


def _fill_place(
    session: StagedSession, row: Session, known: KnownSessions
) -> Iterator[tuple[str, Any]]:
    if session.number is not None and row.number is None:
        yield "number", session.number
    if session.start is None or session.start == row.start:
        return
    if row.start is None:
        yield "start", session.start
    elif known.day_of(row.start) != known.day_of(session.start):
        raise _Conflict("date")
    elif session.has_time:
        if not (_is_bare(row, known) and row.start.astimezone(known.zone).hour == _NOON):
            raise _Conflict("time")
        yield "start", session.start


def _is_bare(row: Session, known: KnownSessions) -> bool:
    """Whether an import made it only because something else needed a session, and no one since."""
    return row.version == 1 and row.created_at in known.stamps


def _fill_one(name: str, said: dict[str, Any], row: Session) -> Iterator[tuple[str, Any]]:
    if name not in said:
        return
    kept, giver = getattr(row, name), f"{name}_by"
    if kept is None:
        yield name, said[name]
        if giver in said:
            yield giver, said[giver]
    elif kept != said[name] or (giver in said and getattr(row, giver) != said[giver]):
        raise _Conflict(name)


def _fill_log(session: StagedSession, row: Session) -> Iterator[tuple[str, Any]]:
    said = session.values.get("log_state")
    if said is None or said == row.log_state:
        return
    is_hollow = said == LogState.MOMENTS and not session.has_moments
    if row.log_state == LogState.MOMENTS or is_hollow or not _is_held(row.state):
        raise _Conflict("log_state")
    yield "log_state", said
