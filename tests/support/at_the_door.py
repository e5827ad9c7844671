"""A client's browser that came to the door: by a link in a clinic, handed over on a laptop."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from lacrima.practice import door_links, door_own, door_visits
from lacrima.practice.door_visits import DoorWay
from lacrima.records.models import Member, Participant
from lacrima.web import door_entry
from tests.support.form_keys import form_key

__all__ = ["at_the_door", "sent", "settled"]


def at_the_door(seat: Participant, *, by: Member, window: Client | None = None) -> Client:
    """A browser at the door of this client."""
    browser = window or Client(headers={"host": "localhost"})
    if settings.IS_CLINIC:
        made = door_links.make_link(seat, by=by)
        answer = browser.post("/door/come-in", {"opener": made.token})
        assert answer.status_code == 303, answer.content.decode()
        return browser
    browser.get("/door")
    session = browser.session
    request = type("Request", (), {"session": session})()
    door_entry.remember(request, door_visits.visit_of(seat, DoorWay.HANDED_OVER))
    session.save()
    return browser


def settled(seat: Participant) -> None:
    """The client has read who reads what, and agreed."""
    door_own.agree(seat.pk)


def sent(browser: Client, page: str, **fields: object) -> str:
    """Send a page of questions as its form would; where it led."""
    mark = page.split('name="mark" value="')[1].split('"')[0] if 'name="mark"' in page else ""
    answer = browser.post("/door", {"key": form_key(), "mark": mark, **fields})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])
