"""Pages of what must go on: days away and who stands in, and handing a course of care over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import absences, handing_over, people
from lacrima.practice.rights import Right
from lacrima.web.forms.going_on import AbsenceForm, HandOverForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    confirm,
    today_here,
)
from lacrima.web.views.who import names_of

FIELDS = ("from_on", "until_on", "kind", "cover_contact")


def _covers(request: PageRequest) -> list[tuple[str, str]]:
    return [(one.pk.hex, one.name) for one in absences.covers_to_choose(request.member)]


def _said(form: AbsenceForm) -> dict[str, Any]:
    said = form.said()
    cover = said.pop("cover", "")
    return {**said, "cover": people.member(cover) if cover else None}


@member(right=Right.WRITE_CARE, methods=GET)
def away(request: PageRequest) -> HttpResponse:
    """When you are away, and who stands in for you."""
    rows = absences.absences_of(request.member)
    today = today_here()
    context = {
        "to_come": [row for row in rows if row.until_on >= today],
        "before": [row for row in rows if row.until_on < today],
        "today": today,
    }
    return page(request, "away", context)


@member(right=Right.WRITE_CARE, step_up=True)
def away_new(request: PageRequest) -> HttpResponse:
    """Days to come, or, in an illness, today."""
    initial = initial_from_draft(request, {"from_on": today_here(), "kind": "holiday"})
    form = AbsenceForm(request.POST or None, covers=_covers(request), initial=initial)

    def do() -> str:
        absences.add_absence(by=request.member, **_said(form))
        say(request, _("Kept."))
        return reverse("away")

    return answer_form(request, form, do, Sheet(_("Days away"), reverse("away")))


@member(right=Right.WRITE_CARE, step_up=True)
def away_change(request: PageRequest, absence_id: UUID) -> HttpResponse:
    """Other days, other people, other words."""
    row = practice.find(request.member, "absence", absence_id)

    def standing() -> Standing:
        there = practice.find(request.member, "absence", absence_id)
        values = {name: getattr(there, name) for name in FIELDS}
        return Standing({**values, "cover": _hex(there.cover_id)}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = AbsenceForm(
        request.POST or None, covers=_covers(request), initial=initial, version=now.version
    )

    def do() -> str:
        version = form.expected_version()
        absences.change_absence(row, by=request.member, expected_version=version, **_said(form))
        say(request, _("Changed."))
        return reverse("away")

    delete_url = reverse("away-delete", args=[absence_id])
    sheet = Sheet(_("Days away"), reverse("away"), delete_url=delete_url)
    return answer_form(request, form, do, sheet, standing=standing)


def _hex(key: UUID | None) -> str:
    return key.hex if key else ""


@member(right=Right.WRITE_CARE)
def away_delete(request: PageRequest, absence_id: UUID) -> HttpResponse:
    """You are not away after all."""
    row = practice.find(request.member, "absence", absence_id)
    back = reverse("away")

    def do() -> str:
        absences.delete_absence(row, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Delete these days away?"),
        what=_("Whoever stands in for you sees nothing of your clients from this moment."),
        confirm_label=_("Delete the days"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_CARE, step_up=True)
def hand_over(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Hand this course of care over to a colleague."""
    episode = practice.find(request.member, "episode", episode_id)
    back = reverse("client", args=[episode.pk])
    others = _covers(request)
    if not others:
        raise NotFound(
            _("nobody else works with clients here"),
            next_step=_("End this course of care instead, as handed over."),
        )
    initial = initial_from_draft(request, {})
    form = HandOverForm(request.POST or None, people=others, initial=initial)

    def do() -> str:
        to = people.member(form.cleaned_data["to"])
        handing_over.hand_over_episode(episode, by=request.member, to=to)
        say(request, _("Handed over. From now on %(who)s goes on with it.") % {"who": to.name})
        return reverse("clients")

    sheet = Sheet(
        _("Hand this course of care over"),
        back,
        above=names_of(episode, request.practice),
        lead=_(
            "Your colleague reads and writes the whole record from now on. What you told stays in "
            "it under your name. You read it no more. What is for you alone stays with you."
        ),
        keep_label=_("Hand it over"),
    )
    return answer_form(request, form, do, sheet)
