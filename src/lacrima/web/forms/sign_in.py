"""What is typed to sign in to a clinic. A browser may fill it from its own safe, and no more."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as TheirChangePasswordForm
from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as TheirCodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from lacrima.web.forms.closed import SecretForm, secret

_NEEDED = {"required": _("This is needed to go on.")}
_PASSWORD_HELP = _(
    "At least 12 characters. Four or five words that have nothing to do with each other are easy "
    "to remember and hard to guess."
)


class _Ours(forms.Form):
    """Labels of ours, no colons, nothing greyed out inside a field."""

    use_required_attribute = False
    labels: dict[str, Any] = {}
    begins_with = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.error_messages.update(_NEEDED)
            field.help_text = ""
        if self.begins_with:
            self.fields[self.begins_with].widget.attrs["autofocus"] = True


class SignInForm(_Ours, LoginForm):  # type: ignore[misc]
    """A name and a password."""

    labels = {"login": _("Name to sign in with"), "password": _("Password")}
    begins_with = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A name is no word to be corrected."""
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class AgainForm(_Ours, ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    labels = {"password": _("Your password")}
    begins_with = "password"


class CodeForm(_Ours, AuthenticateForm):  # type: ignore[misc]
    """A one-time code, or one of the recovery codes."""

    labels = {"code": _("Code of your app, or a recovery code")}
    begins_with = "code"


class CodeAgainForm(_Ours, TheirCodeAgainForm):  # type: ignore[misc]
    """The same, once more."""

    labels = CodeForm.labels
    begins_with = "code"


class NewTotpForm(_Ours, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app."""

    labels = {"code": _("The code that the app shows now")}
    begins_with = "code"


class NewPasskeyForm(_Ours, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey, by a name of her own."""

    labels = {"name": _("What you call it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Each opens by itself, so each asks for a finger, a face or a PIN."""
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.initial.pop("name", None)  # theirs is "Master key"
        self.fields["name"] = forms.CharField(
            label=self.labels["name"],
            required=False,
            max_length=60,
            initial=_("Passkey"),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.order_fields(["name", "credential"])

    def clean_name(self) -> str:
        """A name, whether she gave one or not."""
        return str(self.cleaned_data["name"] or _("Passkey"))

    def clean(self) -> dict[str, Any]:
        """Only a passkey that asked for a finger, a face or a PIN."""
        self.cleaned_data["passwordless"] = True
        return super().clean() or {}


class ChangePasswordForm(_Ours, TheirChangePasswordForm):  # type: ignore[misc]
    """The password now, and the new one twice."""

    labels = {
        "oldpassword": _("Your password now"),
        "password1": _("The new password"),
        "password2": _("The same once more"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With what a good one is."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _PASSWORD_HELP


class InvitedForm(SecretForm):
    """The code of an invitation, and a password twice; who joins also chooses a name."""

    code = forms.CharField(
        label=_("The code that you were given"),
        max_length=100,
        error_messages=_NEEDED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    sign_in_name = forms.CharField(
        label=_("A name to sign in with"),
        max_length=60,
        required=False,
        help_text=_("Choose any. Who has signed in before leaves this empty."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = secret(_("Password"), autocomplete="new-password", help_text=_PASSWORD_HELP)
    password_again = secret(_("The same once more"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """A good password, twice the same."""
        values = super().clean() or {}
        first, again = values.get("password", ""), values.get("password_again", "")
        if first:
            try:
                password_validation.validate_password(first)
            except forms.ValidationError as error:
                self.add_error("password", error)
        if first and again and first != again:
            self.add_error("password_again", _("The two are not the same."))
        return values
