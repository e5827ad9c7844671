"""The forms of the door: every question may be left out, and nothing is remembered by a browser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lacrima.instruments.definition import Instrument, Item
from lacrima.instruments.scoring import score
from lacrima.practice.door_own import LONGEST_PAUSE_DAYS
from lacrima.practice.door_visits import Release, Visit
from lacrima.practice.door_way_out import WayOutKind
from lacrima.practice.words import (
    SHOWN_OTHERS,
    VOICE_ITEM_STEPS,
    VOICE_ITEMS,
    Seemed,
    choices,
)
from lacrima.web.forms.common import DateInput, QuietForm

ITEMS = (
    "cared_for",
    "understood",
    "free_to_feel",
    "felt_burdened",
    "worried",
    "looked_after",
    "confused",
    "frightened",
    "too_close",
)
ITEM_WORDS = {
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
ITEM_WORDS_FOR_A_CHILD = {
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
_NOT_TOLD = ""
STOOD_OUT_OF = {"both": ["me", "therapist"], "me": ["me"], "therapist": ["therapist"]}


def steps(label: Any, lowest: int, highest: int) -> forms.ChoiceField:
    """A row of steps, none of them chosen."""
    told = [(str(step), _signed(step) if lowest < 0 else str(step))
            for step in range(lowest, highest + 1)]  # fmt: skip
    return forms.ChoiceField(label=label, choices=told, required=False, widget=forms.RadioSelect)


def _signed(step: int) -> str:
    return f"+{step}" if step > 0 else f"−{-step}" if step else "0"


class OpenerForm(QuietForm):
    """The code that is printed beside a link; a script puts the link's own value here."""

    opener = forms.CharField(
        label=lazy("The code on your sheet"), max_length=120, strip=True,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class HeavinessForm(QuietForm):
    """How heavy things are today: one tap."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """0 to 10."""
        super().__init__(*args, **kwargs)
        label = _("How heavy are things for you today?")
        self.fields["value"] = steps(label, 0, 10)

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data["value"]
        return {"value": int(told)} if told else {}


class AskedForm(QuietForm):
    """The same two questions after every session."""

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        """In the words for this client."""
        super().__init__(*args, **kwargs)
        self.fields["rating"] = steps(
            _("How was your visit?") if visit.for_child else _("How was the session?"), -4, 4
        )
        her = visit.her
        self.fields["stood_out"] = forms.ChoiceField(
            label=_stood_out_words(visit.for_child) % {"her": her},
            choices=[
                ("no", _("no")),
                ("me", _("yes, in me")),
                ("therapist", _("yes, in %(her)s") % {"her": her}),
                ("both", _("yes, in both")),
            ],
            required=False,
            widget=forms.RadioSelect,
        )

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        rating = int(told["rating"]) if told["rating"] else None
        return {"rating": rating, "stood_out": STOOD_OUT_OF.get(told["stood_out"], [])}


def _stood_out_words(for_child: bool) -> str:
    if for_child:
        return _("Was there something special, in you or in %(her)s?")
    return _("Did anything stand out, in you or in %(her)s?")


class MomentForm(QuietForm):
    """What stood out: each question may be left out."""

    def __init__(self, *args: Any, visit: Visit, stood_out: tuple[str, ...], **kwargs: Any) -> None:
        """Only what was mentioned is asked about."""
        super().__init__(*args, **kwargs)
        self.stood_out = stood_out
        self.item_words = ITEM_WORDS_FOR_A_CHILD if visit.for_child else ITEM_WORDS
        her = visit.her
        self.fields["rating"] = steps(_("How was that moment for you?"), -4, 4)
        self._shown("me", _("How much of it showed in you?"))
        self._shown("therapist", _("How much of it showed in %(her)s?") % {"her": her})
        for name in ITEMS:
            self.fields[f"item_{name}"] = self._item(name)
        self.fields["seemed"] = forms.MultipleChoiceField(
            label=_("How did %(her)s seem to you?") % {"her": her},
            choices=choices(Seemed),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["spoken_of"] = forms.ChoiceField(
            label=_("Did you speak of it together?"),
            choices=[("yes", _("yes")), ("no", _("not yet"))],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["words"] = forms.CharField(
            label=_("Anything you would like to say of it"), required=False, max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )  # fmt: skip
        self.fields["release"] = forms.ChoiceField(
            label=_("Who may read this?"),
            choices=release_choices(visit),
            required=False,
            widget=forms.RadioSelect,
        )
        self.keeper_key_id = visit.house.keeper_key_id
        self.keep_quiet()

    def clean(self) -> dict[str, Any]:
        """Whom the client read of is whom it is sealed for, also where that changed meanwhile."""
        told = super().clean() or self.cleaned_data
        is_for_keeper = told.get("release") == Release.KEEPER
        if is_for_keeper and self.data.get("keeper_key") != self.keeper_key_id:
            self.add_error("release", _("This changed just now. Please choose once more."))
        return told

    def _shown(self, who: str, label: str) -> None:
        if who in self.stood_out:
            self.fields[f"shown_{who}"] = forms.ChoiceField(
                label=label,
                choices=[(str(step.value), said) for step, said in SHOWN_OTHERS.items()],
                required=False,
                widget=forms.RadioSelect,
            )

    def _item(self, name: str) -> forms.ChoiceField:
        label: Any = self.item_words.get(name) or VOICE_ITEMS[name]
        told = [(str(step), str(step)) for step in VOICE_ITEM_STEPS]
        return forms.ChoiceField(
            label=label, choices=told, required=False, widget=forms.RadioSelect
        )

    def item_fields(self) -> list[forms.BoundField]:
        """The short items, for the page."""
        return [self[f"item_{name}"] for name in ITEMS]

    def shown_fields(self) -> list[forms.BoundField]:
        """How much showed, in whom it was mentioned."""
        return [self[f"shown_{who}"] for who in self.stood_out]

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        shown = {who: int(told[f"shown_{who}"]) for who in self.stood_out if told[f"shown_{who}"]}
        items = {name: int(told[f"item_{name}"]) for name in ITEMS if told[f"item_{name}"]}
        return {
            "rating": int(told["rating"]) if told["rating"] else None,
            "shown": shown,
            "items": items,
            "seemed": told["seemed"],
            "spoken_of": True if told["spoken_of"] == "yes" else None,
            "words": told["words"],
        }

    def release(self) -> Release:
        """Who may read it; nobody as long as nothing was chosen."""
        return Release(self.cleaned_data["release"] or Release.NOT_YET)


def release_choices(visit: Visit) -> list[tuple[str, str]]:
    """Who may read it: the keeper only where the practice named one."""
    told = [(one.value, str(one.label)) for one in (Release.OPEN, Release.TALK, Release.NOBODY)]
    if visit.house.has_keeper:
        said = {"keeper": visit.house.keeper_name, "her": visit.her}
        words = _("only %(keeper)s: my therapist cannot read it")
        if visit.for_child:
            words = _("only %(keeper)s: %(her)s cannot read it")
        told.insert(2, (Release.KEEPER.value, words % said))
    return told


def told_before(content: dict[str, Any], release: str) -> dict[str, Any]:
    """What was told, as the form shows it again."""
    plain = ("rating", "seemed", "words")
    initial: dict[str, Any] = {name: content[name] for name in plain if name in content}
    initial |= {f"shown_{who}": step for who, step in content.get("shown", {}).items()}
    initial |= {f"item_{name}": step for name, step in content.get("items", {}).items()}
    initial |= {"spoken_of": "yes"} if content.get("spoken_of") else {}
    return initial | {"release": release}


class QuestionnaireForm(QuietForm):
    """A questionnaire in its own words, item by item."""

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        """One row of answers an item."""
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for item in instrument.items:
            told = [(str(one.value), one.text) for one in item.scale.choices]
            self.fields[f"item_{item.id}"] = forms.ChoiceField(
                label=item.text,
                choices=told or [(str(one), str(one)) for one in item.scale.values],
                required=False,
                widget=forms.RadioSelect,
            )

    def item_fields(self) -> list[tuple[forms.BoundField, Item]]:
        """Each item, for the page, with what it is: its answers or the ends of its line."""
        return [(self[f"item_{item.id}"], item) for item in self.instrument.items]

    def values(self) -> dict[str, Any]:
        """As the action takes it: an item that was left out is missing, never 0."""
        told = {item.id: self.cleaned_data[f"item_{item.id}"] for item in self.instrument.items}
        return {name: int(value) if value != _NOT_TOLD else None for name, value in told.items()}

    def may_mean_danger(self) -> bool:
        """Does an answer say that something must be seen?"""
        return bool(score(self.instrument, self.values()).flags)


class StatementForm(QuietForm):
    """Words that stand beside the record."""

    words = forms.CharField(
        label=lazy("What you want to stand beside what others write"), max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip


class OwnWordForm(QuietForm):
    """A word of the client's own."""

    word = forms.CharField(
        label=lazy("A word or sentence of your own"), max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class PauseForm(QuietForm):
    """A pause up to a day."""

    until = forms.DateField(label=lazy("Ask me nothing up to this day"), widget=DateInput())
    most_days = LONGEST_PAUSE_DAYS


class EveningForm(QuietForm):
    """The hour at which the client would rather be asked."""

    evening_hour = forms.TypedChoiceField(
        label=lazy("From which hour of the evening I would like to be asked"),
        choices=[(hour, f"{hour}:00") for hour in range(16, 24)],
        coerce=int,
    )


class WayOutForm(QuietForm):
    """A word to somebody outside the therapy."""

    kind = forms.ChoiceField(
        label=lazy("What is it about?"),
        choices=[(one.value, one.label) for one in WayOutKind],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=lazy("In your words, if you like"), required=False, max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    reach = forms.CharField(
        label=lazy("How you can be reached, if you want an answer"), required=False, max_length=300
    )
    may_tell_therapist = forms.BooleanField(
        label=lazy("My therapist may hear that I wrote"), required=False
    )
