"""The facts of a weighing as lines: what the record says, and what may be said instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lacrima.evidence.conditions import Facts
from lacrima.practice.weighing_thinking import Thinking
from lacrima.practice.words import SHOWN_TEARS, About, Shown, label

MOST_LATELY = 6
Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class FactLine:
    """One fact: what it is called, what holds here, and whether she said it otherwise.

    `choices` are the values a form offers, as texts; `chosen` is what she said instead, or empty.
    """

    name: str
    label: str
    said: str
    is_known: bool
    is_changed: bool
    choices: Choices
    chosen: str
    rule: str = ""


_SHOWN: Choices = tuple((str(step.value), SHOWN_TEARS[step]) for step in Shown)
_YES_NO: Choices = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
_LATELY: Choices = tuple((str(n), str(n)) for n in range(MOST_LATELY + 1))
_ABOUT: Choices = tuple((one.value, label(one)) for one in About)

_ALLIANCE: Choices = (
    ("weak", gettext_lazy("weak")),
    ("middling", gettext_lazy("middling")),
    ("strong", gettext_lazy("strong")),
)
_PHASE: Choices = (
    ("early", gettext_lazy("early")),
    ("middle", gettext_lazy("in the middle")),
    ("ending", gettext_lazy("near its end")),
)

# What may be said otherwise, in the order of the page: label, choices, and our rule where one is.
_LABELS: Mapping[str, Promise] = {
    "therapist_shown": gettext_lazy("You showed"),
    "client_shown": gettext_lazy("The client showed"),
    "is_paused": gettext_lazy("Paused or ended early"),
    "prior_alliance": gettext_lazy("The bond before it"),
    "phase": gettext_lazy("Where in the therapy"),
    "own_tears_lately": gettext_lazy("Your other tears, four weeks before"),
    "is_trauma_known": gettext_lazy("Trauma or abuse is part of the story"),
    "is_minor": gettext_lazy("The client is a child or a teenager"),
    "about": gettext_lazy("What it may be about"),
}
_CHOICES: Mapping[str, Choices] = {
    "therapist_shown": _SHOWN,
    "client_shown": _SHOWN,
    "is_paused": _YES_NO,
    "prior_alliance": _ALLIANCE,
    "phase": _PHASE,
    "own_tears_lately": _LATELY,
    "is_trauma_known": _YES_NO,
    "is_minor": _YES_NO,
    "about": _ABOUT,
}
_RULES: Mapping[str, Promise] = {
    "prior_alliance": gettext_lazy(
        "From the last answers about the session itself: weak below six tenths of the scale, "
        "strong from eight tenths. This division is ours, and one score says little."
    ),
    "phase": gettext_lazy(
        "Early up to the third session, near its end in the last five weeks before the last day."
    ),
}
AFTER = (
    "therapist_shown",
    "client_shown",
    "is_paused",
    "prior_alliance",
    "phase",
    "own_tears_lately",
    "is_trauma_known",
    "is_minor",
)
AHEAD = ("about", "prior_alliance", "phase", "own_tears_lately", "is_trauma_known", "is_minor")
_NUMBERS = frozenset({"therapist_shown", "client_shown", "own_tears_lately"})
_TRUTHS = frozenset({"is_paused", "is_trauma_known", "is_minor"})
SEVERAL = frozenset({"about"})


def fact_lines(known: Facts, thinking: Thinking, *, is_ahead: bool) -> tuple[FactLine, ...]:
    """The facts that may be said otherwise, each with what holds now."""
    return tuple(_line(name, known, thinking) for name in (AHEAD if is_ahead else AFTER))


def _line(name: str, known: Facts, thinking: Thinking) -> FactLine:
    is_changed = name in thinking.facts
    value = thinking.facts[name] if is_changed else getattr(known, name)
    return FactLine(
        name=name,
        label=str(_LABELS[name]),
        said=_said(name, value),
        is_known=value is not None and value != frozenset(),
        is_changed=is_changed,
        choices=_CHOICES[name],
        chosen=_as_text(name, thinking.facts[name]) if is_changed else "",
        rule=str(_RULES.get(name, "")),
    )


def _said(name: str, value: Any) -> str:
    if value is None or (name in SEVERAL and not value):
        return _("not known")
    if name == "own_tears_lately":
        return ngettext("one", "%(n)d", value) % {"n": value} if value else _("none")
    words = {key: str(said) for key, said in _CHOICES[name]}
    if name in SEVERAL:
        return ", ".join(words[one] for one in words if one in value)
    return words.get(_as_text(name, value), _as_text(name, value))


def _as_text(name: str, value: Any) -> str:
    if name in _TRUTHS:
        return "yes" if value else "no"
    return str(value)


def fact_of(name: str, text: str | Sequence[str]) -> Any:
    """The value that a form's text means, in the evidence room's words."""
    if name in SEVERAL:
        return sorted(text)
    if name in _TRUTHS:
        return text == "yes"
    return int(str(text)) if name in _NUMBERS else text
