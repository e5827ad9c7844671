"""Addresses of the drop-box, on one's own computer: the relay, links for phones, letters aside."""

from __future__ import annotations

from django.urls import path

from lacrima.web.views import drop_box, phone_links

_PHONE = "clients/<uuid:episode_id>/door/phone"
_LETTER = "settings/drop-box/letters/<uuid:letter_id>"

urlpatterns = [
    path("settings/drop-box", drop_box.drop_box, name="drop-box"),
    path("settings/drop-box/relay", drop_box.relay, name="drop-box-relay"),
    path("settings/drop-box/key", drop_box.new_key, name="drop-box-key"),
    path("settings/drop-box/stop", drop_box.stop, name="drop-box-stop"),
    path("settings/drop-box/collect", drop_box.collect, name="drop-box-collect"),
    path(
        "settings/drop-box/letters/throw-away",
        drop_box.throw_strange_away,
        name="drop-box-letters-throw-away",
    ),
    path(f"{_LETTER}/try", drop_box.try_letter, name="drop-box-letter-try"),
    path(f"{_LETTER}/throw-away", drop_box.throw_away, name="drop-box-letter-throw-away"),
    path(f"{_PHONE}/new", phone_links.phone_link_new, name="phone-link-new"),
    path(
        f"{_PHONE}/<uuid:phone_link_id>/revoke",
        phone_links.phone_link_revoke,
        name="phone-link-revoke",
    ),
]
