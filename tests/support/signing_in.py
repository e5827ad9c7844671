"""Signing in to a clinic as a person does: a browser, a password, an app that shows codes."""

from __future__ import annotations

import re
import time

from django.conf import settings
from django.test import Client

if settings.IS_CLINIC:  # on a laptop it is not set up, and no test that needs it is chosen
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PASSWORD = "copper lantern meadow"
_SECRET = re.compile(r'<p class="code">([A-Z2-7]{32})</p>')


def new_window() -> Client:
    """A browser that knows nothing of us."""
    return Client(headers={"host": "localhost", "user-agent": "Mozilla (X11; Linux) Firefox/140"})


def give_password(window: Client, name: str, password: str = PASSWORD) -> str:
    """Sign in with it; where that leads, or the number of the answer."""
    answer = window.post("/sign-in", {"login": name, "password": password})
    return str(answer.get("Location", answer.status_code))


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up_app(window: Client) -> str:
    """Set up an app in this browser; its secret."""
    found = _SECRET.search(window.get("/my-sign-in/app").content.decode())
    assert found
    answer = window.post("/my-sign-in/app", {"code": code_of(found[1])})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]
