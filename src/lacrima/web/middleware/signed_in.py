"""Who is signed in, from the row of the browser's session: one look for session and person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from lacrima.practice.browser_sessions import Account
from lacrima.web import devices, sign_in_steps
from lacrima.web.kept_sessions import SessionStore

sign_in_steps.listen()


class SignedIn:
    """Puts `request.user` on: an account, or nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand inside the sessions."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nobody is looked for until a page asks."""
        session: SessionStore = request.session  # type: ignore[assignment]
        session.device = devices.words_of(request.headers.get("User-Agent", ""))
        request.user = SimpleLazyObject(lambda: _account_of(session) or AnonymousUser())  # type: ignore[assignment]
        return self.get_response(request)


def _account_of(session: SessionStore) -> Account | None:
    """Her account, unless she left, or took another password since."""
    signed_in, proof = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY, "")
    account = session.row.account if session.row and signed_in else None
    if account is None or str(account.pk) != signed_in or not account.is_active:
        return None
    is_still_hers = constant_time_compare(proof, account.get_session_auth_hash())
    return account if is_still_hers else None
