"""The languages of pages and doors, and who reads in which.

Whoever chose none reads as the browser asks; a browser that asks for none of them reads English.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings

from lacrima.errors import NotAllowed, OutOfRange
from lacrima.practice.changing import put
from lacrima.practice.door_plan import kept_door
from lacrima.practice.door_visits import client_at
from lacrima.records import audit
from lacrima.records.models import Member

LANGUAGES: Final[dict[str, str]] = dict(settings.LANGUAGES)
# The same language in words for a child, where it needs a catalogue of its own: German says "du".
# What is not in that catalogue is said as to everybody else.
FOR_CHILDREN: Final[dict[str, str]] = {"de": "de-kind"}


def spoken_to(language: str, *, for_child: bool) -> str:
    """The catalogue in which somebody is spoken to who reads this language."""
    return FOR_CHILDREN.get(language, language) if for_child else language


def choose(language: str, *, by: Member) -> Member:
    """This person reads pages in this language from now on; empty: as the browser asks."""
    with audit.change(by=by, action="member.language_chosen") as line:
        row = Member.objects.select_for_update().filter(pk=by.pk, left_on=None).first()
        if row is None:
            raise NotAllowed("nobody who works here", next_step="Sign in again.")
        line.about(row, fields=put(row, language=known(language)))
        return row


def choose_at_door(participant_id: uuid.UUID, language: str) -> None:
    """This client reads the door in this language from now on."""
    with audit.change(by=None, action="door.settled") as line:
        row = kept_door(client_at(participant_id))
        line.about(row, fields=put(row, language=known(language)))


def known(language: str) -> str:
    """The same language; OutOfRange for one that is not there. Empty: none chosen."""
    if language and language not in LANGUAGES:
        raise OutOfRange(
            "a language that is not there", where="language", expected=", ".join(LANGUAGES)
        )
    return language
