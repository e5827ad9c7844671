"""What can be set: the practice, its clocks, its own scores; and a calendar brought in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.languages import LANGUAGES
from lacrima.web.forms.base import ChangeForm, KeptForm
from lacrima.web.forms.first_run import country_field, crisis_field, zone_field

_NEEDED = {"required": _("This is needed.")}


class PracticeSettingsForm(ChangeForm):
    """The practice as a whole."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name of the practice"),
        max_length=120,
        error_messages=_NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    zone = zone_field()
    country = country_field()
    crisis_contacts = crisis_field()
    shows_names = forms.BooleanField(
        label=_("Show clients' names where there are names, not only codes"),
        required=False,
        help_text=_("Codes are safer: somebody may look over your shoulder."),
    )
    idle_minutes = forms.IntegerField(
        label=_("Lock after so many quiet minutes"),
        min_value=1,
        max_value=240,
        error_messages={
            **_NEEDED,
            "min_value": _("At least one minute."),
            "max_value": _("At most four hours (240)."),
        },
    )

    def said(self) -> dict[str, Any]:
        """The settings alone, without the form's own marks."""
        marks = {"key", "draft_id", "version"}
        return {name: value for name, value in self.cleaned_data.items() if name not in marks}


class MyNameForm(ChangeForm):
    """How the person who works here is called."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        error_messages=_NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LanguageForm(KeptForm):
    """In which language somebody reads."""

    language = forms.ChoiceField(
        label=_("Language of the pages"),
        required=False,
        choices=[("", _("as my browser asks")), *LANGUAGES.items()],
        widget=forms.RadioSelect,
        help_text=_(
            "Questionnaires are shown in official words alone; what is known from studies is in "
            "English."
        ),
    )


class PlainScoreForm(KeptForm):
    """A score that the practice defines itself: a total, its range and its direction."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages=_NEEDED,
        help_text=_("What you call it, such as Sleep or Own distress scale."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    minimum = forms.DecimalField(
        label=_("Lowest possible"), max_digits=12, decimal_places=4, error_messages=_NEEDED
    )
    maximum = forms.DecimalField(
        label=_("Highest possible"), max_digits=12, decimal_places=4, error_messages=_NEEDED
    )
    direction = forms.ChoiceField(
        label=_("A higher value means"),
        choices=[("worse", _("it is worse")), ("better", _("it is better"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    recall_days = forms.IntegerField(
        label=_("Over the last how many days"), min_value=1, max_value=3660, required=False
    )

    def clean(self) -> dict[str, Any]:
        """A range that has a width."""
        values = super().clean() or {}
        low, high = values.get("minimum"), values.get("maximum")
        if low is not None and high is not None and low >= high:
            self.add_error("maximum", _("This has to be above the lowest possible."))
        return values

    def slug(self) -> str:
        """A short name for files and maps, out of the name."""
        words = re.sub(r"[^a-z0-9]+", "-", self.cleaned_data["name"].lower()).strip("-")
        return (words or "score")[:40].strip("-")


class CalendarFileForm(forms.Form):
    """A calendar file to look at. Nothing is kept by it."""

    use_required_attribute = False

    calendar = forms.FileField(
        label=_("Calendar file (ICS)"),
        help_text=_("As your calendar exports it, at most 5 MB."),
        error_messages={
            "required": _("No file arrived, or it is larger than 5 MB."),
            "empty": _("There is nothing in this file."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class AssignForm(KeptForm):
    """Which client each title of the calendar belongs to; empty for none."""

    def __init__(
        self, *args: Any, titles: list[str], episodes: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """One field a title. The titles stay here; the fields are numbered."""
        super().__init__(*args, **kwargs)
        self.titles = titles
        offered = [("", _("leave out")), *episodes]
        for number, title in enumerate(titles):
            self.fields[f"title_{number}"] = forms.ChoiceField(
                label=title or _("without a title"), choices=offered, required=False
            )

    def assignments(self) -> dict[str, str]:
        """The chosen episode of each title that has one."""
        chosen = {
            title: str(self.cleaned_data.get(f"title_{number}", ""))
            for number, title in enumerate(self.titles)
        }
        return {title: episode for title, episode in chosen.items() if episode}
