"""What is asked of what came after: whose moments, by which measure. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.pages_after import EXPOSURES, AfterPage
from lacrima.practice.pages_after_client import OwnPage


class AfterForm(forms.Form):
    """A question in the address; it changes nothing."""

    use_required_attribute = False

    exposure = forms.ChoiceField(
        label=_("After sessions with"),
        required=False,
        choices=[(one.value, words) for one, words in EXPOSURES.items()],
        widget=forms.Select,
    )
    outcome = forms.CharField(label=_("Measure"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels, nothing remembered by the browser."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def asked(self) -> dict[str, str]:
        """What `pages_after` takes; what was not understood is left at its usual value."""
        kept = self.cleaned_data if self.is_valid() else {}
        return {name: kept.get(name, "") for name in self.fields}

    def offer(self, seen: AfterPage | OwnPage) -> None:
        """Fill the selects with what there is, and show what was chosen in the end."""
        self.fields["outcome"].widget.choices = [(one.slug, one.name) for one in seen.measures]
        if seen.asked is not None:
            self.initial["exposure"] = seen.asked.exposure.value
            self.initial["outcome"] = seen.asked.outcome.slug
