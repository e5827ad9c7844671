"""What somebody sends as a file stays in memory, and only as much of it as its page takes.

There is no handler beside this one, so a file that is too large is read past and dropped: Django
would otherwise lay it in a temporary folder, unencrypted.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

from lacrima.web import doorway
from lacrima.web.routes import audience_of


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes files into memory, up to what their page declares (`most_bytes`)."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Decide by the length of the whole request, before anything is read."""
        request = cast("HttpRequest", self.request)
        self.activated = 0 <= content_length <= most_bytes(request)


def most_bytes(request: HttpRequest) -> int:
    """How many bytes this page takes from this browser; little from one that opened nothing."""
    audience = audience_of(request.resolver_match.func) if request.resolver_match else None
    if audience is None or not audience.most_bytes or not doorway.is_open_for(request):
        return int(settings.MAX_UPLOAD_BYTES)
    return audience.most_bytes


def is_too_large(request: HttpRequest) -> bool:
    """Was what this browser sent larger than its page takes, so that its file was dropped?"""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > most_bytes(request)
