"""The addresses of the pages about people: today, clients, sessions, moments, answers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
