"""In which language a page speaks: as somebody chose, else as the browser asks, else English.

The gates say who is there (`speak`); before that, and on pages for anyone, the browser's own wish
counts. No cookie remembers it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class Language:
    """Begins each request in the language that the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand outside of whatever makes pages."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of it stays for the next request of this thread."""
        with translation.override(translation.get_language_from_request(request)):
            return self.get_response(request)
