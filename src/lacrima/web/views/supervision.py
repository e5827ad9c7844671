"""Pages of supervision: what was shown and what was said of it; hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import pages_supervision, share_files, supervision, supervision_hours
from lacrima.practice.pages_supervision import SharePage
from lacrima.practice.rights import Right, may
from lacrima.practice.supervision_groups import people_to_choose
from lacrima.web import own_things
from lacrima.web.forms.supervision import HourForm, NoteForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import hand_out, keep, key_of, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    confirm,
    today_here,
)

_GONE = 410


@member(right=Right.WRITE_PRIVATELY, methods=GET)
def overview(request: PageRequest) -> HttpResponse:
    """What you showed, what you were shown, and your hours."""
    seen = pages_supervision.supervision_page(request.member)
    can_show = may(request.member, Right.READ_CARE)
    has_others = len(people_to_choose(request.member)) > 1
    context = {"seen": seen, "can_show": can_show, "has_others": has_others, "today": today_here()}
    return page(request, "supervision", context)


# ---- one share ----------------------------------------------------------------------------------


@member(right=Right.WRITE_PRIVATELY)
def share(request: PageRequest, share_id: UUID) -> HttpResponse:
    """One share: exactly what is shown, and what was said of it."""
    row = practice.find(request.member, "share", share_id)
    seen = pages_supervision.share_page(request.member, share_id)
    here = reverse("share", args=[share_id])

    def do(said: dict[str, Any]) -> str:
        supervision.say_of_share(row, by=request.member, **said)
        return here

    return _with_notes(request, seen, do, can_say=seen.is_open and not seen.is_file)


@member(right=Right.WRITE_PRIVATELY)
def received(request: PageRequest, received_id: UUID) -> HttpResponse:
    """A share that came from outside."""
    row = practice.find(request.member, "received_share", received_id)
    seen = pages_supervision.received_page(request.member, received_id)
    here = reverse("received-share", args=[received_id])

    def do(said: dict[str, Any]) -> str:
        share_files.say_of_received(row, by=request.member, **said)
        return here

    return _with_notes(request, seen, do, can_say=seen.is_open, is_received=True)


def _with_notes(
    request: PageRequest,
    seen: SharePage,
    do: Callable[[dict[str, Any]], str],
    *,
    can_say: bool,
    is_received: bool = False,
) -> HttpResponse:
    initial = initial_from_draft(request, {})
    form = NoteForm(request.POST or None, only_comment=seen.is_yours, initial=initial or None)
    if request.method == "POST" and (form.is_valid() or not can_say):
        typed = {"kind": supervision.ShareNoteKind.COMMENT.value, "words": ""}
        said = {**typed, **form.said()}  # where nothing can be said any more, the action says why

        def kept() -> str:
            address = do(said)
            say(request, _("Kept."))
            return address

        return keep(request, kept)
    context: dict[str, object] = {
        "seen": seen,
        "form": form if can_say else None,
        "is_received": is_received,
        "today": today_here(),
    }
    is_gone = not seen.is_open and not seen.is_yours and not is_received
    return page(request, "share", context, status=_GONE if is_gone else 200)


@member(right=Right.WRITE_PRIVATELY)
def share_withdraw(request: PageRequest, share_id: UUID) -> HttpResponse:
    """End a share; what that means is said first."""
    row = practice.find(request.member, "share", share_id)
    seen = pages_supervision.share_page(request.member, share_id)
    if not seen.is_yours:
        raise NotFound("there is nothing here for you", next_step="Go back to Supervision.")
    back = reverse("share", args=[share_id])

    def do() -> str:
        supervision.withdraw_share(row, by=request.member)
        say(request, _("Ended. What was said of it is still here."))
        return back

    here = [
        _("%(who)s reads it no more from this moment.") % {"who": seen.whom},
        _("What was said of it stays with you."),
    ]
    outside = [
        _("A file that was sent stays out there: nobody can call it back."),
        _("It is deleted here, and an answer to it is not taken any more."),
    ]
    question = Confirm(
        title=_("Withdraw this?"),
        what=_("What you showed is deleted here and cannot be brought back."),
        consequences=outside if seen.is_file else here,
        confirm_label=_("Withdraw it"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_PRIVATELY)
def note_delete(request: PageRequest, share_note_id: UUID) -> HttpResponse:
    """Take back what you said yourself."""
    note = practice.find(request.member, "share_note", share_note_id)
    if note.by_id != request.member.pk:
        raise NotFound("there is nothing here for you", next_step="Go back to Supervision.")
    name, key = ("share", note.share_id) if note.share_id else ("received-share", note.received_id)
    back = reverse(name, args=[key])

    def do() -> str:
        supervision.take_back_note(note, by=request.member)
        say(request, _("Taken back."))
        return back

    question = Confirm(
        title=_("Take this back?"),
        what=_("It goes from here. An answer that was sent already keeps it."),
        confirm_label=_("Take it back"),
        cancel_url=back,
    )
    return confirm(request, do, question)


# ---- hours --------------------------------------------------------------------------------------


@member(right=Right.WRITE_PRIVATELY)
@own_things.needed
def hour_new(request: PageRequest) -> HttpResponse:
    """Note a meeting."""
    today = today_here()
    initial = initial_from_draft(request, {"on": today, "minutes": 50})
    form = HourForm(request.POST or None, today=today, initial=initial)

    def do() -> str:
        hour = supervision_hours.add_hour(by=request.member, **form.said())
        say(
            request,
            _("Kept, for you alone."),
            link=reverse("hour-change", args=[hour.pk]),
            link_label=_("Change"),
        )
        return _hours()

    return answer_form(request, form, do, Sheet(_("A meeting of supervision"), _hours()))


def _hours() -> str:
    return f"{reverse('supervision')}#hours"


@member(right=Right.WRITE_PRIVATELY)
@own_things.needed
def hour_change(request: PageRequest, hour_id: UUID) -> HttpResponse:
    """Correct it."""
    hour = practice.find(request.member, "supervision_hour", hour_id)

    def standing() -> Standing:
        row = practice.find(request.member, "supervision_hour", hour_id)
        names = ("on", "minutes", "is_group", "with_whom", "topics")
        return Standing({name: getattr(row, name) for name in names}, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = HourForm(request.POST or None, today=today_here(), initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        supervision_hours.change_hour(
            hour, by=request.member, expected_version=version, **form.said()
        )
        say(request, _("Changed."))
        return _hours()

    delete_url = reverse("hour-delete", args=[hour_id])
    sheet = Sheet(_("A meeting of supervision"), _hours(), delete_url=delete_url)
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_PRIVATELY)
def hour_delete(request: PageRequest, hour_id: UUID) -> HttpResponse:
    """Delete it."""
    hour = practice.find(request.member, "supervision_hour", hour_id)

    def do() -> str:
        supervision_hours.delete_hour(hour, by=request.member)
        say(request, _("Deleted."))
        return _hours()

    question = Confirm(
        title=_("Delete this meeting?"),
        what=_("It goes from your hours and cannot be brought back from here."),
        confirm_label=_("Delete the meeting"),
        cancel_url=_hours(),
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_PRIVATELY, methods=POST, keeps_drafts=False, step_up=True)
def hours_take_along(request: PageRequest) -> HttpResponse:
    """Your hours as a table."""
    key_of(request)
    data = supervision_hours.hours_csv(by=request.member)
    name = f"supervision-hours-{today_here()}.csv"
    return hand_out(request, data, name, content_type="text/csv; charset=utf-8")
