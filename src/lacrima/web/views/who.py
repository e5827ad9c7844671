"""Who is who on a page: participants by the names the practice shows."""

from __future__ import annotations

from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from lacrima.practice.people import Member, Practice, display_name
from lacrima.practice.words import CLIENT_ROLES, ParticipantRole, label
from lacrima.web.forms.log_moment import Person
from lacrima.web.routes import PageRequest


def participants(episode: Any) -> list[Any]:
    """Everybody of this course of care, with their rows, in one query."""
    rows = episode.participants.select_related("client", "member").order_by()
    return sorted(rows, key=lambda one: one.created_at)  # a handful: quicker sorted here


def client_participants(episode: Any) -> list[Any]:
    """The clients among them."""
    return [one for one in participants(episode) if one.client_id]


def name_of(participant: Any, practice: Practice, *, member: Member | None = None) -> str:
    """How this person is called here; you are "I" to yourself."""
    if participant.client_id:
        return display_name(participant.client, practice)
    if member is not None and participant.member_id == member.pk:
        return _("I")
    if participant.member_id:
        return str(participant.member.name)
    return str(participant.label) or str(label(ParticipantRole(participant.role)))


def names_of(episode: Any, practice: Practice) -> str:
    """The clients of this course of care in one line."""
    return names_among(participants(episode), practice)


def names_among(people: list[Any], practice: Practice) -> str:
    """The clients among these people in one line."""
    names = [name_of(one, practice) for one in people if one.client_id]
    return get_text_list(names, _("and"))


def choices_of(people: list[Any], practice: Practice) -> list[tuple[str, str]]:
    """Ids and names, for a form."""
    return [(str(one.pk), name_of(one, practice)) for one in people]


def people_of_moment(people: list[Any], practice: Practice, *, member: Member) -> list[Person]:
    """Those whose emotion a moment may be about: the clients, you, and a co-therapist."""
    clients = [one for one in people if one.role in {role.value for role in CLIENT_ROLES}]
    you = [one for one in people if one.member_id == member.pk]
    others = [one for one in people if one not in clients and one not in you and one.member_id]
    return [
        Person(str(one.pk), name_of(one, practice, member=member), one.member_id == member.pk)
        for one in [*clients, *you, *others]
    ]


def people_of(request: PageRequest, session: Any) -> list[Person]:
    """Those of this session whose emotion a moment may be about."""
    everybody = participants(session.episode)
    return people_of_moment(everybody, request.practice, member=request.member)


def above(request: PageRequest, session: Any) -> str:
    """The line above the heading: who, and which session."""
    who = names_of(session.episode, request.practice)
    if session.number is None:
        return who
    return _("%(who)s, session %(number)s") % {"who": who, "number": session.number}
