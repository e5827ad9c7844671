"""Sealed files of supervision: made to be sent, opened when they come; colleagues and codes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima import practice
from lacrima.errors import BadInput
from lacrima.practice import colleagues, pages_supervision, share_files
from lacrima.practice.rights import Right
from lacrima.practice.share_files import FILE_ENDING, Opened
from lacrima.web import uploads
from lacrima.web.forms.supervision import ColleagueForm, ColleagueNameForm, ShareFileForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import hand_out, keep, key_of, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    confirm,
    put_on_form,
    today_here,
)

SEALED = "application/octet-stream"


def _file_name(kind: str) -> str:
    """What it is and the day; nothing of anybody."""
    return f"lacrima-{kind}-{today_here()}{FILE_ENDING}"


@member(right=Right.WRITE_PRIVATELY, methods=POST, keeps_drafts=False, step_up=True)
def share_file(request: PageRequest, share_id: UUID) -> HttpResponse:
    """The sealed file of a share."""
    key_of(request)
    row = practice.find(request.member, "share", share_id)
    data = share_files.share_file_of(row, by=request.member)
    return hand_out(request, data, _file_name("share"), content_type=SEALED)


@member(right=Right.WRITE_PRIVATELY, methods=POST, keeps_drafts=False, step_up=True)
def received_answer(request: PageRequest, received_id: UUID) -> HttpResponse:
    """The sealed answer to a share that came."""
    key_of(request)
    row = practice.find(request.member, "received_share", received_id)
    data = share_files.answer_file(row, by=request.member)
    return hand_out(request, data, _file_name("answer"), content_type=SEALED)


@member(right=Right.WRITE_PRIVATELY)
def received_delete(request: PageRequest, received_id: UUID) -> HttpResponse:
    """Delete what came, before its day."""
    row = practice.find(request.member, "received_share", received_id)

    def do() -> str:
        share_files.delete_received(row, by=request.member)
        say(request, _("Deleted."))
        return reverse("supervision")

    question = Confirm(
        title=_("Delete this here?"),
        what=_("What was shown to you and what you said of it are deleted here."),
        consequences=[_("An answer that you have sent stays with whom you sent it to.")],
        confirm_label=_("Delete it"),
        cancel_url=reverse("received-share", args=[received_id]),
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_PRIVATELY, keeps_drafts=False)
def open_file(request: PageRequest) -> HttpResponse:
    """Open a file that a colleague sent: a share, or the answer to one."""
    form = ShareFileForm()
    if request.method == "POST":
        key_of(request)
        form = ShareFileForm(request.POST, request.FILES)
        if uploads.is_too_large(request):
            form.errors.clear()
            form.add_error("file", _("This file is too large to be a share file."))
        elif form.is_valid():
            try:
                return _opened(request, form.cleaned_data["file"].read())
            except BadInput as error:
                error.where = "file"
                put_on_form(form, error)
    return page(request, "share_open", {"form": form})


def _opened(request: PageRequest, data: bytes) -> HttpResponse:
    def do() -> str:
        opened = share_files.open_share_file(data, by=request.member)
        say(request, _said(opened))
        if opened.received is not None:
            return reverse("received-share", args=[opened.received.pk])
        return reverse("share", args=[opened.share.pk if opened.share else ""])

    return keep(request, do)


def _said(opened: Opened) -> str:
    if opened.received is not None:
        if opened.is_new:
            return _("Opened. It is kept here until its last day.")
        return _("You opened this before. Nothing was added.")
    if not opened.is_new:
        return _("There is nothing in this answer that was not here before.")
    count = opened.notes
    return ngettext(
        "The answer is here: one thing was said.", "The answer is here: %(n)d things were said.",
        count,
    ) % {"n": count}  # fmt: skip


# ---- colleagues ---------------------------------------------------------------------------------


@member(right=Right.WRITE_PRIVATELY, methods=GET)
def colleague_list(request: PageRequest) -> HttpResponse:
    """Your own code, and those of your colleagues."""
    by = request.member
    context = {
        "own": colleagues.own_code(by),
        "people": pages_supervision.colleague_views(by),
    }
    return page(request, "colleagues", context)


@member(right=Right.WRITE_PRIVATELY)
def colleague_new(request: PageRequest) -> HttpResponse:
    """Keep a colleague's code, once the words were compared."""
    by = request.member
    form = ColleagueForm(request.POST or None, initial=initial_from_draft(request, {}))
    if request.method == "POST":
        key_of(request)
        if form.is_valid() and request.POST.get("do") != "change":
            try:
                return _compare_or_keep(request, form)
            except BadInput as error:
                put_on_form(form, error)
    own = colleagues.own_code(by)
    return page(request, "colleague_new", {"form": form, "own": own})


def _compare_or_keep(request: PageRequest, form: ColleagueForm) -> HttpResponse:
    said, by = form.said(), request.member
    if request.POST.get("do") != "keep":
        code = colleagues.code_as_typed(by, said["code"])
        context = {"form": form, "code": code, "name": said["name"]}
        return page(request, "colleague_compare", context)

    def do() -> str:
        colleagues.add_colleague(by=by, name=said["name"], code=said["code"])
        say(request, _("Kept. From now on files from this colleague are opened."))
        return reverse("colleagues")

    return keep(request, do)


@member(right=Right.WRITE_PRIVATELY)
def colleague_change(request: PageRequest, colleague_id: UUID) -> HttpResponse:
    """Another name for a colleague."""
    row = practice.find(request.member, "colleague", colleague_id)
    back = reverse("colleagues")

    def standing() -> Standing:
        there = practice.find(request.member, "colleague", colleague_id)
        return Standing({"name": there.name}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = ColleagueNameForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        colleagues.rename_colleague(
            row, by=request.member, expected_version=form.expected_version(), **form.said()
        )
        say(request, _("Changed."))
        return back

    delete_url = reverse("colleague-delete", args=[colleague_id])
    sheet = Sheet(_("A colleague outside"), back, delete_url=delete_url)
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_PRIVATELY)
def colleague_delete(request: PageRequest, colleague_id: UUID) -> HttpResponse:
    """Forget a code."""
    row = practice.find(request.member, "colleague", colleague_id)
    back = reverse("colleagues")

    def do() -> str:
        colleagues.delete_colleague(row, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Forget this colleague?"),
        what=_("Her code goes from here. Files from her are not opened any more."),
        confirm_label=_("Forget the code"),
        cancel_url=back,
    )
    return confirm(request, do, question)
