"""The questions of the door, their words and choices: the same for its pages and the drop-box.

Nothing but words and values stands here; pages draw them, and `door_content` checks the answers.
Every function says its words in the language that is spoken when it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lacrima.instruments.definition import Instrument, Item
from lacrima.practice.door_content import STOOD_OUT
from lacrima.practice.words import SHOWN_OTHERS, VOICE_ITEM_STEPS, Seemed, choices
from lacrima.records.models import Release

EVENING_HOURS = range(16, 24)
ITEM_WORDS: dict[str, Promise] = {
    "cared_for": lazy("I felt cared for"),
    "understood": lazy("I felt understood"),
    "free_to_feel": lazy("I felt free to feel what I felt"),
    "felt_burdened": lazy("I felt burdened"),
    "worried": lazy("I was worried about my therapist"),
    "looked_after": lazy("I had to look after my therapist"),
    "confused": lazy("I was confused"),
    "frightened": lazy("I was frightened"),
    "too_close": lazy("It was too close"),
}
ITEM_WORDS_FOR_A_CHILD: dict[str, Promise] = {
    "cared_for": lazy("I felt that I was liked"),
    "understood": lazy("I felt understood"),
    "free_to_feel": lazy("I could feel what I felt"),
    "felt_burdened": lazy("It was too much for me"),
    "worried": lazy("I was worried about the grown-up"),
    "looked_after": lazy("I had to look after the grown-up"),
    "confused": lazy("I did not know what was going on"),
    "frightened": lazy("I was afraid"),
    "too_close": lazy("The grown-up came too close"),
}
STATEMENT_WORDS = lazy("What you want to stand beside what others write")
PAUSE_WORDS = lazy("Ask me nothing up to this day")
EVENING_WORDS = lazy("From which hour of the evening I would like to be asked")


class Kind(StrEnum):
    """How a question is answered."""

    SCALE = "scale"  # one tap on a row of numbers
    CHOICES = "choices"  # one of several answers in words
    MANY = "many"  # as many of them as fit
    WORDS = "words"  # in words of one's own


@dataclass(frozen=True)
class Question:
    """One question: where its value stands, how it is answered, and in which words.

    `path` is a place in the values of an answer (`rating`, `shown.me`), or `release`. `only`: "me"
    or "therapist" where it is asked only when something stood out there.
    """

    path: str
    kind: Kind
    label: str
    options: tuple[tuple[Any, str], ...] = ()
    low: str = ""
    high: str = ""
    only: str = ""


def asked_questions(her: str, *, for_child: bool) -> list[Question]:
    """The same two questions after every session. `her`: how the therapist is named."""
    where: tuple[tuple[Any, str], ...] = (
        ([], _("no")),
        (["me"], _("yes, in me")),
        (["therapist"], _("yes, in %(her)s") % {"her": her}),
        (list(STOOD_OUT), _("yes, in both")),
    )
    how = _("How was your visit?") if for_child else _("How was the session?")
    stood_out = _stood_out_words(for_child) % {"her": her}
    return [_rating(how), Question("stood_out", Kind.CHOICES, stood_out, where)]


def _stood_out_words(for_child: bool) -> str:
    if for_child:
        return _("Was there something special, in you or in %(her)s?")
    return _("Did anything stand out, in you or in %(her)s?")


def moment_questions(her: str, *, for_child: bool) -> list[Question]:
    """What stood out: all that may be asked of it, whoever it was mentioned in."""
    said = {"her": her}
    return [
        _rating(_("How was that moment for you?")),
        _shown("me", _("How much of it showed in you?")),
        _shown("therapist", _("How much of it showed in %(her)s?") % said),
        *_items(for_child),
        _seemed(_("How did %(her)s seem to you?") % said),
        _spoken_of(),
        Question("words", Kind.WORDS, _("Anything you would like to say of it")),
        _release(),
    ]


def _rating(label: str) -> Question:
    steps = tuple((step, signed(step)) for step in range(-4, 5))
    return Question("rating", Kind.SCALE, label, steps, _("hindering"), _("helpful"))


def signed(step: int) -> str:
    """A step with its sign, the minus as a minus."""
    return f"+{step}" if step > 0 else f"−{-step}" if step else "0"


def _shown(who: str, label: str) -> Question:
    steps = tuple((int(step), str(said)) for step, said in SHOWN_OTHERS.items())
    return Question(f"shown.{who}", Kind.CHOICES, label, steps, only=who)


def _items(for_child: bool) -> list[Question]:
    words = ITEM_WORDS_FOR_A_CHILD if for_child else ITEM_WORDS
    steps = tuple((step, str(step)) for step in VOICE_ITEM_STEPS)
    low, high = _("not at all"), _("very much")
    return [
        Question(f"items.{name}", Kind.SCALE, str(label), steps, low, high)
        for name, label in words.items()
    ]


def _seemed(label: str) -> Question:
    told = tuple((value, str(said)) for value, said in choices(Seemed))
    return Question("seemed", Kind.MANY, label, told)


def _spoken_of() -> Question:
    """Not yet is no answer of its own: it is as if it had been left out."""
    told = ((True, _("yes")), (None, _("not yet")))
    return Question("spoken_of", Kind.CHOICES, _("Did you speak of it together?"), told)


def _release() -> Question:
    offered = (Release.OPEN, Release.TALK, Release.NOBODY)
    told = tuple((one.value, str(one.label)) for one in offered)
    return Question("release", Kind.CHOICES, _("Who may read this?"), told)


def form_questions(instrument: Instrument) -> list[Question]:
    """A questionnaire in its own words, item by item."""
    return [item_question(item) for item in instrument.items]


def item_question(item: Item) -> Question:
    """One item: its answers in words, or a line of numbers with its two ends."""
    scale = item.scale
    if scale.choices:
        told = tuple((one.value, one.text) for one in scale.choices)
        return Question(item.id, Kind.CHOICES, item.text, told)
    steps = tuple((value, str(value)) for value in scale.values)
    return Question(item.id, Kind.SCALE, item.text, steps, scale.low_text, scale.high_text)


def statement_questions() -> list[Question]:
    """Words that stand beside the record."""
    return [Question("words", Kind.WORDS, str(STATEMENT_WORDS))]
