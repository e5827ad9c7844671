"""Pages for what could not be done: calm, with what was found and what to do next.

None of them shows a stack trace, and what was typed is shown again where it would be lost.
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import cast
from urllib.parse import urlsplit

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lacrima.errors import (
    BadInput,
    Damaged,
    DatabaseAway,
    EditConflict,
    FullDisk,
    KeyGone,
    LacrimaError,
    Locked,
    NoConsent,
    NotAllowed,
    NotFound,
    NotReady,
    PersonalThingsClosed,
)
from lacrima.practice import database_trouble
from lacrima.web import own_things
from lacrima.web.routes import PageRequest, audience_of

log = logging.getLogger("lacrima.web")

# The first that fits counts.
_STATUS: tuple[tuple[type[LacrimaError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (EditConflict, 409),
    (BadInput, 400),
    (KeyGone, 410),
    (Locked, 423),
    (Damaged, 500),
    (DatabaseAway, 503),
    (NotReady, 503),
    (FullDisk, 507),
)
_SECRETS = ("csrf", "passphrase", "pin", "code", "prf_output", "credential_id", "once")
_MARKS = {"key", "version", "draft_id"}


def status_of(error: LacrimaError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def show(request: HttpRequest, error: LacrimaError) -> HttpResponse:
    """The page of a refusal."""
    if isinstance(error, PersonalThingsClosed):
        return own_things.closed(cast("PageRequest", request))
    status = status_of(error)
    log.info("%s answered %s", _route(request), status)
    if status == 404 and not is_at_door(request):
        return render(request, "404.html", status=404)
    if status == 403 and not isinstance(error, NoConsent):
        return render(request, "403.html", status=403)
    if is_at_door(request):
        return at_door(request, error, status)
    context = {
        "error": error,
        "nothing_lost": not isinstance(error, Damaged),
        "is_conflict": isinstance(error, EditConflict),
        "typed": typed(request),
        "again_url": request.path if _has_page(request) else "",
    }
    return render(request, "lacrima/pages/mishap.html", context, status=status)


def is_at_door(request: HttpRequest) -> bool:
    """Is this one of the client's own pages?"""
    match = request.resolver_match
    audience = audience_of(match.func) if match else None
    return audience is not None and audience.is_at_door


def at_door(request: HttpRequest, error: LacrimaError, status: int) -> HttpResponse:
    """The same for a client: no product, no way into the practice, what was written shown again."""
    words = _("There is nothing here (any more).") if status == 404 else f"{error.found}."
    context = {"words": words, "typed": typed(request), "visit": getattr(request, "visit", None)}
    return render(request, "lacrima/door/mishap.html", context, status=status)


def door_is_shut(request: HttpRequest) -> HttpResponse:
    """Something was sent to a door that is not open any more; what was written is shown again."""
    error = BadInput(_("This page was open too long, or its link was ended, so this was not kept"))
    return at_door(request, error, 410)


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else "no-route"


def _has_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    audience = getattr(match.func, "audience", None) if match else None
    return audience is not None and "GET" in audience.methods


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, by field, without secrets and the form's own marks."""
    return [
        (name.replace("_", " "), value)
        for name in request.POST
        if name not in _MARKS and not name.lower().startswith(_SECRETS)
        for value in request.POST.getlist(name)
        if value
    ]


def said_of(error: Exception) -> LacrimaError | None:
    """Our own word for an accident of the disk or the database; None when it is another one."""
    if isinstance(error, LacrimaError):
        return error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return database_trouble.full_disk()
    if isinstance(error, DatabaseError | InterfaceError):
        return database_trouble.said_of(error)
    return None


def undeclared(request: HttpRequest) -> HttpResponse:
    """A page that does not say for whom it is, is for nobody."""
    log.error("%s declares no audience", _route(request))
    return render(request, "404.html", status=404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its proof that it is ours: too old, or from elsewhere. Nothing was taken."""
    origin = urlsplit(request.headers.get("Origin", ""))
    is_ours = origin.netloc in {"", request.get_host()}
    context = {"typed": typed(request) if is_ours else [], "again_url": "/"}
    return render(request, "lacrima/pages/old_form.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something that no page of ours sends: too large, or not readable."""
    error = BadInput(
        _("What arrived cannot be read, or it is too large"),
        expected=_("at most 5 MB, from one of our own pages"),
        next_step=_("Go back, and send less at once."),
    )
    return render(
        request, "lacrima/pages/mishap.html", {"error": error, "nothing_lost": True}, status=400
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page."""
    return render(request, "404.html", status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not for this person."""
    return render(request, "403.html", status=403)


def our_fault(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, or a database that broke off before any page was asked.

    No database is asked, no person is named.
    """
    accident = sys.exc_info()[1]
    said = said_of(accident) if isinstance(accident, Exception) else None
    if said is not None:
        return show(request, said)
    return render(request, "500.html", status=500)
