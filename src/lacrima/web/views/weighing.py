"""Pages of a weighing: begin it, think, read it, put it in the record, let it go."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import pages_weighing, pages_weighing_lists, pages_what_next, weighing
from lacrima.practice.pages_weighing import WeighingPage
from lacrima.practice.rights import Right
from lacrima.web import own_things
from lacrima.web.forms.care import KeptInMindForm
from lacrima.web.forms.weighing import ExpiryForm, WeighingForm, values_of
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say, see_other
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    confirm,
    today_here,
)
from lacrima.web.views.who import above, names_of


def _usual() -> dict[str, dt.date]:
    return {"expires_on": today_here() + dt.timedelta(days=weighing.USUAL_DAYS)}


def _expiry_form(request: PageRequest, **kwargs: Any) -> ExpiryForm:
    return ExpiryForm(request.POST or None, today=today_here(), **kwargs)


@member(right=Right.WRITE_CARE)
@own_things.needed
def weigh(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """Begin to weigh a moment: first until when it is kept. One that was begun goes on."""
    moment = practice.find(request.member, "moment", moment_id)
    begun = pages_weighing_lists.her_weighing_of(request.member, moment_id)
    if begun is not None and request.method != "POST":
        return see_other(reverse("weighing", args=[begun]))
    form = _expiry_form(request, initial=initial_from_draft(request, _usual()))

    def do() -> str:
        row = weighing.begin_weighing(moment, by=request.member, **form.said())
        return reverse("weighing-write", args=[row.pk])

    sheet = Sheet(
        _("Weigh this moment"),
        reverse("moment", args=[moment.pk]),
        above=above(request, moment.session),
        keep_label=_("Begin"),
        template="weighing_begin",
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
@own_things.needed
def weigh_beforehand(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Begin to think ahead of a session in which tears are likely."""
    episode = practice.find(request.member, "episode", episode_id)
    form = _expiry_form(request, initial=initial_from_draft(request, _usual()))

    def do() -> str:
        row = weighing.begin_beforehand(episode, by=request.member, **form.said())
        return reverse("weighing-write", args=[row.pk])

    back = reverse("client", args=[episode.pk])
    sheet = _sheet_of_beforehand(names_of(episode, request.practice), back)
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
@own_things.needed
def weigh_session(request: PageRequest, session_id: UUID) -> HttpResponse:
    """The same from the page of a session."""
    session = practice.find(request.member, "session", session_id)
    form = _expiry_form(request, initial=initial_from_draft(request, _usual()))

    def do() -> str:
        row = weighing.begin_beforehand(
            session.episode, by=request.member, session=session, **form.said()
        )
        return reverse("weighing-write", args=[row.pk])

    sheet = _sheet_of_beforehand(above(request, session), reverse("session", args=[session.pk]))
    return answer_form(request, form, do, sheet)


def _sheet_of_beforehand(who: str, back_url: str) -> Sheet:
    return Sheet(
        _("Before a session in which tears are likely"),
        back_url,
        above=who,
        keep_label=_("Begin"),
        template="weighing_begin",
        more={"is_ahead": True},
    )


