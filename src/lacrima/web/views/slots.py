"""Pages of recurring appointments, out of which sessions make themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import care, sessions
from lacrima.practice.rights import Right
from lacrima.web.forms.care import SlotForm
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
from lacrima.web.views.who import names_of

_FIELDS = (
    "weekday",
    "local_time",
    "length_min",
    "every_weeks",
    "modality",
    "from_on",
    "until_on",
)


@member(right=Right.WRITE_CARE)
def slot_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """When do you meet?"""
    episode = practice.find(request.member, "episode", episode_id)
    today = today_here()
    initial: dict[str, Any] = {
        "weekday": str(today.weekday()),
        "length_min": 50,
        "every_weeks": "1",
        "modality": "room",
        "from_on": today,
    }
    form = SlotForm(request.POST or None, initial=initial_from_draft(request, initial))

    def do() -> str:
        slot = care.add_slot(episode, by=request.member, **form.values())
        sessions.make_due(now=practice.now())
        say(
            request,
            _("Kept. The sessions will stand on Today by themselves."),
            link=reverse("slot-change", args=[slot.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "slots")

    sheet = Sheet(
        _("When do you meet?"),
        client_place(episode.pk, "slots"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def slot_change(request: PageRequest, slot_id: UUID) -> HttpResponse:
    """Another day, time or rhythm for the sessions to come; or its last day."""
    slot = practice.find(request.member, "slot", slot_id)

    def standing() -> Standing:
        row = practice.find(request.member, "slot", slot_id)
        return Standing({name: getattr(row, name) for name in _FIELDS}, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = SlotForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        care.change_slot(slot, by=request.member, expected_version=version, **form.values())
        say(request, _("Changed, for the sessions to come."))
        return client_place(slot.episode_id, "slots")

    sheet = Sheet(
        _("When do you meet?"),
        client_place(slot.episode_id, "slots"),
        above=names_of(slot.episode, request.practice),
        lead=_("Sessions that stand there already stay as they are."),
        delete_url=reverse("slot-delete", args=[slot.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def slot_delete(request: PageRequest, slot_id: UUID) -> HttpResponse:
    """Take back an appointment."""
    slot = practice.find(request.member, "slot", slot_id)
    back = client_place(slot.episode_id, "slots")

    def do() -> str:
        care.delete_slot(slot, by=request.member)
        say(request, _("Deleted. The sessions it made are still there."))
        return back

    question = Confirm(
        title=_("Delete this appointment?"),
        what=_("No more sessions make themselves from it. Those it made stay."),
        consequences=[_("If you stop meeting at this time, give it a last day instead.")],
        confirm_label=_("Delete the appointment"),
        cancel_url=back,
    )
    return confirm(request, do, question)
