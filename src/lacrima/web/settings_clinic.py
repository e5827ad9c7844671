"""What a clinic's server adds to the settings: hosts, a lasting key, sign-in, limits.

Secrets come from files alone (secret_files). Verbs that do not serve work without the hosts and
without the key of the server; `require_for_serving` says what is missing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from lacrima.errors import UsageError
from lacrima.web import mail_out, secret_files

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_SHORTEST_KEY = 32

APPS = [
    "django.contrib.contenttypes",  # the two that allauth stands on
    "django.contrib.auth",
    "allauth",
    "allauth.account",  # names and passwords
    "allauth.mfa",  # one-time codes, recovery codes, passkeys
]


def hosts(environment: Mapping[str, str]) -> list[str]:
    """The names under which browsers reach the clinic. UsageError for what is no host name."""
    named = [name.strip() for name in environment.get("LACRIMA_HOSTS", "").split(",")]
    found = [name for name in named if name]
    for name in found:
        if not _HOST.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name of a host",
                where="LACRIMA_HOSTS",
                expected="names such as clinic.example, with commas between; no port, no *",
            )
    return found


def secret_key(environment: Mapping[str, str]) -> str:
    """What signs and seals beyond one process; by chance where a verb needs none that lasts."""
    path = secret_files.path_of("secret_key", environment)
    if path is None or not path.exists():
        return secrets.token_urlsafe(48)
    return _long_enough(secret_files.read("secret_key", environment))


def _long_enough(key: str) -> str:
    if len(key) < _SHORTEST_KEY:
        raise UsageError(
            "the key of the server is too short",
            where="LACRIMA_SECRET_KEY_FILE",
            expected=f"at least {_SHORTEST_KEY} characters by chance",
        )
    return key


def require_for_serving(environment: Mapping[str, str]) -> None:
    """Refuse to serve where the hosts or the key are missing, with the likely reason."""
    _long_enough(secret_files.read("secret_key", environment))
    if not hosts(environment):
        raise UsageError(
            "nobody said under which name browsers reach the clinic",
            where="LACRIMA_HOSTS",
            expected="such as clinic.example",
            next_step="How to: docs/how-to/run-a-clinic.md",
        )


def values(environment: Mapping[str, str]) -> dict[str, Any]:
    """All settings that are otherwise in a clinic."""
    return {
        "SECRET_KEY": secret_key(environment),
        "ALLOWED_HOSTS": hosts(environment),
        **mail_out.values(environment),
        **_COOKIES,
        **_ACCOUNTS,
        **_SECOND_FACTOR,
    }


_COOKIES: dict[str, Any] = {
    # __Host-: only over TLS, only this very host, for all of its pages.
    "SESSION_ENGINE": "lacrima.web.kept_sessions",
    "SESSION_COOKIE_NAME": "__Host-lacrima_session",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-lacrima_csrf",
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    # One process serves, so its memory counts for all; and no address of a browser is kept.
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "sign-in",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    },
}

_ACCOUNTS: dict[str, Any] = {
    "AUTH_USER_MODEL": "records.Account",
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {
            "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
            "OPTIONS": {"min_length": 12},
        },
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        {
            "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("sign_in_name",)},
        },
    ],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "/",
    "ACCOUNT_ADAPTER": "lacrima.web.sign_in_adapters.Accounts",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*", "password2*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_EMAIL_NOTIFICATIONS": False,
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": "sign_in_name",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
    "ACCOUNT_PRESERVE_USERNAME_CASING": True,
    "ACCOUNT_SESSION_REMEMBER": False,
    "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
    "ACCOUNT_REAUTHENTICATION_REQUIRED": False,  # the audience of a page asks (step_up)
    "ACCOUNT_RATE_LIMITS": {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"},
    "ACCOUNT_FORMS": {
        "login": "lacrima.web.forms.sign_in.SignInForm",
        "reauthenticate": "lacrima.web.forms.sign_in.AgainForm",
        "change_password": "lacrima.web.forms.sign_in.ChangePasswordForm",
    },
}

_SECOND_FACTOR: dict[str, Any] = {
    "MFA_ADAPTER": "lacrima.web.sign_in_adapters.SecondFactors",
    "MFA_SUPPORTED_TYPES": ["recovery_codes", "totp", "webauthn"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_WEBAUTHN_USER_VERIFICATION": "required",
    "MFA_TOTP_TOLERANCE": 1,
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_FORMS": {
        "authenticate": "lacrima.web.forms.sign_in.CodeForm",
        "reauthenticate": "lacrima.web.forms.sign_in.CodeAgainForm",
        "activate_totp": "lacrima.web.forms.sign_in.NewTotpForm",
        "add_webauthn": "lacrima.web.forms.sign_in.NewPasskeyForm",
    },
}
