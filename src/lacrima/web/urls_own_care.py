"""The addresses of My care."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import own_care, own_care_reminders, own_care_workbook

_ENTRY = "my-care/entries/<uuid:own_care_id>"
_REMINDER = "my-care/reminders/<slug:reminder_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("my-care", own_care.my_care, name="my-care"),
    path("my-care/state", own_care.state, name="own-care-state"),
    path("my-care/own", own_care.own_new, name="own-care-own"),
    path("my-care/sessions/<uuid:session_id>", own_care.own_of_session, name="own-care-of-session"),
    path("my-care/moments/<uuid:moment_id>", own_care.own_of_moment, name="own-care-of-moment"),
    path("my-care/proqol", own_care.proqol_new, name="own-care-proqol"),
    path("my-care/entries", own_care.entries, name="own-care-entries"),
    path(_ENTRY, own_care.change, name="own-care-change"),
    path(f"{_ENTRY}/delete", own_care.delete, name="own-care-delete"),
    path("my-care/how-long", own_care.kept_for, name="own-care-how-long"),
    path("my-care/delete", own_care.delete_all, name="own-care-all-delete"),
    path("my-care/reminders/new", own_care_reminders.new, name="reminder-new"),
    path(_REMINDER, own_care_reminders.change, name="reminder-change"),
    path(f"{_REMINDER}/seen", own_care_reminders.seen, name="reminder-seen"),
    path(f"{_REMINDER}/delete", own_care_reminders.delete, name="reminder-delete"),
    path("my-care/workbook", own_care_workbook.workbook, name="workbook"),
    path("my-care/workbook/on-paper", own_care_workbook.paper, name="workbook-paper"),
    path("my-care/workbook/<slug:part_slug>", own_care_workbook.part, name="workbook-part"),
]
