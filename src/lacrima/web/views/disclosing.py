"""Requests to see a record: noted, answered with as little as will do, declined; their log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import BadInput, EditConflict
from lacrima.formats.redaction import words_to_cover
from lacrima.practice import disclosing, disclosure_bundle
from lacrima.practice.disclosure_bundle import Bundle, CareLooked, Pick
from lacrima.practice.people import display_name
from lacrima.practice.rights import Right, may
from lacrima.practice.words import DisclosureState
from lacrima.web.forms.disclosing import CoverForm, RemarkForm, RequestForm, WhyForm
from lacrima.web.forms.exporting import OfferedCareForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import hand_out, key_of, page, say, see_other
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form, put_on_form, today_here
from lacrima.web.views.exporting import PartShown, parts_shown


def _log_of(client_id: UUID) -> str:
    return reverse("requests-of", args=[client_id])


# --- the log


@member(right=Right.READ_CARE, methods=GET)
def requests(request: PageRequest) -> HttpResponse:
    """Everybody who asked for the record of one of her clients."""
    return _show(request, None)


@member(right=Right.READ_CARE, methods=GET)
def requests_of(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Everybody who asked for the record of this client."""
    return _show(request, practice.find(request.member, "client", client_id))


def _show(request: PageRequest, client: Any) -> HttpResponse:
    rows = disclosing.log_of(request.member, client)
    context = {
        "client": client,
        "who": display_name(client, request.practice) if client else "",
        "rows": [(row, display_name(row.client, request.practice)) for row in rows],
        "may_write": may(request.member, Right.WRITE_CARE),
        "today": today_here(),
    }
    return page(request, "requests", context)


# --- noting, correcting, declining, taking back


