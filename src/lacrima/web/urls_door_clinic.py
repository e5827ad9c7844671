"""Addresses of the door that only a clinic has: links without an account, words to outside."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import door_links, way_out

_LINKS = "clients/<uuid:episode_id>/door/links"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_LINKS}/new", door_links.link_new, name="door-link-new"),
    path(f"{_LINKS}/<uuid:link_id>/revoke", door_links.link_revoke, name="door-link-revoke"),
    path("way-out", way_out.way_out, name="way-out"),
    path("way-out/<uuid:way_out_id>/seen", way_out.way_out_seen, name="way-out-seen"),
]
