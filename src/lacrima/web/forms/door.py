"""The forms of the door: every question may be left out, and nothing is remembered by a browser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lacrima.instruments.definition import Instrument, Item
from lacrima.instruments.scoring import score
from lacrima.practice.door_content import MOST_CHARACTERS
from lacrima.practice.door_own import LONGEST_PAUSE_DAYS
from lacrima.practice.door_questions import (
    EVENING_HOURS,
    EVENING_WORDS,
    ITEM_WORDS,
    PAUSE_WORDS,
    STATEMENT_WORDS,
    Kind,
    Question,
    asked_questions,
    form_questions,
    moment_questions,
    signed,
)
from lacrima.practice.door_visits import Release, Visit
from lacrima.practice.door_way_out import WayOutKind
from lacrima.web.forms.common import DateInput, QuietForm

_NOT_TOLD = ""
STOOD_OUT_OF = {
    "no": [],
    "me": ["me"],
    "therapist": ["therapist"],
    "both": ["me", "therapist"],
}
_WIDGETS = {
    Kind.SCALE: forms.RadioSelect,
    Kind.CHOICES: forms.RadioSelect,
    Kind.MANY: forms.CheckboxSelectMultiple,
}


def steps(label: Any, lowest: int, highest: int) -> forms.ChoiceField:
    """A row of steps, none of them chosen."""
    told = [(str(step), signed(step) if lowest < 0 else str(step))
            for step in range(lowest, highest + 1)]  # fmt: skip
    return forms.ChoiceField(label=label, choices=told, required=False, widget=forms.RadioSelect)


def field_of(question: Question) -> forms.Field:
    """A question as a field of a page; every one may be left out."""
    if question.kind is Kind.WORDS:
        return forms.CharField(
            label=question.label, required=False, max_length=MOST_CHARACTERS,
            widget=forms.Textarea(attrs={"rows": 4}),
        )  # fmt: skip
    made = forms.MultipleChoiceField if question.kind is Kind.MANY else forms.ChoiceField
    return made(
        label=question.label,
        choices=[(_key(value), said) for value, said in question.options],
        required=False,
        widget=_WIDGETS[question.kind],
    )


def _key(value: Any) -> str:
    """How a page names a value: what is no plain text or number has a word of its own."""
    if isinstance(value, list):
        return next(name for name, where in STOOD_OUT_OF.items() if where == value)
    if value is None:
        return "no"
    return "yes" if value is True else str(value)


def _field_name(question: Question) -> str:
    """What a question is called on a page: `shown.me` is `shown_me`."""
    return question.path.replace("items.", "item_").replace(".", "_")


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
        for question in asked_questions(visit.her, for_child=visit.for_child):
            self.fields[question.path] = field_of(question)

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        rating = int(told["rating"]) if told["rating"] else None
        return {"rating": rating, "stood_out": STOOD_OUT_OF.get(told["stood_out"], [])}


class MomentForm(QuietForm):
    """What stood out: each question may be left out."""

    def __init__(self, *args: Any, visit: Visit, stood_out: tuple[str, ...], **kwargs: Any) -> None:
        """Only what was mentioned is asked about."""
        super().__init__(*args, **kwargs)
        self.stood_out = stood_out
        for question in moment_questions(visit.her, for_child=visit.for_child):
            if not question.only or question.only in stood_out:
                self.fields[_field_name(question)] = field_of(question)
        release: Any = self.fields["release"]
        release.choices = release_choices(visit)  # a keeper only where one was named
        self.keeper_key_id = visit.house.keeper_key_id
        self.keep_quiet()

    def clean(self) -> dict[str, Any]:
        """Whom the client read of is whom it is sealed for, also where that changed meanwhile."""
        told = super().clean() or self.cleaned_data
        is_for_keeper = told.get("release") == Release.KEEPER
        if is_for_keeper and self.data.get("keeper_key") != self.keeper_key_id:
            self.add_error("release", _("This changed just now. Please choose once more."))
        return told

    def item_fields(self) -> list[forms.BoundField]:
        """The short items, for the page."""
        return [self[f"item_{name}"] for name in ITEM_WORDS]

    def shown_fields(self) -> list[forms.BoundField]:
        """How much showed, in whom it was mentioned."""
        return [self[f"shown_{who}"] for who in self.stood_out]

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        shown = {who: int(told[f"shown_{who}"]) for who in self.stood_out if told[f"shown_{who}"]}
        items = {name: int(told[f"item_{name}"]) for name in ITEM_WORDS if told[f"item_{name}"]}
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
        for question in form_questions(instrument):
            self.fields[f"item_{question.path}"] = field_of(question)

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
        label=STATEMENT_WORDS, max_length=MOST_CHARACTERS,
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

    until = forms.DateField(label=PAUSE_WORDS, widget=DateInput())
    most_days = LONGEST_PAUSE_DAYS


class EveningForm(QuietForm):
    """The hour at which the client would rather be asked."""

    evening_hour = forms.TypedChoiceField(
        label=EVENING_WORDS,
        choices=[(hour, f"{hour}:00") for hour in EVENING_HOURS],
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
