"""One course of care in plain words for a document: the therapist by name, nobody is "you"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.practice.people import Practice, display_name, zone_of
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
    Occasion,
    ParticipantRole,
    Response,
    Seemed,
    Side,
    SpokenOf,
    label,
    shown_label,
)
from lacrima.records.models import Expression, Moment, Participant, Session, Voice

Pair = tuple[str, str]


class Telling:
    """Names and days as this practice says them."""

    def __init__(self, practice: Practice) -> None:
        """By the practice's own clock."""
        self._practice = practice
        self._zone: ZoneInfo = zone_of(practice)

    def name(self, seat: Participant) -> str:
        """How somebody is called."""
        if seat.client_id and seat.client:
            return display_name(seat.client, self._practice)
        if seat.member_id and seat.member:
            return str(seat.member.name)
        return seat.label or str(label(ParticipantRole(seat.role)))

    def at(self, moment: datetime | None) -> str:
        """A moment as a day and a time here."""
        if moment is None:
            return ""
        local = moment.astimezone(self._zone)
        return f"{date_format(local, 'DAY_MONTH_YEAR')}, {local:%H:%M}"

    def day(self, day: date | datetime | None) -> str:
        """A day here."""
        if isinstance(day, datetime):
            day = day.astimezone(self._zone).date()
        return "" if day is None else str(date_format(day, "DAY_MONTH_YEAR"))


def session_words(session: Session | None, telling: Telling) -> str:
    """Which session, in one line."""
    if session is None:
        return ""
    number = _("session %(number)d") % {"number": session.number} if session.number is not None \
        else ""  # fmt: skip
    return ", ".join(part for part in (number, telling.day(session.start)) if part)


def one_of(words: type[Enum], value: str) -> str:
    """What people read for one word; empty for none."""
    return str(label(words(value))) if value else ""


def some_of(words: type[Enum], values: Iterable[str]) -> str:
    """The same for several."""
    return ", ".join(str(label(words(value))) for value in values)


def side_words(voice: Voice, telling: Telling) -> str:
    """Whose voice it is, and when it spoke."""
    who = telling.name(voice.participant) if voice.participant else _("somebody watching")
    when = str(label(Occasion(voice.occasion)))
    told = [who, when, *([_("told aloud")] if voice.told_aloud else [])]
    return ", ".join(told)


def voice_facts(
    voice: Voice,
    expressions: Iterable[Expression],
    moment: Moment,
    telling: Telling,
    *,
    with_felt: bool,
) -> Iterator[Pair]:
    """What one voice tells, as pairs; what it left open is not there."""
    for one in expressions:
        felt = with_felt or one.participant.client_id is not None
        yield telling.name(one.participant), _expression(one, moment, with_felt=felt)
    pairs = (
        (_("the session"), one_of(Flow, voice.flow)),
        (_("about"), some_of(About, voice.about)),
        (_noticed(voice), one_of(Noticed, voice.noticed)),
        (_burdened(voice), one_of(Noticed, voice.burdened)),
        (_("what the therapist did"), some_of(Response, voice.response)),
        (_("how the therapist seemed"), some_of(Seemed, voice.seemed)),
        (_("spoken of"), _spoken(voice)),
    )
    yield from (pair for pair in pairs if pair[1])
    yield from _numbers(voice)


def _noticed(voice: Voice) -> str:
    guess = voice.side == Side.THERAPIST
    return _("the client noticed, as the therapist guessed") if guess else _("noticed")


def _burdened(voice: Voice) -> str:
    guess = voice.side == Side.THERAPIST
    return _("it burdened the client, as the therapist guessed") if guess else _("burdened by it")


def _expression(row: Expression, moment: Moment, *, with_felt: bool) -> str:
    held = {
        HeldBack.NO.value: _("not held back"),
        HeldBack.PARTLY.value: _("partly held back"),
        HeldBack.WHOLLY.value: _("wholly held back"),
    }
    felt = "" if row.felt is None or not with_felt else str(label(Felt(row.felt)))
    told = (
        "" if row.shown is None else str(shown_label(moment.kind, row.shown)),
        held.get(row.held_back, ""),
        one_of(CameAbout, row.came_about),
        _("felt: %(how)s") % {"how": felt} if felt else "",
        some_of(Emotion, row.emotions),
    )
    return ", ".join(part for part in told if part) or _("how much was left open")


def _spoken(voice: Voice) -> str:
    session = voice.spoken_session
    number = session.number if session else None
    by = {Side.THERAPIST.value: _("the therapist"), Side.CLIENT.value: _("the client")}
    told = (
        one_of(SpokenOf, voice.spoken_of),
        "" if number is None else _("session %(number)d") % {"number": number},
        _("begun by %(whom)s") % {"whom": by[voice.spoken_by]} if voice.spoken_by in by else "",
    )
    return ", ".join(part for part in told if part)


def _numbers(voice: Voice) -> Iterator[Pair]:
    if voice.focus_back_min is not None:
        minutes = _("%(n)d minutes") % {"n": voice.focus_back_min}
        yield _("the focus was back with the client after"), minutes
    if voice.rating is not None:
        yield _("how it was, from −4 hindering to +4 helpful"), signed(voice.rating)
    for name, step in voice.items.items():
        yield str(VOICE_ITEMS.get(name, name)), str(VOICE_ITEM_STEPS.get(step, step))
    if voice.would_like_to_talk:
        yield _("would like to talk about it"), _("yes")
