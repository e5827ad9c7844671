"""One name for this computer: localhost, because passkeys do not work on bare numbers."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

_NUMBERS = {"127.0.0.1", "[::1]"}


class OneHost:
    """Refuses strange host names; leads 127.0.0.1 and [::1] to localhost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before everything else."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the host, then go on."""
        try:
            host = request.get_host()
        except DisallowedHost:
            return HttpResponseBadRequest(b"This address is not ours.", content_type="text/plain")
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if (name or host) not in _NUMBERS and host not in _NUMBERS:
            return self.get_response(request)
        return _to_localhost(request, port if name in _NUMBERS else "")


def _to_localhost(request: HttpRequest, port: str) -> HttpResponse:
    place = f"localhost:{port}" if port else "localhost"
    answer = HttpResponse(status=307)  # 307: a form that was sent stays a form that was sent
    answer["Location"] = f"{request.scheme}://{place}{request.get_full_path()}"
    return answer
