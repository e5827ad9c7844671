"""A moment in one line, and as a mark on the chart."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.practice.pages_parts import Seeing, joined
from lacrima.practice.words import (
    CLIENT_ROLES,
    THERAPIST_ROLES,
    About,
    Flow,
    HeldBack,
    Kind,
    Nature,
    Shown,
    label,
    shown_label,
)
from lacrima.records.models import Expression, Moment, Participant, Voice

_TEARS = {Shown.MOIST: "moist", Shown.TEARS_FALL: "tears", Shown.SOBBING: "sobbing"}
_OTHERS = {Shown.MOIST: "slight", Shown.TEARS_FALL: "clear", Shown.SOBBING: "strong"}


@dataclass(frozen=True)
class MomentMark:
    """One moment on the chart: what showed on each side, and whether the session paused.

    `therapist` and `client` are `held-back`, `moist`, `tears`, `sobbing` (other kinds than tears:
    `slight`, `clear`, `strong`), `nothing`, or None where that side has no part in it.
    """

    session: int
    moment_id: uuid.UUID
    words: str
    therapist: str | None
    client: str | None
    is_paused: bool


def begun_by(moment: Moment) -> Voice | None:
    """The voice that began the moment; the first of that side."""
    voices = sorted(moment.voices.all(), key=lambda voice: voice.created_at)
    return next((voice for voice in voices if voice.side == moment.started_by), None)


def mark_of(moment: Moment, number: int, words: str) -> MomentMark:
    """The mark of a moment; needs voices, expressions and their participants prefetched.

    words: what `line_of` says of it.
    """
    voice = begun_by(moment)
    told = list(voice.expressions.all()) if voice else []
    sides = {
        "therapist": [one for one in told if one.participant.role in THERAPIST_ROLES],
        "client": [one for one in told if one.participant.role in CLIENT_ROLES],
    }
    drops = {side: _drop(moment, ones) for side, ones in sides.items()}
    if drops["therapist"] is None and drops["client"] is None:
        drops["client"] = "nothing"
    flow = voice.flow if voice else ""
    return MomentMark(
        session=number,
        moment_id=moment.pk,
        words=words,
        therapist=drops["therapist"],
        client=drops["client"],
        is_paused=flow in {Flow.PAUSED, Flow.ENDED_EARLY},
    )


def _drop(moment: Moment, told: Iterable[Expression]) -> str | None:
    rows = list(told)
    if not rows:
        return None
    names = _TEARS if moment.kind == Kind.TEARS else _OTHERS
    most = max((row.shown or 0 for row in rows), default=0)
    if most:
        return names[Shown(most)]
    is_held = moment.nature == Nature.HELD_BACK or any(
        row.held_back in {HeldBack.PARTLY, HeldBack.WHOLLY} for row in rows
    )
    if is_held:
        return "held-back"
    if moment.nature in {Nature.MISSED, Nature.ORDINARY} or any(row.shown == 0 for row in rows):
        return "nothing"
    return names[Shown.MOIST]  # it showed, and how much was left open: the smallest mark


def line_of(moment: Moment, eyes: Seeing) -> str:
    """A moment in one line, as the voice that began it tells it."""
    voice = begun_by(moment)
    if voice is None:
        return str(label(Nature(moment.nature)))
    parts = [_who(moment, voice, eyes), *_what(moment, voice)]
    if voice.flow:
        parts.append(str(label(Flow(voice.flow))))
    if voice.about:
        about = ", ".join(str(label(About(one))) for one in voice.about)
        parts.append(_("about %(what)s") % {"what": about})
    return ", ".join(part for part in parts if part)


def _who(moment: Moment, voice: Voice, eyes: Seeing) -> str:
    people = [one.participant for one in voice.expressions.all()]
    is_both = len(people) == 2 and any(person.member_id == eyes.by.pk for person in people)
    who = _("both") if is_both else ", ".join(eyes.name(person) for person in people)
    first = _first(voice, people, eyes)
    return _("%(who)s, %(first)s first") % {"who": who, "first": first} if first else who


def _first(voice: Voice, people: list[Participant], eyes: Seeing) -> str:
    found = [eyes.name(person) for person in people if person.pk == voice.first_id]
    return found[0] if found and len(people) > 1 else ""


def _what(moment: Moment, voice: Voice) -> list[str]:
    parts = []
    if moment.kind != Kind.TEARS:
        parts.append(str(label(Kind(moment.kind))))
    if moment.nature != Nature.SHOWED:
        parts.append(str(label(Nature(moment.nature))))
    steps = sorted({one.shown for one in voice.expressions.all() if one.shown}, reverse=True)
    parts += [str(shown_label(moment.kind, step)) for step in steps]
    if not steps and moment.nature == Nature.SHOWED and moment.kind == Kind.TEARS:
        parts.append(str(label(Kind.TEARS)))
    return parts


def who_would_talk(moment: Moment, eyes: Seeing) -> str:
    """The clients who said that they would like to talk about it, in one line."""
    voices = [voice for voice in moment.voices.all() if voice.would_like_to_talk]
    names = [eyes.name(voice.participant) for voice in voices if voice.participant]
    return joined(list(dict.fromkeys(names))) or _("The client")
