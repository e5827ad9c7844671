"""Writes the moments and voices of a weighed import, sealed and checked like typed ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lacrima.formats.staged import Staged, StagedMoment, StagedVoice
from lacrima.moments.words import Side
from lacrima.practice import offers
from lacrima.practice.transfer_batch import Batch, changed_meanwhile
from lacrima.practice.transfer_homes import Home
from lacrima.practice.transfer_memory import AT_ONCE
from lacrima.practice.transfer_moments import KnownMoments, known_moments, source_key, weigh_moment
from lacrima.records.models import Expression, Moment, Participant, Session, Voice

_AS_THEY_ARE = (
    "flow", "noticed", "burdened", "spoken_of", "spoken_by", "focus_back_min", "rating", "items",
    "would_like_to_talk",
)  # fmt: skip
_LISTS = ("about", "response", "seemed")


@dataclass
class _Rows:
    """What one handful makes."""

    moments: list[Moment] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    expressions: list[Expression] = field(default_factory=list)
    follow: list[tuple[Moment, Voice]] = field(default_factory=list)


def keep_moments(staged: Staged, batch: Batch, on_progress: Callable[[str, int], None]) -> None:
    """Keep these moments. Raises EditConflict when one cannot come in any more."""
    numbers = numbers_in(staged)
    for start in range(0, len(staged.moments), AT_ONCE):
        some = staged.moments[start : start + AT_ONCE]
        _keep(some, batch, numbers)
        on_progress("moments brought in", start + len(some))


def numbers_in(staged: Staged) -> frozenset[tuple[str, int]]:
    """The clients and numbers of the sessions that come in with a file."""
    return frozenset(
        (session.client, session.number)
        for session in staged.sessions
        if session.number is not None
    )


def _keep(
    moments: Sequence[StagedMoment], batch: Batch, numbers: frozenset[tuple[str, int]]
) -> None:
    known, made = known_moments(moments, batch.places, batch.by), _Rows()
    for moment in moments:
        weighed = weigh_moment(moment, known, batch.places[id(moment.session)], numbers)
        if any(verdict.refusal is not None for verdict in weighed.all):
            raise changed_meanwhile()
        home = known.homes.known[moment.session.client]
        row = weighed.row or _moment(moment, home, batch, made)
        for voice, verdict in weighed.voices:
            if verdict.is_new:
                kept = _voice(voice, row, home, known, batch)
                made.voices.append(kept)
                made.expressions += _expressions(voice, kept, home, known, batch)
                if weighed.row is not None or _is_recent(moment, voice, batch):
                    made.follow.append((row, kept))
    _write(made, batch)


def _write(made: _Rows, batch: Batch) -> None:
    Moment.objects.bulk_create(made.moments)
    Voice.objects.bulk_create(made.voices)
    Expression.objects.bulk_create(made.expressions)
    batch.added += len(made.moments) + len(made.voices)
    for moment, voice in made.follow:
        offers.follow(moment, voice, _AS_THEY_ARE)


def _moment(moment: StagedMoment, home: Home, batch: Batch, made: _Rows) -> Moment:
    start_ms, end_ms = moment.span
    session = Session(id=batch.places[id(moment.session)], episode_id=home.episode)
    row = Moment(
        session=session,
        nature=moment.nature,
        kind=moment.kind,
        started_by=moment.begun_by,
        start_ms=start_ms,
        end_ms=end_ms,
        source_key=source_key(moment, home.client),
        batch=batch.row,
    )
    batch.stamp(row)
    made.moments.append(row)
    return row


def _voice(
    voice: StagedVoice, moment: Moment, home: Home, known: KnownMoments, batch: Batch
) -> Voice:
    said = voice.values
    values: dict[str, Any] = {name: said[name] for name in _AS_THEY_ARE if name in said}
    values |= {name: list(said[name]) for name in _LISTS if name in said}
    if "first" in said:
        values["first_id"] = known.seats.of(said["first"], home.episode, home.client)
    if "spoken_session" in said:
        values["spoken_session_id"] = known.numbers[home.episode, said["spoken_session"]]
    seat = known.seats.of(voice.side, home.episode, home.client)
    row = Voice(
        moment=moment,
        side=voice.side,
        participant=_seat(seat, voice, home),
        occasion=voice.occasion,
        given_at=voice.given_at,
        told_aloud=voice.told_aloud,
        words=str(said.get("words", "")).strip(),
        batch=batch.row,
        **values,
    )
    batch.stamp(row)
    return row


def _seat(seat: uuid.UUID | None, voice: StagedVoice, home: Home) -> Participant | None:
    """As much of the speaker's place as sealing asks for, without reading it again."""
    client = home.client if voice.side is Side.CLIENT else None
    return Participant(id=seat, episode_id=home.episode, client_id=client) if seat else None


def _expressions(
    voice: StagedVoice, row: Voice, home: Home, known: KnownMoments, batch: Batch
) -> Iterator[Expression]:
    is_beginning = row.side == row.moment.started_by
    for person, told in voice.people.items():
        if not told and not is_beginning:
            continue
        values = {**told, "emotions": list(told.get("emotions", ()))}
        seat = known.seats.place_of(person, home.episode, home.client)
        expression = Expression(voice=row, participant_id=seat, **values)
        batch.stamp(expression)
        yield expression


def _is_recent(moment: StagedMoment, voice: StagedVoice, batch: Batch) -> bool:
    """Suggestions are made of what has just been; years of history would bury Today."""
    at = voice.given_at or moment.session.start
    return at is not None and at > batch.at - timedelta(days=offers.FADES_AFTER_DAYS)
