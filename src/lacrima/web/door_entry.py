"""Who came to the door in this browser, by which way, and what is asked there.

While the practice is open what is asked is looked up anew; while it is locked the last look serves,
and answers are sealed to wait (practice/door_waiting). In a clinic nothing but ids is remembered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from lacrima import practice
from lacrima.errors import LacrimaError
from lacrima.practice import door_answering, door_links, door_visits, door_waiting, languages
from lacrima.practice.care import Participant
from lacrima.practice.door_answering import Word
from lacrima.practice.door_visits import DoorWay, Visit
from lacrima.practice.mode import is_clinic
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import doorway
from lacrima.web.keeping import see_other
from lacrima.web.one_writer import in_turn
from lacrima.web.routes import PageRequest
from lacrima.web.speaking import speak

LONGEST_S = 2 * 3600
_ENTRY = doorway.AT_THE_DOOR


class DoorRequest(HttpRequest):
    """What a page of the door is handed."""

    visit: Visit


def hand_over(request: PageRequest, participant: Participant) -> HttpResponse:
    """This device is the client's from now on: the therapist's pages are closed in it."""
    visit = door_visits.visit_of(participant, DoorWay.HANDED_OVER)
    if is_clinic():
        request.session[doorway.RESTING] = True  # she proves who she is before her pages open
        request.session.pop("own_key", None)  # and what is hers alone is closed at once
    else:
        doorway.shut(request)
    remember(request, visit)
    return see_other(reverse("door"))


def come_in(request: HttpRequest, opener: str) -> None:
    """By the token of a link, or its code. NotFound for anything else."""
    link = door_links.come_in(opener)
    request.session.flush()  # whoever was signed in in this browser is not any more
    visit = door_visits.visit_of(door_visits.client_at(link.participant_id), DoorWay.LINK)
    remember(request, visit, link_id=link.pk.hex)


def leave(request: HttpRequest) -> None:
    """Nobody is at the door in this browser any more."""
    request.session.pop(_ENTRY, None)


def enter(request: HttpRequest) -> HttpResponse | None:
    """For the gate: None to go on to the page of the door."""
    if VAULT.state is LockState.OPEN:
        request.held.enter_context(VAULT.in_use())  # type: ignore[attr-defined]
    visit = _visit(request)
    if visit is None:
        leave(request)
        return see_other(reverse("door-come-in"))
    cast("DoorRequest", request).visit = visit
    timezone.activate(ZoneInfo(visit.zone))
    speak(visit.language, for_child=visit.for_child)
    return None


def remember(request: HttpRequest, visit: Visit, *, link_id: str = "") -> None:
    """From now on this browser is at the door of this client: a new sitting."""
    entry: dict[str, Any] = {
        "participant": visit.participant_id.hex,
        "way": visit.way.value,
        "link": link_id,
        "seen": practice.now().isoformat(),
        "done": [],
        "answered": False,
        "began": practice.now().isoformat(),
        "knows_word": False,
    }
    request.session[_ENTRY] = _with_visit(entry, visit)


def _with_visit(entry: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """On a laptop the visit itself is kept in memory, for the time the practice is locked."""
    return entry if is_clinic() else {**entry, "visit": visit.as_plain()}


def _visit(request: HttpRequest) -> Visit | None:
    entry: dict[str, Any] | None = request.session.get(_ENTRY)
    if entry is None or _is_too_old(entry):
        return None
    if VAULT.state is not LockState.OPEN:
        return _last_look(entry)
    if entry["link"] and not door_links.link_still_open(entry["link"]):
        return None
    try:
        seat = door_visits.client_at(entry["participant"])
        visit = door_visits.visit_of(seat, DoorWay(entry["way"]))
    except LacrimaError:
        return None
    request.session[_ENTRY] = _with_visit({**entry, "seen": practice.now().isoformat()}, visit)
    return _without_done(visit, entry)


def _is_too_old(entry: dict[str, Any]) -> bool:
    quiet = practice.now() - datetime.fromisoformat(entry["seen"])
    return quiet.total_seconds() > LONGEST_S


def _last_look(entry: dict[str, Any]) -> Visit | None:
    if "visit" not in entry:
        return None
    return _without_done(door_visits.visit_from(entry["visit"]), entry)


def _without_done(visit: Visit, entry: dict[str, Any]) -> Visit:
    """What was answered or skipped in this sitting is not asked again in it."""
    done = set(entry["done"])
    return replace(visit, asks=tuple(one for one in visit.asks if mark_of(one) not in done))


def mark_of(ask: door_visits.Ask) -> str:
    """What tells one page of questions from another."""
    return f"{ask.kind}|{ask.slug}|{ask.session_id.hex if ask.session_id else ''}"


def note_done(request: HttpRequest, ask: door_visits.Ask, *, answered: bool = False) -> None:
    """Answered or skipped."""
    entry = request.session[_ENTRY]
    done = [*entry["done"], mark_of(ask)]
    has_answered = answered or entry["answered"]
    request.session[_ENTRY] = {**entry, "done": done, "answered": has_answered}


def note_danger(request: HttpRequest) -> None:
    """The next page says by when it is read, and who answers now."""
    request.session[_ENTRY] = {**request.session[_ENTRY], "danger": True}


def has_danger_to_say(request: HttpRequest) -> bool:
    """Is that page to be shown now? Once."""
    entry = dict(request.session[_ENTRY])
    is_due = bool(entry.pop("danger", False))
    if is_due:
        request.session[_ENTRY] = entry
    return is_due


def note_word(request: HttpRequest) -> None:
    """The client has given the word of the client's own in this sitting."""
    request.session[_ENTRY] = {**request.session[_ENTRY], "knows_word": True}


def may_see(request: HttpRequest, given_at: datetime, word_since: datetime | None) -> bool:
    """May something that is not released be shown: told in this sitting, or under the word?"""
    entry = request.session[_ENTRY]
    is_of_now = given_at >= datetime.fromisoformat(entry["began"])
    is_under_word = word_since is not None and given_at >= word_since
    return is_of_now or (entry["knows_word"] and is_under_word)


def has_answered(request: HttpRequest) -> bool:
    """Was anything kept in this sitting?"""
    return bool(request.session[_ENTRY]["answered"])


def mentioned_now(request: HttpRequest, asked: door_visits.Ask, stood_out: tuple[str, ...]) -> None:
    """While locked the next page of questions is known only here."""
    entry = request.session[_ENTRY]
    if VAULT.state is LockState.OPEN or "visit" not in entry or not stood_out:
        return
    visit = door_visits.visit_from(entry["visit"])
    more = replace(asked, kind="first", stood_out=stood_out)
    kept = replace(visit, asks=(*visit.asks, more))
    request.session[_ENTRY] = {**entry, "visit": kept.as_plain()}


def choose_language(request: DoorRequest, language: str) -> None:
    """Kept with the door; while the practice is locked, for this sitting."""
    if VAULT.state is LockState.OPEN:
        in_turn(lambda: languages.choose_at_door(request.visit.participant_id, language))
        return
    entry = request.session[_ENTRY]
    visit = replace(door_visits.visit_from(entry["visit"]), language=languages.known(language))
    request.session[_ENTRY] = {**entry, "visit": visit.as_plain()}


def keep(word: Word) -> None:
    """Kept at once; sealed and put by while the practice is locked."""
    if VAULT.state is LockState.OPEN:
        door_answering.keep(word)
    else:
        door_waiting.put_by(Folder(settings.LACRIMA_DIR), word)


def is_open() -> bool:
    """Can what was told before be looked at now?"""
    return VAULT.state is LockState.OPEN
