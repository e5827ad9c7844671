"""All addresses: the frame's own, and those of the pages about people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lacrima.web.urls_pages")),
]
