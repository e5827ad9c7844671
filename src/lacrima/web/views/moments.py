"""Pages of a moment: log it in three taps, say more, hear both voices, correct it, take it back."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima import practice
from lacrima.practice import moments, pages, pages_supervision, pages_weighing_lists
from lacrima.practice.rights import Right
from lacrima.web.forms.log_moment import ElseForm, Logged, NatureForm, TearsForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm, today_here
from lacrima.web.views.who import above, names_among, participants, people_of_moment


@member(right=Right.WRITE_CARE)
def moment_new(request: PageRequest, session_id: UUID) -> HttpResponse:
    """Log a moment: one tap says who and how much, one keeps it."""
    session = practice.find(request.member, "session", session_id)
    everybody = participants(session.episode)
    people = people_of_moment(everybody, request.practice, member=request.member)
    is_else = request.POST.get("form") == "else"
    draft = initial_from_draft(request, {})

    @cache
    def tears() -> TearsForm:
        given = None if is_else else request.POST or None
        return TearsForm(given, people=people, initial=draft)

    @cache
    def other() -> ElseForm:
        given = request.POST if is_else else None
        return ElseForm(given, people=people, initial=draft, auto_id="else_%s")

    form = other() if is_else else tears()  # the one that was not sent is made when it is shown

    def do() -> str:
        return _keep_moment(request, session, form.logged(), everybody)

    sheet = Sheet(
        _("Log a moment"),
        reverse("session", args=[session.pk]),
        template="moment_new",
        more={
            "session": session,
            "who": names_among(everybody, request.practice),
            "tears": tears,
            "today": today_here(),
            "other": other,
        },
    )
    return answer_form(request, form, do, sheet)


def _keep_moment(request: PageRequest, session: Any, logged: Logged, everybody: list[Any]) -> str:
    moment = moments.log_moment(session, by=request.member, among=everybody, **logged.values())
    return f"{reverse('moment', args=[moment.pk])}?kept"


@member(right=Right.READ_CARE, methods=GET)
def moment(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """The voices of a moment side by side; what is different first, in words."""
    context = {
        "seen": pages.moment_page(request.member, moment_id),
        "shares": pages_supervision.shares_of_moment(request.member, moment_id, request.practice),
        "is_new": "kept" in request.GET,
        "today": today_here(),
    }
    return page(request, "moment", context)


@member(right=Right.WRITE_CARE)
def moment_change(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """It was another sort of moment."""
    row = practice.find(request.member, "moment", moment_id)
    back = reverse("moment", args=[row.pk])

    def standing() -> Standing:
        there = practice.find(request.member, "moment", moment_id)
        return Standing({"nature": there.nature, "kind": there.kind}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = NatureForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        moments.change_moment(row, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("What sort of moment was it?"),
        back,
        above=above(request, row.session),
        lead=_("Who, and how much showed, you change under A little more."),
        delete_url=reverse("moment-delete", args=[row.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def moment_delete(request: PageRequest, moment_id: UUID) -> HttpResponse:
    """Take back a moment logged by mistake."""
    row = practice.find(request.member, "moment", moment_id)

    def do() -> str:
        session_id = moments.delete_moment(row, by=request.member)
        say(request, _("The moment is taken back."))
        return reverse("session", args=[session_id])

    voices = row.voices.count()
    others = row.session.moments.count() - 1
    question = Confirm(
        title=_("Take back this moment?"),
        what=_("The moment goes, with everything said about it."),
        consequences=[
            ngettext("One voice goes with it.", "%(n)d voices go with it.", voices) % {"n": voices},
            *_weighings_that_go(request, moment_id),
            *_shares_that_go(request, moment_id),
            _("The session keeps its other moments.")
            if others
            else _("The session is not logged yet again: unknown, not nothing."),
            _("The log keeps that a moment was deleted, when and by whom."),
        ],
        confirm_label=_("Take it back"),
        cancel_url=reverse("moment", args=[row.pk]),
    )
    return confirm(request, do, question)


def _weighings_that_go(request: PageRequest, moment_id: UUID) -> list[str]:
    """What was thought over about it goes as well; others' private weighings are not told of."""
    found = pages_weighing_lists.weighings_that_go(request.member, moment_id)
    said = []
    if found.is_private:
        said.append(_("What you thought over about it, for you alone, goes with it."))
    if found.is_recorded:
        said.append(_("The weighing in the record goes with it, with all its versions."))
    return said


def _shares_that_go(request: PageRequest, moment_id: UUID) -> list[str]:
    """What was shown of it for supervision; a file that was sent stays where it is."""
    if not pages_supervision.shares_of_moment(request.member, moment_id, request.practice):
        return []
    return [_("What you showed of it for supervision goes too, with what was said of it.")]


@member(right=Right.WRITE_CARE, methods=POST)
def offer_close(request: PageRequest, offer_id: UUID) -> HttpResponse:
    """One tap: this suggestion need not be shown any more."""
    offer = practice.find(request.member, "offer", offer_id)

    def do() -> str:
        moments.close_offer(offer, by=request.member)
        say(
            request,
            _("Closed."),
            link=reverse("offer-reopen", args=[offer.pk]),
            link_label=_("Undo"),
        )
        return _back_from_closing(request, offer)

    return keep(request, do)


def _back_from_closing(request: PageRequest, offer: Any) -> str:
    """To the page it was closed on: Today, unless the form says another."""
    if request.POST.get("back") == "moment":
        return reverse("moment", args=[offer.moment_id])
    return reverse("what-next" if request.POST.get("back") == "what-next" else "today")


@member(right=Right.WRITE_CARE)
def offer_reopen(request: PageRequest, offer_id: UUID) -> HttpResponse:
    """Take that back."""
    offer = practice.find(request.member, "offer", offer_id)
    back = reverse("moment", args=[offer.moment_id])

    def do() -> str:
        moments.reopen_offer(offer, by=request.member)
        say(request, _("Open again."))
        return back

    question = Confirm(
        title=_("Show it again?"),
        what=_("It stands on Today again until you close it, or it fades."),
        confirm_label=_("Show it again"),
        cancel_url=back,
        is_final=False,
    )
    return confirm(request, do, question)
