"""The addresses of what clients agreed to."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import consents

_CLIENT = "who/<uuid:client_id>/agreements"
_CONSENT = "agreements/<uuid:consent_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_CLIENT, consents.agreements, name="agreements"),
    path(f"{_CLIENT}/sheet", consents.agreement_sheet, name="agreement-sheet"),
    path(f"{_CLIENT}/new/<slug:purpose_slug>", consents.agreement_new, name="agreement-new"),
    path(_CONSENT, consents.agreement_correct, name="agreement-correct"),
    path(f"{_CONSENT}/withdraw", consents.agreement_withdraw, name="agreement-withdraw"),
    path(
        "who/<uuid:client_id>/representatives/new",
        consents.representative_new,
        name="representative-new",
    ),
    path(
        "representatives/<uuid:representative_id>",
        consents.representative_change,
        name="representative-change",
    ),
]