@member(right=Right.WRITE_CARE)
def request_new(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Somebody asked to see the record of this client."""
    client = practice.find(request.member, "client", client_id)
    form = RequestForm(
        request.POST or None, initial=initial_from_draft(request, {"asked_on": today_here()})
    )

    def do() -> str:
        disclosing.note_request(client, by=request.member, **form.said())
        say(request, _("Kept. Until it is answered nothing of this client is deleted."))
        return _log_of(client_id)

    sheet = Sheet(
        _("Somebody asks for the record"),
        reverse("keep-or-erase", args=[client_id]),
        above=display_name(client, request.practice),
        lead=_(
            "Until it is answered nothing of this client is deleted or expires. Whether and what "
            "you have to give, the law says and you decide; in doubt ask your association."
        ),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def request_change(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Correct who asked, when or on what ground."""
    row = practice.find(request.member, "disclosure", request_id)

    def standing() -> Standing:
        there = practice.find(request.member, "disclosure", request_id)
        values = {name: getattr(there, name) for name in disclosing.FIELDS}
        return Standing(values, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = RequestForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        disclosing.change_request(row, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return _log_of(row.client_id)

    sheet = Sheet(
        _("Correct this request"),
        _log_of(row.client_id),
        above=display_name(row.client, request.practice),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def request_decline(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Nothing is given, and why."""
    words = Ending(
        title=_("Give nothing"),
        lead=_("Write the ground, as you told it to whoever asked. The log keeps it."),
        keep_label=_("Keep as declined"),
        told=_("Kept as declined. It holds nothing any more."),
    )
    return _end(request, request_id, disclosing.decline_request, words)


@member(right=Right.WRITE_CARE)
def request_withdraw(request: PageRequest, request_id: UUID) -> HttpResponse:
    """It was noted by mistake, or whoever asked took it back."""
    words = Ending(
        title=_("Withdraw this request"),
        lead=_("For one that was noted by mistake, or that whoever asked took back."),
        keep_label=_("Withdraw it"),
        told=_("Withdrawn. It holds nothing any more, and stays in the log."),
    )
    return _end(request, request_id, disclosing.withdraw_request, words)


@dataclass(frozen=True)
class Ending:
    """How a request ends without anything being given, in the words of its page."""

    title: str
    lead: str
    keep_label: str
    told: str


def _end(
    request: PageRequest, request_id: UUID, action: Callable[..., Any], words: Ending
) -> HttpResponse:
    row = practice.find(request.member, "disclosure", request_id)
    form = WhyForm(request.POST or None, initial=initial_from_draft(request, {}))
    back = _log_of(row.client_id)

    def do() -> str:
        action(row, by=request.member, **form.said())
        say(request, words.told)
        return back

    above = display_name(row.client, request.practice)
    sheet = Sheet(words.title, back, above=above, lead=words.lead, keep_label=words.keep_label)
    return answer_form(request, form, do, sheet)


# --- what is given


@dataclass(frozen=True)
class Offered:
    """One course of care on the form."""

    looked: CareLooked
    form: OfferedCareForm
    parts: list[PartShown]


@member(right=Right.WRITE_CARE, keeps_drafts=False, step_up=True)
def request_give(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Choose as little as will do, read the finished text, give it."""
    row = practice.find(request.member, "disclosure", request_id)
    step = request.POST.get("do", "")
    if request.method == "POST":
        key_of(request)
    if row.state != DisclosureState.ASKED and step != "give":
        return see_other(_log_of(row.client_id))
    cares = disclosure_bundle.looked(request.member, row.client)
    offered = [_offered(request, row, one, f"care{n}") for n, one in enumerate(cares)]
    words = CoverForm(request.POST or None)
    context = {"row": row, "who": display_name(row.client, request.practice), "form": words,
               "offered": offered, "today": today_here()}  # fmt: skip
    if request.method == "POST" and step != "change":
        chosen = _chosen(words, offered)
        if chosen is not None:
            return _answer(request, row, context, *chosen)
        return page(request, "request_choose", context, status=422)
    return page(request, "request_choose", context)


def _offered(request: PageRequest, row: Any, looked: CareLooked, prefix: str) -> Offered:
    form = OfferedCareForm(
        request.POST or None,
        look=looked.look,
        own=row.client_id,
        prefix=prefix,
    )
    return Offered(looked, form, parts_shown(form, looked.look))


def _chosen(words: CoverForm, offered: list[Offered]) -> tuple[list[Pick], tuple[str, ...]] | None:
    """What is given and what is covered in it; None where something is not right yet."""
    if not all([words.is_valid(), *(one.form.is_valid() for one in offered)]):
        return None
    picks = [Pick(one.looked.episode.pk, one.form.choice())
             for one in offered if one.form.is_chosen()]  # fmt: skip
    if not picks:
        words.add_error(None, _("Tick what is given."))
        return None
    try:
        return picks, words_to_cover(words.cleaned_data["covered"])
    except BadInput as error:
        put_on_form(words, error)
        return None


def _answer(
    request: PageRequest,
    row: Any,
    context: dict[str, Any],
    picks: list[Pick],
    covered: tuple[str, ...],
) -> HttpResponse:
    remark = RemarkForm(request.POST)
    if request.POST.get("do") == "give" and remark.is_valid():
        try:
            made = disclosing.give(
                row,
                by=request.member,
                picks=picks,
                covered=covered,
                seen=request.POST.get("seen", ""),
                remark=remark.cleaned_data["remark"],
            )
        except EditConflict:
            context["is_other"] = True
        else:
            return hand_out(request, made.data, made.file_name, content_type="text/html")
    made = disclosure_bundle.compose(request.member, row, picks, covered)
    return _review(request, context, made, remark)


def _review(
    request: PageRequest, context: dict[str, Any], made: Bundle, remark: RemarkForm
) -> HttpResponse:
    hidden = [pair for one in context["offered"] for pair in one.form.hidden()]
    hidden += [("covered", context["form"].cleaned_data["covered"]), ("seen", made.mark)]
    more = {"made": made, "document": made.document, "hidden": hidden, "remark": remark}
    status = 409 if context.get("is_other") else 200
    return page(request, "request_review", {**context, **more}, status=status)
