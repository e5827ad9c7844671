"""A moment of a file as the value that refuses to be impossible, the same as one typed in."""

from __future__ import annotations

from typing import Any

from lacrima.errors import OutOfRange
from lacrima.formats.staged import StagedMoment, StagedVoice
from lacrima.moments import moment as values
from lacrima.moments.timeline import Span
from lacrima.moments.words import (
    About,
    CameAbout,
    Emotion,
    Felt,
    Flow,
    HeldBack,
    Kind,
    Noticed,
    Response,
    Seemed,
    Shown,
    Side,
    SpokenOf,
)


def check_moment(moment: StagedMoment) -> None:
    """Go on when this can have been. Raises OutOfRange."""
    start_ms, end_ms = moment.span
    span = None if start_ms is None else Span(start_ms, end_ms or 0)
    for voice in moment.voices:
        check_voice(voice)
    voices = tuple(voice_value(voice, moment.kind) for voice in moment.voices)
    values.Moment(moment.nature, voices, moment.begun_by, span)


def check_voice(voice: StagedVoice) -> None:
    """What the record asks of a voice beside its value. Raises OutOfRange."""
    said = voice.values
    if said.get("would_like_to_talk") and voice.side is not Side.CLIENT:
        raise OutOfRange("a wish of somebody else", expected="a client's voice")
    if said.get("spoken_by") and said.get("spoken_of") != SpokenOf.YES:
        raise OutOfRange("who spoke of it", expected="only where it was spoken of")


def voice_value(voice: StagedVoice, kind: Kind) -> values.Voice:
    """The value of a voice; people are `therapist` and `client`. Raises OutOfRange."""
    said = voice.values
    return values.Voice(
        side=voice.side,
        occasion=voice.occasion,
        expressions=tuple(_expression(person, told, kind) for person, told in voice.people.items()),
        first=said.get("first"),
        about=frozenset(About(one) for one in said.get("about", ())),
        flow=Flow(said["flow"]) if "flow" in said else None,
        noticed=Noticed(said["noticed"]) if "noticed" in said else None,
        spoken_of=SpokenOf(said["spoken_of"]) if "spoken_of" in said else None,
        focus_back_min=said.get("focus_back_min"),
        response=frozenset(Response(one) for one in said.get("response", ())),
        seemed=frozenset(Seemed(one) for one in said.get("seemed", ())),
        rating=said.get("rating"),
        speaker=None if voice.side is Side.OBSERVER else str(voice.side),
        is_told_aloud=voice.told_aloud,
    )


def _expression(person: str, told: dict[str, Any], kind: Kind) -> values.Expression:
    return values.Expression(
        participant=person,
        shown=Shown(told["shown"]) if "shown" in told else None,
        held_back=HeldBack(told["held_back"]) if "held_back" in told else None,
        felt=Felt(told["felt"]) if "felt" in told else None,
        came_about=CameAbout(told["came_about"]) if "came_about" in told else None,
        emotions=frozenset(Emotion(one) for one in told.get("emotions", ())),
        kind=kind,
    )
