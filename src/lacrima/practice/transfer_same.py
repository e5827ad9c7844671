"""Whether what a file says of a moment or a voice is what is kept of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lacrima.formats.staged import StagedMoment, StagedVoice
from lacrima.moments.words import Side
from lacrima.records.models import Expression, Moment, Voice

_LISTS = frozenset({"about", "response", "seemed", "emotions"})
_OTHERS = frozenset({"items", "words", "first", "spoken_session"})
Pairs = Iterator[tuple[str, Any, Any]]
SeatOf = Callable[[str], uuid.UUID | None]


def differing_moment(moment: StagedMoment, row: Moment) -> str | None:
    """The name of what the file says otherwise; None where it says the same."""
    kept = {
        "kind": row.kind,
        "nature": row.nature,
        "start_ms": row.start_ms,
        "end_ms": row.end_ms,
        "begun_by": row.started_by,
    }
    return _first((name, said, kept[name]) for name, said in moment.said.items())


def differing_voice(
    voice: StagedVoice, kept: Voice, seat_of: SeatOf, session_of: Mapping[int, uuid.UUID]
) -> str | None:
    """The same for a voice: only what the file says is looked at.

    seat_of: the participant's id of `therapist` and `client`. session_of: sessions by number.
    """
    return _first(
        pair
        for pairs in (
            _plain(voice.values, kept),
            _others(voice.values, kept, seat_of, session_of),
            _how_it_was_given(voice, kept),
            _people(voice, kept, seat_of),
        )
        for pair in pairs
    )


def _first(pairs: Pairs) -> str | None:
    return next((name for name, said, kept in pairs if said != kept), None)


def _plain(said: Mapping[str, Any], kept: Voice | Expression | None) -> Pairs:
    for name, value in said.items():
        if name in _OTHERS:
            continue
        there = getattr(kept, name, None)
        yield (name, list(value), list(there or [])) if name in _LISTS else (name, value, there)


def _others(
    said: Mapping[str, Any], kept: Voice, seat_of: SeatOf, session_of: Mapping[int, uuid.UUID]
) -> Pairs:
    for name, step in said.get("items", {}).items():
        yield "items", step, kept.items.get(name)
    if "words" in said:
        yield "words", said["words"].strip(), kept.words
    if "first" in said:
        yield "first", seat_of(said["first"]), kept.first_id
    if "spoken_session" in said:
        yield "spoken_session", session_of.get(said["spoken_session"]), kept.spoken_session_id


def _how_it_was_given(voice: StagedVoice, kept: Voice) -> Pairs:
    if voice.side is Side.CLIENT:
        yield "told_aloud", voice.told_aloud, kept.told_aloud
    if voice.given_at is not None:
        yield "date", voice.given_at, kept.given_at


def _people(voice: StagedVoice, kept: Voice, seat_of: SeatOf) -> Pairs:
    there = {row.participant_id: row for row in kept.expressions.all()}
    for person, told in voice.people.items():
        seat = seat_of(person)
        yield from _plain(told, there.get(seat) if seat else None)
