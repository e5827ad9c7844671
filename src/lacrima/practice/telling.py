"""The sentences in which differing voices are told, one idea each, made to be translated whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from lacrima.practice.pages_parts import joined
from lacrima.practice.words import VOICE_ITEM_STEPS, Flow, Noticed, label

YOURSELF, THEMSELVES = "yourself", "themselves"
_YES, _NO, _UNSURE = Noticed.YES.value, Noticed.NO.value, Noticed.UNSURE.value
_Runs = Sequence[tuple[str, str]]


def guess_and_answer(field: str, guess: str, said: _Runs, name: str) -> str:
    """What you guessed, then what the client said of it: two sentences."""
    guessed = _GUESSES[field, guess]() % {"name": name}
    if field == "noticed" and len(said) == 1:
        return f"{guessed} {_NOTICED[said[0][0]]() % {'name': name}}"
    return f"{guessed} {_answer(field, said, name)}"


def changed_answer(field: str, said: _Runs, name: str) -> str:
    """How the client's answer to one question changed over time: one sentence."""
    if field == "noticed":
        return _answer(field, said, name)
    opening = _BURDENED_OPENINGS[said[0][0]]() % {"name": name, "when": said[0][1]}
    return _("%(told)s.") % {"told": "; ".join([opening, *_later(said, name)])}


def _answer(field: str, said: _Runs, name: str) -> str:
    if field == "noticed":
        told = [f"{label(Noticed(value))} {when}" for value, when in said]
        return _("Of whether it was noticed, %(name)s said: %(told)s.") % {
            "name": name,
            "told": ", ".join(told),
        }
    opening = _BURDENED[said[0][0]]() % {"name": name, "when": said[0][1]}
    return _("%(told)s.") % {"told": "; ".join([opening, *_later(said, name)])}


def _later(said: _Runs, name: str) -> list[str]:
    """What was said after the first, each in the light of what was said before it."""
    told = []
    for (before, _when), (value, when) in pairwise(said):
        words = _no_more if (before, value) == (_YES, _NO) else _BURDENED_LATER[value]
        told.append(words() % {"name": name, "when": when})
    return told


def _no_more() -> str:
    return _("%(when)s no more")


_GUESSES = {
    ("noticed", _YES): lambda: _("You thought %(name)s noticed."),
    ("noticed", _NO): lambda: _("You thought %(name)s did not notice."),
    ("noticed", _UNSURE): lambda: _("You were not sure whether %(name)s noticed."),
    ("burdened", _YES): lambda: _("You thought %(name)s was burdened."),
    ("burdened", _NO): lambda: _("You thought %(name)s was not burdened."),
    ("burdened", _UNSURE): lambda: _("You were not sure whether %(name)s was burdened."),
}
_NOTICED = {
    _YES: lambda: _("%(name)s did."),
    _NO: lambda: _("%(name)s did not."),
    _UNSURE: lambda: _("%(name)s was not sure."),
}
_BURDENED = {
    _YES: lambda: _("%(name)s was, %(when)s"),
    _NO: lambda: _("%(name)s was not, %(when)s"),
    _UNSURE: lambda: _("%(name)s was not sure, %(when)s"),
}
_BURDENED_OPENINGS = {
    _YES: lambda: _("%(name)s was burdened %(when)s"),
    _NO: lambda: _("%(name)s was not burdened %(when)s"),
    _UNSURE: lambda: _("%(name)s was not sure about being burdened %(when)s"),
}
_BURDENED_LATER = {
    _YES: lambda: _("%(when)s %(name)s was"),
    _NO: lambda: _("%(when)s %(name)s was not"),
    _UNSURE: lambda: _("%(when)s %(name)s was not sure"),
}


def two_flows(mine: Flow, theirs: Flow, name: str) -> str:
    """What each said the session did."""
    said = {
        Flow.WENT_ON: _("You said that the session went on."),
        Flow.PAUSED: _("You said that the session paused."),
        Flow.ENDED_EARLY: _("You said that the session ended early."),
    }
    answered = {
        Flow.WENT_ON: _("%(name)s said that it went on."),
        Flow.PAUSED: _("%(name)s said that it paused."),
        Flow.ENDED_EARLY: _("%(name)s said that it ended early."),
    }
    return f"{said[mine]} {answered[theirs] % {'name': name}}"


def two_sights(mine: str, theirs: str, *, about: str, name: str) -> str:
    """What each said that somebody showed; `about` is YOURSELF, THEMSELVES or a name."""
    sentences = {
        YOURSELF: _("You said of yourself: %(mine)s. %(name)s saw: %(theirs)s."),
        THEMSELVES: _("You saw in %(name)s: %(mine)s. %(name)s said: %(theirs)s."),
    }
    other = _("You saw in %(about)s: %(mine)s. %(name)s saw: %(theirs)s.")
    said = {"mine": mine, "theirs": theirs, "name": name, "about": about}
    return sentences.get(about, other) % said


def step_words(step: int) -> str:
    """How much, in a word."""
    return str(VOICE_ITEM_STEPS[step])


def signed(number: int) -> str:
    """A number with its sign, the minus as a minus."""
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}") if number else "0"


def changed_item(item: str, said: Sequence[tuple[int, str]], name: str, *, is_you: bool) -> str:
    """How one of the short items changed over time: one sentence."""
    parts = [
        _("%(how)s %(when)s") % {"how": step_words(step), "when": when} for step, when in said[1:]
    ]
    first = {"name": name, "how": step_words(said[0][0]), "when": said[0][1]}
    opening = (_worried_about_you if item == "worried" and is_you else _ITEMS[item])() % first
    rest = joined(parts) if len(parts) > 1 else _("and %(last)s") % {"last": parts[0]}
    return _("%(opening)s, %(rest)s.") % {"opening": opening, "rest": rest}


def _worried_about_you() -> str:
    return _("%(name)s was %(how)s worried about you %(when)s")


_ITEMS = {
    "understood": lambda: _("%(name)s felt %(how)s understood %(when)s"),
    "cared_for": lambda: _("%(name)s felt %(how)s cared for %(when)s"),
    "new_understanding": lambda: _("%(name)s understood something new: %(how)s %(when)s"),
    "relieved": lambda: _("%(name)s felt %(how)s relieved %(when)s"),
    "worried": lambda: _("%(name)s was %(how)s worried about the therapist %(when)s"),
    "free_to_feel": lambda: _("%(name)s felt %(how)s free to feel %(when)s"),
    "felt_burdened": lambda: _("%(name)s felt %(how)s burdened %(when)s"),
    "looked_after": lambda: _("%(name)s had to look after the therapist: %(how)s %(when)s"),
    "confused": lambda: _("%(name)s was %(how)s confused %(when)s"),
    "frightened": lambda: _("%(name)s was %(how)s frightened %(when)s"),
    "too_close": lambda: _("For %(name)s it was too close: %(how)s %(when)s"),
}


def changed_rating(said: Sequence[tuple[int, str]], name: str) -> str:
    """How the rating changed over time: one sentence, every number as it was given."""
    told = ", ".join(f"{signed(value)} {when}" for value, when in said)
    sentence = _("How it was for %(name)s, from −4 hindering to +4 helpful: %(told)s.")
    return sentence % {"name": name, "told": told}
