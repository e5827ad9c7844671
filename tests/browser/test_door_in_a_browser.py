"""The door in a real browser: quick by thumb and keyboard, clean, small, and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request

from lacrima.practice import door_house, door_links, door_own
from lacrima.records.models import DoorAnswer, Participant, Voice
from lacrima.web import memory_sessions
from tests.support import keepers
from tests.support.at_the_door import at_the_door
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import NOON, Cast

pytestmark = pytest.mark.browser

PAGES = (
    "/door",
    "/door/more",
    "/door/answers",
    "/door/who-reads-what",
    "/door/beside-the-record",
    "/door/pause",
    "/door/somebody-else",
)
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 60 * 1024
WIDTHS = (320, 390, 1280)


@dataclass(frozen=True)
class Doorstep:
    """A served practice, and a phone before the door of Mia."""

    home: str
    phone: Page
    seat: Participant
    cast: Cast

    def come_in(self) -> Page:
        """By a link in a clinic; on a laptop it was handed over."""
        if settings.IS_CLINIC:
            made = door_links.make_link(self.seat, by=self.cast.ana)
            self.phone.goto(f"{self.home}/door/come-in#t={made.token}")
            self.phone.wait_for_url(re.compile(r"/door(/who-reads-what)?$"))
            return self.phone
        browser = at_the_door(self.seat, by=self.cast.ana)
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
        named = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.home}
        self.phone.context.add_cookies([named])  # type: ignore[list-item]
        self.phone.goto(f"{self.home}/door")
        return self.phone


@pytest.fixture
def doorstep(page: Page, committed_cast: Cast, live_server: Any) -> Iterator[Doorstep]:
    cast = committed_cast
    cast.session(9, start=NOON - timedelta(hours=2))
    words = {"reading": "Ana reads this tomorrow after nine.", "complaints": "The chamber"}
    door_house.change_house(by=cast.ana, **words)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    yield Doorstep(home, page, cast.place_of(cast.mia, cast.care_of_mia), cast)
    memory_sessions.forget_all()


def test_two_questions_by_thumb_and_a_moment_in_under_a_minute(doorstep: Doorstep) -> None:
    phone = doorstep.come_in()
    phone.get_by_role("button", name="I have read this, go on").click()
    taps = 0
    for label in ("+2", "yes, in Ana"):
        phone.get_by_label(label, exact=True).check()
        taps += 1
    phone.get_by_role("button", name="Go on").click()
    taps += 1
    phone.get_by_text("It is kept.").wait_for()
    assert 2 * taps + 2.5 < 20  # two seconds an action, and about ten words to read
    phone.get_by_role("link", name="Say more about what stood out").click()
    phone.locator("[name=rating][value='1']").check()
    phone.locator("[name=shown_therapist][value='2']").check()
    for item in ("cared_for", "felt_burdened", "worried"):
        phone.locator(f"[name=item_{item}][value='1']").check()
    phone.locator("[name=release][value=open]").check()
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_text("That is all for now").wait_for()
    words = 60
    assert 2 * 8 + words / 238 * 60 < 60
    assert Voice.objects.get().rating == 1


def test_by_thumb_a_moment_is_sealed_for_the_keeper_and_shows_itself_to_nobody(
    doorstep: Doorstep,
) -> None:
    keepers.named()
    door_own.agree(doorstep.seat.pk)
    phone = doorstep.come_in()
    for label in ("+2", "yes, in Ana"):
        phone.get_by_label(label, exact=True).check()
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("link", name="Say more about what stood out").click()
    phone.get_by_label("Anything you would like to say of it").fill("She held my hand too long")
    phone.get_by_label("only Nora Outside: my therapist cannot read it").check()
    found = barriers(phone, "a keeper is offered") + overflows(phone, "the same", WIDTHS)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_text("That is all for now").wait_for()
    row = DoorAnswer.objects.get(step="first")
    assert (row.content, row.voice_id) == ("", None)
    assert keepers.opened(row).values == {"words": "She held my hand too long"}
    phone.goto(f"{doorstep.home}/door/answers")
    phone.get_by_text("sealed for Nora Outside since").wait_for()
    assert "She held my hand" not in phone.content()
    for place in ("/door/answers", "/door/who-reads-what"):
        phone.goto(f"{doorstep.home}{place}")
        found += barriers(phone, place) + overflows(phone, place, WIDTHS)
    assert found == []


def test_by_keyboard_alone(doorstep: Doorstep) -> None:
    door_own.agree(doorstep.seat.pk)
    phone = doorstep.come_in()
    phone.locator("[name=rating]").first.focus()
    for key in ("ArrowRight", "Tab", "Space", "Enter"):
        phone.keyboard.press(key)
    phone.get_by_text("It is kept.").wait_for()
    assert DoorAnswer.objects.get().rating is not None


def test_without_script_a_code_opens_it_and_all_of_it_works(
    doorstep: Doorstep, chromium: Browser
) -> None:
    door_own.agree(doorstep.seat.pk)
    with chromium.new_context(java_script_enabled=False, viewport=PHONE) as context:  # type: ignore[arg-type]
        phone = context.new_page()
        if settings.IS_CLINIC:
            made = door_links.make_link(doorstep.seat, by=doorstep.cast.ana)
            phone.goto(f"{doorstep.home}/door/come-in")
            phone.locator("[name=opener]").fill(made.shown_code.lower())
            phone.get_by_role("button", name="Open").click()
        else:
            Doorstep(doorstep.home, phone, doorstep.seat, doorstep.cast).come_in()
        phone.get_by_label("−3", exact=True).check()
        phone.get_by_role("button", name="Go on").click()
        phone.get_by_text("It is kept.").wait_for()
    assert DoorAnswer.objects.get().rating == -3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_and_fits(doorstep: Doorstep, scheme: str) -> None:
    door_own.agree(doorstep.seat.pk)
    phone = doorstep.come_in()
    phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found: list[str] = []
    for address in PAGES:
        phone.goto(f"{doorstep.home}{address}")
        if address == "/door" and phone.get_by_role("button", name="Go on").count():
            found += barriers(phone, address, rules_of(scheme))
            phone.get_by_label("yes, in both", exact=True).check()
            phone.get_by_role("button", name="Go on").click()
            phone.get_by_text("It is kept.").wait_for()
        found += barriers(phone, address, rules_of(scheme))
        found += overflows(phone, address, WIDTHS)
    assert found == []


def test_it_is_small_asks_nobody_else_and_leaves_nothing(doorstep: Doorstep) -> None:
    door_own.agree(doorstep.seat.pk)
    sizes: dict[str, int] = {}  # what comes from the browser's own memory is fetched once
    phone = doorstep.phone
    phone.on("requestfinished", lambda asked: sizes.update({asked.url: _size(asked)}))
    doorstep.come_in()
    phone.wait_for_load_state("networkidle")
    assert 0 < sum(sizes.values()) < MOST_BYTES
    assert "#" not in phone.url
    phone.get_by_role("button", name="Leave this page").click()
    phone.get_by_role("heading", name="Closed").wait_for()
    kept = phone.evaluate("() => localStorage.length + sessionStorage.length")
    assert kept == 0
    phone.go_back()
    assert "How was" not in phone.content()


def _size(asked: Request) -> int:
    answer = asked.response()
    return len(answer.body()) if answer and answer.ok else 0
