"""What every form that changes something carries: its key, the version it was opened at."""

from __future__ import annotations

from typing import Any

from django import forms

from lacrima.web.marks import new_key


class KeptForm(forms.Form):
    """A form that changes something. The key makes a second sending harmless.

    `draft_id` names the sealed half-typed form it was filled from, which goes once this is kept.
    """

    key = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_key)
    draft_id = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels; everything else as Django does it."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ChangeForm(KeptForm):
    """A form that changes what is there already: it knows the version that was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
