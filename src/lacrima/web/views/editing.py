"""The common way of pages that are filled in: shown, kept once, corrected, never over a head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.forms.boundfield import BoundField
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import BadInput, EditConflict
from lacrima.web.forms.common import QuietForm
from lacrima.web.keeping import keep, page
from lacrima.web.routes import PageRequest

Text = str | Promise


@dataclass(frozen=True)
class Sheet:
    """What stands around a form: its heading, the line above it, where it came from."""

    title: Text
    back_url: str
    above: Text = ""
    lead: Text = ""
    keep_label: Text = ""
    delete_url: str = ""
    delete_label: Text = ""
    template: str = "form"
    more: Mapping[str, Any] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        """The same for a template."""
        return {
            "title": self.title,
            "back_url": self.back_url,
            "above": self.above,
            "lead": self.lead,
            "keep_label": self.keep_label or _("Keep"),
            "delete_url": self.delete_url,
            "delete_label": self.delete_label,
            **self.more,
        }


@dataclass(frozen=True)
class Standing:
    """What is kept now: the values a fresh form would show, and their version."""

    values: Mapping[str, Any]
    version: int


def answer_form(
    request: PageRequest,
    form: QuietForm,
    do: Callable[[], str],
    sheet: Sheet,
    *,
    standing: Callable[[], Standing] | None = None,
) -> HttpResponse:
    """Show the form, or keep what it says and go on; refusals and conflicts stand on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, do)
        except EditConflict:
            if standing is None:
                raise
            return _show_both(request, form, sheet, standing())
        except BadInput as error:
            put_on_form(form, error)
    return page(request, sheet.template, {"form": form, **sheet.context()})


def put_on_form(form: QuietForm, error: BadInput) -> None:
    """Say a refusal beside the field that it is about, or above all of them."""
    said = error.found[:1].upper() + error.found[1:]
    expected = _("Expected: %(what)s.") % {"what": error.expected} if error.expected else ""
    places = (error.where, f"client_{error.where}", f"client_{error.where}_0")
    place = next((one for one in places if one in form.fields), None)
    form.add_error(
        place, " ".join(part for part in (f"{said}.", expected, error.next_step) if part)
    )


def _show_both(
    request: PageRequest, form: QuietForm, sheet: Sheet, standing: Standing
) -> HttpResponse:
    both = [
        (bound.label, _as_said(bound, standing.values.get(bound.name)), _typed(form, bound))
        for bound in form.visible_fields()
    ]
    differing = [(label, kept, typed) for label, kept, typed in both if kept != typed]
    data = cast("QueryDict", form.data).copy()
    data[form.add_prefix("version")] = str(standing.version)
    form.data = data
    context = {"form": form, "conflict": differing, **sheet.context()}
    return page(request, sheet.template, context, status=409)


def _typed(form: QuietForm, bound: BoundField) -> str:
    return _as_said(bound, form.cleaned_data.get(bound.name))


def _as_said(bound: BoundField, value: object) -> str:
    """A value as the form would say it."""
    names = {str(key): str(name) for key, name in getattr(bound.field, "choices", ())}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(names.get(str(one), str(one)) for one in value)) or _("empty")
    if value in (None, ""):
        return _("empty")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return names.get(str(value), str(value))


@dataclass(frozen=True)
class Confirm:
    """What will happen before it happens, and where one can turn back to."""

    title: Text
    what: Text
    confirm_label: Text
    cancel_url: str
    consequences: Iterable[Text] = ()
    is_final: bool = True
    wait_label: Text = ""
    version: int | None = None  # of what is confirmed, where it may change meanwhile


def confirm(request: PageRequest, do: Callable[[], str], question: Confirm) -> HttpResponse:
    """Ask once; when it is confirmed, do it and go on."""
    form = QuietForm(request.POST or None, version=question.version)
    if request.method == "POST":
        try:
            return keep(request, do)
        except BadInput as error:
            if isinstance(error, EditConflict) and question.version is not None:
                raise  # what was confirmed is not what is there now
            form.is_valid()
            put_on_form(form, error)
    return page(request, "confirm", {"form": form, **vars(question)})


def today_here() -> dt.date:
    """The day it is on this page."""
    return timezone.localtime(practice.now()).date()


def client_place(episode_id: UUID, place: str) -> str:
    """The address of a part of a client's page."""
    return f"{reverse('client', args=[episode_id])}#{place}"
