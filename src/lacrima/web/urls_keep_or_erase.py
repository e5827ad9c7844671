"""The addresses of keeping and erasing: holds, and erasing a client for good."""

from __future__ import annotations

from django.urls import path

from lacrima.web.views import keep_or_erase

urlpatterns = [
    path("people/<uuid:client_id>/keep", keep_or_erase.overview, name="keep-or-erase"),
    path("people/<uuid:client_id>/hold", keep_or_erase.hold_set, name="hold-set"),
    path("holds/<uuid:hold_id>/lift", keep_or_erase.hold_lift, name="hold-lift"),
    path("people/<uuid:client_id>/erase", keep_or_erase.erase, name="erase-client"),
    path("erased", keep_or_erase.erased, name="erased"),
]
