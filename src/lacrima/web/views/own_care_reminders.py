"""Reminders she sets for herself: a day, or every so many weeks; quiet after a week."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.practice import own_care
from lacrima.practice.own_care_entries import Reminder
from lacrima.web.forms.own_care import ReminderForm
from lacrima.web.keeping import keep, say
from lacrima.web.routes import POST, PageRequest
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm, today_here
from lacrima.web.views.own_care import hers


def _found(request: PageRequest, reminder_id: str) -> tuple[Reminder, int]:
    told, version = own_care.desk(request.member)
    one = told.reminder(reminder_id)
    if one is None:
        raise NotFound(_("There is nothing here for you"), next_step=_("Go back to My care."))
    return one, version


@hers()
def new(request: PageRequest) -> HttpResponse:
    """Set a reminder."""
    form = ReminderForm(request.POST or None, initial={"first_on": today_here(), "every_weeks": 4})
    back = reverse("my-care")

    def do() -> str:
        own_care.put_reminder(by=request.member, **form.reminder())
        say(request, _("Kept, for you alone."))
        return back

    sheet = Sheet(_("A reminder for yourself"), back, lead=_lead(), template="my_care_form")
    return answer_form(request, form, do, sheet)


def _lead() -> str:
    return _("It stands here for a week from its day, or until you tap Seen. Nothing is counted.")


def _values(one: Reminder) -> dict[str, Any]:
    return {
        "what": one.what.value,
        "words": one.words,
        "first_on": one.first_on,
        "every_weeks": one.every_weeks or None,
        "is_on_today": one.is_on_today,
    }


@hers()
def change(request: PageRequest, reminder_id: str) -> HttpResponse:
    """Another rhythm, or other words."""
    one, version = _found(request, reminder_id)

    def standing() -> Standing:
        there, now = _found(request, reminder_id)
        return Standing(_values(there), now)

    form = ReminderForm(request.POST or None, initial=_values(one), version=version)
    back = reverse("my-care")

    def do() -> str:
        own_care.put_reminder(
            by=request.member,
            key=one.id,
            expected_version=form.expected_version(),
            **form.reminder(),
        )
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("A reminder for yourself"),
        back,
        lead=_lead(),
        delete_url=reverse("reminder-delete", args=[one.id]),
        template="my_care_form",
    )
    return answer_form(request, form, do, sheet, standing=standing)


@hers(methods=POST)
def seen(request: PageRequest, reminder_id: str) -> HttpResponse:
    """One tap: quiet until its next day."""
    one, _version = _found(request, reminder_id)

    def do() -> str:
        own_care.see_reminder(one.id, by=request.member)
        say(request, _("Seen. It comes again on its next day.") if one.every_weeks else _("Seen."))
        return reverse("today") if request.POST.get("back") == "today" else reverse("my-care")

    return keep(request, do)


@hers()
def delete(request: PageRequest, reminder_id: str) -> HttpResponse:
    """Take a reminder away."""
    one, _version = _found(request, reminder_id)
    back = reverse("my-care")

    def do() -> str:
        own_care.delete_reminder(one.id, by=request.member)
        say(request, _("The reminder is gone."))
        return back

    question = Confirm(
        title=_("Take this reminder away?"),
        what=_("It does not come again."),
        confirm_label=_("Take it away"),
        cancel_url=back,
    )
    return confirm(request, do, question)
