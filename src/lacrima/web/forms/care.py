"""Forms of a course of care: slots, what we keep in mind, contacts, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice import words
from lacrima.web.forms.common import (
    QuietForm,
    date_field,
    local_moment,
    one_of,
    time_field,
    words_field,
)

LENGTHS_MIN = (5, 600)
PRIVATE_NOTE_DAYS = 90


class SlotForm(QuietForm):
    """When do you meet?"""

    weekday = forms.ChoiceField(
        label=_("Day"),
        choices=[(str(number), name) for number, name in words.WEEKDAYS.items()],
        error_messages={"required": _("Choose a day of the week.")},
    )
    local_time = time_field(_("Time"))
    length_min = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=LENGTHS_MIN[0],
        max_value=LENGTHS_MIN[1],
        error_messages={"required": _("Say how many minutes.")},
    )
    every_weeks = forms.ChoiceField(
        label=_("How often"),
        choices=[
            ("1", _("every week")),
            ("2", _("every second week")),
            ("3", _("every third week")),
            ("4", _("every fourth week")),
        ],
    )
    modality = one_of(_("Where"), words.choices(words.Modality))
    from_on = date_field(_("From"))
    until_on = date_field(
        _("Until"), required=False, help_text=_("Leave it empty while you go on meeting.")
    )

    def clean(self) -> dict[str, Any]:
        """A slot does not end before it begins."""
        kept = super().clean() or {}
        first, last = kept.get("from_on"), kept.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("This is before the first day."))
        return kept

    def values(self) -> dict[str, Any]:
        """What was said, as the practice takes it."""
        kept = self.said()
        kept["weekday"] = int(kept["weekday"])
        kept["every_weeks"] = int(kept["every_weeks"])
        return kept


class KeptInMindForm(QuietForm):
    """What do we keep in mind?"""

    words = words_field(
        _("In your own words, yours and your client's"),
        help_text=_("What you both agreed to keep in mind. It stands at the top of the page."),
    )
    agreed_on = date_field(_("Agreed on"))


class ContactForm(QuietForm):
    """Who was in touch, how and when?"""

    on = date_field(_("Day"))
    at = time_field(_("Time"), required=False)
    kind = one_of(_("How"), words.choices(words.ContactKind))
    started_by = one_of(_("Who began"), ())
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=0, max_value=LENGTHS_MIN[1]
    )
    words = words_field(_("What it was about"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer you and each client as the one who began."""
        super().__init__(*args, **kwargs)
        began = self.fields["started_by"]
        assert isinstance(began, forms.ChoiceField)  # noqa: S101  mypy cannot know
        began.choices = [*people, ("therapist", _("you"))]

    def values(self) -> dict[str, Any]:
        """What was said, as the practice takes it; the participant stays an id here."""
        kept = self.cleaned_data
        by_you = kept["started_by"] == "therapist"
        return {
            "at": local_moment(kept["on"], kept["at"]),
            "kind": kept["kind"],
            "started_by": "therapist" if by_you else "client",
            "participant": None if by_you else kept["started_by"],
            "minutes": kept["minutes"],
            "words": kept["words"],
        }


class RecordNoteForm(QuietForm):
    """What happened, and what was done?"""

    words = words_field(
        _("What happened, and what was done"),
        help_text=_("This belongs to the record and goes with it."),
    )


class PrivateNoteForm(QuietForm):
    """What is for you alone?"""

    words = words_field(
        _("For you alone"),
        is_of_the_record=False,
        help_text=_(
            "Sealed with your own key and left out of ordinary copies. No software can promise "
            "that a court, a regulator or a client will never obtain it."
        ),
    )
    expires_on = date_field(
        _("Goes away on"), help_text=_("On this day the note is deleted, without asking.")
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        """Remember which day is today: a note cannot go away in the past."""
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_expires_on(self) -> dt.date:
        """A day to come."""
        day: dt.date = self.cleaned_data["expires_on"]
        if day <= self._today:
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day
