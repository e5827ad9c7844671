"""Does the server of a clinic work? For whoever watches over it; nothing else is said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lacrima.practice import clinic_database
from lacrima.vault.process import VAULT, LockState
from lacrima.web.routes import anyone


@anyone(methods=frozenset({"GET", "HEAD"}))
def health(request: HttpRequest) -> HttpResponse:
    """`ok` when the vault is open and the database answers, else `not ok` (503). No details."""
    is_well = VAULT.state is LockState.OPEN and clinic_database.answers()
    words = "ok\n" if is_well else "not ok\n"
    return HttpResponse(words, content_type="text/plain", status=200 if is_well else 503)
