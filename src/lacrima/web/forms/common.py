"""What all forms about people share: nothing remembered by the browser, local dates and times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima import practice
from lacrima.web.forms.base import KeptForm

Choices = Sequence[tuple[str, str | Promise]]


class QuietForm(KeptForm):
    """A form whose words a browser does not keep, and whose errors we say ourselves.

    With a `version` it changes what is there already, and knows the version that was opened.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, version: int | None = None, **kwargs: Any) -> None:
        """Ask the browser to remember nothing that is typed here."""
        super().__init__(*args, **kwargs)
        if version is not None:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=1, initial=version
            )
        self.keep_quiet()

    def keep_quiet(self) -> None:
        """Say so on every field; forms that add fields call it again."""
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def said(self) -> dict[str, Any]:
        """What was filled in, without the marks that the form itself carries."""
        marks = {"key", "draft_id", "version"}
        return {name: value for name, value in self.cleaned_data.items() if name not in marks}

    def expected_version(self) -> int:
        """The version that was opened."""
        return int(self.cleaned_data["version"])


class DateInput(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        """Keep to the one form of dates that browsers send."""
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day as the browser asks for it."""

    input_type = "time"

    def __init__(self) -> None:
        """Hours and minutes; nobody meets at seconds."""
        super().__init__(format="%H:%M")


def _lazy(text: str | Promise) -> str:
    """The same text; the types of Django know no lazy text but their own."""
    return cast("str", text)


class WordsField(forms.CharField):
    """A field for free words. `is_of_the_record`: what to know before writing stands beside it."""

    def __init__(self, *, is_of_the_record: bool = True, **kwargs: Any) -> None:
        """Words that may become part of the record, unless it is said that they do not."""
        super().__init__(**kwargs)
        self.is_of_the_record = is_of_the_record


def words_field(label: str | Promise, *, missing: str | Promise = "", **kwargs: Any) -> Any:
    """A field for free words, of one paragraph or several."""
    kwargs.setdefault("max_length", 20_000)
    kwargs.setdefault("error_messages", {"required": missing or _("Write a few words.")})
    return WordsField(label=_lazy(label), widget=forms.Textarea(attrs={"rows": 5}), **kwargs)


def date_field(label: str | Promise, **kwargs: Any) -> forms.DateField:
    """A field for a date."""
    kwargs.setdefault(
        "error_messages",
        {"required": _("Give a date."), "invalid": _("Give the date as day, month and year.")},
    )
    return forms.DateField(label=_lazy(label), widget=DateInput(), **kwargs)


def time_field(label: str | Promise, **kwargs: Any) -> forms.TimeField:
    """A field for a time of day."""
    kwargs.setdefault(
        "error_messages",
        {"required": _("Give a time."), "invalid": _("Give the time as hours and minutes.")},
    )
    return forms.TimeField(label=_lazy(label), widget=TimeInput(), **kwargs)


def one_of(label: str | Promise, choices: Choices, **kwargs: Any) -> forms.ChoiceField:
    """A field for one of several things, as tiles that a thumb can hit."""
    kwargs.setdefault("error_messages", {"required": _("Choose one.")})
    return forms.ChoiceField(
        label=_lazy(label), choices=list(choices), widget=forms.RadioSelect, **kwargs
    )


def perhaps_one_of(
    label: str | Promise, choices: Choices, *, chosen: object = None, **kwargs: Any
) -> forms.ChoiceField:
    """As one_of, but it may stay empty; what was chosen before can be taken back without script."""
    offered = list(choices)
    if chosen not in (None, ""):
        offered.append(("", _("leave it open")))
    return one_of(label, offered, required=False, **kwargs)


def some_of(label: str | Promise, choices: Choices, **kwargs: Any) -> forms.MultipleChoiceField:
    """A field for several things or none."""
    return forms.MultipleChoiceField(
        label=_lazy(label),
        choices=list(choices),
        required=kwargs.pop("required", False),
        error_messages={"required": _("Choose at least one.")},
        widget=forms.CheckboxSelectMultiple,
        **kwargs,
    )


def local_moment(day: dt.date, at: dt.time | None) -> dt.datetime:
    """The moment that a local day and time mean; without a time noon, or now before noon."""
    zone = timezone.get_current_timezone()
    if at is not None:
        return dt.datetime.combine(day, at, tzinfo=zone)
    now = practice.now().astimezone(zone)
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=zone)
    return min(noon, now) if day == now.date() else noon


def local_parts(moment: dt.datetime | None) -> tuple[dt.date | None, dt.time | None]:
    """The local day and time of a moment."""
    if moment is None:
        return None, None
    local = timezone.localtime(moment)
    return local.date(), local.time().replace(second=0, microsecond=0)


def step(value: str | None) -> int | None:
    """A number that came from a tile; None when none was chosen."""
    return None if value in (None, "") else int(value)


def numbered(first: int, last: int) -> list[tuple[str, str]]:
    """The numbers from first to last, as choices."""
    return [(str(number), str(number)) for number in range(first, last + 1)]


def filled(values: Iterable[str]) -> list[str]:
    """The values that are not empty."""
    return [value for value in values if value]
