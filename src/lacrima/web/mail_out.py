"""Mail goes out only where a clinic named a server for it; it carries neutral words alone.

No address is kept or written to a log. Nothing is sent by itself: somebody presses the button.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from lacrima.errors import NotReady, UsageError
from lacrima.web import secret_files

WAIT_S = 10
SUBMISSION, OVER_TLS = 587, 465
_BACKENDS = "django.core.mail.backends"


def values(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of mail: none is sent unless LACRIMA_MAIL_HOST names a server.

    The connection is always over TLS: from the start on port 465, else by STARTTLS.
    """
    host = environment.get("LACRIMA_MAIL_HOST", "").strip()
    if not host:
        return {"IS_MAIL_SET": False, "EMAIL_BACKEND": f"{_BACKENDS}.dummy.EmailBackend"}
    port = _port(environment.get("LACRIMA_MAIL_PORT", ""))
    return {
        "IS_MAIL_SET": True,
        "EMAIL_BACKEND": f"{_BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_USE_SSL": port == OVER_TLS,
        "EMAIL_USE_TLS": port != OVER_TLS,
        "EMAIL_TIMEOUT": WAIT_S,
        "DEFAULT_FROM_EMAIL": _from(environment),
        **_account(environment),
    }


def _port(said: str) -> int:
    if said and not (said.isdigit() and 0 < int(said) < 65536):
        raise UsageError("no port", where="LACRIMA_MAIL_PORT", expected="such as 587 or 465")
    return int(said or SUBMISSION)


def _from(environment: Mapping[str, str]) -> str:
    sender = environment.get("LACRIMA_MAIL_FROM", "").strip()
    if "@" not in sender:
        raise UsageError(
            "nobody said from which address mail comes",
            where="LACRIMA_MAIL_FROM",
            expected="an address of the house, without a word on what it treats",
        )
    return sender


def _account(environment: Mapping[str, str]) -> dict[str, str]:
    user = environment.get("LACRIMA_MAIL_USER", "")
    if not user:
        return {}
    password = secret_files.read("mail_password", environment)
    return {"EMAIL_HOST_USER": user, "EMAIL_HOST_PASSWORD": password}


def is_set() -> bool:
    """Did this clinic name a server for mail?"""
    return bool(settings.IS_MAIL_SET)


def send(to: str, *, subject: str, text: str) -> None:
    """Hand one mail to the clinic's server; it is kept nowhere. NotReady where it is not taken."""
    try:
        EmailMessage(subject, text, to=[to]).send()
    except (OSError, smtplib.SMTPException):
        raise NotReady(
            "the clinic's server for mail did not take it",
            next_step="Nothing was sent. Try again later, or send it from your own programme.",
        ) from None
