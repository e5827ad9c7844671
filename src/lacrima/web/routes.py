"""Every page says for whom it is, beside itself; a test walks all of them.

@anyone                                   also while the practice is locked; shows nothing of it
@member                                   somebody of this practice, in a browser that opened it
@member(right=Right.WRITE_CARE)           and who may do this
@member(methods=POST)                     only this method
@member(right=..., keeps_drafts=False)    what is typed here is never kept half-typed (secrets)
@member(right=..., most_bytes=...)        takes files larger than the usual few megabytes
@member(right=..., step_up=True)          in a clinic: and who proved it is she minutes ago
@member(right=..., step_up=POST)          the same, only for what is sent or taken away here
@member(right=..., step_up_with="name")   the same, when this field of a form is filled in
@member(right=..., is_for_others=True)    what is typed here is meant for others to read
@half_in(needs=Needs.NAME)                in a clinic: signed in, though something is missing yet
@at_door                                  a client who came to the door in this browser
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeAlias, cast, overload

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django_htmx.middleware import HtmxDetails

from lacrima.practice.rights import Member, Practice, Right, require
from lacrima.web.one_writer import in_turn


class PageRequest(HttpRequest):
    """What a page of a member is handed: the gate has put the person and the practice on it."""

    member: Member
    practice: Practice
    htmx: HtmxDetails


GET = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})
GET_AND_POST = GET | POST


class Needs(Enum):
    """In a clinic: how much of the way in has to lie behind somebody."""

    NAME = auto()  # signed in; she may have fallen quiet, or lack a second factor
    PRESENCE = auto()  # and somebody is there now
    EVERYTHING = auto()  # and the second factor was proved


@dataclass(frozen=True)
class Audience:
    """For whom a page is, and which methods it knows.

    What is sent to a page that keeps drafts is an ordinary form: it is answered in turn (see
    one_writer). Pages that make or take large files, or change keys, keep none and wait for nobody.
    """

    is_for_anyone: bool = False
    right: Right | None = None
    methods: frozenset[str] = GET_AND_POST
    keeps_drafts: bool = True
    most_bytes: int = 0  # of a request with a file; 0: as the settings say
    step_up: bool | frozenset[str] = False
    step_up_with: str = ""  # a field that makes it matter: somebody else chosen, for example
    needs: Needs = Needs.EVERYTHING
    is_for_others: bool = False
    is_at_door: bool = False

    def asks_once_more(self, method: str, sent: Mapping[str, str] | None = None) -> bool:
        """In a clinic: must she have proved a moment ago that it is she?"""
        if self.step_up_with and sent and sent.get(self.step_up_with):
            return True
        return method in self.step_up if isinstance(self.step_up, frozenset) else self.step_up

    @property
    def is_hers_alone(self) -> bool:
        """Is what is typed here for the writer and nobody else?"""
        return self.right is Right.WRITE_PRIVATELY and not self.is_for_others


PlainView: TypeAlias = Callable[..., HttpResponse]


class View(Protocol):
    """A page with its audience."""

    audience: Audience

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer."""
        ...


def _only(request: HttpRequest, methods: frozenset[str]) -> HttpResponse:
    """A page that takes a form alone was opened by its address: say so, and lead back."""
    words = render_to_string("405.html", request=request)
    return HttpResponseNotAllowed(sorted(methods), content=words.encode())


def route(audience: Audience) -> Callable[[PlainView], View]:
    """Declare for whom this page is. Other methods get 405, people without the right NotAllowed."""

    def declare(view: PlainView) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in audience.methods:
                return _only(request, audience.methods)
            if audience.right is not None:
                require(cast("PageRequest", request).member, audience.right)
            if request.method == "POST" and audience.keeps_drafts:
                return in_turn(lambda: view(request, *args, **kwargs))
            return view(request, *args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        return cast("View", guarded)

    return declare


@overload
def anyone(view: PlainView) -> View: ...
@overload
def anyone(*, methods: frozenset[str]) -> Callable[[PlainView], View]: ...
def anyone(
    view: PlainView | None = None, *, methods: frozenset[str] = GET_AND_POST
) -> View | Callable[[PlainView], View]:
    """A page that shows nothing of the practice and works while it is locked."""
    declare = route(Audience(is_for_anyone=True, methods=methods, keeps_drafts=False))
    return declare(view) if view else declare


@overload
def member(view: PlainView) -> View: ...
@overload
def member(
    *,
    right: Right | None = None,
    methods: frozenset[str] = GET_AND_POST,
    keeps_drafts: bool = True,
    most_bytes: int = 0,
    step_up: bool | frozenset[str] = False,
    step_up_with: str = "",
    is_for_others: bool = False,
) -> Callable[[PlainView], View]: ...
def member(
    view: PlainView | None = None,
    *,
    right: Right | None = None,
    methods: frozenset[str] = GET_AND_POST,
    keeps_drafts: bool = True,
    most_bytes: int = 0,
    step_up: bool | frozenset[str] = False,
    step_up_with: str = "",
    is_for_others: bool = False,
) -> View | Callable[[PlainView], View]:
    """A page for somebody of the practice; with `right`, for those who may do this."""
    audience = Audience(
        right=right,
        methods=methods,
        keeps_drafts=keeps_drafts,
        most_bytes=most_bytes,
        step_up=step_up,
        step_up_with=step_up_with,
        is_for_others=is_for_others,
    )
    declare = route(audience)
    return declare(view) if view else declare


@overload
def at_door(view: PlainView) -> View: ...
@overload
def at_door(*, methods: frozenset[str]) -> Callable[[PlainView], View]: ...
def at_door(
    view: PlainView | None = None, *, methods: frozenset[str] = GET_AND_POST
) -> View | Callable[[PlainView], View]:
    """A page of the door: for the one client who came to it in this browser, and nobody else."""
    declare = route(Audience(is_at_door=True, methods=methods, keeps_drafts=False))
    return declare(view) if view else declare


def half_in(
    *, needs: Needs, methods: frozenset[str] = GET_AND_POST, step_up: bool = False
) -> Callable[[PlainView], View]:
    """A page of the way in: for somebody who gave her password, and shows nothing of a client."""
    audience = Audience(methods=methods, keeps_drafts=False, step_up=step_up, needs=needs)
    return route(audience)


def audience_of(view: object) -> Audience | None:
    """What this page declared, or None when it forgot."""
    found = getattr(view, "audience", None)
    return found if isinstance(found, Audience) else None
