"""A calendar file becomes sessions: looked at first, matched to clients by you, brought in once.

The preview waits in the memory of this process: titles of appointments are often names, so they
go neither to the disk nor into an address.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import BadCalendar
from lacrima.practice import calendars, pages
from lacrima.practice.rights import Right
from lacrima.web import held_calendars
from lacrima.web.forms.settings import AssignForm, CalendarFileForm
from lacrima.web.keeping import keep, page, say, see_other
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import today_here


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
def calendar(request: PageRequest) -> HttpResponse:
    """Choose the file. Nothing is kept by looking at it."""
    form = CalendarFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = CalendarFileForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data["calendar"].read()
            try:
                zone = request.practice.zone
                preview = calendars.read_calendar(data, by=request.member, zone=zone)
            except BadCalendar as error:
                form.add_error("calendar", _sentence(error))
            else:
                held_calendars.hold(request.member.pk, preview)
                return see_other(reverse("calendar-assign"))
    return page(request, "calendar", {"form": form})


def _sentence(error: BadCalendar) -> str:
    found = error.found[:1].upper() + error.found[1:]
    return _("%(found)s. Expected: %(expected)s.") % {"found": found, "expected": error.expected}


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
def assign(request: PageRequest) -> HttpResponse:
    """Say which title belongs to whom; what is left out is not brought in."""
    preview = held_calendars.of(request.member.pk)
    if preview is None:
        return see_other(reverse("calendar"))
    titles = [entry.title for entry in preview.entries]
    episodes = [(str(line.episode_id), line.who) for line in pages.client_list(request.member)]
    form = AssignForm(request.POST or None, titles=titles, episodes=episodes)
    if request.method == "POST" and form.is_valid():
        answer = keep(request, lambda: _bring_in(request, preview, form))
        held_calendars.let_go(request.member.pk)
        return answer
    rows = [(form[f"title_{number}"], entry) for number, entry in enumerate(preview.entries)]
    context = {
        "form": form,
        "rows": rows,
        "skipped": len(preview.skipped),
        "episodes": episodes,
        "today": today_here(),
    }
    return page(request, "calendar_assign", context)


def _bring_in(request: PageRequest, preview: calendars.CalendarPreview, form: AssignForm) -> str:
    count = calendars.bring_in_calendar(preview, form.assignments(), by=request.member)
    say(
        request,
        ngettext("%(count)s session was brought in.", "%(count)s sessions were brought in.", count)
        % {"count": count},
    )
    return reverse("settings")
