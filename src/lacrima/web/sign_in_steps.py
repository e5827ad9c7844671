"""What a browser has proved, and when: a password, a second factor; and whether it rests.

Kept in its session, and bound to the account, so that nothing of one person counts for another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.http import HttpRequest

from lacrima import practice
from lacrima.practice import accounts
from lacrima.practice.accounts import SignInChange
from lacrima.web import doorway, own_things

FRESH_FOR = timedelta(minutes=5)
_PROVED, _RESTING = "proved", doorway.RESTING
_SECOND = {"totp", "webauthn"}


def listen() -> None:
    """From now on, note what allauth found proved."""
    authentication_step_completed.connect(_note_step, dispatch_uid="lacrima-step")
    authenticator_added.connect(_note_added, dispatch_uid="lacrima-factor")
    authenticator_removed.connect(_note_removed, dispatch_uid="lacrima-factor")
    authenticator_reset.connect(_note_renewed, dispatch_uid="lacrima-codes")


def _note_step(*, request: HttpRequest, user: Any, method: str, **_: Any) -> None:
    note_proved(request, str(user.pk), second=method == "mfa")


def _note_added(*, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    """She made it here, by proving that she has it."""
    if authenticator.type in _SECOND:
        note_proved(request, str(user.pk), second=True)
        own_things.note_new_factor(request)
        accounts.note_change(SignInChange.FACTOR_ADDED, by=user.member)


def _note_removed(*, user: Any, authenticator: Any, **_: Any) -> None:
    if authenticator.type in _SECOND:
        accounts.note_change(SignInChange.FACTOR_REMOVED, by=user.member)


def _note_renewed(*, user: Any, **_: Any) -> None:
    accounts.note_change(SignInChange.NEW_CODES, by=user.member)


def note_proved(request: HttpRequest, account: str, *, second: bool) -> None:
    """Just now; a second factor stays proved as long as the session lasts."""
    had_second = has_second_factor(request, account)
    request.session[_PROVED] = {
        "account": account,
        "at": practice.now().isoformat(),
        "second": second or had_second,
    }
    request.session.pop(_RESTING, None)
    request.session.pop(doorway.AT_THE_DOOR, None)  # it was handed to a client until now


def _proved(request: HttpRequest, account: str) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(_PROVED, {})
    return found if found.get("account") == account else {}


def has_second_factor(request: HttpRequest, account: str) -> bool:
    """Did this browser prove a second factor of this account?"""
    return bool(_proved(request, account).get("second"))


def is_fresh(request: HttpRequest, account: str) -> bool:
    """Was something proved within the last five minutes?"""
    at = _proved(request, account).get("at")
    return at is not None and practice.now() - datetime.fromisoformat(at) < FRESH_FOR


def is_resting(request: HttpRequest) -> bool:
    """Did it fall quiet, and has nobody proved anything since?"""
    return bool(request.session.get(_RESTING))


def rest(request: HttpRequest) -> None:
    """From now on nothing is shown until somebody proves who she is."""
    if not is_resting(request):
        request.session[_RESTING] = True
