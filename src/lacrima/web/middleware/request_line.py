"""One line of the log for each request of a clinic: what kind of page, how it went, how long."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("lacrima.requests")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLine:
    """Stands outermost, so that it sees every answer and the whole time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before everything else."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then say so.

        The id is made here by chance and never taken from the browser, so it tells nothing of
        anybody; it leads from what a person saw to the line of the log.
        """
        request.request_id = secrets.token_hex(8)  # type: ignore[attr-defined]
        began_s = time.perf_counter()
        answer = self.get_response(request)
        taken_ms = round((time.perf_counter() - began_s) * 1000, 1)
        answer["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        _say(request, answer.status_code, taken_ms)
        return answer


def _say(request: HttpRequest, status: int, taken_ms: float) -> None:
    said = {
        "method": request.method if request.method in _METHODS else "?",
        "route": _route(request),
        "status": status,
        "ms": taken_ms,
    }
    log.info("request", extra={"said": said, "request": request})


def _route(request: HttpRequest) -> str:
    """The name of the route; never the address, which may hold an id or a token."""
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    match = request.resolver_match
    return (match.view_name if match else "") or "no-route"
