"""Rows without names, made of the rows of some courses of care."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from lacrima.formats.dictionary import Record, Shape, TableOut
from lacrima.instruments.catalogue import shipped
from lacrima.practice import export_rows_shape as shape
from lacrima.practice.export_pseudonyms import Pseudonyms
from lacrima.records.models import (
    Answers,
    Episode,
    Expression,
    Moment,
    Participant,
    PlainScore,
    Session,
    Voice,
)
from lacrima.records.row import Row

MS_PER_MIN = 60_000


@dataclass
class Source:
    """The rows that the tables are made of, read once, and the names they get."""

    names: Pseudonyms
    zone: ZoneInfo
    which: QuerySet[Episode]
    episodes: list[Episode] = field(default_factory=list)
    seats: dict[uuid.UUID, Participant] = field(default_factory=dict)
    sessions: dict[uuid.UUID, Session] = field(default_factory=dict)
    moments: dict[uuid.UUID, Moment] = field(default_factory=dict)
    voices: dict[uuid.UUID, Voice] = field(default_factory=dict)
    expressions: list[Expression] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    own: dict[uuid.UUID, PlainScore] = field(default_factory=dict)
    _days: dict[uuid.UUID, tuple[date, date]] = field(default_factory=dict)

    def read(self) -> Source:
        """Read everything that belongs to the episodes."""
        self.episodes = list(self.which)
        mine = self.which.order_by().values("pk")
        self.seats = _by_id(Participant.objects.filter(episode__in=mine))
        self.sessions = _by_id(Session.objects.filter(episode__in=mine))
        self.moments = _by_id(Moment.objects.filter(session__episode__in=mine))
        voices = Voice.objects.defer("words").filter(moment__session__episode__in=mine)
        self.voices = _by_id(voices)
        told = Expression.objects.filter(voice__moment__session__episode__in=mine)
        self.expressions = list(told)
        self.answers = list(Answers.objects.filter(episode__in=mine))
        self.own = _by_id(PlainScore.objects.all())
        for session in self.sessions.values():
            if session.start is not None:
                self._note_day(session.episode_id, self.local(session.start))
        return self

    def _note_day(self, episode: uuid.UUID, day: date) -> None:
        first, last = self._days.get(episode, (day, day))
        self._days[episode] = (min(first, day), max(last, day))

    def local(self, at: datetime) -> date:
        """The day it was here."""
        return at.astimezone(self.zone).date()

    def day(self, episode: uuid.UUID, at: datetime | None) -> int | None:
        """Whole days since the first dated session of the course of care."""
        days = self._days.get(episode)
        return None if at is None or days is None else (self.local(at) - days[0]).days

    def length_days(self, episode: uuid.UUID) -> int | None:
        """Whole days from the first dated session to the last."""
        days = self._days.get(episode)
        return None if days is None else (days[1] - days[0]).days

    def session(self, key: uuid.UUID | None) -> Session | None:
        """The session of this id; None for none."""
        return None if key is None else self.sessions[key]

    def person(self, seat: uuid.UUID | None) -> str | None:
        """Who sits there: the same name for a client in every course of care."""
        if seat is None:
            return None
        there = self.seats[seat]
        if there.client_id:
            return self.names.of("client", there.client_id)
        if there.member_id:
            return self.names.of("member", there.member_id)
        return self.names.of("participant", seat)

    def measure(self, row: Answers) -> str:
        """The short name of the measure; one of the practice's own has a number instead."""
        if row.plain_score_id is None:
            return row.instrument
        return f"own-{list(self.own).index(row.plain_score_id) + 1}"


def _by_id(rows: Iterable[Any]) -> dict[uuid.UUID, Any]:
    return {row.pk: row for row in rows}


def tables_of(source: Source) -> list[TableOut]:
    """All tables, each in an order that tells nothing of when a row was kept."""
    made: list[tuple[Shape, Callable[[Source], Iterable[Record]]]] = [
        (shape.EPISODES, _episodes),
        (shape.SEATS, _seats),
        (shape.SESSIONS, _sessions),
        (shape.MOMENTS, _moments),
        (shape.VOICES, _voices),
        (shape.EXPRESSIONS, _expressions),
        (shape.ANSWERS, _answers),
        (shape.ITEMS, _items),
        (shape.MEASURES, _measures),
    ]
    return [_ordered(one, rows(source)) for one, rows in made]


def _ordered(one: Shape, rows: Iterable[Record]) -> TableOut:
    return TableOut(one, tuple(sorted(rows, key=lambda row: _place(one, row))))


