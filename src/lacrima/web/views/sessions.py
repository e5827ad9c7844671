"""Pages of a session: what is known of it, who was there, how heavy things were, its moments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima import practice
from lacrima.errors import BadInput
from lacrima.practice import pages, sessions
from lacrima.practice.rights import Right
from lacrima.web.forms.common import local_parts
from lacrima.web.forms.sessions import HeavinessForm, SessionForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    client_place,
    confirm,
    today_here,
)
from lacrima.web.views.who import choices_of, names_of, participants


def _session_page(session_id: UUID) -> str:
    return reverse("session", args=[session_id])


A_PAGE = 60


@member(right=Right.READ_CARE, methods=GET)
def session_list(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """All sessions of one course of care, the latest first."""
    seen = pages.client_page(request.member, episode_id)
    context = {
        "id": seen.episode.pk,
        "who": seen.who,
        "sessions": Paginator(seen.sessions, A_PAGE).get_page(request.GET.get("page")),
        "today": today_here(),
    }
    return page(request, "sessions", context)


@member(right=Right.READ_CARE, methods=GET)
def session(request: PageRequest, session_id: UUID) -> HttpResponse:
    """One session, with its moments and answers."""
    seen = pages.session_page(request.member, session_id)
    return page(
        request, "session", {"seen": seen, "today": today_here(), **_heaviness_forms(seen.session)}
    )


def _heaviness_forms(row: Any) -> dict[str, Any]:
    def form(value: int | None, given_by: str, auto_id: str) -> HeavinessForm:
        chosen = {"value": "" if value is None else str(value), "given_by": given_by or "therapist"}
        return HeavinessForm(initial=chosen, auto_id=auto_id)

    return {
        "before": form(row.heaviness, row.heaviness_by, "before_%s"),
        "after": form(row.heaviness_after, row.heaviness_after_by, "after_%s"),
    }


def _values(row: Any, everybody: list[Any]) -> dict[str, Any]:
    day, at = local_parts(row.start)
    there = list(row.present.all())
    return {
        "on": day,
        "at": at,
        "number": row.number,
        "length_min": row.length_min,
        "modality": row.modality,
        "face_visible": {True: "yes", False: "no"}.get(row.face_visible, ""),
        "present": [str(one.pk) for one in there] or [str(one.pk) for one in everybody],
    }


def _said(request: PageRequest, form: SessionForm) -> dict[str, Any]:
    said = form.values()
    if "present" in said:
        chosen = [practice.find(request.member, "participant", one) for one in said["present"]]
        is_everybody = len(chosen) == len(form.people)
        said["present"] = [] if is_everybody else chosen
    return said


@member(right=Right.WRITE_CARE)
def session_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A session that did not make itself."""
    episode = practice.find(request.member, "episode", episode_id)
    initial = {"on": today_here(), "length_min": 50, "modality": "room"}
    form = SessionForm(request.POST or None, initial=initial_from_draft(request, initial))

    def do() -> str:
        new = sessions.add_session(episode, by=request.member, **form.values())
        say(
            request,
            _("The session is kept."),
            link=reverse("session-change", args=[new.pk]),
            link_label=_("Change"),
        )
        return _session_page(new.pk)

    sheet = Sheet(
        _("A session"),
        client_place(episode.pk, "sessions"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def session_change(request: PageRequest, session_id: UUID) -> HttpResponse:
    """Another time, number or place, and who was there."""
    row = practice.find(request.member, "session", session_id)
    everybody = participants(row.episode)
    people = choices_of(everybody, request.practice)

    def standing() -> Standing:
        there = practice.find(request.member, "session", session_id)
        return Standing(_values(there, everybody), there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = SessionForm(request.POST or None, people=people, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        said = _said(request, form)
        sessions.change_session(row, by=request.member, expected_version=version, **said)
        say(request, _("Changed."))
        return _session_page(row.pk)

    sheet = Sheet(
        _("Change this session"),
        _session_page(row.pk),
        above=names_of(row.episode, request.practice),
        delete_url=reverse("session-delete", args=[row.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE, methods=POST)
def session_state(request: PageRequest, session_id: UUID) -> HttpResponse:
    """It took place after all, was cancelled, or the client did not come."""
    row = practice.find(request.member, "session", session_id)
    state = request.POST.get("state", "")

    if state not in {"held", "cancelled", "not_attended"}:
        raise BadInput(_("There is no such state of a session"), next_step=_("Go back to it."))

    def do() -> str:
        if state == "held":
            sessions.undo_cancel_session(row, by=request.member)
        else:
            sessions.cancel_session(row, by=request.member, not_attended=state == "not_attended")
        say(request, _("Changed."))
        return _session_page(row.pk)

    return keep(request, do)


@member(right=Right.WRITE_CARE)
def session_delete(request: PageRequest, session_id: UUID) -> HttpResponse:
    """Take back a session kept by mistake."""
    row = practice.find(request.member, "session", session_id)
    episode_id = row.episode_id

    def do() -> str:
        sessions.delete_session(row, by=request.member)
        say(request, _("The session is deleted."))
        return client_place(episode_id, "sessions")

    question = Confirm(
        title=_("Delete this session?"),
        what=_("The session goes, with everything that hangs on it."),
        consequences=_what_goes(sessions.what_goes_with(row, by=request.member)),
        confirm_label=_("Delete the session"),
        cancel_url=_session_page(row.pk),
    )
    return confirm(request, do, question)


def _what_goes(counts: dict[str, int]) -> list[str]:
    moments, answers = counts["moments"], counts["answers"]
    said = []
    if moments:
        said.append(
            ngettext("One moment, with its voices.", "%(n)d moments, with their voices.", moments)
            % {"n": moments}
        )
    if answers:
        said.append(
            ngettext("One filled questionnaire.", "%(n)d filled questionnaires.", answers)
            % {"n": answers}
        )
    said.append(_("If it was only called off, say so on its page instead."))
    return said


@member(right=Right.WRITE_CARE, methods=POST)
def heaviness(request: PageRequest, session_id: UUID) -> HttpResponse:
    """How heavy things were before the first moment, or after the session."""
    row = practice.find(request.member, "session", session_id)
    form = HeavinessForm(request.POST)
    if not form.is_valid():
        raise BadInput(
            _("This is not a number from 0 to 10"), next_step=_("Tap one of the numbers.")
        )
    is_after = request.POST.get("after") == "1"

    def do() -> str:
        sessions.set_heaviness(
            row,
            by=request.member,
            value=form.number(),
            given_by=form.cleaned_data["given_by"],
            after=is_after,
        )
        say(request, _("Kept."))
        return f"{_session_page(row.pk)}#heaviness"

    return keep(request, do)


def _chosen(request: PageRequest) -> list[Any]:
    return [
        practice.find(request.member, "session", one) for one in request.POST.getlist("session")
    ]


def _way_back(request: PageRequest, rows: list[Any]) -> str:
    is_from_session = request.POST.get("back") == "session" and len(rows) == 1
    return _session_page(rows[0].pk) if is_from_session else reverse("today")


@member(right=Right.WRITE_CARE, methods=POST)
def nothing_stood_out(request: PageRequest) -> HttpResponse:
    """For these sessions: looked back on, and nothing stood out."""
    rows = _chosen(request)
    back = _way_back(request, rows)

    def do() -> str:
        if not rows:
            say(request, _("No session was ticked, so nothing was changed."))
            return back
        sessions.nothing_stood_out(rows, by=request.member)
        if back == reverse("today"):
            request.session["nothing_kept"] = [str(row.pk) for row in rows]  # it offers the undo
        else:
            say(request, _("Kept: nothing stood out."))
        return back

    return keep(request, do)


@member(right=Right.WRITE_CARE, methods=POST)
def nothing_undo(request: PageRequest) -> HttpResponse:
    """Take it back: these sessions are not logged yet."""
    rows = _chosen(request)
    back = _way_back(request, rows)

    def do() -> str:
        sessions.undo_nothing_stood_out(rows, by=request.member)
        say(request, _("Taken back. These sessions are not logged yet."))
        return back

    return keep(request, do)
