"""The one-time value that opens the browser unlocked: for sixty seconds, and once."""

from __future__ import annotations

import hmac
import secrets
import threading
import time

LIFE_S = 60.0

_lock = threading.Lock()
_offered: tuple[bytes, float] | None = None


def offer() -> str:
    """A fresh value for the fragment of an address; it replaces the one before."""
    global _offered  # noqa: PLW0603  one door for the process
    value = secrets.token_urlsafe(32)
    with _lock:
        _offered = (value.encode(), time.monotonic() + LIFE_S)
    return value


def take(value: str) -> bool:
    """Is it this one, unused and in time? Whatever the answer to a good one, it is used up."""
    global _offered  # noqa: PLW0603
    with _lock:
        if _offered is None:
            return False
        expected, until_s = _offered
        if time.monotonic() > until_s:
            _offered = None
            return False
        is_it = hmac.compare_digest(expected, value.encode())
        if is_it:
            _offered = None
        return is_it


def forget() -> None:
    """No value opens anything any more."""
    global _offered  # noqa: PLW0603
    with _lock:
        _offered = None
