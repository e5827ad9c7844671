"""What a member types for the key of what is hers alone. Never kept as a draft."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.web.forms.closed import NewPassphraseForm, RecoverForm, SecretForm, secret


class NewOwnPassphraseForm(NewPassphraseForm):
    """A passphrase for what is hers alone, twice."""

    field_order = ["passphrase", "passphrase_again"]


class OwnPassphraseForm(SecretForm):
    """Her own passphrase."""

    passphrase = secret(_("Your own passphrase"), autocomplete="off", autofocus=True)


class OwnPassphraseAgainForm(SecretForm):
    """Her own passphrase before a way to open her things changes."""

    old_passphrase = secret(_("Your own passphrase now"))


class ChangeOwnPassphraseForm(NewPassphraseForm, OwnPassphraseAgainForm):
    """Her own passphrase now, and the new one twice."""

    field_order = ["old_passphrase", "passphrase", "passphrase_again"]


class RecoverOwnForm(RecoverForm):
    """Her recovery code, and a new passphrase for the one that was lost."""


class BeginAnewForm(NewPassphraseForm):
    """A new passphrase, after everything that was sealed with the lost key is let go of."""

    is_understood = forms.BooleanField(
        label=_("I understand that all of this is deleted, and that nobody can bring it back."),
        error_messages={"required": _("Please tick this, or leave it as it is.")},
    )
