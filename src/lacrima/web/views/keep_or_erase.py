"""Keeping and erasing: what holds a client's record, and erasing a client for good."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import BadInput
from lacrima.practice import (
    disclosing,
    erasing,
    erasing_after,
    erasing_preview,
    holding,
    retention,
)
from lacrima.practice.people import Client, display_name
from lacrima.practice.rights import Right, may
from lacrima.web.forms.keep_or_erase import EraseForm, HoldForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    answer_form,
    confirm,
    put_on_form,
    today_here,
)


def _place(client_id: UUID) -> str:
    return reverse("keep-or-erase", args=[client_id])


@member(right=Right.READ_CARE, methods=GET)
def overview(request: PageRequest, client_id: UUID) -> HttpResponse:
    """What stands between this record and being deleted, and the way to erase it."""
    client = practice.find(request.member, "client", client_id)
    context = {
        "client": client,
        "who": display_name(client, request.practice),
        "hold": holding.holds_of(client).first(),
        "past": holding.past_holds(request.member, client),
        "asked": holding.open_requests_of(client),
        "has_log": disclosing.log_of(request.member, client).exists(),
        "kept": retention.standing_of(request.member, client, practice=request.practice),
        "may_write": may(request.member, Right.WRITE_CARE),
        "may_erase": may(request.member, Right.ERASE),
        "today": today_here(),
    }
    return page(request, "keep_or_erase", context)


@member(right=Right.WRITE_CARE)
def hold_set(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Nothing of this client may be deleted from now on."""
    client = practice.find(request.member, "client", client_id)
    form = HoldForm(request.POST or None, initial=initial_from_draft(request, {}))

    def do() -> str:
        holding.set_hold(client, by=request.member, **form.said())
        say(request, _("Nothing of this client is deleted or expires until you lift it."))
        return _place(client_id)

    sheet = Sheet(
        _("Let nothing be deleted"),
        _place(client_id),
        above=display_name(client, request.practice),
        lead=_(
            "For a proceeding, a complaint or an inquiry. You go on writing and correcting; a "
            "correction overwrites what stood there, and the log shows that it was made."
        ),
        keep_label=_("Let nothing be deleted"),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.ERASE)
def hold_lift(request: PageRequest, hold_id: UUID) -> HttpResponse:
    """It may be deleted again."""
    hold = practice.find(request.member, "legal_hold", hold_id)
    back = _place(hold.client_id)

    def do() -> str:
        holding.lift_hold(hold, by=request.member)
        say(request, _("Lifted. What is past its day goes now."))
        return back

    question = Confirm(
        title=_("Lift this hold?"),
        what=_("Deleting is possible again, and what is past its own day goes within minutes."),
        consequences=[hold.reason],
        confirm_label=_("Lift it"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.ERASE, keeps_drafts=False, step_up=True)
def erase(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Erase a client for good: first what would go and what would stay."""
    client = practice.find(request.member, "client", client_id)
    seen = erasing_preview.preview(request.member, client.pk, practice=request.practice)
    if erasing_preview.is_held(client):
        held = {"seen": seen, "is_held": True, "asked": holding.open_requests_of(client).first()}
        return page(request, "erase", {**held, "today": today_here()})
    form = EraseForm(
        request.POST or None,
        joint=[(one.id, one.above) for one in seen.joint],
        version=client.version,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, lambda: _erase(request, form, seen.client))
        except BadInput as error:
            put_on_form(form, error)
    texts = {one.id: one for one in seen.joint}
    boxes = [(box, texts[str(box.data["value"])]) for box in form["joint"]] if seen.joint else []
    context = {"seen": seen, "form": form, "boxes": boxes, "today": today_here()}
    return page(request, "erase", context)


def _erase(request: PageRequest, form: EraseForm, client: Client) -> str:
    erasing.erase_client(
        client,
        by=request.member,
        code=form.cleaned_data["typed_code"],
        expected_version=form.expected_version(),
        joint=form.cleaned_data.get("joint", ()),
    )
    return reverse("erased")


@member(right=Right.ERASE, methods=GET)
def erased(request: PageRequest) -> HttpResponse:
    """What is gone here, and when the last backup forgets it. Of nobody in particular."""
    after = erasing_after.afterwards(now=practice.now())
    return page(request, "erased", {"after": after, "today": today_here()})
