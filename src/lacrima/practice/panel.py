"""The panel of what came after: one row a session, from what the practice has kept.

Read in a few plain queries, put into the values that `analyses.panel_rows` knows. Nothing is
written, and no name leaves: a person is the course of care and the client in it, by their ids.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from lacrima.analyses.after_outcomes import Outcome, in_order
from lacrima.analyses.after_table import AfterTable, table_of_rows
from lacrima.analyses.panel_facts import (
    CLIENT,
    THERAPIST,
    USUAL_LENGTH,
    CourseFacts,
    End,
    ScoreFacts,
    SessionFacts,
    Sight,
)
from lacrima.analyses.panel_rows import PanelRow, rows_of
from lacrima.moments.words import HeldBack, Kind, LogState, ParticipantRole, Side
from lacrima.practice.people import zone_of
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Answers,
    Ending,
    Episode,
    Expression,
    Member,
    Moment,
    Participant,
    Practice,
    Session,
    SessionState,
    Voice,
)

ENDS = {
    "": End.OPEN,
    Ending.PLANNED: End.AGREED,
    Ending.TRANSFER: End.AGREED,
    Ending.DEATH: End.AGREED,
    Ending.DROP_OUT: End.STAYED_AWAY,
    Ending.OTHER: End.NOT_KNOWN,
}
THERAPISTS = {ParticipantRole.THERAPIST, ParticipantRole.CO_THERAPIST}
Key = uuid.UUID


@dataclass(frozen=True)
class Seat:
    """One client in one course of care."""

    episode: Key
    client: Key
    participant: Key
    own: Key | None  # the therapist's seat
    therapist: str

    @property
    def person(self) -> str:
        """What it is called in the panel."""
        return f"{self.episode.hex}:{self.client.hex}"


@dataclass
class Kept:
    """What was read, by what it belongs to."""

    seats: list[Seat] = field(default_factory=list)
    ends: dict[Key, End] = field(default_factory=dict)
    sessions: dict[Key, list[dict[str, Any]]] = field(default_factory=dict)
    present: dict[Key, set[Key]] = field(default_factory=dict)
    moments: dict[Key, list[tuple[Key, int | None]]] = field(default_factory=dict)
    voices: dict[Key, list[dict[str, Any]]] = field(default_factory=dict)
    seen: dict[Key, list[tuple[Key, int | None, str]]] = field(default_factory=dict)


def outcomes(by: Member) -> tuple[Outcome, ...]:
    """The measures that can be an outcome in her courses of care; the primary one first."""
    require(by, Right.READ_CARE)
    mine = visible(by, Episode).order_by().values("pk")
    rows = Answers.objects.filter(episode__in=mine, plain_score=None, total__isnull=False)
    counts: dict[str, int] = defaultdict(int)
    for slug in rows.order_by().values_list("instrument", flat=True):
        counts[slug] += 1
    return in_order(counts)


def begin_of(day: date, practice: Practice) -> datetime:
    """The first moment of a day, on the practice's own clock."""
    return datetime.combine(day, time.min, tzinfo=zone_of(practice))


def read(by: Member) -> Kept:
    """All that the panel needs of her courses of care, but for scores. Seven queries."""
    require(by, Right.READ_CARE)
    kept = Kept()
    mine = list(visible(by, Episode).order_by().values_list("pk", "ending"))
    kept.ends = {pk: ENDS.get(ending, End.NOT_KNOWN) for pk, ending in mine}
    which = list(kept.ends)
    kept.seats = _seats(which, by)
    _read_sessions(kept, which)
    _read_moments(kept, which)
    return kept


def _seats(which: Collection[Key], by: Member) -> list[Seat]:
    rows = Participant.objects.filter(episode__in=which).order_by("created_at")
    fields = ("pk", "episode_id", "role", "client_id", "member_id")
    everybody: dict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows.values_list(*fields):
        everybody[row[1]].append(row)
    found = []
    for episode, people in everybody.items():
        own = _therapist(people, by)
        found += [
            Seat(episode, client, pk, own[0] if own else None, own[4].hex if own else "")
            for pk, _episode, _role, client, _member in people
            if client is not None
        ]
    return found


def _therapist(people: Sequence[tuple[Any, ...]], by: Member) -> tuple[Any, ...] | None:
    """Her own seat; else that of the first therapist there."""
    seats = [row for row in people if row[4] is not None and row[2] in THERAPISTS]
    hers = [row for row in seats if row[4] == by.pk]
    return next(iter([*hers, *seats]), None)


def _read_sessions(kept: Kept, which: Collection[Key]) -> None:
    fields = ("pk", "episode_id", "number", "start", "length_min", "state", "log_state",
              "heaviness", "heaviness_after")  # fmt: skip
    rows = Session.objects.filter(episode__in=which).order_by().values(*fields)
    sessions: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        sessions[row["episode_id"]].append(row)
    for found in sessions.values():
        found.sort(key=_order(found))
    kept.sessions = dict(sessions)
    there: dict[Key, set[Key]] = defaultdict(set)
    through: Any = Session.present.through
    rows_there = through.objects.filter(session__episode__in=which)
    for session, participant in rows_there.values_list("session_id", "participant_id"):
        there[session].add(participant)
    kept.present = dict(there)


def _order(rows: Sequence[Mapping[str, Any]]) -> Any:
    """By time where all have one; else by number."""
    if all(row["start"] is not None for row in rows):
        return lambda row: (row["start"], row["number"] or 0)
    return lambda row: (row["number"] is None, row["number"] or 0)


