"""The mark of one form."""

from __future__ import annotations

import secrets


def new_key() -> str:
    """A key for one form: whoever sends it twice changes one thing."""
    return secrets.token_urlsafe(18)
