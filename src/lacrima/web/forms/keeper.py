"""The form that hands over what clients sealed for a keeper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.door_keeper import Keeper
from lacrima.web.forms.common import QuietForm


class HandOverForm(QuietForm):
    """To which keeper, and whether once more from the beginning."""

    again = forms.BooleanField(
        label=_("Also what was handed over before"),
        required=False,
        help_text=_("If a file was lost. The keeper finds the same answers twice."),
    )

    def __init__(self, *args: Any, keepers: Sequence[Keeper], **kwargs: Any) -> None:
        """Offer the keeper of now, and those before where there are any."""
        super().__init__(*args, **kwargs)
        told = [(one.key_id.hex(), one.name) for one in keepers]
        self.fields["key_id"] = forms.ChoiceField(
            label=_("For whom"), choices=told, initial=told[0][0], widget=forms.RadioSelect
        )
        self.order_fields(["key_id", "again"])
        self.keep_quiet()
