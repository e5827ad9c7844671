"""One voice of a moment as rows of words: only what it told, nothing it left open."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils.translation import gettext as _

from lacrima.practice.pages_parts import Seeing
from lacrima.practice.telling import signed
from lacrima.practice.words import (
    VOICE_ITEM_STEPS,
    VOICE_ITEMS,
    About,
    CameAbout,
    Emotion,
    Felt,
    Flow,
    HeldBack,
    Noticed,
    Response,
    Seemed,
    Side,
    SpokenOf,
    label,
    shown_label,
)
from lacrima.records.models import Expression, Moment, Voice


@dataclass(frozen=True)
class VoiceView:
    """One voice on one occasion. `rows` are pairs of what and how; `text` its own words."""

    id: uuid.UUID
    side: str
    side_label: str
    speaker: str
    participant_id: uuid.UUID | None
    occasion: str
    occasion_label: str
    given_at: datetime | None
    given_at_local: datetime | None
    created_at: datetime
    told_aloud: bool
    is_simulated: bool
    is_yours: bool
    rows: tuple[tuple[str, str], ...]
    text: str
    version: int
    voice: Voice


def voice_view(voice: Voice, moment: Moment, eyes: Seeing, *, occasion: str) -> VoiceView:
    """One voice for the page, and when it spoke; needs expressions and people prefetched."""
    voice.moment = moment  # its key to open the words is found over the moment
    speaker = eyes.name(voice.participant) if voice.participant else _("somebody watching")
    return VoiceView(
        id=voice.pk,
        side=voice.side,
        side_label=str(label(Side(voice.side))),
        speaker=speaker,
        participant_id=voice.participant_id,
        occasion=voice.occasion,
        occasion_label=occasion,
        given_at=voice.given_at,
        given_at_local=eyes.local(voice.given_at),
        created_at=voice.created_at,
        told_aloud=voice.told_aloud,
        is_simulated=voice.is_simulated,
        is_yours=voice.participant is not None and voice.participant.member_id == eyes.by.pk,
        rows=tuple(_rows(voice, moment, eyes)),
        text=voice.words,
        version=voice.version,
        voice=voice,
    )


def _rows(voice: Voice, moment: Moment, eyes: Seeing) -> Iterator[tuple[str, str]]:
    for expression in voice.expressions.all():
        told = ", ".join(_expression(expression, voice, moment, eyes))
        yield eyes.name(expression.participant), told or str(_("how much was left open"))
    if voice.first:
        yield _("first"), eyes.name(voice.first)
    for name, said in _words(voice):
        if said:
            yield name, said
    yield from _numbers(voice)
    if voice.would_like_to_talk:
        yield _("would like to talk about it"), _("yes")


def _expression(row: Expression, voice: Voice, moment: Moment, eyes: Seeing) -> Iterator[str]:
    if row.shown is not None:
        yield str(shown_label(moment.kind, row.shown))
    if row.held_back:
        yield _held_back(HeldBack(row.held_back))
    if row.came_about:
        yield str(label(CameAbout(row.came_about)))
    if row.felt is not None and _may_see_felt(row, voice, eyes):
        yield _("felt: %(how)s") % {"how": label(Felt(row.felt))}
    if row.emotions:
        yield _list(Emotion, row.emotions)


def _held_back(how: HeldBack) -> str:
    said = {
        HeldBack.NO: _("not held back"),
        HeldBack.PARTLY: _("partly held back"),
        HeldBack.WHOLLY: _("wholly held back"),
    }
    return said[how]


def _may_see_felt(row: Expression, voice: Voice, eyes: Seeing) -> bool:
    """What was felt is private to who felt it; of a client it is seen where it was told aloud."""
    return row.participant.member_id == eyes.by.pk or voice.told_aloud


def _words(voice: Voice) -> Iterator[tuple[str, str]]:
    is_guess = voice.side == Side.THERAPIST
    yield _("the session"), _one(Flow, voice.flow)
    yield _("about"), _list(About, voice.about)
    yield (
        _("the client noticed, as you guess") if is_guess else _("noticed"),
        _one(Noticed, voice.noticed),
    )
    yield (
        _("it burdened the client, as you guess") if is_guess else _("burdened by it"),
        _one(Noticed, voice.burdened),
    )
    yield (
        _("what you did") if is_guess else _("what the therapist did"),
        _list(Response, voice.response),
    )
    yield _("how the therapist seemed"), _list(Seemed, voice.seemed)
    yield _("spoken of"), _spoken(voice)


def _spoken(voice: Voice) -> str:
    parts = [_one(SpokenOf, voice.spoken_of)]
    if voice.spoken_session and voice.spoken_session.number is not None:
        parts.append(_("session %(number)d") % {"number": voice.spoken_session.number})
    if voice.spoken_by:
        parts.append(_("begun by %(whom)s") % {"whom": label(Side(voice.spoken_by))})
    return ", ".join(part for part in parts if part)


def _numbers(voice: Voice) -> Iterator[tuple[str, str]]:
    if voice.focus_back_min is not None:
        minutes = _("%(n)d minutes") % {"n": voice.focus_back_min}
        yield _("back with the client after"), minutes
    if voice.rating is not None:
        yield _("how it was, from −4 hindering to +4 helpful"), signed(voice.rating)
    for name, step in voice.items.items():
        yield str(VOICE_ITEMS.get(name, name)), str(VOICE_ITEM_STEPS.get(step, step))


def _one(words: type[Enum], value: str) -> str:
    return str(label(words(value))) if value else ""


def _list(words: type[Enum], values: Iterable[str]) -> str:
    return ", ".join(str(label(words(value))) for value in values)
