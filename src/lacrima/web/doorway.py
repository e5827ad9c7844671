"""Which browser has opened the practice, where it wanted to go, and as whom it looks.

Being open belongs to a browser session too: another browser on the same computer has to give the
passphrase, although the process holds the key. Every lock ends it for all of them.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from lacrima.practice import people
from lacrima.practice.rights import Member, Practice
from lacrima.vault.process import VAULT, LockState
from lacrima.web import activity
from lacrima.web.routes import Audience, Needs, audience_of

# A full lock leaves these in a session: addresses, ids, what a client at the door is asked;
# nothing that anybody typed.
LEFT_BY_A_FULL_LOCK = frozenset({"back", "half_typed", "door"})
AT_THE_DOOR, RESTING = "door", "resting"
_OPENED, _BACK, _LOOKING_AS, _WAS_OPEN = "opened", "back", "looking_as", "was_open"


def is_open_for(request: HttpRequest) -> bool:
    """Is the practice open, and opened by this browser?"""
    opened = request.session.get(_OPENED)
    return VAULT.state is LockState.OPEN and opened == VAULT.generation


def shut(request: HttpRequest) -> None:
    """The practice stays open, but not for this browser: it is handed to a client."""
    request.session.pop(_OPENED, None)


def let_in(request: HttpRequest) -> None:
    """This browser has given the passphrase, PIN or passkey. Its session gets a new name.

    A client to whom it was handed is at the door no more.
    """
    request.session.cycle_key()
    request.session.pop(AT_THE_DOOR, None)
    request.session[_OPENED] = VAULT.generation
    request.session[_WAS_OPEN] = True
    activity.note()


def was_open_for(request: HttpRequest) -> bool:
    """Had this browser opened the practice since the last full lock? Only then a PIN will do."""
    return bool(request.session.get(_WAS_OPEN))


def remember_way_back(request: HttpRequest, address: str) -> None:
    """After unlocking she comes back here. Kept in the session: an address may hold an id."""
    if request.session.get(_BACK) != address and is_our_page(address):
        request.session[_BACK] = address


def way_back(request: HttpRequest) -> str:
    """Where she wanted to go, once; Today when there is nothing."""
    address = str(request.session.pop(_BACK, "/"))
    return address if is_our_page(address) else "/"


def is_our_page(address: str) -> bool:
    """A page of ours for a member, on this very host, and nothing else?"""
    audience = audience_at(address)
    if audience is None or audience.is_for_anyone or audience.needs is Needs.NAME:
        return False
    return "GET" in audience.methods


def audience_at(address: str) -> Audience | None:
    """For whom the page at this local address is; None when there is no such page."""
    is_local = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    if not is_local:
        return None
    try:
        return audience_of(resolve(address.partition("?")[0]).func)
    except Resolver404:
        return None


def look_as(request: HttpRequest, member: Member) -> None:
    """In a simulated practice: see it with this person's eyes."""
    request.session[_LOOKING_AS] = member.pk.hex


def person_of(request: HttpRequest, practice: Practice) -> Member:
    """Who sits at this browser: the owner; in a simulated practice, whose eyes were chosen."""
    chosen = request.session.get(_LOOKING_AS) if practice.is_simulated else None
    return people.member(chosen) if chosen else people.owner()
