"""Where the voices of a moment differ, in words. Nothing is averaged, nobody is right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.practice import telling
from lacrima.practice.occasions import occasions, runs
from lacrima.practice.people import display_name, the_practice
from lacrima.practice.words import VOICE_ITEMS, Flow, Noticed, Side, label, shown_label
from lacrima.records.models import Member, Moment, Participant, Practice, Voice

_WHETHER = ("noticed", "burdened")
_Whens = Mapping[uuid.UUID, str]


@dataclass(frozen=True)
class Difference:
    """One thing that two voices tell differently, or one voice differently on two occasions.

    `field` names it; `therapist` and `client` are the labels of what each said (`therapist` is
    empty where it is the client's voice alone that changed); `sentence` says it for people.
    """

    field: str
    therapist: str
    client: str
    sentence: str


@dataclass(frozen=True)
class _Told:
    """All voices of one client in the order of time, and when each of them spoke."""

    name: str
    voices: tuple[Voice, ...]
    whens: _Whens

    def said(self, field: str) -> list[tuple[str, str]]:
        """When and what, wherever something was said."""
        told = [(self.whens[voice.pk], getattr(voice, field)) for voice in self.voices]
        return [(when, value) for when, value in told if value]


def differences(
    moment: Moment, practice: Practice | None = None, *, by: Member | None = None
) -> list[Difference]:
    """What you told and what each client told, wherever it is not the same, in sentences.

    What you guessed and what the clients said come first, then how the clients' voices changed
    over time. A thing that one of them did not speak of is no difference. Your first voice is
    compared with every voice of the client in the order they were given, so that a worry which
    was there that evening and gone after the next session is told as just that. `by` says who
    "you" is; who has no voice here sees only how the clients' own voices changed. Without `by`
    it is the therapist who spoke first.
    """
    practice = practice or the_practice()
    voices = sorted(moment.voices.all(), key=_when)
    own = next((voice for voice in voices if _is_own(voice, by)), None)
    everybody = _by_client(voices, occasions(moment, practice), practice)
    found: list[Difference] = []
    for told in everybody:
        found += _between(own, told, moment, practice) if own else []
    for told in everybody:
        found += _over_time(told, own)
    return found


def _is_own(voice: Voice, by: Member | None) -> bool:
    if voice.side != Side.THERAPIST:
        return False
    return by is None or (voice.participant is not None and voice.participant.member_id == by.pk)


def _when(voice: Voice) -> tuple[object, object]:
    return (voice.given_at or voice.created_at, voice.created_at)


def _by_client(voices: Sequence[Voice], whens: _Whens, practice: Practice | None) -> list[_Told]:
    told: dict[object, list[Voice]] = {}
    for voice in voices:
        if voice.side == Side.CLIENT:
            told.setdefault(voice.participant_id, []).append(voice)
    return [_Told(_name(one[0].participant, practice), tuple(one), whens) for one in told.values()]


def _name(person: Participant | None, practice: Practice | None) -> str:
    if person is None or person.client is None or practice is None:
        return _("the client")
    return display_name(person.client, practice)


def _between(
    own: Voice, told: _Told, moment: Moment, practice: Practice | None
) -> Iterator[Difference]:
    for field in _WHETHER:
        yield from _whether(field, getattr(own, field), told)
    yield from _flow(own, told)
    yield from _first(own, told, practice)
    yield from _shown(own, told, moment, practice)


def _whether(field: str, guess: str, told: _Told) -> Iterator[Difference]:
    said = told.said(field)
    others = [value for _when, value in said if value != guess]
    if guess and others:
        yield Difference(
            field,
            str(label(Noticed(guess))),
            str(label(Noticed(others[0]))),
            telling.guess_and_answer(field, guess, runs(said), told.name),
        )


def _flow(own: Voice, told: _Told) -> Iterator[Difference]:
    others = [value for _when, value in told.said("flow") if value != own.flow]
    if own.flow and others:
        mine, theirs = Flow(own.flow), Flow(others[0])
        sentence = telling.two_flows(mine, theirs, told.name)
        yield Difference("flow", str(label(mine)), str(label(theirs)), sentence)


def _first(own: Voice, told: _Told, practice: Practice | None) -> Iterator[Difference]:
    others = [one for one in told.voices if one.first_id and one.first_id != own.first_id]
    if own.first_id and others:
        mine, theirs = (
            _("you") if voice.first_id == own.participant_id else _name(voice.first, practice)
            for voice in (own, others[0])
        )
        sentence = _("You said that %(mine)s came first. %(name)s said that it was %(theirs)s.") % {
            "mine": mine,
            "theirs": theirs,
            "name": told.name,
        }
        yield Difference("first", mine, theirs, sentence)


def _shown(
    own: Voice, told: _Told, moment: Moment, practice: Practice | None
) -> Iterator[Difference]:
    mine = {one.participant_id: one.shown for one in own.expressions.all()}
    for voice in told.voices:
        for one in voice.expressions.all():
            before = mine.get(one.participant_id)
            if before is None or one.shown is None or before == one.shown:
                continue
            del mine[one.participant_id]  # once a person is enough
            said = [str(shown_label(moment.kind, step)) for step in (before, one.shown)]
            about = (
                telling.YOURSELF
                if one.participant_id == own.participant_id
                else telling.THEMSELVES
                if one.participant_id == voice.participant_id
                else _name(one.participant, practice)
            )
            sentence = telling.two_sights(said[0], said[1], about=about, name=told.name)
            yield Difference("shown", said[0], said[1], sentence)


def _over_time(told: _Told, own: Voice | None) -> Iterator[Difference]:
    for field in _WHETHER:
        changed = runs(told.said(field))
        guess = getattr(own, field) if own else ""
        is_told = bool(guess) and any(value != guess for value, _when in changed)
        if len(changed) > 1 and not is_told:
            sentence = telling.changed_answer(field, changed, told.name)
            yield _change(field, [str(label(Noticed(value))) for value, _when in changed], sentence)
    for item in VOICE_ITEMS:
        steps = [(told.whens[one.pk], one.items[item]) for one in told.voices if item in one.items]
        yield from _changed_item(item, runs(steps), told.name, is_you=own is not None)
    ratings = [(told.whens[one.pk], one.rating) for one in told.voices if one.rating is not None]
    yield from _changed_rating(runs(ratings), told.name)


def _change(field: str, values: Sequence[str], sentence: str) -> Difference:
    return Difference(field, "", " → ".join(values), sentence)


def _changed_item(
    item: str, said: Sequence[tuple[int, str]], name: str, *, is_you: bool
) -> Iterator[Difference]:
    if len(said) > 1:
        sentence = telling.changed_item(item, said, name, is_you=is_you)
        yield _change(item, [telling.step_words(value) for value, _when in said], sentence)


def _changed_rating(said: Sequence[tuple[int, str]], name: str) -> Iterator[Difference]:
    if len(said) > 1:
        values = [telling.signed(value) for value, _when in said]
        yield _change("rating", values, telling.changed_rating(said, name))
