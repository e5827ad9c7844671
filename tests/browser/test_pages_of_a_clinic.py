"""Pages that only a clinic has: free of barriers on a phone, on a desk, in the light and the dark.

They are found by their addresses, so that a new one is walked by itself; once with everybody in
the house, once in a practice that has nobody but who began it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from lacrima.practice import people
from lacrima.records.models import Member, Role
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import ZONE, Cast
from tests.support.signed_in import account_of, come_in
from tests.support.still_clock import StillClock
from tests.web.test_routes import ROUTES, Route

if settings.IS_CLINIC:  # on a laptop it is not set up, and no test of this file is chosen
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

pytestmark = [pytest.mark.browser, pytest.mark.clinic, pytest.mark.timeout(300)]

PASSWORD = "copper lantern meadow"
WIDTHS = (320, 390, 1280)
OF_A_CLINIC = ("sign-in", "invited", "my-sign-in", "people", "own-things")
NEEDS_MORE = {"mfa_authenticate", "mfa_login_webauthn"}  # a step of signing in; answers a script
EMPTY = (
    "/",
    "/clients",
    "/my-care",
    "/supervision",
    "/caseload",
    "/drafts",
    "/settings",
    "/erased",
)


@pytest.fixture
def home(transactional_db: None, live_server: Any) -> str:
    """Where the clinic is served."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


def _of_a_clinic() -> Iterator[Route]:
    for route in ROUTES:
        is_read = route.audience is not None and "GET" in route.audience.methods
        is_here = route.pattern.split("/")[0] in OF_A_CLINIC and set(route.words) <= {"member_id"}
        if is_read and is_here and route.name not in NEEDS_MORE:
            yield route


def _look(page: Page, name: str) -> list[str]:
    """What is in the way here: all rules on a phone, and what the dark and a desk may change."""
    page.set_viewport_size({"width": 390, "height": 844})
    found = barriers(page, name)
    page.emulate_media(color_scheme="dark")
    found += barriers(page, f"{name}, in the dark", rules_of("dark"))
    found += overflows(page, name, WIDTHS)  # the last is a desk
    found += barriers(page, f"{name}, on a desk, in the dark", rules_of("dark"))
    page.emulate_media(color_scheme="light")
    return found


def _walk(page: Page, home: str, ways: Iterator[str] | tuple[str, ...]) -> list[str]:
    found = []
    for way in ways:
        answer = page.goto(home + way)
        assert answer is not None
        assert answer.status == 200, way
        found += _look(page, way)
    return found


def _has_an_app(member: Member) -> None:
    """She has an app with codes and a sheet, so that pages which ask for one can be looked at."""
    account = account_of(member, PASSWORD)
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)


def test_every_page_of_a_clinic_is_free_of_barriers_with_everybody_there(
    committed_cast: Cast, home: str, page: Page
) -> None:
    cast = committed_cast
    _has_an_app(cast.ana)
    come_in(page, home, cast.ana)
    routes = list(_of_a_clinic())
    assert len(routes) > 20
    found = _walk(page, home, (route.address({"member_id": cast.berta.pk}) for route in routes))
    assert not found, "\n".join(found)


def test_the_way_in_is_free_of_barriers_for_who_has_only_a_password(
    committed_cast: Cast, home: str, page: Page
) -> None:
    _has_an_app(committed_cast.stella)
    found = _walk(page, home, ("/sign-in", "/invited", "/open-a-will"))
    page.goto(f"{home}/sign-in")
    page.get_by_label("Name to sign in with").fill(committed_cast.stella.pk.hex)
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in", exact=True).click()
    found += _look(page, "a wrong password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/code")
    found += _look(page, "the second factor")
    page.get_by_role("link", name="I have a new code").click()
    page.wait_for_url("**/invited")
    assert not found, "\n".join(found)


def test_who_lost_her_way_to_her_own_things_is_led_on(
    committed_cast: Cast, home: str, page: Page
) -> None:
    come_in(page, home, committed_cast.ana)
    page.context.clear_cookies(name="__Host-lacrima_own")
    page.goto(f"{home}/my-care")
    page.wait_for_url("**/own-things/open")
    found = _look(page, "closed")
    page.get_by_role("link", name="The passphrase is lost").click()
    found += _look(page, "by the recovery code")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR, Role.RESEARCHER])
def test_the_first_pages_of_each_role_are_free_of_barriers(
    committed_cast: Cast, home: str, page: Page, role: Role
) -> None:
    who = people.add_member(by=committed_cast.ana, name="Nadia Weiss", role=role)
    come_in(page, home, who)
    ways = [way for way in page.eval_on_selector_all("nav a", _PLACES) if way.startswith("/")]
    assert len(ways) >= 3
    found = _walk(page, home, tuple(dict.fromkeys(ways)))
    assert not found, "\n".join(found)


_PLACES = "all => all.map((one) => one.getAttribute('href'))"


def test_an_empty_clinic_is_free_of_barriers_and_says_how_to_begin(
    home: str, still_clock: StillClock, page: Page
) -> None:
    eva = people.open_practice(owner_name="Eva Lind", practice_name="Green", zone=ZONE)
    come_in(page, home, eva)
    found = _walk(page, home, (*EMPTY, "/people", "/my-sign-in", "/own-things"))
    page.goto(home)
    assert page.get_by_role("link", name="Somebody new").first.is_visible()
    assert not found, "\n".join(found)
