"""What a caseload is looked at by: whom, on which measure, by which rule. Nothing is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.pages import CaseloadPage, Period, Rule
from lacrima.web.forms.common import date_field

NOW, ENDED = "now", "ended"
A_YEAR = dt.timedelta(days=365)


class CaseloadForm(forms.Form):
    """A question in the address; it changes nothing."""

    use_required_attribute = False

    measure = forms.CharField(label=_("Measure"), required=False, widget=forms.Select)
    rule = forms.CharField(label=_("Rule"), required=False, widget=forms.Select)
    who = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[(NOW, _("those who come now")), (ENDED, _("those whose care ended"))],
        widget=forms.Select,
    )
    first_day = date_field(_("Ended from"), required=False)
    last_day = date_field(_("Ended until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels, nothing remembered by the browser."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        """A period does not end before it begins."""
        kept = super().clean() or {}
        first, last = kept.get("first_day"), kept.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Choose a day that is not before the first."))
        return kept

    def asked(self) -> dict[str, Any]:
        """What `pages.caseload` takes; what was not understood is left at its usual value."""
        kept = self.cleaned_data if self.is_valid() else {}
        rule = kept.get("rule", "")
        is_rule = rule in set(Rule)
        return {
            "measure": kept.get("measure", ""),
            "rule": Rule(rule) if is_rule else Rule.RELIABLE,
            "period": Period(
                has_ended=kept.get("who") == ENDED,
                first_day=kept.get("first_day"),
                last_day=kept.get("last_day"),
            ),
        }

    def offer(self, seen: CaseloadPage) -> None:
        """Fill the selects with what there is, and show what was chosen in the end."""
        measures = [(one.key, one.name) for one in seen.measures]
        rules = [(rule.value, label) for rule, label in seen.rules]
        for name, choices, chosen in (
            ("measure", measures, seen.measure.key if seen.measure else ""),
            ("rule", rules, seen.rule.value),
            ("who", None, ENDED if seen.period.has_ended else NOW),
        ):
            field = self.fields[name]
            self.initial[name] = chosen
            if choices is not None:
                field.widget.choices = choices