def _place(one: Shape, row: Record) -> tuple[str, ...]:
    first = [str(row.get(name) or "") for name in ("episode", "session_number", "measure")]
    return (first[0], first[1].zfill(6), first[2], *(str(row[name] or "") for name in one.names))


def _fields(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _episodes(source: Source) -> Iterable[Record]:
    clients = Counter(seat.episode_id for seat in source.seats.values() if seat.client_id)
    for one in source.episodes:
        yield {
            "episode": source.names.of("episode", one.pk),
            "kind": one.kind,
            "clients": clients[one.pk],
            "days": source.length_days(one.pk),
        }


def _seats(source: Source) -> Iterable[Record]:
    for key, seat in source.seats.items():
        yield {
            "episode": source.names.of("episode", seat.episode_id),
            "person": source.person(key),
            "role": seat.role,
        }


def _of_session(source: Source, session: Session) -> dict[str, Any]:
    return {
        "session": source.names.of("session", session.pk),
        "episode": source.names.of("episode", session.episode_id),
        "session_number": session.number,
        "day": source.day(session.episode_id, session.start),
    }


def _sessions(source: Source) -> Iterable[Record]:
    names = shape.SESSIONS.names[4:]
    for session in source.sessions.values():
        yield {**_of_session(source, session), **_fields(session, names)}


def _moments(source: Source) -> Iterable[Record]:
    for moment in source.moments.values():
        yield {
            "moment": source.names.of("moment", moment.pk),
            **_of_session(source, source.sessions[moment.session_id]),
            **_fields(moment, ("nature", "kind", "started_by")),
            "start_min": _minutes(moment.start_ms),
            "end_min": _minutes(moment.end_ms),
        }


def _minutes(value_ms: int | None) -> int | None:
    return None if value_ms is None else value_ms // MS_PER_MIN


def _voices(source: Source) -> Iterable[Record]:
    for voice in source.voices.values():
        moment = source.moments[voice.moment_id]
        session = source.sessions[moment.session_id]
        spoken = source.session(voice.spoken_session_id)
        given = source.day(session.episode_id, voice.given_at)
        held = source.day(session.episode_id, session.start)
        yield {
            "voice": source.names.of("voice", voice.pk),
            "moment": source.names.of("moment", moment.pk),
            "episode": source.names.of("episode", session.episode_id),
            "speaker": source.person(voice.participant_id),
            "days_after": None if given is None or held is None else given - held,
            "first": source.person(voice.first_id),
            "spoken_session_number": spoken.number if spoken else None,
            **_fields(voice, shape.VOICE_FIELDS),
        }


def _expressions(source: Source) -> Iterable[Record]:
    for one in source.expressions:
        voice = source.voices[one.voice_id]
        seat = source.seats[one.participant_id]
        yield {
            "voice": source.names.of("voice", voice.pk),
            "moment": source.names.of("moment", voice.moment_id),
            "episode": source.names.of("episode", seat.episode_id),
            "person": source.person(seat.pk),
            "role": seat.role,
            **_fields(one, shape.EXPRESSION_FIELDS),
        }


def _answers(source: Source) -> Iterable[Record]:
    for row in source.answers:
        session = source.session(row.session_id)
        at = row.given_at or (session.start if session else None)
        yield {
            "answers": source.names.of("answers", row.pk),
            "episode": source.names.of("episode", row.episode_id),
            "person": source.names.of("client", row.client_id),
            "session": source.names.of("session", row.session_id),
            "session_number": session.number if session else None,
            "assessment": row.assessment,
            "day": source.day(row.episode_id, at),
            "measure": source.measure(row),
            **_fields(row, shape.ANSWERS_FIELDS),
        }


def _items(source: Source) -> Iterable[Record]:
    for row in source.answers:
        for item, value in (row.items or {}).items():
            yield {
                "answers": source.names.of("answers", row.pk),
                "measure": source.measure(row),
                "item": item,
                "value": value,
            }


def _measures(source: Source) -> Iterable[Record]:
    used = {source.measure(row): row for row in source.answers}
    for measure, row in used.items():
        own = source.own.get(row.plain_score_id) if row.plain_score_id else None
        known = own or shipped().get(row.instrument)
        yield {
            "measure": measure,
            "name": "" if own is not None or known is None else known.name,
            "is_own": own is not None,
            **{
                name: getattr(known, name, None)
                for name in ("minimum", "maximum", "higher_is_better", "recall_days")
            },
        }
