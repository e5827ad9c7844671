"""Addresses of our own static files carry a stamp of their content: long kept, never stale."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _stamp(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


class StampedStaticFiles(StaticFilesStorage):
    """Files are served from where they were installed; only the address gets the stamp."""

    def url(self, name: str | None) -> str:
        """`/static/lacrima/style.css?v=0123456789`."""
        address, stamp = super().url(name), _stamp(name or "")
        return f"{address}?v={stamp}" if stamp else address
