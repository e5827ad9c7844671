"""In a clinic: her own key is in hand while her request is answered, and not a moment longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from lacrima.practice import people
from lacrima.practice.rights import Member
from lacrima.vault import in_hand
from lacrima.web import own_things

_USUAL_IDLE_MINUTES = 10


class OwnThings:
    """Stands just inside the gate, which lets go of everything when the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand inside the gate."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the half of a browser away whose other half is gone."""
        answer = self.get_response(request)
        has_cookie = own_things.COOKIE in request.COOKIES
        if has_cookie and own_things.COOKIE not in answer.cookies:
            return answer if own_things.is_held(request) else own_things.close(request, answer)
        return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Take it in hand for whoever the gate let in."""
        if not own_things.is_held(request):
            return
        by: Member | None = getattr(request, "member", None)
        if by is None and not own_things.is_typing(request):
            return
        if own_things.note_seen(request, idle_minutes=_idle_minutes()) and by is not None:
            key = own_things.key_of(request, by)
            held = request.held  # type: ignore[attr-defined]
            held.enter_context(in_hand.in_hand(key))
            held.callback(key.let_go)


def _idle_minutes() -> int:
    found = people.the_practice()
    return found.idle_minutes if found else _USUAL_IDLE_MINUTES
