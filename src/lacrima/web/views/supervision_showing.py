"""Showing something: tick what is seen, look at exactly that, then show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import BadInput, EditConflict
from lacrima.formats.share_file import Shown
from lacrima.practice import share_making
from lacrima.practice.pages_parts import joined
from lacrima.practice.rights import Right
from lacrima.practice.share_making import Look, Subject
from lacrima.practice.share_words import CalledBy
from lacrima.web.forms.supervision import ShareForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, key_of, page, say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import put_on_form
from lacrima.web.views.who import above


@dataclass(frozen=True)
class Around:
    """What stands around: the line above the heading, and where to turn back."""

    above: str
    back_url: str


@member(right=Right.WRITE_CARE, step_up=True)
def show_moment(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """Show a moment."""
    subject = share_making.subject_of(request.member, moment=moment_id)
    moment = practice.find(request.member, "moment", moment_id)
    around = Around(above(request, moment.session), reverse("moment", args=[moment_id]))
    return _show(request, subject, around)


@member(right=Right.WRITE_CARE, step_up=True)
def show_weighing(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """Show a weighing, question by question, with what its moment is about."""
    subject = share_making.subject_of(request.member, weighing=weighing_id)
    return _show(request, subject, Around("", reverse("weighing", args=[weighing_id])))


@member(right=Right.WRITE_PRIVATELY, step_up=True, is_for_others=True)
def ask(request: PageRequest) -> HttpResponse:
    """Ask something that is about no client."""
    return _show(request, Subject(), Around("", reverse("supervision")))


def _show(request: PageRequest, subject: Subject, around: Around) -> HttpResponse:
    seen = share_making.look(request.member, subject)
    form = ShareForm(request.POST or None, look=seen, initial=_at_first(request, subject, seen))
    if request.method == "POST":
        key_of(request)
        if form.is_valid() and request.POST.get("do") != "change":
            try:
                return _look_or_send(request, subject, form, around)
            except BadInput as error:
                put_on_form(form, error)
    return page(request, "share_choose", _context(form, seen, around))


def _at_first(request: PageRequest, subject: Subject, seen: Look) -> dict[str, Any]:
    """A weighing is shown for what was weighed; of a moment only what is usual is ticked."""
    of_weighing = {part.id for part in seen.parts if part.group.startswith("weighing")}
    offered = [part for part in seen.parts if part.is_usual]
    chosen = [one for one in offered if not subject.weighing or one.id in of_weighing]
    initial = {
        "parts": [part.id for part in chosen],
        "called": CalledBy.CODE.value,
        "expires_on": share_making.usual_expiry(),
        "readers": [one.key for one in seen.readers] if len(seen.readers) == 1 else [],
    }
    return initial_from_draft(request, initial)


def _context(form: ShareForm, seen: Look, around: Around) -> dict[str, Any]:
    parts = {part.id: part for part in seen.parts}
    boxes = [(box, parts[str(box.data["value"])]) for box in form["parts"]] if parts else []
    return {
        "form": form,
        "own": [pair for pair in boxes if not pair[1].is_of_client],
        "of_client": [pair for pair in boxes if pair[1].is_of_client],
        "is_client_open": any(box.data["selected"] for box, part in boxes if part.is_of_client)
        or "agreed_on" in form.errors,
        "readers": seen.readers,
        "above": around.above,
        "back_url": around.back_url,
    }


def _look_or_send(
    request: PageRequest, subject: Subject, form: ShareForm, around: Around
) -> HttpResponse:
    choice, by = form.choice(), request.member
    shown = share_making.compose(by, subject, choice)
    share_making.check(by, choice)
    if request.POST.get("do") != "send":
        return _review(request, form, shown, around)

    def do() -> str:
        row = share_making.share(by, subject, choice, seen=request.POST.get("seen", ""))
        is_file = row.to_colleague_id is not None
        said = _("Sealed. Download the file and send it.") if is_file else _("Shown.")
        say(request, said)
        return reverse("share", args=[row.pk])

    try:
        return keep(request, do)
    except EditConflict:
        return _review(request, form, shown, around, has_changed=True)


def _review(
    request: PageRequest,
    form: ShareForm,
    shown: Shown,
    around: Around,
    *,
    has_changed: bool = False,
) -> HttpResponse:
    chosen = form.cleaned_data["readers"]
    readers = [one for one in share_making.readers(request.member) if one.key in chosen]
    context = {
        "shown": shown,
        "mark": share_making.mark_of(shown),
        "hidden": form.hidden(),
        "reader_names": joined([one.name for one in readers]),
        "is_here": all(one.is_here for one in readers),
        "purpose": form.cleaned_data["purpose"],
        "expires_on": form.cleaned_data["expires_on"],
        "above": around.above,
        "back_url": around.back_url,
        "has_changed": has_changed,
    }
    return page(request, "share_review", context, status=409 if has_changed else 200)
