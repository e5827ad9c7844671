"""Pages of contacts between sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import care
from lacrima.practice.rights import Right
from lacrima.web.forms.care import ContactForm
from lacrima.web.forms.common import local_parts
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    client_place,
    confirm,
    today_here,
)
from lacrima.web.views.who import choices_of, client_participants, names_of


def _contact_values(contact: Any) -> dict[str, Any]:
    day, at = local_parts(contact.at)
    by_you = contact.started_by == "therapist"
    return {
        "on": day,
        "at": at,
        "kind": contact.kind,
        "started_by": "therapist" if by_you else str(contact.participant_id or ""),
        "minutes": contact.minutes,
        "words": contact.words,
    }


def _said_contact(request: PageRequest, form: ContactForm) -> dict[str, Any]:
    said = form.values()
    if said["participant"]:
        said["participant"] = practice.find(request.member, "participant", said["participant"])
    return said


@member(right=Right.WRITE_CARE)
def contact_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A contact between two sessions."""
    episode = practice.find(request.member, "episode", episode_id)
    people = choices_of(client_participants(episode), request.practice)
    initial = {"on": today_here(), "kind": "message", "started_by": people[0][0] if people else ""}
    form = ContactForm(
        request.POST or None, people=people, initial=initial_from_draft(request, initial)
    )

    def do() -> str:
        contact = care.add_contact(episode, by=request.member, **_said_contact(request, form))
        say(
            request,
            _("The contact is kept."),
            link=reverse("contact-change", args=[contact.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "contacts")

    sheet = Sheet(
        _("A contact between sessions"),
        client_place(episode.pk, "contacts"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def contact_change(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Correct a contact."""
    contact = practice.find(request.member, "contact", contact_id)
    people = choices_of(client_participants(contact.episode), request.practice)

    def standing() -> Standing:
        row = practice.find(request.member, "contact", contact_id)
        return Standing(_contact_values(row), row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = ContactForm(request.POST or None, people=people, initial=initial, version=now.version)

    def do() -> str:
        said = _said_contact(request, form)
        version = form.expected_version()
        care.change_contact(contact, by=request.member, expected_version=version, **said)
        say(request, _("Changed."))
        return client_place(contact.episode_id, "contacts")

    sheet = Sheet(
        _("A contact between sessions"),
        client_place(contact.episode_id, "contacts"),
        above=names_of(contact.episode, request.practice),
        delete_url=reverse("contact-delete", args=[contact.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def contact_delete(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Take back a contact noted by mistake."""
    contact = practice.find(request.member, "contact", contact_id)
    back = client_place(contact.episode_id, "contacts")

    def do() -> str:
        care.delete_contact(contact, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Delete this contact?"),
        what=_("When, how and what it was about go. The log keeps that a contact was deleted."),
        confirm_label=_("Delete the contact"),
        cancel_url=back,
    )
    return confirm(request, do, question)
