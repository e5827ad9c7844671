"""A worry about somebody's safety, written down step by step until nothing more is to be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import safeguarding
from lacrima.practice.rights import Right
from lacrima.web.forms.common import local_parts
from lacrima.web.forms.going_on import DoneForm, WorryForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form, today_here
from lacrima.web.views.who import client_participants, name_of, names_of


def _clients(request: PageRequest, episode: Any) -> list[tuple[str, str]]:
    seats = client_participants(episode)
    return [(str(one.client_id), name_of(one, request.practice)) for one in seats]


def _said(request: PageRequest, form: WorryForm) -> dict[str, Any]:
    said = form.values()
    if said["client"]:
        said["client"] = practice.find(request.member, "client", said["client"])
    return said


@member(right=Right.WRITE_CARE)
def worry_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Write down what was seen or heard."""
    episode = practice.find(request.member, "episode", episode_id)
    initial = initial_from_draft(request, {"seen_on": today_here()})
    form = WorryForm(request.POST or None, clients=_clients(request, episode), initial=initial)

    def do() -> str:
        row = safeguarding.note_worry(episode, by=request.member, **_said(request, form))
        say(request, _("Kept. It stands on top of Today until you close it."))
        return reverse("worry", args=[row.pk])

    sheet = Sheet(
        _("A worry about somebody’s safety"),
        reverse("client", args=[episode.pk]),
        above=names_of(episode, request.practice),
        lead=_(
            "Write what you know now. Who was told and what was done can follow, step by step. "
            "It is kept with your name and the time."
        ),
        more={"crisis_contacts": request.practice.crisis_contacts},
        template="worry_form",
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.READ_CARE, methods=GET)
def worry(request: PageRequest, worry_id: UUID) -> HttpResponse:
    """What was seen, who was told, what was done."""
    row = practice.find(request.member, "safeguarding", worry_id)
    context = {
        "worry": row,
        "above": names_of(row.episode, request.practice),
        "client_name": _about(request, row),
        "crisis_contacts": request.practice.crisis_contacts,
        "today": today_here(),
    }
    return page(request, "worry", context)


def _about(request: PageRequest, row: Any) -> str:
    names = dict(_clients(request, row.episode))
    return names.get(str(row.client_id), "") if len(names) > 1 else ""


@member(right=Right.WRITE_CARE)
def worry_change(request: PageRequest, worry_id: UUID) -> HttpResponse:
    """Add the next step, or correct what stands there."""
    row = practice.find(request.member, "safeguarding", worry_id)
    back = reverse("worry", args=[worry_id])

    def standing() -> Standing:
        there = practice.find(request.member, "safeguarding", worry_id)
        return Standing(_values(there), there.version)

    now = standing()
    form = WorryForm(
        request.POST or None,
        clients=_clients(request, row.episode),
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version,
    )

    def do() -> str:
        version, said = form.expected_version(), _said(request, form)
        safeguarding.change_worry(row, by=request.member, expected_version=version, **said)
        say(request, _("Kept."))
        return back

    sheet = Sheet(
        _("A worry about somebody’s safety"),
        back,
        above=names_of(row.episode, request.practice),
        template="worry_form",
    )
    return answer_form(request, form, do, sheet, standing=standing)


def _values(row: Any) -> dict[str, Any]:
    (seen_on, seen_at), (told_on, told_at) = local_parts(row.seen_at), local_parts(row.told_at)
    return {
        "seen": row.seen,
        "seen_on": seen_on,
        "seen_at": seen_at,
        "told": row.told,
        "told_on": told_on,
        "told_at": told_at,
        "done": row.done,
        "client": str(row.client_id or ""),
    }


@member(right=Right.WRITE_CARE)
def worry_close(request: PageRequest, worry_id: UUID) -> HttpResponse:
    """Nothing more is to be done."""
    row = practice.find(request.member, "safeguarding", worry_id)
    back = reverse("worry", args=[worry_id])
    form = DoneForm(request.POST or None, initial=initial_from_draft(request, {"done": row.done}))

    def do() -> str:
        safeguarding.close_worry(row, by=request.member, **form.said())
        say(request, _("Closed. It stays in the record."))
        return back

    sheet = Sheet(
        _("Is nothing more to be done?"),
        back,
        above=names_of(row.episode, request.practice),
        lead=_("It leaves Today and stays in the record, with everything that was written."),
        keep_label=_("Close it"),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE, methods=POST)
def worry_reopen(request: PageRequest, worry_id: UUID) -> HttpResponse:
    """It stands on Today again."""
    row = practice.find(request.member, "safeguarding", worry_id)

    def do() -> str:
        safeguarding.reopen_worry(row, by=request.member)
        say(request, _("It stands on Today again."))
        return reverse("worry", args=[worry_id])

    return keep(request, do)
