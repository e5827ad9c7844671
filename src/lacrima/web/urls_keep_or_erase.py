"""The addresses of keeping and erasing: holds, requests, how long, erasing for good."""

from __future__ import annotations

from django.urls import path

from lacrima.web.views import disclosing, keep_or_erase, retention

urlpatterns = [
    path("people/<uuid:client_id>/keep", keep_or_erase.overview, name="keep-or-erase"),
    path("people/<uuid:client_id>/hold", keep_or_erase.hold_set, name="hold-set"),
    path("holds/<uuid:hold_id>/lift", keep_or_erase.hold_lift, name="hold-lift"),
    path("people/<uuid:client_id>/erase", keep_or_erase.erase, name="erase-client"),
    path("people/<uuid:client_id>/keeping", retention.keeping, name="keeping"),
    path("people/<uuid:client_id>/request", disclosing.request_new, name="request-new"),
    path("people/<uuid:client_id>/requests", disclosing.requests_of, name="requests-of"),
    path("requests", disclosing.requests, name="requests"),
    path("requests/<uuid:request_id>/change", disclosing.request_change, name="request-change"),
    path("requests/<uuid:request_id>/give", disclosing.request_give, name="request-give"),
    path("requests/<uuid:request_id>/decline", disclosing.request_decline, name="request-decline"),
    path(
        "requests/<uuid:request_id>/withdraw", disclosing.request_withdraw, name="request-withdraw"
    ),
    path("settings/records", retention.rule, name="retention-rule"),
    path("past-its-time", retention.past_its_time, name="past-its-time"),
    path("erased", keep_or_erase.erased, name="erased"),
]
