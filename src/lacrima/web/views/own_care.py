"""Pages of My care: how full, what was her own, ProQOL, all entries, how long they stay.

Nothing typed on these pages is kept half-typed, and where they lead afterwards names no session:
what is kept for a form sent twice would tell it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.instruments.catalogue import shipped
from lacrima.practice import own_care
from lacrima.practice.own_care import KeptInRow
from lacrima.practice.own_care_entries import PROQOL, Filled, State, When
from lacrima.practice.own_care_lines import entry_lines, session_words
from lacrima.practice.own_care_page import SessionChoice, own_care_page, sessions_of_today
from lacrima.practice.pages_parts import seeing
from lacrima.practice.rights import Right
from lacrima.web import own_things
from lacrima.web.charts.own_care import months_figure, shares_figure
from lacrima.web.forms.common import QuietForm, local_parts
from lacrima.web.forms.own_care import KeptForForm, OwnForm, ProQOLForm, StateForm, values_of
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, GET_AND_POST, PageRequest, PlainView, View, member
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm, today_here
from lacrima.web.views.who import above

A_PAGE = 40


def hers(*, methods: frozenset[str] = GET_AND_POST) -> Callable[[PlainView], View]:
    """A page of My care: who may write privately and opened it; never kept half-typed."""
    declare = member(right=Right.WRITE_PRIVATELY, keeps_drafts=False, methods=methods)
    return lambda view: declare(own_things.needed(view))


@hers(methods=GET)
def my_care(request: PageRequest) -> HttpResponse:
    """All that is hers, on one page."""
    now = practice.now()
    seen = own_care_page(request.member, now=now)
    context = {
        "seen": seen,
        "state": _state_form(request, sessions_of_today(request.member, now=now), now),
        "months": months_figure(seen.tears),
        "shares": shares_figure(seen.tears),
    }
    return page(request, "my_care", context)


def _state_form(
    request: PageRequest, sessions: tuple[SessionChoice, ...], now: dt.datetime
) -> StateForm:
    """The form as it is most likely meant: after the last session, or before the next."""
    nearest = min(sessions, key=lambda one: abs(one.start_local - now), default=None)
    when = When.OTHER
    if nearest is not None:
        when = When.AFTER if nearest.has_begun else When.BEFORE
    initial = {"when": when.value, "session": str(nearest.id) if nearest else ""}
    offered = [(str(one.id), one.words) for one in sessions]
    return StateForm(request.POST or None, sessions=offered, today=today_here(), initial=initial)


@hers()
def state(request: PageRequest) -> HttpResponse:
    """How full are you, before or after a session?"""
    now = practice.now()
    form = _state_form(request, sessions_of_today(request.member, now=now), now)
    return _answer_new(request, form, _("Before or after a session"))


@hers()
def own_new(request: PageRequest) -> HttpResponse:
    """Something of her own, of a day."""
    return _answer_own(request, "")


@hers()
def own_of_session(request: PageRequest, session_id: UUID) -> HttpResponse:
    """Something of her own in a session."""
    session = practice.find(request.member, "session", session_id)
    return _answer_own(request, above(request, session), session=session)


@hers()
def own_of_moment(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """Something of her own in a moment."""
    moment = practice.find(request.member, "moment", moment_id)
    where = above(request, moment.session)
    return _answer_own(request, where, session=moment.session, moment_id=moment.pk)


def _answer_own(
    request: PageRequest, where: str, *, session: Any = None, moment_id: UUID | None = None
) -> HttpResponse:
    form = OwnForm(
        request.POST or None,
        today=today_here(),
        session=session.pk if session else None,
        moment=moment_id,
        initial={"day": _day_of(session)},
    )
    return _answer_new(request, form, _("This stays with you"), where)


def _day_of(session: Any) -> dt.date:
    """The day of a session that has been; else today."""
    day, _at = local_parts(session.start if session else None)
    return min(day, today_here()) if day else today_here()


@hers()
def proqol_new(request: PageRequest) -> HttpResponse:
    """Fill in ProQOL 5, about the last thirty days."""
    form = ProQOLForm(
        request.POST or None,
        instrument=shipped()[PROQOL],
        today=today_here(),
        initial={"day": today_here()},
    )
    return _answer_new(request, form, "ProQOL 5")


_EntryForm = StateForm | OwnForm | ProQOLForm


def _answer_new(
    request: PageRequest, form: _EntryForm, title: str, where: str = ""
) -> HttpResponse:
    back = reverse("my-care")

    def do() -> str:
        row = own_care.put_entry(form.entry(), by=request.member)
        link = reverse("own-care-change", args=[row.pk])
        say(request, _("Kept, for you alone."), link=link, link_label=_("Change"))
        return back

    sheet = Sheet(title, back, above=where, template=_template_of(form))
    return answer_form(request, form, do, sheet)


def _template_of(form: QuietForm) -> str:
    if isinstance(form, ProQOLForm):
        return "my_care_proqol"
    return "my_care_own" if isinstance(form, OwnForm) else "my_care_form"


@hers(methods=GET)
def entries(request: PageRequest) -> HttpResponse:
    """Everything that was written down, the latest first."""
    rows = own_care.rows_of_entries(request.member)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    first = max(shown.start_index() - 1, 0)
    kept = own_care.opened(rows[first : shown.end_index()])
    lines = entry_lines(kept, seeing(request.member))
    context = {"lines": lines, "entries": shown, "today": today_here()}
    return page(request, "my_care_entries", context)


@hers()
def change(request: PageRequest, own_care_id: UUID) -> HttpResponse:
    """Say one entry otherwise."""
    kept = own_care.entry(request.member, own_care_id)

    def standing() -> Standing:
        there = own_care.entry(request.member, own_care_id)
        return Standing(values_of(there.entry), there.row.version)

    form, where = _form_of(request, kept)
    back = reverse("my-care")

    def do() -> str:
        version = form.expected_version()
        own_care.change_entry(kept.row, form.entry(), by=request.member, expected_version=version)
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("Change what you wrote"),
        back,
        above=where,
        delete_url=reverse("own-care-delete", args=[own_care_id]),
        template=_template_of(form),
    )
    return answer_form(request, form, do, sheet, standing=standing)


def _form_of(request: PageRequest, kept: KeptInRow) -> tuple[_EntryForm, str]:
    """The form of one entry, and the words for its session."""
    one = kept.entry
    session = one.session
    words = session_words({session} if session else (), seeing(request.member))
    where = words.get(session, "") if session else ""
    common: dict[str, Any] = {
        "today": today_here(),
        "initial": values_of(one),
        "version": kept.row.version,
    }
    if isinstance(one.content, State):
        offered = [(str(session), where)] if session and where else []
        return StateForm(request.POST or None, sessions=offered, **common), where
    if isinstance(one.content, Filled):
        instrument = shipped()[PROQOL]
        return ProQOLForm(request.POST or None, instrument=instrument, **common), where
    form = OwnForm(request.POST or None, session=session, moment=one.moment, **common)
    return form, where


@hers()
def delete(request: PageRequest, own_care_id: UUID) -> HttpResponse:
    """Delete one entry."""
    kept = own_care.entry(request.member, own_care_id)
    back = reverse("my-care")

    def do() -> str:
        own_care.delete_entry(kept.row, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Delete this entry?"),
        what=_("It goes now. Backups made before today may hold it, sealed, until they go."),
        confirm_label=_("Delete the entry"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@hers()
def kept_for(request: PageRequest) -> HttpResponse:
    """How long entries stay."""
    told, _version = own_care.desk(request.member)
    form = KeptForForm(request.POST or None, initial={"keep_days": str(told.keep_days or "")})
    back = reverse("my-care")

    def do() -> str:
        own_care.keep_entries_for(form.days(), by=request.member)
        say(request, _("Kept."))
        return back

    sheet = Sheet(_("How long entries stay"), back, template="my_care_form")
    return answer_form(request, form, do, sheet)


@hers()
def delete_all(request: PageRequest) -> HttpResponse:
    """Delete everything of My care."""
    back = reverse("my-care")

    def do() -> str:
        own_care.clear_own_care(by=request.member)
        say(request, _("Everything in My care is deleted."))
        return back

    question = Confirm(
        title=_("Delete everything in My care?"),
        what=_("All that you wrote here goes now, at once. It cannot be taken back."),
        consequences=[
            _("Entries, ProQOL forms, reminders and your answers in the workbook go."),
            _("Moments, sessions and your weighings are no part of it, and stay."),
            _("Backups made before today may hold it, sealed with your own key, until they go."),
            _("The log keeps that something changed here, as with any entry, and not what."),
        ],
        confirm_label=_("Delete everything here"),
        cancel_url=back,
    )
    return confirm(request, do, question)