def _read_moments(kept: Kept, which: Collection[Key]) -> None:
    tears = Moment.objects.filter(session__episode__in=which, kind=Kind.TEARS).order_by()
    moments: dict[Key, list[tuple[Key, int | None]]] = defaultdict(list)
    for pk, session, start_ms in tears.values_list("pk", "session_id", "start_ms"):
        moments[session].append((pk, start_ms))
    kept.moments = dict(moments)
    voices: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    of_tears = Voice.objects.filter(
        moment__session__episode__in=which, moment__kind=Kind.TEARS,
        side__in=(Side.THERAPIST, Side.CLIENT),
    ).order_by()  # fmt: skip
    for row in of_tears.values("pk", "moment_id", "side", "participant_id", "first_id", "noticed"):
        voices[row["moment_id"]].append(dict(row))
    kept.voices = dict(voices)
    seen: dict[Key, list[tuple[Key, int | None, str]]] = defaultdict(list)
    told = Expression.objects.filter(
        voice__moment__session__episode__in=which, voice__moment__kind=Kind.TEARS
    ).order_by()
    for voice, who, shown, held in told.values_list(
        "voice_id", "participant_id", "shown", "held_back"
    ):
        seen[voice].append((who, shown, held))
    kept.seen = dict(seen)


def courses(kept: Kept, outcome: Outcome) -> tuple[CourseFacts, ...]:
    """Every client in every course of care, with the scores of one measure. One query."""
    scores = _scores(kept, outcome)
    return tuple(_course(kept, seat, scores.get((seat.episode, seat.client), ()))
                 for seat in kept.seats)  # fmt: skip


def _scores(kept: Kept, outcome: Outcome) -> dict[tuple[Key, Key], list[ScoreFacts]]:
    starts = {row["pk"]: row["start"] for rows in kept.sessions.values() for row in rows}
    rows = Answers.objects.filter(
        episode__in=list(kept.ends), instrument=outcome.slug, plain_score=None,
        total__isnull=False,
    ).order_by("created_at")  # fmt: skip
    found: dict[tuple[Key, Key], list[ScoreFacts]] = defaultdict(list)
    fields = ("episode_id", "client_id", "session_id", "given_at", "total")
    for episode, client, session, given_at, total in rows.values_list(*fields):
        at = given_at or (starts.get(session) if session else None)
        key = session.hex if session else None
        found[episode, client].append(ScoreFacts(float(total), key, at))
    return dict(found)


def _course(kept: Kept, seat: Seat, scores: Sequence[ScoreFacts]) -> CourseFacts:
    sessions = [
        _session(kept, seat, row, order)
        for order, row in enumerate(kept.sessions.get(seat.episode, ()))
        if _was_there(kept, seat, row["pk"])
    ]
    return CourseFacts(
        person=seat.person,
        therapist=seat.therapist,
        sessions=tuple(sessions),
        scores=tuple(scores),
        end=kept.ends[seat.episode],
    )


def _was_there(kept: Kept, seat: Seat, session: Key) -> bool:
    """Who came is seldom noted; where it is, only they were there."""
    noted = kept.present.get(session)
    return not noted or seat.participant in noted


def _session(kept: Kept, seat: Seat, row: Mapping[str, Any], order: int) -> SessionFacts:
    length = row["length_min"]
    told, heard = _sights(kept, seat, row["pk"])
    return SessionFacts(
        key=row["pk"].hex,
        order=order,
        number=row["number"],
        start=row["start"],
        length=timedelta(minutes=length) if length else USUAL_LENGTH,
        is_held=row["state"] == SessionState.HELD,
        is_logged=row["log_state"] != LogState.NOT_YET,
        heavy=row["heaviness"],
        heavy_after=row["heaviness_after"],
        told=told,
        heard=heard,
    )


def _sights(
    kept: Kept, seat: Seat, session: Key
) -> tuple[tuple[Sight, ...], tuple[Sight, ...] | None]:
    """What the therapist's voice tells of a session, and the client's, None where it is silent."""
    told: list[Sight] = []
    heard: list[Sight] = []
    for moment, start_ms in kept.moments.get(session, ()):
        for voice in kept.voices.get(moment, ()):
            if voice["side"] == Side.THERAPIST and voice["participant_id"] in {None, seat.own}:
                told.append(_sight(kept, seat, voice, start_ms))
            if voice["side"] == Side.CLIENT and voice["participant_id"] == seat.participant:
                heard.append(_sight(kept, seat, voice, start_ms))
    return tuple(told), tuple(heard) or None


def _sight(kept: Kept, seat: Seat, voice: Mapping[str, Any], start_ms: int | None) -> Sight:
    seen = kept.seen.get(voice["pk"], ())
    own = [one for one in seen if one[0] == seat.own]
    first = {seat.own: THERAPIST, seat.participant: CLIENT}.get(voice["first_id"], "")
    return Sight(
        therapist=max((shown or 0 for _who, shown, _held in own), default=0),
        client=max(
            (shown or 0 for who, shown, _held in seen if who == seat.participant), default=0
        ),
        is_held=any(held == HeldBack.WHOLLY for _who, _shown, held in own),
        first=first if voice["first_id"] is not None else "",
        noticed=voice["noticed"],
        start_ms=start_ms,
    )


def panel(kept: Kept, outcome: Outcome, *, until: datetime) -> tuple[PanelRow, ...]:
    """The rows of all courses of care, as they stood at a time."""
    found = (rows_of(one, outcome.measured, until=until) for one in courses(kept, outcome))
    return tuple(row for rows in found for row in rows)


def table(kept: Kept, outcome: Outcome, *, until: datetime) -> AfterTable:
    """The eligible sessions, as the model takes them."""
    return table_of_rows(panel(kept, outcome, until=until), outcome.yardstick)
