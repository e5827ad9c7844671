"""What a voice may tell, and the refusal of what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.moments import moment as values
from lacrima.moments.timeline import Span
from lacrima.practice.changing import make, put
from lacrima.practice.words import (
    VOICE_ITEM_STEPS,
    VOICE_ITEMS,
    About,
    CameAbout,
    Emotion,
    Felt,
    Flow,
    HeldBack,
    Kind,
    Nature,
    Noticed,
    Occasion,
    Response,
    Seemed,
    Shown,
    Side,
    SpokenOf,
)
from lacrima.records.models import Expression, Moment, Participant, Session, Voice

VOICE_FIELDS = frozenset(
    {
        "first",
        "flow",
        "about",
        "noticed",
        "burdened",
        "spoken_of",
        "spoken_by",
        "spoken_session",
        "focus_back_min",
        "response",
        "seemed",
        "rating",
        "items",
        "would_like_to_talk",
        "words",
        "occasion",
        "given_at",
    }
)
EXPRESSION_FIELDS = frozenset({"shown", "held_back", "felt", "came_about", "emotions"})


def check_voice_values(voice: Voice, said: dict[str, Any]) -> dict[str, Any]:
    """These fields of a voice, each as it is kept; BadInput or OutOfRange name the field."""
    checked = dict(said)
    if "items" in checked:
        checked["items"] = check_items(checked["items"])
    if checked.get("would_like_to_talk") and voice.side != Side.CLIENT:
        raise OutOfRange(
            "a wish of somebody else", where="would_like_to_talk", expected="a client’s voice"
        )
    session = voice.moment.session
    for name, kind in (("first", Participant), ("spoken_session", Session)):
        row = checked.get(name)
        is_stranger = row is not None and (
            not isinstance(row, kind) or row.episode_id != session.episode_id
        )
        if is_stranger:
            raise BadInput("something of another course of care", where=name)
    if checked.get("spoken_by") and checked.get("spoken_of", voice.spoken_of) != SpokenOf.YES:
        raise OutOfRange(
            "who spoke of it", where="spoken_by", expected="only where it was spoken of"
        )
    return checked


def check_items(items: dict[str, Any] | None) -> dict[str, int]:
    """The short items a client answered; BadInput or OutOfRange name the one that is wrong."""
    kept = {name: value for name, value in (items or {}).items() if value is not None}
    for name, value in kept.items():
        if name not in VOICE_ITEMS:
            raise BadInput("not one of the short items", where="items", expected="a known item")
        if type(value) is not int or value not in VOICE_ITEM_STEPS:
            raise OutOfRange("a step that does not fit", where=name, expected="0 to 4")
    return kept


def set_expression(voice: Voice, person: Participant, said: dict[str, Any]) -> None:
    """What one person showed, as this voice tells it: new, or changed."""
    there = voice.expressions.filter(participant=person).first()
    if there is None:
        make(Expression, voice=voice, participant=person, **said)
    else:
        put(there, **said)


def check_moment(moment: Moment) -> None:
    """Refuse, by OutOfRange, a moment that cannot have been."""
    voices = moment.voices.prefetch_related("expressions").order_by("created_at")
    check_told(moment, [(voice, voice.expressions.all()) for voice in voices])


def check_new_moment(moment: Moment, voice: Voice, expressions: Sequence[Expression]) -> None:
    """The same for a moment of one voice whose rows are all in hand: nothing is read again."""
    check_told(moment, [(voice, expressions)])


def check_told(moment: Moment, told: Iterable[tuple[Voice, Iterable[Expression]]]) -> None:
    """The same for a moment whose voices and expressions are all in hand, in the order told."""
    kind = Kind(moment.kind)
    values.Moment(
        nature=Nature(moment.nature),
        voices=tuple(voice_value(voice, expressions, kind) for voice, expressions in told),
        begun_by=Side(moment.started_by),
        span=None if moment.start_ms is None else Span(moment.start_ms, moment.end_ms or 0),
    )


def voice_value(voice: Voice, rows: Iterable[Expression], kind: Kind) -> values.Voice:
    """A kept voice as the value that refuses to be impossible. Raises OutOfRange."""
    expressions = tuple(_expression(one, kind) for one in rows)
    return values.Voice(
        side=Side(voice.side),
        occasion=Occasion(voice.occasion),
        expressions=expressions,
        first=voice.first_id.hex if voice.first_id else None,
        about=frozenset(About(one) for one in voice.about),
        flow=Flow(voice.flow) if voice.flow else None,
        noticed=Noticed(voice.noticed) if voice.noticed else None,
        spoken_of=SpokenOf(voice.spoken_of) if voice.spoken_of else None,
        focus_back_min=voice.focus_back_min,
        response=frozenset(Response(one) for one in voice.response),
        seemed=frozenset(Seemed(one) for one in voice.seemed),
        rating=voice.rating,
        speaker=voice.participant_id.hex if voice.participant_id else None,
        is_told_aloud=voice.told_aloud,
    )


def _expression(row: Expression, kind: Kind) -> values.Expression:
    return values.Expression(
        participant=row.participant_id.hex,
        shown=None if row.shown is None else Shown(row.shown),
        held_back=HeldBack(row.held_back) if row.held_back else None,
        felt=None if row.felt is None else Felt(row.felt),
        came_about=CameAbout(row.came_about) if row.came_about else None,
        emotions=frozenset(Emotion(one) for one in row.emotions),
        kind=kind,
    )
