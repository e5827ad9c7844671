"""In a clinic: what is hers alone stays open between two requests, in two halves.

A fresh random value is only in her browser's cookie, the key wrapped under it only in her session.
It ends with her session, after the idle time, after twelve hours, when she closes it, and in all
other browsers when she changes a way to open it.
"""

from __future__ import annotations

import functools
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from lacrima import practice
from lacrima.practice import own_key
from lacrima.practice.own_key import Opened
from lacrima.practice.rights import Member
from lacrima.vault import between_requests, subkeys
from lacrima.vault.in_hand import OneKey
from lacrima.web import doorway
from lacrima.web.forms.own_key import OwnPassphraseForm
from lacrima.web.keeping import page, see_other
from lacrima.web.routes import PageRequest, PlainView, audience_of

COOKIE = "__Host-lacrima_own"
LONGEST_S = 12 * 3600
NOTE_EVERY_S = 60
_ENTRY = "own_key"
_NEW_FACTOR = "new_factor"
_HIDDEN = ("csrf", "passphrase", "send_to")
_MARKS = {"key", "version", "draft_id"}


def hold(request: HttpRequest, answer: HttpResponse, opened: Opened) -> HttpResponse:
    """From now on each request of this browser takes the key in hand."""
    value, kept = between_requests.halves(opened.key, opened.about)
    subkeys.overwrite(opened.key)
    now_s = _now_s()
    entry = {"kept": kept, "about": opened.about, "began": now_s, "seen": now_s}
    request.session[_ENTRY] = entry
    answer.set_cookie(COOKIE, value, secure=True, httponly=True, samesite="Strict", path="/")
    return answer


def close(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """It is closed in this browser; nothing that is left opens it."""
    request.session.pop(_ENTRY, None)
    answer.delete_cookie(COOKIE, path="/", samesite="Strict")
    return answer


def note_new_factor(request: HttpRequest) -> None:
    """She has set up a second factor here: the next Today may lead her to making her key."""
    request.session[_NEW_FACTOR] = True


def is_due(request: PageRequest) -> bool:
    """Has she just set up a second factor, and has no key of her own yet? Said once."""
    has_just_come = bool(request.session.pop(_NEW_FACTOR, False))
    return has_just_come and own_key.still_lacks_own_key(request.member)


def is_held(request: HttpRequest) -> bool:
    """Does this browser hold its half, and its session the other?"""
    return COOKIE in request.COOKIES and _ENTRY in request.session


def note_seen(request: HttpRequest, *, idle_minutes: int) -> bool:
    """Is it still in time? What is too old is dropped; who is here is noted once a minute."""
    entry: dict[str, Any] = request.session[_ENTRY]
    now_s = _now_s()
    is_quiet = now_s - entry["seen"] >= 60 * max(idle_minutes, 1)
    if is_quiet or now_s - entry["began"] >= LONGEST_S:
        del request.session[_ENTRY]
        return False
    if now_s - entry["seen"] >= NOTE_EVERY_S:
        request.session[_ENTRY] = {**entry, "seen": now_s}
    return True


def key_of(request: HttpRequest, by: Member) -> OneKey:
    """Her key, opened out of both halves when it is first needed."""
    entry: dict[str, Any] = request.session[_ENTRY]
    value, about = request.COOKIES[COOKIE], str(entry["about"])

    def open_it() -> bytearray | None:
        is_as_it_was = own_key.about_now(by) == about
        return between_requests.whole(value, str(entry["kept"]), about) if is_as_it_was else None

    return OneKey(by.sealing_key_id(), open_it)


def _now_s() -> int:
    return int(practice.now().timestamp())


def needed(view: PlainView) -> PlainView:
    """A page of what is hers alone, from its first field on: it is asked for before she types."""

    @functools.wraps(view)
    def guarded(request: PageRequest, *args: object, **kwargs: object) -> HttpResponse:
        own_key.require_open(request.member)
        return view(request, *args, **kwargs)

    return guarded


def closed(request: PageRequest) -> HttpResponse:
    """Something of hers was asked for: to the page that opens it, and back. Nothing typed is lost.

    A form that was sent is shown there, and goes where it was going once her key is open.
    """
    if not own_key.has_own_key(request.member):
        doorway.remember_way_back(request, request.get_full_path())
        return see_other(reverse("own-key-make"))
    if request.method == "POST":
        return _ask_again(request)
    doorway.remember_way_back(request, request.get_full_path())
    return see_other(reverse("own-key-open"))


def _ask_again(request: PageRequest) -> HttpResponse:
    return meanwhile(request, OwnPassphraseForm(), sent_with(request), request.path)


def sent_with(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field of the form that was sent, but what opens her things."""
    return [
        (name, value)
        for name in request.POST
        if not name.lower().startswith(_HIDDEN)
        for value in request.POST.getlist(name)
    ]


def meanwhile(
    request: PageRequest, form: Form, sent: list[tuple[str, str]], send_to: str
) -> HttpResponse:
    """What was sent, to read and to send on, and the form that opens her things."""
    typed = [(name, value) for name, value in sent if value and name not in _MARKS]
    context: dict[str, object] = {"form": form, "sent": sent, "typed": typed, "send_to": send_to}
    return page(request, "own_key_meanwhile", context, status=423)


def may_send_on(address: str) -> bool:
    """Is this a page of ours for a member that takes a form?"""
    audience = doorway.audience_at(address)
    return audience is not None and not audience.is_for_anyone and "POST" in audience.methods


def is_typing(request: HttpRequest) -> bool:
    """Is this only the sign that somebody is typing?"""
    match = request.resolver_match
    return match is not None and match.url_name == "here" and audience_of(match.func) is not None
