"""Where the voices of a moment differ, in words. Nothing is averaged, nobody is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.practice.people import display_name, the_practice
from lacrima.practice.words import (
    VOICE_ITEM_STEPS,
    VOICE_ITEMS,
    Flow,
    Noticed,
    Occasion,
    Side,
    label,
    shown_label,
)
from lacrima.records.models import Member, Moment, Practice, Voice

_WHETHER = ("noticed", "burdened")


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


def differences(
    moment: Moment, practice: Practice | None = None, *, by: Member | None = None
) -> list[Difference]:
    """What you told and what each client told, side by side, wherever it is not the same.

    A thing that one of them did not speak of is no difference. Your first voice is compared
    with every voice of the client in the order they were given, so that a worry which was there
    that evening and gone after the next session is told as just that. `by` says who "you" is;
    who has no voice here sees only how the clients' own voices changed. Without `by` it is the
    therapist who spoke first.
    """
    practice = practice or the_practice()
    voices = sorted(moment.voices.all(), key=_when)
    own = next((voice for voice in voices if _is_own(voice, by)), None)
    found: list[Difference] = []
    for told in _by_client(voices):
        name = _name(told[0], practice)
        if own is not None:
            found += _between(own, told, name, moment)
        found += _over_time(told, name)
    return found


def _is_own(voice: Voice, by: Member | None) -> bool:
    if voice.side != Side.THERAPIST:
        return False
    return by is None or (voice.participant is not None and voice.participant.member_id == by.pk)


def _when(voice: Voice) -> tuple[object, object]:
    return (voice.given_at or voice.created_at, voice.created_at)


def _by_client(voices: Sequence[Voice]) -> list[list[Voice]]:
    told: dict[object, list[Voice]] = {}
    for voice in voices:
        if voice.side == Side.CLIENT:
            told.setdefault(voice.participant_id, []).append(voice)
    return list(told.values())


def _name(voice: Voice, practice: Practice | None) -> str:
    person = voice.participant
    if person is None or person.client is None or practice is None:
        return _("the client")
    return display_name(person.client, practice)


def _occasion(voice: Voice) -> str:
    return str(label(Occasion(voice.occasion)))


def _between(own: Voice, told: list[Voice], name: str, moment: Moment) -> Iterator[Difference]:
    for field in _WHETHER:
        yield from _whether(field, own, told, name)
    yield from _flow(own, told, name)
    yield from _first(own, told, name)
    yield from _shown(own, told, name, moment)


def _whether(field: str, own: Voice, told: list[Voice], name: str) -> Iterator[Difference]:
    guess = getattr(own, field)
    said = [(voice, getattr(voice, field)) for voice in told if getattr(voice, field)]
    other = [(voice, value) for voice, value in said if value != guess]
    if not guess or not other:
        return
    voice, value = other[0]
    sentence = _WHETHER_SENTENCES[field, guess, value]() % {"name": name}
    yield Difference(
        field,
        str(label(Noticed(guess))),
        str(label(Noticed(value))),
        _("%(sentence)s, %(when)s.") % {"sentence": sentence, "when": _occasion(voice)},
    )


_YES, _NO, _UNSURE = Noticed.YES.value, Noticed.NO.value, Noticed.UNSURE.value
_WHETHER_SENTENCES = {
    ("burdened", _NO, _YES): lambda: _("You thought %(name)s was not burdened; %(name)s was"),
    ("burdened", _YES, _NO): lambda: _("You thought %(name)s was burdened; %(name)s was not"),
    ("burdened", _UNSURE, _YES): lambda: _(
        "You were not sure whether %(name)s was burdened; %(name)s was"
    ),
    ("burdened", _UNSURE, _NO): lambda: _(
        "You were not sure whether %(name)s was burdened; %(name)s was not"
    ),
    ("burdened", _NO, _UNSURE): lambda: _(
        "You thought %(name)s was not burdened; %(name)s was not sure"
    ),
    ("burdened", _YES, _UNSURE): lambda: _(
        "You thought %(name)s was burdened; %(name)s was not sure"
    ),
    ("noticed", _NO, _YES): lambda: _("You thought %(name)s did not notice; %(name)s did"),
    ("noticed", _YES, _NO): lambda: _("You thought %(name)s noticed; %(name)s did not"),
    ("noticed", _UNSURE, _YES): lambda: _(
        "You were not sure whether %(name)s noticed; %(name)s did"
    ),
    ("noticed", _UNSURE, _NO): lambda: _(
        "You were not sure whether %(name)s noticed; %(name)s did not"
    ),
    ("noticed", _NO, _UNSURE): lambda: _(
        "You thought %(name)s did not notice; %(name)s was not sure"
    ),
    ("noticed", _YES, _UNSURE): lambda: _("You thought %(name)s noticed; %(name)s was not sure"),
}


def _flow(own: Voice, told: list[Voice], name: str) -> Iterator[Difference]:
    other = [voice for voice in told if voice.flow and own.flow and voice.flow != own.flow]
    for voice in other[:1]:
        mine, theirs = str(label(Flow(own.flow))), str(label(Flow(voice.flow)))
        sentence = _("Of the session you told: %(mine)s; %(name)s told: %(theirs)s.")
        yield Difference(
            "flow", mine, theirs, sentence % {"mine": mine, "theirs": theirs, "name": name}
        )


def _first(own: Voice, told: list[Voice], name: str) -> Iterator[Difference]:
    other = [voice for voice in told if voice.first_id and voice.first_id != own.first_id]
    for voice in other[:1] if own.first_id else []:
        sentence = _("You and %(name)s tell differently who was moved first.") % {"name": name}
        yield Difference("first", _person(own, own), _person(voice, own), sentence)


def _person(voice: Voice, own: Voice) -> str:
    return _("you") if voice.first_id == own.participant_id else _("the client")


def _shown(own: Voice, told: list[Voice], name: str, moment: Moment) -> Iterator[Difference]:
    mine = {one.participant_id: one.shown for one in own.expressions.all()}
    for voice in told:
        for one in voice.expressions.all():
            before = mine.get(one.participant_id)
            if before is None or one.shown is None or before == one.shown:
                continue
            labels = [str(shown_label(moment.kind, step)) for step in (before, one.shown)]
            about_you = one.participant_id == own.participant_id
            sentence = (
                _("Of yourself you told: %(mine)s; %(name)s saw: %(theirs)s.")
                if about_you
                else _("You saw: %(mine)s; %(name)s told: %(theirs)s.")
            )
            said = {"mine": labels[0], "theirs": labels[1], "name": name}
            yield Difference("shown", labels[0], labels[1], sentence % said)
            mine[one.participant_id] = one.shown


def _over_time(told: list[Voice], name: str) -> Iterator[Difference]:
    yield from _changed("burdened", [(voice, voice.burdened) for voice in told], name)
    for item in VOICE_ITEMS:
        steps = [
            (voice, str(VOICE_ITEM_STEPS[voice.items[item]]))
            for voice in told
            if item in voice.items
        ]
        yield from _changed(item, steps, name)
    ratings = [
        (voice, f"{voice.rating:+d}" if voice.rating else "0")
        for voice in told
        if voice.rating is not None
    ]
    yield from _changed("rating", ratings, name)


def _changed(field: str, said: list[tuple[Voice, str]], name: str) -> Iterator[Difference]:
    spoken = [(voice, value) for voice, value in said if value]
    values = {value for _voice, value in spoken}
    if len(values) < 2:
        return
    told = "; ".join(
        _("%(when)s: %(what)s") % {"when": _occasion(voice), "what": _said(field, value)}
        for voice, value in spoken
    )
    sentence = _("%(name)s, %(what)s. %(told)s.") % {
        "name": name,
        "what": _named(field),
        "told": told[:1].upper() + told[1:],
    }
    yield Difference(field, "", " → ".join(_said(field, value) for _v, value in spoken), sentence)


def _said(field: str, value: str) -> str:
    return str(label(Noticed(value))) if field in _WHETHER else value


def _named(field: str) -> str:
    if field == "burdened":
        return _("burdened by it")
    if field == "rating":
        return _("how it was, from -4 hindering to +4 helpful")
    return str(VOICE_ITEMS[field])
