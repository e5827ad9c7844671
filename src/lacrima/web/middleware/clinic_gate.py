"""The gate of a clinic: who is signed in, is there, and has proved enough, goes on to the page.

Whoever is not is led to the page that asks for what is missing, and back. A form sent meanwhile is
sealed for her alone and offered again.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lacrima.errors import LacrimaError
from lacrima.practice import browser_sessions, people
from lacrima.practice.rights import Practice
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import doorway, half_typed, sign_in_steps
from lacrima.web.middleware.lock import Gate, go
from lacrima.web.routes import Audience, Needs, PageRequest
from lacrima.web.speaking import speak
from lacrima.web.views import errors


class ClinicGate(Gate):
    """As the gate of a laptop, for people who sign in."""

    def enter(self, request: HttpRequest, audience: Audience) -> HttpResponse | None:
        """None to go on to the page."""
        request.held.enter_context(VAULT.in_use())  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return _led(request, audience, "account_login")
        practice = people.the_practice()
        if practice is None:
            return errors.not_found(request)
        missing = _missing(request, practice, audience)
        if missing:
            return _led(request, audience, missing)
        browser_sessions.note_seen(_row(request))
        if sign_in_steps.has_second_factor(request, _account(request)):
            _let_in(request, practice)
        return None


def _account(request: HttpRequest) -> str:
    return str(request.user.pk)


def _row(request: HttpRequest) -> Any:
    return request.session.row  # type: ignore[attr-defined]


def _missing(request: HttpRequest, practice: Practice, audience: Audience) -> str:
    """The name of the page that asks for what is missing; empty when nothing is."""
    if browser_sessions.is_quiet(_row(request), idle_minutes=practice.idle_minutes):
        sign_in_steps.rest(request)
    if audience.needs is Needs.NAME:
        return ""
    if sign_in_steps.is_resting(request):
        return "account_reauthenticate"
    has_second = sign_in_steps.has_second_factor(request, _account(request))
    if audience.needs is Needs.EVERYTHING and not has_second:
        return "second-factor"
    sent = request.POST if audience.step_up_with else None
    asks = audience.asks_once_more(request.method or "", sent)
    if asks and not sign_in_steps.is_fresh(request, _account(request)):
        return "account_reauthenticate"
    return ""


def _let_in(request: HttpRequest, practice: Practice) -> None:
    page = cast("PageRequest", request)
    page.practice = practice
    page.member = request.user.member  # type: ignore[union-attr]
    timezone.activate(people.zone_of(practice))
    speak(page.member.language)


def _led(request: HttpRequest, audience: Audience, way: str) -> HttpResponse:
    """Seal what was sent, remember where she wanted to go, and lead her to what is asked first."""
    if request.method == "POST" and audience.keeps_drafts and half_typed.owner_of(request):
        try:
            half_typed.seal_posted(request, Folder(settings.LACRIMA_DIR))
        except LacrimaError:
            messages.info(request, _("What was half typed could not be kept: too much is waiting."))
    elif request.method in {"GET", "HEAD"}:
        doorway.remember_way_back(request, request.get_full_path())
    else:  # the page whose form it was
        doorway.remember_way_back(request, urlsplit(request.headers.get("Referer", "")).path)
    return go(request, reverse(way))
