"""What the vault asks: the passphrase again before a way to open the practice changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.web.forms.base import ChangeForm
from lacrima.web.forms.closed import NewPassphraseForm, SecretForm, secret
from lacrima.web.forms.first_run import backup_target_field, checked_target

SHORTEST_PIN = 4


class AgainForm(SecretForm):
    """The passphrase once more: somebody else may sit at an open computer."""

    old_passphrase = secret(_("Your passphrase now"), autocomplete="current-password")


class ChangePassphraseForm(NewPassphraseForm, AgainForm):
    """The passphrase now, and the new one twice."""

    field_order = ["old_passphrase", "passphrase", "passphrase_again"]


class NewPinForm(SecretForm):
    """A PIN for the rest of the day, twice."""

    pin = secret(
        _("PIN of today"),
        help_text=_("At least four digits or letters. It holds until the next full lock."),
    )
    pin_again = secret(_("The same once more"))

    def clean(self) -> dict[str, Any]:
        """Long enough, and twice the same."""
        values = super().clean() or {}
        first, again = values.get("pin", ""), values.get("pin_again", "")
        if first and len(first) < SHORTEST_PIN:
            self.add_error("pin", _("Please take at least four digits or letters."))
        elif first and again and first != again:
            self.add_error("pin_again", _("The two are not the same."))
        return values


class BackupTargetForm(ChangeForm):
    """Where backups go, and for how long each is kept."""

    backup_target = backup_target_field(required=False)
    backup_retention_days = forms.IntegerField(
        label=_("Keep each backup for so many days"), min_value=1, max_value=3660
    )

    def clean_backup_target(self) -> str:
        """A folder that can be written, outside the practice's own."""
        return checked_target(str(self.cleaned_data["backup_target"]))
