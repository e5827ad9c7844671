"""How long records are kept: the rule, what is past its time, and erasing whom somebody ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import erasing_preview, people, retention
from lacrima.practice.erasing import Who
from lacrima.practice.people import display_name
from lacrima.practice.retention import Line
from lacrima.practice.rights import Right, may
from lacrima.web.forms.retention import CodesForm, KeepingForm, RuleForm, TickForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form, today_here

SHOWN_TO_COME = 50


@member(right=Right.CHANGE_PRACTICE)
def rule(request: PageRequest) -> HttpResponse:
    """How long a record is kept."""

    def standing() -> Standing:
        now = people.the_practice() or request.practice
        values = {"keep_years": now.keep_years, "keep_child_until_age": now.keep_child_until_age}
        return Standing(values, now.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = RuleForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        people.change_practice(by=request.member, expected_version=version, **form.said())
        say(request, _("Kept. Nothing is deleted by itself."))
        return reverse("past-its-time" if may(request.member, Right.ERASE) else "settings")

    sheet = Sheet(
        _("How long records are kept"),
        reverse("settings"),
        above=_("Settings"),
        lead=_(
            "The law of your country and the rules of your profession say how long. Lacrima knows "
            "neither: write here what holds for you. By this rule it shows whose record is past "
            "its time. Nothing is deleted by itself."
        ),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def keeping(request: PageRequest, client_id: UUID) -> HttpResponse:
    """The year of birth, and a day until which this record is kept at least."""
    client = practice.find(request.member, "client", client_id)
    back = reverse("keep-or-erase", args=[client_id])

    def standing() -> Standing:
        there = practice.find(request.member, "client", client_id)
        values = {"birth_year": there.birth_year, "keep_until": there.keep_until}
        return Standing(values, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = KeepingForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        retention.change_keeping(client, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("How long this record is kept"), back, above=display_name(client, request.practice)
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.ERASE, keeps_drafts=False, step_up=True)
def past_its_time(request: PageRequest) -> HttpResponse:
    """Whose record is past its time; then what would go, and each code typed once more."""
    seen = retention.outlook(request.member, practice=request.practice)
    form = TickForm(request.POST or None, due=seen.due)
    if request.method == "POST" and form.is_valid():
        return _confirm(request, form)
    boxes = {str(box.data["value"]): box for box in form["clients"]}
    context = {
        "form": form,
        "seen": seen,
        "due": [(boxes[one.client.pk.hex], one) for one in seen.due],
        "coming": seen.coming[:SHOWN_TO_COME],
        "more": max(0, len(seen.coming) - SHOWN_TO_COME),
        "may_change": may(request.member, Right.CHANGE_PRACTICE),
        "today": today_here(),
    }
    return page(request, "past_its_time", context)


@dataclass(frozen=True)
class Goes:
    """One client on the page that asks once more."""

    line: Line
    counts: tuple[tuple[str, int], ...]
    others: tuple[str, ...]
    code: BoundField
    version: BoundField


def _confirm(request: PageRequest, ticks: TickForm) -> HttpResponse:
    lines = retention.ticked(request.member, ticks.keys(), practice=request.practice)
    is_sent = request.POST.get("do") == "erase"
    form = CodesForm(request.POST if is_sent else None, lines=lines)
    if is_sent and form.is_valid() and _are_right(form, lines):
        return keep(request, lambda: _erase(request, form, lines))
    context: dict[str, Any] = {
        "form": form,
        "going": [_goes(request, form, one) for one in lines],
        "ticked": [one.client.pk.hex for one in lines],
        "today": today_here(),
    }
    return page(request, "past_its_time_erase", context)


def _are_right(form: CodesForm, lines: tuple[Line, ...]) -> bool:
    """Is each code the one that stands there? Said beside each field that is not."""
    for one in lines:
        if form.typed(one.client.pk)[0].strip() != one.client.code:
            form.add_error(f"code_{one.client.pk.hex}", _("This is not the code of this client."))
    return not form.errors


def _goes(request: PageRequest, form: CodesForm, line: Line) -> Goes:
    key = line.client.pk
    seen = erasing_preview.preview(request.member, key, practice=request.practice)
    return Goes(
        line=line,
        counts=seen.counts,
        others=tuple(one.others for one in seen.shared),
        code=form[f"code_{key.hex}"],
        version=form[f"version_{key.hex}"],
    )


def _erase(request: PageRequest, form: CodesForm, lines: tuple[Line, ...]) -> str:
    whom = [Who(one.client, *form.typed(one.client.pk)) for one in lines]
    retention.erase_due(whom, by=request.member, practice=request.practice)
    return reverse("erased")
