"""The gate: nobody reaches a page of the practice while it is locked, and nothing typed is lost.

Each request of a member holds the vault (a lock waits for it). Whoever stands before a locked
practice is led to unlock and then back; a form sent meanwhile is sealed and offered again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from lacrima.errors import LacrimaError
from lacrima.practice import people
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import activity, door_entry, doorway, half_typed
from lacrima.web.keeping import see_other
from lacrima.web.routes import Audience, PageRequest, audience_of
from lacrima.web.speaking import speak
from lacrima.web.views import errors


class Gate:
    """Holds the vault for a request and puts the person and the practice on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand inside sessions and the check against forged forms."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let go of the vault when the page is made."""
        with ExitStack() as held:
            request.held = held  # type: ignore[attr-defined]
            held.callback(timezone.deactivate)
            if request.method in {"GET", "HEAD"}:
                held.enter_context(people.looked_at_once())
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None to go on to the page."""
        audience = audience_of(view)
        if audience is None:
            return errors.undeclared(request)
        if audience.is_for_anyone:
            return None
        if audience.is_at_door:
            return _at_door(request)
        try:
            return self.enter(request, audience)
        except LacrimaError as error:
            return errors.show(request, error)

    def enter(self, request: HttpRequest, audience: Audience) -> HttpResponse | None:
        """Of a page for members: None to go on to it."""
        request.held.enter_context(VAULT.in_use())  # type: ignore[attr-defined]
        if not doorway.is_open_for(request):
            return led_to_unlock(request, audience)
        practice = people.the_practice()
        if practice is None:
            return go(request, reverse("first-run"))
        page = cast("PageRequest", request)
        page.practice = practice
        page.member = doorway.person_of(request, practice)
        timezone.activate(people.zone_of(practice))
        speak(page.member.language)
        activity.note(practice)
        return None


def _at_door(request: HttpRequest) -> HttpResponse | None:
    """None to go on to the page of the door; what was sent too late is shown, to be copied."""
    answer = door_entry.enter(request)
    is_late = answer is not None and request.method == "POST" and bool(errors.typed(request))
    return errors.door_is_shut(request) if is_late else answer


def led_to_unlock(request: HttpRequest, audience: Audience) -> HttpResponse:
    """Seal what was sent, remember where she wanted to go, and lead her to the right first page."""
    folder = Folder(settings.LACRIMA_DIR)
    if (
        not folder.slots.exists()
        and not folder.slots_copy.exists()
        and not folder.database.exists()
    ):
        return go(request, reverse("first-run"))
    if request.method == "POST" and audience.keeps_drafts:
        half_typed.seal_posted(request, folder)
    elif request.method in {"GET", "HEAD"}:
        doorway.remember_way_back(request, request.get_full_path())
    return go(request, reverse("unlock"))


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Go there, the whole page where only a part of one was asked for."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return see_other(address)
