"""Forms of answers: a questionnaire item by item in its official words, or a plain total."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lacrima.instruments.definition import Item
from lacrima.practice.answers import InstrumentChoice
from lacrima.web.forms.common import (
    Choices,
    QuietForm,
    date_field,
    local_moment,
    numbered,
    perhaps_one_of,
    time_field,
    words_field,
)

ASSESSMENT_MAX = 9999

# Tiles side by side, by how many answers there are; others find their own room.
_COLUMNS = {2: "2", 3: "3", 4: "4", 6: "3", 7: "2"}


class AnswersForm(QuietForm):
    """What was answered, and which session it belongs to.

    A score of the practice's own is asked for as a total alone, within its range.
    """

    def __init__(
        self,
        *args: Any,
        choice: InstrumentChoice,
        sessions: Choices,
        clients: Choices,
        is_change: bool = False,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask each item in the instrument's own words; who answered stays with a correction."""
        super().__init__(*args, initial=dict(initial or {}), **kwargs)
        self.choice = choice
        self.instrument = choice.instrument if choice.has_items else None
        self.is_change = is_change
        if len(clients) > 1 and not is_change:
            self.fields["client"] = forms.ChoiceField(
                label=_("About whom") if choice.is_by_therapist else _("Who answered"),
                choices=list(clients),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose who answered.")},
            )
        self._place_fields(sessions)
        self._score_fields(choice.minimum, choice.maximum)
        self.keep_quiet()

    def _place_fields(self, sessions: Choices) -> None:
        self.fields["session"] = forms.ChoiceField(
            label=_("Session"), required=False, choices=[("", gettext("none")), *sessions]
        )
        self.fields["assessment"] = forms.IntegerField(
            label=_("Assessment number"),
            required=False,
            min_value=0,
            max_value=ASSESSMENT_MAX,
            help_text=_("For answers that belong to no session, such as an intake."),
        )
        self.fields["on"] = date_field(_("Day it was filled in"), required=False)
        self.fields["at"] = time_field(_("Time"), required=False)
        if not self.is_change and not self.choice.is_by_therapist:
            self.fields["told_aloud"] = forms.BooleanField(
                label=_("I read it aloud and wrote the answers down"), required=False
            )

    def _score_fields(self, low: Decimal, high: Decimal) -> None:
        if self.instrument is None:
            ends = {"low": _plain(low), "high": _plain(high)}
            self.fields["total"] = forms.DecimalField(
                label=_("Total"),
                min_value=low,
                max_value=high,
                decimal_places=self.choice.instrument.decimals if self.choice.instrument else None,
                help_text=_("From %(low)s to %(high)s.") % ends,
                error_messages={"required": _("Give the total.")},
            )
            return
        for place, item in enumerate(self.instrument.items):
            name = f"item_{place}"
            choices = [(str(choice.value), choice.text) for choice in item.scale.choices]
            self.fields[name] = perhaps_one_of(
                item.text or _("Item %(number)s of the printed form") % {"number": _printed(item)},
                choices or numbered(item.scale.minimum, item.scale.maximum),
                chosen=self.initial.get(name),
            )

    def items(self) -> dict[str, int | None]:
        """The answer to each item; None where it was left out."""
        kept = self.cleaned_data
        return {
            item.id: int(kept[f"item_{place}"]) if kept[f"item_{place}"] else None
            for place, item in enumerate(self._items())
        }

    def _items(self) -> tuple[Item, ...]:
        return self.instrument.items if self.instrument else ()

    def questions(self) -> list[tuple[BoundField, Item, str]]:
        """Each item with its field and how its answers stand, in the order of the form."""
        return [
            (self[f"item_{place}"], item, _COLUMNS.get(len(item.scale.choices), ""))
            for place, item in enumerate(self._items())
        ]

    def score(self) -> dict[str, Any]:
        """The answers as the practice takes them: items, or a total."""
        if self.instrument is None:
            return {"total": self.cleaned_data["total"]}
        return {"items": self.items()}

    def place(self) -> dict[str, Any]:
        """Where the answers belong; `session` stays an id."""
        kept = self.cleaned_data
        day = kept["on"]
        return {
            "session": kept["session"] or None,
            "assessment": kept["assessment"],
            "given_at": local_moment(day, kept["at"]) if day else None,
        }

    def is_told_aloud(self) -> bool:
        """Was it read aloud, and the answers written down by you?"""
        return bool(self.cleaned_data.get("told_aloud"))

    def clean(self) -> dict[str, Any]:
        """A session or a number, not both; a place for the answers; at least one answer."""
        kept = super().clean() or {}
        self._check_place(kept)
        if self.instrument and not self.errors and all(v is None for v in self.items().values()):
            raise forms.ValidationError(_("Nothing is answered yet. Give at least one answer."))
        return kept

    def _check_place(self, kept: dict[str, Any]) -> None:
        has_number = kept.get("assessment") is not None
        if kept.get("session") and has_number:
            self.add_error("assessment", _("Choose a session or a number, not both."))
        if kept.get("at") and not kept.get("on"):
            self.add_error("on", _("Give the day that belongs to this time."))
        is_anywhere = kept.get("session") or has_number or kept.get("on")
        if not is_anywhere and not {"assessment", "on"} & self.errors.keys():
            self.add_error("session", _("Choose a session, or give a number or a day."))


def _printed(item: Item) -> str:
    """The number that an item has on the printed form: 4, P4."""
    return item.id.rsplit("_", 1)[-1].upper()


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


class RiskSeenForm(QuietForm):
    """Who saw it is you, now; what was done?"""

    done = words_field(
        _("What was done"), missing=_("Write what was done, or that nothing was needed and why.")
    )
