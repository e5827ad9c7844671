"""What is typed before the practice is open: passphrases, codes, PINs. Never kept as a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST_PASSPHRASE = 12


class SecretForm(forms.Form):
    """A form that holds a secret: a browser may fill it from its own safe, and no more."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        """Say it, and let the one who types begin there."""
        super().add_error(field, error)
        if field in self.fields:
            self.fields[field].widget.attrs["autofocus"] = True


def secret(
    label: Any, *, autocomplete: str = "off", autofocus: bool = False, **kwargs: Any
) -> forms.CharField:
    """A field whose content is not shown."""
    begins_here = {"autofocus": True} if autofocus else {}
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, **begins_here})
    kwargs.setdefault("error_messages", {"required": _("This is needed to go on.")})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=1000, **kwargs)


class PassphraseForm(SecretForm):
    """The passphrase that opens the practice."""

    passphrase = secret(_("Passphrase"), autocomplete="current-password", autofocus=True)


class PinForm(SecretForm):
    """The PIN of this day."""

    pin = secret(_("PIN of today"), autofocus=True)


class NewPassphraseForm(SecretForm):
    """A new passphrase, twice."""

    passphrase = secret(
        _("Passphrase"),
        autocomplete="new-password",
        help_text=_(
            "At least 12 characters. Four or five words that have nothing to do with each other "
            "are easy to remember and hard to guess. Spaces are welcome."
        ),
    )
    passphrase_again = secret(_("The same once more"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """Long enough, and twice the same."""
        values = super().clean() or {}
        first, again = values.get("passphrase", ""), values.get("passphrase_again", "")
        if first and len(first) < SHORTEST_PASSPHRASE:
            self.add_error("passphrase", _("Please take at least 12 characters."))
        elif first and again and first != again:
            self.add_error("passphrase_again", _("The two are not the same."))
        return values


class RecoveryCodeForm(SecretForm):
    """The printed recovery code."""

    recovery_code = forms.CharField(
        label=_("Recovery code"),
        max_length=200,
        help_text=_("From your printed sheet. Capital or small letters, with or without hyphens."),
        error_messages={"required": _("This is needed to go on.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class RecoverForm(RecoveryCodeForm, NewPassphraseForm):
    """The recovery code, and a new passphrase for the one that was lost."""

    field_order = ["recovery_code", "passphrase", "passphrase_again"]
