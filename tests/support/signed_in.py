"""Somebody comes in, in a real browser: by her passphrase on a laptop, signed in to a clinic.

In a clinic she has a session as the clinic itself keeps it, with all proved that can be asked, and
her own things are open: both cookies are set as the clinic sets them, name and all. Chromium takes
them from localhost without TLS; that the way in itself works is tested where it is walked
(tests/web/test_sign_in_in_a_browser.py).
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import RequestFactory
from playwright.sync_api import Page

from lacrima.practice import own_key, people
from lacrima.practice.changing import make
from lacrima.practice.own_key import Opened
from lacrima.records import audit, clock
from lacrima.records.accounts import Account
from lacrima.records.models import Member, PersonalKey
from lacrima.vault import personal, personal_file
from lacrima.vault.personal_file import PersonalFile
from lacrima.web import own_things
from lacrima.web.kept_sessions import SessionStore
from tests.support.cast import PASSPHRASE, cheaper_keys
from tests.support.own_keys import EVERY_KEY

OWN_PASSPHRASE = "seven quiet boats on Sunday"


def come_in(window: Page, home: str, member: Member | None = None) -> Page:
    """Into the practice at this address, as the owner or as whom it is said; Today is shown."""
    if settings.IS_CLINIC:
        window.context.add_cookies(_cookies(member or people.owner()))  # type: ignore[arg-type]
    else:
        window.goto(f"{home}/unlock")
        window.locator("input[type=password]").first.fill(PASSPHRASE)
        window.keyboard.press("Enter")
        window.wait_for_url(lambda url: not url.endswith("/unlock"))
    if window.url != f"{home}/":
        window.goto(f"{home}/")
    window.wait_for_url(f"{home}/")
    return window


def leave(window: Page, home: str) -> None:
    """The button that stands on every page: a lock on a laptop, a sign-out in a clinic."""
    window.click("form[data-lock] button")
    window.wait_for_url(f"{home}/{'sign-in' if settings.IS_CLINIC else 'unlock'}")


def account_of(member: Member, password: str = "") -> Account:
    """Her account; without a password until one is given."""
    there = Account.objects.filter(member=member).first()
    account: Account = there or Account(member=member, sign_in_name=member.pk.hex)
    if password:
        account.set_password(password)
    account.save()
    return account


def session_of(member: Member) -> SessionStore:
    """A session of hers in which all that can be asked was proved just now."""
    account, session = account_of(member), SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["proved"] = {
        "account": str(account.pk),
        "at": clock.now().isoformat(),
        "second": True,
    }
    session.save()
    return session


def _cookies(member: Member) -> list[dict[str, Any]]:
    """What the clinic gave her browser."""
    session, found = session_of(member), dict[str, str | None]()
    if own_key.needs_own_key(member):
        found[own_things.COOKIE] = _opened_in(session, member)
    found[settings.SESSION_COOKIE_NAME] = session.session_key
    return [
        {"name": name, "value": value, "url": "https://localhost/", "secure": True,
         "httpOnly": True, "sameSite": "Lax"}
        for name, value in found.items()
    ]  # fmt: skip


def _opened_in(session: SessionStore, member: Member) -> str:
    """Her own things are open in this session; the half that her browser holds."""
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.session = session
    own_things.hold(request, answer, opened(member))
    session.save()
    return answer.cookies[own_things.COOKIE].value


def opened(member: Member) -> Opened:
    """Her own key, opened: the one that sealed what the test wrote for her."""
    key = bytearray(EVERY_KEY.key(member.sealing_key_id()))
    if not own_key.has_own_key(member):
        _keep(member, key)
    return Opened(key, own_key.about_now(member))


def _keep(member: Member, key: bytearray) -> None:
    number = secrets.token_bytes(personal_file.ID_BYTES).hex()
    content = PersonalFile(member=member.pk.hex, number=number, slots=())
    with cheaper_keys():
        content = personal.with_way(content, key, personal.by_new_passphrase(OWN_PASSPHRASE))
    with audit.change(by=member, action="own_key.made"):
        make(PersonalKey, member=member, slots=content.to_json())
