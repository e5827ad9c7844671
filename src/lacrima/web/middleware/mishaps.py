"""What the floors below refuse, and what the disk could not do, becomes a page that helps."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lacrima.errors import KeyGone, Locked, PersonalThingsClosed
from lacrima.practice.mode import is_clinic
from lacrima.web.middleware.lock import led_to_unlock
from lacrima.web.routes import audience_of
from lacrima.web.views import errors


class Mishaps:
    """Stands just around the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand inside the gate, so that the vault is still held."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do when all goes well."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of this mishap; None for a mistake of ours, which Django logs and answers."""
        error = errors.said_of(exception)
        if error is None:
            return None
        audience = audience_of(request.resolver_match.func) if request.resolver_match else None
        was_locked_meanwhile = isinstance(error, Locked) and not isinstance(
            error, KeyGone | PersonalThingsClosed
        )
        if (
            was_locked_meanwhile
            and not is_clinic()
            and audience is not None
            and not audience.is_for_anyone
            and not audience.is_at_door
        ):
            return led_to_unlock(request, audience)
        return errors.show(request, error)
