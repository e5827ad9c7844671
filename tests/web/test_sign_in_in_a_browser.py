"""A passkey is made and signs somebody in, in a real browser under the strict content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support.barriers import barriers, overflows
from tests.support.cast import Cast
from tests.support.signed_in import account_of

pytestmark = [pytest.mark.browser, pytest.mark.clinic, pytest.mark.django_db(transaction=True)]

PASSWORD = "copper lantern meadow"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_leads_to_her_own_key_and_signs_in_by_itself(
    committed_cast: Cast, live_server: LiveServer, page: Page
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    name = account_of(committed_cast.stella, PASSWORD).sign_in_name
    address = live_server.url.replace("127.0.0.1", "localhost")
    found: list[str] = []

    def look(what: str) -> None:
        found.extend(barriers(page, what))
        found.extend(overflows(page, what, (320, 390, 1280)))

    page.goto(f"{address}/clients")
    look("sign in")
    page.get_by_label("Name to sign in with").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/second-factor")
    look("second factor")
    page.get_by_role("link", name="Use an app").click()
    look("an app")
    page.get_by_role("link", name="Another way").click()
    page.get_by_role("link", name="Make a passkey").click()
    look("a passkey")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/my-sign-in/codes")
    look("codes")
    page.get_by_role("link", name="They are on paper").click()
    page.wait_for_url("**/own-things/make")
    look("her own key")
    page.get_by_role("link", name="Not now").click()
    page.wait_for_url(f"{address}/")
    assert page.get_by_role("link", name="Make it").is_visible()
    look("Today, with the key to be made")
    page.goto(f"{address}/my-sign-in")
    look("own sign-in")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.get_by_role("button", name="With a passkey").click()
    page.wait_for_url(f"{address}/")
    assert page.get_by_role("heading", level=1).is_visible()
    assert not found, found
    assert not [line for line in said if "Content Security Policy" in line]
