"""Whether this is a clinic on a server, or one person's own practice on her computer."""

from __future__ import annotations

from django.conf import settings


def is_clinic() -> bool:
    """Several people on one server, each with a sign-in and a key of her own."""
    return bool(settings.IS_CLINIC)
