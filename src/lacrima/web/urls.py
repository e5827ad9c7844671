"""All addresses: the frame's own, and those of the pages about people."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.urls import URLPattern, URLResolver, include, path

from lacrima.web.views import calendar, drafts, expectations, questionnaires, settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<str:draft_id>/take-up", drafts.take_up, name="draft-take-up"),
    path("drafts/<str:draft_id>/let-go", drafts.let_go, name="draft-let-go"),
    path("settings", settings.settings, name="settings"),
    path("settings/name", settings.my_name, name="my-name"),
    path("settings/language", settings.language, name="language"),
    path("settings/scores", settings.plain_score_new, name="plain-score-new"),
    path("settings/questionnaires", questionnaires.questionnaires, name="questionnaires"),
    path("settings/questionnaires/<slug:skeleton>", questionnaires.wording, name="wording"),
    path(
        "settings/questionnaires/<slug:skeleton>/remove",
        questionnaires.wording_remove,
        name="wording-remove",
    ),
    path("settings/expectations", expectations.expectations, name="expectations"),
    path(
        "settings/expectations/<uuid:expectation_id>/remove",
        expectations.remove,
        name="expectation-remove",
    ),
    path("settings/calendar", calendar.calendar, name="calendar"),
    path("settings/calendar/sessions", calendar.assign, name="calendar-assign"),
    path("", include("lacrima.web.urls_bringing_in")),
    path("", include("lacrima.web.urls_consents")),
    path("", include("lacrima.web.urls_door")),
    path("", include("lacrima.web.urls_door_care")),
    path("", include("lacrima.web.urls_evidence")),
    path("", include("lacrima.web.urls_keep_or_erase")),
    path("", include("lacrima.web.urls_own_care")),
    path("", include("lacrima.web.urls_supervision")),
    path("", include("lacrima.web.urls_pages")),
]

_here_alone = (
    "lacrima.web.urls_clinic" if django_settings.IS_CLINIC else "lacrima.web.urls_embedded"
)
urlpatterns.insert(0, path("", include(_here_alone)))

handler400 = "lacrima.web.views.errors.bad_request"
handler403 = "lacrima.web.views.errors.not_allowed"
handler404 = "lacrima.web.views.errors.not_found"
handler500 = "lacrima.web.views.errors.our_fault"
