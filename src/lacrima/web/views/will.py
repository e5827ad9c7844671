"""The clinical will: left and renewed by the therapist, opened by two people before the door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima import practice
from lacrima.errors import BadInput, LacrimaError, WrongRecoveryCode
from lacrima.practice import clinical_will
from lacrima.practice.rights import Right
from lacrima.vault import will_box
from lacrima.web.forms.will import WillForm, WillPartsForm
from lacrima.web.keeping import keep, key_of, page, say
from lacrima.web.patience import OF_WILLS
from lacrima.web.routes import GET, POST, PageRequest, anyone, member
from lacrima.web.views.closed import the_folder
from lacrima.web.views.editing import Confirm, confirm, put_on_form, today_here


@member(right=Right.WRITE_CARE, methods=GET)
def will(request: PageRequest) -> HttpResponse:
    """What you left, with whom, and whether somebody opened it."""
    row = clinical_will.will_of(request.member)
    openings = clinical_will.openings(request.member)
    context: dict[str, object] = {"will": row, "openings": openings, "today": today_here()}
    return page(request, "will", context)


@member(right=Right.WRITE_CARE, keeps_drafts=False, step_up=True)
def will_make(request: PageRequest) -> HttpResponse:
    """Name two people; both parts are shown once."""
    row = clinical_will.will_of(request.member)
    names = ("colleague_name", "second_name")
    form = WillForm(
        request.POST or None, initial={name: getattr(row, name) for name in names} if row else {}
    )
    if request.method == "POST" and form.is_valid():
        key_of(request)
        try:
            parts = clinical_will.make_will(by=request.member, **form.said())
        except BadInput as error:
            put_on_form(form, error)
        else:
            return _shown_once(request, form.said(), parts)
    return page(request, "will_make", {"form": form, "will": row})


def _shown_once(request: PageRequest, names: dict[str, Any], parts: will_box.Parts) -> HttpResponse:
    sheets = [
        {"number": 1, "who": names["colleague_name"], "part": parts.one},
        {"number": 2, "who": names["second_name"], "part": parts.two},
    ]
    context = {"sheets": sheets, "today": practice.now(), "address": _address(request)}
    return page(request, "will_sheets", context)


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("will-open"))


@member(right=Right.WRITE_CARE)
def will_revoke(request: PageRequest) -> HttpResponse:
    """Nobody opens it any more."""

    def do() -> str:
        clinical_will.revoke_will(by=request.member)
        say(request, _("The will is gone. Both sheets open nothing any more."))
        return reverse("will")

    question = Confirm(
        title=_("Take the will back?"),
        what=_(
            "Its file is deleted here, and in your backups when the next one is made. "
            "The two sheets open nothing any more; you can leave another will at any time."
        ),
        confirm_label=_("Take it back"),
        cancel_url=reverse("will"),
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_CARE, methods=POST)
def will_seen(request: PageRequest) -> HttpResponse:
    """You saw that it was opened."""

    def do() -> str:
        clinical_will.note_openings_seen(by=request.member)
        say(request, _("Noted in the log."))
        return reverse("will")

    return keep(request, do)


@anyone
def will_open(request: HttpRequest) -> HttpResponse:
    """Both parts open what she left. The practice stays as it is, locked or not."""
    form = WillPartsForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "will_open", {"form": form})
    wait_s = OF_WILLS.wait_s()
    if wait_s:
        form.add_error(None, _wait_words(wait_s))
        return page(request, "will_open", {"form": form}, status=429)
    try:
        parts = will_box.parse(form.cleaned_data["part_one"], form.cleaned_data["part_two"])
        opened = will_box.open_will(the_folder(), parts, now=practice.now())
    except LacrimaError as error:
        return _refused(request, form, error)
    OF_WILLS.note_right()
    return page(request, "will_read", {"told": _told(opened.content())})


def _refused(request: HttpRequest, form: WillPartsForm, error: LacrimaError) -> HttpResponse:
    OF_WILLS.note_wrong()
    where = error.where if isinstance(error, WrongRecoveryCode) else None
    said = f"{error.found[:1].upper()}{error.found[1:]}. {error.next_step}".strip()
    form.add_error(where, said)
    return page(request, "will_open", {"form": form}, status=422)


def _wait_words(wait_s: int) -> str:
    return ngettext(
        "Please wait %(seconds)s second before the next try.",
        "Please wait %(seconds)s seconds before the next try.",
        wait_s,
    ) % {"seconds": wait_s}


def _told(content: dict[str, Any]) -> dict[str, Any]:
    """The same with times that a page can write, in the zone in which they were written."""
    cover = content["cover"]
    return {
        **content,
        "written_at": _at(content["written_at"]),
        "cover": {**cover, "until": date.fromisoformat(cover["until"])} if cover else None,
        "care": [_told_of(one) for one in content["care"]],
    }


def _told_of(care: dict[str, Any]) -> dict[str, Any]:
    worries = [
        {**one, "seen_at": _at(one["seen_at"]), "told_at": _at(one["told_at"])}
        for one in care["worries"]
    ]
    return {
        "clients": care["clients"],
        "appointments": [_at(one) for one in care["appointments"]],
        "risks": [{**one, "since": _at(one["since"])} for one in care["risks"]],
        "worries": worries,
    }


def _at(text: str) -> datetime | None:
    """As the clock of the practice showed it, whatever the clock here shows."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
