"""Where allauth asks the house: no sign-up, no e-mail, one word for a refusal, sealed secrets."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lacrima.practice import people
from lacrima.vault.process import VAULT
from lacrima.web import doorway
from lacrima.web.keeping import see_other

_REFUSED = _("This name and this password do not belong together.")
_TOO_MANY = _("There were many tries. Please wait a few minutes, or use a passkey.")
_WRONG_CODE = _("This code does not fit. Each holds for half a minute, and works once.")
_PLACE = "second factor"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Names and passwords."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _REFUSED,
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only who was invited comes in."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where she wanted to go."""
        return doorway.way_back(request)

    def is_safe_url(self, url: str) -> bool:
        """No address of a request decides where she goes next."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Whoever left learns no more than anybody else."""
        messages.error(request, _REFUSED)
        return see_other(reverse("account_login"))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """What happened is said by our own pages."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A clinic sends none."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """A clinic sends none."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that our own proxy saw; used to count tries, and kept nowhere."""
        seen: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        return seen or str(request.META.get("REMOTE_ADDR") or "here")

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """The audience of a page asks for it (step_up)."""
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes, recovery codes and passkeys. What is secret about them is sealed."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """Sealed with the practice's key, which no dump of the tables holds."""
        sealed = VAULT.seal(people.PRACTICE_KEY_ID, _PLACE, text.encode())
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The other way round."""
        return VAULT.open_sealed(_PLACE, base64.b64decode(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """One second factor always stays."""
        return count_of(authenticator.user) > 1

    def get_totp_issuer(self) -> str:
        """What an app shows beside the code."""
        return "Lacrima"

    def build_totp_svg(self, url: str) -> str:
        """The picture as a part of the page, which takes none from elsewhere."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The host, by a name that says nothing."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Lacrima"}


def count_of(account: Any) -> int:
    """How many second factors she has, recovery codes not counted."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return int(Authenticator.objects.filter(user_id=account.pk, type__in=kinds).count())
