"""Forms of how long records are kept: the rule, one client's own days, and who is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.retention import MOST_AT_ONCE, Line
from lacrima.web.forms.common import QuietForm, date_field, some_of

_WHOLE = {"invalid": _("Give a whole number.")}


class RuleForm(QuietForm):
    """How long after the end, and up to which age for who was a child?"""

    keep_years = forms.IntegerField(
        label=_("Years after the end of the last course of care"),
        required=False,
        min_value=1,
        max_value=100,
        error_messages=_WHOLE,
        help_text=_("Left empty: no rule, and nobody is ever past the time."),
    )
    keep_child_until_age = forms.IntegerField(
        label=_(
            "For somebody who was a child then, at least until the end of the year of this age"
        ),
        required=False,
        min_value=18,
        max_value=100,
        error_messages=_WHOLE,
        help_text=_("Left empty: the same years as for everybody."),
    )


class KeepingForm(QuietForm):
    """The year of birth, and a day of one's own."""

    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=1900,
        max_value=2200,
        error_messages=_WHOLE,
        help_text=_("Needed only where your rule keeps the records of children longer."),
    )
    keep_until = date_field(
        _("Keep at least until"),
        required=False,
        help_text=_("Where this record has to be kept longer than your rule says."),
    )


class TickForm(QuietForm):
    """Whose records are erased?"""

    clients = some_of(_("Whose record is erased"), [])

    def __init__(self, *args: Any, due: Sequence[Line], **kwargs: Any) -> None:
        """Offer those who are past their time and free."""
        super().__init__(*args, **kwargs)
        field = cast("forms.MultipleChoiceField", self.fields["clients"])
        field.choices = [(one.client.pk.hex, one.who) for one in due]

    def clean(self) -> dict[str, Any]:
        """Somebody, and not too many at once to look at."""
        values = super().clean() or {}
        if not 0 < len(values.get("clients", ())) <= MOST_AT_ONCE:
            said = _("Tick whose record is erased: one to %(n)d at once.") % {"n": MOST_AT_ONCE}
            self.add_error("clients", said)
        return values

    def keys(self) -> list[UUID]:
        """The ids of those ticked."""
        return [UUID(one) for one in self.cleaned_data["clients"]]


class CodesForm(QuietForm):
    """The code of each, typed once more."""

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        """One field for each, and the version that was looked at."""
        super().__init__(*args, **kwargs)
        for one in lines:
            key = one.client.pk.hex
            self.fields[f"code_{key}"] = forms.CharField(
                label=_("Type the code %(code)s") % {"code": one.client.code},
                max_length=40,
                error_messages={"required": _("Type the code as it stands here.")},
            )
            self.fields[f"version_{key}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=one.client.version
            )
        self.keep_quiet()

    def typed(self, key: UUID) -> tuple[str, int]:
        """The code as it was typed, and the version."""
        said = self.cleaned_data
        return said[f"code_{key.hex}"], said[f"version_{key.hex}"]
