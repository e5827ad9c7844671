"""What is sent twice is kept once: each form has a key, and its second time changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lacrima.errors import BadInput
from lacrima.practice import receipts
from lacrima.web import half_typed
from lacrima.web.one_writer import in_turn
from lacrima.web.routes import PageRequest

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def keep(request: PageRequest, do: Callable[[], str]) -> HttpResponse:
    """Do this once for the form's key, and go (303) to the address it returned.

    `do` makes the change through practice/ and returns where to go. It runs inside the receipt's
    transaction, so change and receipt are kept together or not at all.
    """
    key = key_of(request)
    location = in_turn(lambda: receipts.once(key, by=request.member, do=do))
    half_typed.let_go_after_keeping(request)
    return see_other(location)


def key_of(request: HttpRequest) -> str:
    """The form's own mark; BadInput where it came without one."""
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        raise BadInput(
            _("This form came without its own mark, so it cannot be told from a second sending"),
            expected=_("a form of one of our own pages"),
            next_step=_("Open the page once more and fill it in there."),
        )
    return key


def hand_out(
    request: HttpRequest, data: bytes, file_name: str, *, content_type: str = "application/zip"
) -> HttpResponse:
    """A file that was made in memory, to be kept by whoever asked for it. Nothing is kept here.

    It may be asked for again: each time the log says so. BadInput where the form had no mark.
    """
    key_of(request)
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return HttpResponse(data, content_type=content_type, headers=headers)


class _SeeOther(HttpResponseRedirect):
    status_code = 303


def see_other(location: str) -> HttpResponse:
    """Go there with a GET. (htmx follows it by itself.)"""
    return _SeeOther(location)


def say(request: HttpRequest, sentence: str, *, link: str = "", link_label: str = "") -> None:
    """Say on the next page what happened, with a link to undo or change it."""
    words = format_html('{} <a href="{}">{}</a>', sentence, link, link_label) if link else sentence
    messages.success(request, words)


def page(
    request: HttpRequest, name: str, context: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page `templates/lacrima/pages/<name>.html`. A bound form with mistakes: 422."""
    form = (context or {}).get("form")
    if status == 200 and getattr(form, "is_bound", False) and getattr(form, "errors", None):
        status = 422
    return render(request, f"lacrima/pages/{name}.html", context, status=status)
