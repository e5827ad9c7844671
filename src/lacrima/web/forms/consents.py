"""Forms of agreements: what was agreed to, on which day, how, by whom; who decides for a client."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lacrima.practice.consents import ConsentWay
from lacrima.web.forms.common import QuietForm, date_field, one_of, words_field

LONGEST_NAME = 120
WAYS = [
    (ConsentWay.ALOUD.value, _("said aloud")),
    (ConsentWay.IN_WRITING.value, _("in writing")),
]


class ConsentForm(QuietForm):
    """On which day, how, and who said it."""

    given_on = date_field(pgettext_lazy("a day", "Agreed on"))
    way = one_of(_("How"), WAYS, initial=ConsentWay.ALOUD.value)

    def __init__(self, *args: object, deciders: list[tuple[str, str]], **kwargs: object) -> None:
        """Ask who decided, where somebody may decide for the client."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if deciders:
            self.fields["given_by"] = forms.ChoiceField(
                label=_("Who agreed"),
                required=False,
                choices=[("", _("the client")), *deciders],
                widget=forms.RadioSelect,
                initial="",
            )


class RepresentativeForm(QuietForm):
    """Who decides or reads for a client: each said apart, on a ground, from a day on."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Give a name.")}
    )
    relation = forms.CharField(
        label=_("Who this is to the client"), max_length=LONGEST_NAME, required=False
    )
    may_consent = forms.BooleanField(
        label=_("decides: agrees and withdraws for the client"), required=False
    )
    may_read = forms.BooleanField(label=_("reads what the client may read"), required=False)
    ground = words_field(
        _("On what ground"),
        is_of_the_record=False,
        max_length=2_000,
        help_text=_("Custody, a court’s decision, a power of attorney; and what you have seen."),
    )
    from_on = date_field(_("From"))
    until_on = date_field(
        _("Until"), required=False, help_text=_("Leave it empty while no end is known.")
    )

    def clean(self) -> dict[str, object]:
        """Whoever neither decides nor reads need not be named."""
        said = super().clean() or {}
        if not (said.get("may_consent") or said.get("may_read")):
            self.add_error("may_consent", _("Tick at least one of the two."))
        return cast("dict[str, object]", said)
