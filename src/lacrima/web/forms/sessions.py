"""Forms of a session: when, how long, where, who was there, how heavy things were."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice import words
from lacrima.web.forms.care import LENGTHS_MIN
from lacrima.web.forms.common import (
    Choices,
    QuietForm,
    date_field,
    local_moment,
    numbered,
    one_of,
    perhaps_one_of,
    some_of,
    step,
    time_field,
)


class SessionForm(QuietForm):
    """When was the session, where, and who was there?"""

    on = date_field(_("Day"), required=False, help_text=_("Leave it empty when it is not known."))
    at = time_field(_("Time"), required=False)
    number = forms.IntegerField(
        label=_("Session number"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=_("Leave it empty and the next number is taken."),
    )
    length_min = forms.IntegerField(
        label=_("Length in minutes"),
        required=False,
        min_value=LENGTHS_MIN[0],
        max_value=LENGTHS_MIN[1],
    )
    modality = one_of(_("Where"), words.choices(words.Modality))
    face_visible = perhaps_one_of(
        _("On video: could my face be seen?"), [("yes", _("yes")), ("no", _("no"))]
    )
    present = some_of(_("Who was there"), ())

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        """Offer everybody of the episode as present; without people it is not asked."""
        super().__init__(*args, **kwargs)
        self.people = list(people)
        present = self.fields["present"]
        assert isinstance(present, forms.MultipleChoiceField)  # noqa: S101  mypy cannot know
        present.choices = self.people
        if not people:
            del self.fields["present"]

    def clean(self) -> dict[str, Any]:
        """A time of day needs its day; a face is seen on video alone."""
        kept = super().clean() or {}
        if kept.get("modality") != words.Modality.VIDEO:
            kept["face_visible"] = ""
        if kept.get("at") and not kept.get("on"):
            self.add_error("on", _("Give the day that belongs to this time."))
        return kept

    def values(self) -> dict[str, Any]:
        """What was said, as the practice takes it; `present` holds ids."""
        kept = self.cleaned_data
        day: dt.date | None = kept["on"]
        said = {
            "start": local_moment(day, kept["at"]) if day else None,
            "number": kept["number"],
            "length_min": kept["length_min"],
            "modality": kept["modality"],
            "face_visible": {"yes": True, "no": False}.get(kept["face_visible"]),
        }
        return {**said, "present": kept["present"]} if "present" in kept else said


class HeavinessForm(QuietForm):
    """How heavy were things, from 0 to 10?"""

    value = perhaps_one_of(_("How heavy things were"), numbered(0, 10))
    given_by = one_of(
        _("Who says so"),
        [
            (words.Side.THERAPIST.value, _("I do")),
            (words.Side.CLIENT.value, _("the client does")),
        ],
        initial=words.Side.THERAPIST.value,
    )

    def number(self) -> int | None:
        """The number, or None when it is taken back."""
        return step(self.cleaned_data["value"])