@member(right=Right.WRITE_PRIVATELY, methods=GET)
def weighing_read(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """One weighing to read, and to print."""
    seen = pages_weighing.weighing_page(request.member, weighing_id)
    context: dict[str, Any] = {"seen": seen, "today": today_here()}
    if seen.is_ahead:
        context |= {"ahead": pages_what_next.ahead_view(), "mind": _mind_form()}
    return page(request, "weighing", context)


def _mind_form() -> KeptInMindForm:
    return KeptInMindForm(initial={"agreed_on": today_here()}, auto_id="mind_%s")


def _hers(request: PageRequest, weighing_id: UUID) -> WeighingPage:
    """A weighing that she may go on with: her own."""
    seen = pages_weighing.weighing_page(request.member, weighing_id)
    if not seen.is_yours:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return seen


@member(right=Right.WRITE_PRIVATELY)
def weighing_write(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """Think: the questions with what is known, what the record says, what she takes from it."""
    seen = _hers(request, weighing_id)
    row = seen.weighing
    now = Standing(values_of(seen.thinking, seen.facts), row.version)
    form = WeighingForm(
        request.POST or None,
        asked=[(one.id, one.title) for one in seen.questions],
        facts=seen.facts,
        is_ahead=seen.is_ahead,
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version,
    )
    back = reverse("weighing", args=[row.pk])

    def do() -> str:
        weighing.write_weighing(
            row,
            by=request.member,
            expected_version=form.expected_version(),
            thinking=form.thinking(seen.thinking),
        )
        say(request, _said_after_writing(seen))
        return reverse("weighing-write", args=[row.pk]) if "again" in request.POST else back

    def standing() -> Standing:
        there = _hers(request, weighing_id)
        return Standing(values_of(there.thinking, there.facts), there.weighing.version)

    return answer_form(request, form, do, _writing_sheet(seen, form, back), standing=standing)


def _said_after_writing(seen: WeighingPage) -> str:
    if seen.is_recorded:
        return _("Kept in the record, as a further version if something changed.")
    return _("Kept, for you alone.")


def _writing_sheet(seen: WeighingPage, form: WeighingForm, back: str) -> Sheet:
    title = _("Before the session") if seen.is_ahead else _("Weigh it")
    return Sheet(
        title,
        back,
        template="weighing_write",
        more={
            "seen": seen,
            "asked": [(one, *form.question(one.id)) for one in seen.questions],
            "today": today_here(),
        },
    )


@member(right=Right.WRITE_CARE)
def weighing_record(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """Put it in the record; what that means is said first."""
    seen = _hers(request, weighing_id)
    back = reverse("weighing", args=[weighing_id])
    if seen.is_recorded and request.method != "POST":
        return see_other(back)
    shown = seen.weighing.version

    def do() -> str:
        told = request.POST.get("version", "")
        version = int(told) if told.isascii() and told.isdigit() else shown
        weighing.record_weighing(seen.weighing, by=request.member, expected_version=version)
        say(request, _("It is in the record now. Every further version is kept."))
        return back

    question = Confirm(
        title=_("Put this weighing in the record?"),
        what=_(
            "From now on it belongs to the record of this client. It does not go away by itself "
            "any more, and you cannot take it back alone."
        ),
        consequences=[
            _("Whoever works in this course of care can read it."),
            _(
                "It leaves with a copy for this client, unless you leave it out there, and with an "
                "export of the whole practice. A court or a regulator may ask for it too."
            ),
            _("If you change it later, every version stays readable, with what was changed."),
            _("What the record says of the moment today is kept with it."),
            _(
                "The log keeps your name, the time and a check sum of the words. That shows later "
                "whether they were changed. It is not a qualified signature."
            ),
        ],
        confirm_label=_("Put it in the record"),
        cancel_url=back,
        version=shown,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_PRIVATELY)
def weighing_until(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """Another last day."""
    row = _hers(request, weighing_id).weighing
    back = reverse("weighing", args=[weighing_id])

    def standing() -> Standing:
        there = practice.find(request.member, "weighing", weighing_id)
        return Standing({"expires_on": there.expires_on}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = _expiry_form(request, initial=initial, version=now.version)

    def do() -> str:
        weighing.keep_weighing_until(
            row, by=request.member, expected_version=form.expected_version(), **form.said()
        )
        say(request, _("Changed."))
        return back

    sheet = Sheet(_("Until when it is kept"), back)
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_PRIVATELY)
def weighing_delete(request: PageRequest, weighing_id: UUID) -> HttpResponse:
    """Delete a private weighing now, before its day."""
    row = _hers(request, weighing_id).weighing
    back = reverse("weighing", args=[weighing_id])

    def do() -> str:
        weighing.delete_weighing(row, by=request.member)
        say(request, _("Deleted."))
        return reverse("moment", args=[row.moment_id]) if row.moment_id else reverse("today")

    question = Confirm(
        title=_("Delete this weighing now?"),
        what=_(
            "It goes before its day. Copies made before today may hold it until they are "
            "replaced, sealed with your own key."
        ),
        confirm_label=_("Delete the weighing"),
        cancel_url=back,
    )
    return confirm(request, do, question)
