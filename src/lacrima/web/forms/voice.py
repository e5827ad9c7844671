"""The form of one voice: everything it may say about a moment, all of it optional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lacrima.practice import words
from lacrima.web.forms.common import (
    Choices,
    QuietForm,
    one_of,
    perhaps_one_of,
    some_of,
    step,
    words_field,
)
from lacrima.web.forms.log_moment import Person

FOCUS_BACK_MAX_MIN = 600
RATINGS = (-4, 4)

# What each person showed, and the fields of it, in the order of the page.
EXPRESSION_FIELDS = ("shown", "held_back", "felt", "came_about", "emotions")

_THERAPIST_GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("What happened"), ("flow", "first", "about", "response", "focus_back_min")),
    (_("Between you"), ("noticed", "burdened", "spoken_of", "spoken_by", "spoken_session")),
    (_("In your words"), ("occasion", "words")),
)
_CLIENT_GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("How it was"),
        ("noticed", "burdened", "rating", "seemed", *(f"item_{key}" for key in words.VOICE_ITEMS)),
    ),
    (_("What happened"), ("flow", "first", "about")),
    (_("What comes next"), ("would_like_to_talk",)),
    (_("In the client's words"), ("occasion", "how", "words")),
)


def _rating_choices() -> list[tuple[str, str]]:
    return [
        (str(number), f"{number:+d}".replace("-", "−") if number else "0")
        for number in range(RATINGS[0], RATINGS[1] + 1)
    ]


class VoiceForm(QuietForm):
    """What one side says of a moment. `side` is "therapist" or "client"."""

    def __init__(
        self,
        *args: Any,
        side: str,
        kind: str,
        people: Sequence[Person],
        speaker: str,
        sessions: Choices = (),
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask only what this side can know: what was felt is asked of the speaker alone."""
        super().__init__(*args, initial=dict(initial or {}), **kwargs)
        self.side, self.people, self.speaker = side, people, speaker
        self._kind = kind
        for place, one in enumerate(people):
            self.fields.update(self._expression_fields(place, one))
        self.fields.update(self._voice_fields(sessions))
        self.keep_quiet()

    def _was(self, name: str) -> object:
        return self.initial.get(name)

    def _perhaps(
        self, name: str, label: str | Promise, choices: Choices, **kwargs: Any
    ) -> forms.Field:
        return perhaps_one_of(label, choices, chosen=self._was(name), **kwargs)

    def _expression_fields(self, place: int, one: Person) -> dict[str, forms.Field]:
        name = [f"{key}_{place}" for key in EXPRESSION_FIELDS]
        fields: dict[str, forms.Field] = {
            name[0]: self._perhaps(name[0], _("How much showed"), words.shown_choices(self._kind)),
            name[1]: self._perhaps(name[1], _("Held back"), words.choices(words.HeldBack)),
        }
        if one.id == self.speaker:
            fields[name[2]] = self._perhaps(
                name[2], _("How strong it was inside"), words.choices(words.Felt)
            )
        if self.side == words.Side.THERAPIST:
            fields[name[3]] = self._perhaps(
                name[3], _("How it came"), words.choices(words.CameAbout)
            )
        fields[name[4]] = some_of(_("Which emotions"), words.choices(words.Emotion))
        return fields

    def _voice_fields(self, sessions: Choices) -> dict[str, forms.Field]:
        began = [(one.id, one.label) for one in self.people]
        fields: dict[str, forms.Field] = {
            "flow": self._perhaps("flow", _("The session"), words.choices(words.Flow)),
            "about": some_of(_("What it was about"), words.choices(words.About)),
            "occasion": self._perhaps("occasion", _("Said"), words.choices(words.Occasion)),
        }
        if len(began) > 1:
            fields["first"] = self._perhaps("first", _("Who came first"), began)
        if self.side == words.Side.CLIENT:
            return {**fields, **self._client_fields()}
        return {**fields, **self._therapist_fields(sessions)}

    def _client_fields(self) -> dict[str, forms.Field]:
        steps = [(str(number), said) for number, said in words.VOICE_ITEM_STEPS.items()]
        items: dict[str, forms.Field] = {
            f"item_{key}": self._perhaps(f"item_{key}", said, steps)
            for key, said in words.VOICE_ITEMS.items()
        }
        return {
            "noticed": self._perhaps(
                "noticed", _("Noticed the therapist's emotion"), words.choices(words.Noticed)
            ),
            "burdened": self._perhaps(
                "burdened", _("It was a burden"), words.choices(words.Noticed)
            ),
            "rating": self._perhaps("rating", _("How it was"), _rating_choices()),
            "seemed": some_of(_("How the therapist seemed"), words.choices(words.Seemed)),
            **items,
            "would_like_to_talk": forms.BooleanField(
                label=_("Would like to talk about it"), required=False
            ),
            "words": words_field(_("What was said, as it was said"), required=False),
        }

    def _therapist_fields(self, sessions: Choices) -> dict[str, forms.Field]:
        sides = [(words.Side.THERAPIST.value, _("I")), (words.Side.CLIENT.value, _("the client"))]
        noticed = words.choices(words.Noticed)
        return {
            "response": some_of(_("What I did"), words.choices(words.Response)),
            "focus_back_min": forms.IntegerField(
                label=_("Minutes until the focus was back with the client"),
                required=False,
                min_value=0,
                max_value=FOCUS_BACK_MAX_MIN,
            ),
            "noticed": self._perhaps("noticed", _("The client noticed, as I guess"), noticed),
            "burdened": self._perhaps("burdened", _("It burdened the client, as I guess"), noticed),
            "spoken_of": self._perhaps("spoken_of", _("Spoken of"), words.choices(words.SpokenOf)),
            "spoken_by": self._perhaps("spoken_by", _("Who brought it up"), sides),
            "spoken_session": forms.ChoiceField(
                label=_("In which session"),
                required=False,
                choices=[("", gettext("leave it open")), *sessions],
            ),
            "words": words_field(_("What you would like to remember"), required=False),
        }

    def person_groups(self) -> list[tuple[str, bool, list[BoundField]]]:
        """For each person: who, whether this voice speaks of them already, and the fields."""
        return [
            (one.label, self._is_in(place), self._fields_of(place))
            for place, one in enumerate(self.people)
        ]

    def _fields_of(self, place: int) -> list[BoundField]:
        names = [f"{key}_{place}" for key in EXPRESSION_FIELDS]
        return [self[name] for name in names if name in self.fields]

    def _is_in(self, place: int) -> bool:
        said = [bound.value() for bound in self._fields_of(place)]
        return any(value not in (None, "", []) for value in said)

    def groups(self) -> list[tuple[Promise, list[BoundField]]]:
        """The other fields, in groups with a heading each."""
        groups = _CLIENT_GROUPS if self.side == words.Side.CLIENT else _THERAPIST_GROUPS
        return [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in groups
        ]

    def expressions(self) -> dict[str, dict[str, Any]]:
        """What each person showed, by the participant's id."""
        kept = self.cleaned_data
        said: dict[str, dict[str, Any]] = {}
        for place, one in enumerate(self.people):
            values = {
                key: kept.get(f"{key}_{place}")
                for key in EXPRESSION_FIELDS
                if f"{key}_{place}" in self.fields
            }
            for number in {"shown", "felt"} & values.keys():
                values[number] = step(values[number])
            said[one.id] = values
        return said

    def values(self) -> dict[str, Any]:
        """What else was said, as the practice takes it; `first` and `spoken_session` are ids."""
        kept = self.cleaned_data
        groups = _CLIENT_GROUPS if self.side == words.Side.CLIENT else _THERAPIST_GROUPS
        names = [name for _heading, group in groups for name in group if name in self.fields]
        said = {
            name: kept[name] for name in names if name != "how" and not name.startswith("item_")
        }
        if not said["occasion"]:
            del said["occasion"]
        for place in {"first", "spoken_session"} & said.keys():
            said[place] = said[place] or None
        if self.side == words.Side.CLIENT:
            said["rating"] = step(said["rating"])
            said["items"] = {
                key: int(kept[f"item_{key}"]) for key in words.VOICE_ITEMS if kept[f"item_{key}"]
            }
        return said


class ClientVoiceForm(VoiceForm):
    """What a client says of a moment, for the first time: also how it came to you."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask whether it was told aloud or written by the client."""
        super().__init__(*args, **kwargs)
        self.fields["occasion"].required = True
        self.fields["how"] = one_of(
            _("How it came to you"),
            [("aloud", _("told aloud")), ("written", _("in the client's own writing"))],
        )

    def is_told_aloud(self) -> bool:
        """Was it told aloud, and written down by you?"""
        return bool(self.cleaned_data["how"] == "aloud")
