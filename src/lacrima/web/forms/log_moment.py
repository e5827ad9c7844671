"""Forms for logging a moment: one tap says who and how much; everything else may stay empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.practice import words
from lacrima.web.forms.common import QuietForm, one_of, perhaps_one_of, some_of

BOTH = "both"
HELD = "held"

STEPS: tuple[tuple[str, str, Promise], ...] = (
    (HELD, "held", _("held back")),
    ("1", "moist", _("moist eyes or voice")),
    ("2", "tears", _("tears fell")),
    ("3", "sobbing", _("sobbing")),
)

# One row of keys for each row of tiles, as they lie on most keyboards.
ROW_KEYS = ("1234", "qwer", "asdf", "zxcv")

STRENGTHS: tuple[tuple[str, Promise], ...] = (
    ("1", _("slight")),
    ("2", _("clear")),
    ("3", _("strong")),
    (HELD, _("held back")),
    ("missed", _("none where I expected it")),
    ("ordinary", _("an ordinary moment, to compare")),
)


@dataclass(frozen=True)
class Person:
    """Somebody of the session: the id of the participant, how to say who, and whether it is you."""

    id: str
    label: str
    is_you: bool = False


@dataclass(frozen=True)
class Logged:
    """What was tapped: for each person how much, and what sort of moment that makes."""

    taps: tuple[tuple[str, str], ...]
    kind: str = words.Kind.TEARS.value
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def nature(self) -> str:
        """Missed and ordinary are said as such; held back is when nobody showed anything."""
        strengths = {strength for _who, strength in self.taps}
        if strengths & {"1", "2", "3"}:
            return words.Nature.SHOWED.value
        return words.Nature.HELD_BACK.value if HELD in strengths else strengths.pop()

    def values(self) -> dict[str, Any]:
        """The same as the practice takes it."""
        said = {who: _seen(strength) for who, strength in self.taps}
        same = list(said.values())
        is_alike = all(one == same[0] for one in same)
        shown = same[0] if is_alike else {"expressions": said}
        return {
            "who": list(said),
            **shown,
            "kind": self.kind,
            "nature": self.nature,
            **self.more,
        }


def _seen(strength: str) -> dict[str, Any]:
    if strength == HELD:
        return {"shown": 0, "held_back": words.HeldBack.WHOLLY.value}
    return {"shown": int(strength) if strength.isdigit() else 0, "held_back": ""}


def _more_fields(people: Sequence[Person]) -> dict[str, forms.Field]:
    began = [(one.id, one.label) for one in people]
    return {
        "flow": perhaps_one_of(_("The session"), words.choices(words.Flow)),
        "first": perhaps_one_of(_("Who came first"), began),
        "about": some_of(_("What it was about"), words.choices(words.About)),
    }


class TearsForm(QuietForm):
    """Who, and how much showed: one radio group for two people, one a person for more."""

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        """Make the rows out of those who were there."""
        super().__init__(*args, **kwargs)
        self.people = people
        self.is_pair = len(people) == 2
        self.fields.update(self._row_fields())
        self.fields.update(_more_fields(people))

    def _row_fields(self) -> dict[str, forms.Field]:
        steps = [(value, said) for value, _picture, said in STEPS]
        if not self.is_pair:
            return {
                f"row_{place}": perhaps_one_of(one.label, steps)
                for place, one in enumerate(self.people)
            }
        keys = [*(one.id for one in self.people), BOTH]
        cells = [(f"{key}:{value}", said) for key in keys for value, said in steps]
        missing = {"required": _("Tap who it was and how much showed.")}
        return {"cell": one_of(_("Who, and what showed"), cells, error_messages=missing)}

    def matrix(self) -> list[dict[str, Any]]:
        """The rows of the picture: who, and one tile for each step, with its key."""
        keys = [*(one.id for one in self.people), BOTH] if self.is_pair else self.people
        return [self._matrix_row(place) for place in range(len(keys))]

    def _matrix_row(self, place: int) -> dict[str, Any]:
        is_both = self.is_pair and place == len(self.people)
        name = "cell" if self.is_pair else f"row_{place}"
        key = BOTH if is_both else self.people[place].id
        chosen = self[name].value()
        options = []
        for column, (value, picture, said) in enumerate(STEPS):
            sent = f"{key}:{value}" if self.is_pair else value
            options.append(
                {
                    "name": self.add_prefix(name),
                    "value": sent,
                    "id": f"tile_{place}_{column}",
                    "label": said,
                    "picture": picture,
                    "key": ROW_KEYS[place][column] if place < len(ROW_KEYS) else "",
                    "is_checked": chosen == sent,
                }
            )
        return {"label": _("Both") if is_both else self.people[place].label, "options": options}

    def clean(self) -> dict[str, Any]:
        """With several people, at least one of them showed or held back something."""
        kept = super().clean() or {}
        if not self.is_pair and not any(self._row(place, kept) for place in self._places()):
            raise forms.ValidationError(_("Tap what showed, for at least one person."))
        return kept

    def _places(self) -> range:
        return range(len(self.people))

    @staticmethod
    def _row(place: int, kept: dict[str, Any]) -> str:
        return str(kept.get(f"row_{place}") or "")

    def logged(self) -> Logged:
        """What was tapped."""
        kept = self.cleaned_data
        more = {name: kept[name] for name in ("flow", "first", "about") if kept.get(name)}
        if self.is_pair:
            key, strength = kept["cell"].rsplit(":", 1)
            who = [one.id for one in self.people] if key == BOTH else [key]
            return Logged(tuple((one, strength) for one in who), more=more)
        taps = [(self.people[place].id, self._row(place, kept)) for place in self._places()]
        return Logged(tuple(tap for tap in taps if tap[1]), more=more)


class ElseForm(QuietForm):
    """Something else than tears, or nothing where you expected it."""

    kind = one_of(_("What it was"), words.choices(words.Kind), initial=words.Kind.LAUGHTER.value)
    who = some_of(_("Who"), ())
    strength = one_of(
        _("How much showed"),
        STRENGTHS,
        error_messages={"required": _("Choose how much showed.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        """Offer those who were there."""
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.MultipleChoiceField)  # noqa: S101  mypy cannot know
        who.choices = [(one.id, one.label) for one in people]
        who.required = True
        who.error_messages["required"] = str(_("Choose who it was."))

    def logged(self) -> Logged:
        """What was chosen."""
        kept = self.cleaned_data
        taps = tuple((one, kept["strength"]) for one in kept["who"])
        return Logged(taps, kept["kind"])


class NatureForm(QuietForm):
    """What sort of moment was it?"""

    nature = one_of(_("What sort of moment"), words.choices(words.Nature))
    kind = one_of(_("What it was"), words.choices(words.Kind))


__all__ = ["BOTH", "STEPS", "ElseForm", "Logged", "NatureForm", "Person", "TearsForm"]
