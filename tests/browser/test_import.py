"""A table comes in through a real browser: with script and without, by keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from lacrima.records.models import Answers, ImportBatch
from lacrima.web import held_files, memory_sessions
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.signed_in import come_in, leave

pytestmark = pytest.mark.browser

WIDE = "id,bdi_s0,bdi_s1,bdi_s2,bdi_fu1\n1,33,30,,12\n2,20,,18,9\n"
LONG = "client,session,date,phq9\nX 1,1,03/05/2024,12\nX 1,2,04/05/2024,many\n"
DIARY = "client,session,where,tears,whose\nX 1,1,in person,1,her\nX 1,2,Zoom,0,\n"
WIDTHS = (320, 390, 1280)


@pytest.fixture
def home(committed_cast: Cast, live_server: Any) -> Iterator[str]:
    """Ana's practice, served in this process."""
    yield re.sub(r"//[^:/]+", "//localhost", live_server.url)
    memory_sessions.forget_all()
    held_files.forget_all()


def _choose(page: Page, home: str, content: str) -> None:
    page.goto(f"{home}/bring-in")
    file = FilePayload(name="table.csv", mimeType="text/csv", buffer=content.encode())
    page.set_input_files("#id_table", file)
    page.click("main button:text-is('Look at it')")
    page.wait_for_url("**/bring-in/*")


def _press(page: Page, label: str) -> None:
    page.locator(f"main button:text-is('{label}')").last.click()
    page.wait_for_load_state()


def _define_bdi(page: Page) -> None:
    page.fill("[name='minimum.bdi']", "0")
    page.fill("[name='maximum.bdi']", "63")
    page.locator("[name='direction.bdi'][value=worse]").check(force=True)


def _check_bdi_came_in() -> None:
    assert Answers.objects.count() == 6
    assert set(Answers.objects.values_list("instrument", flat=True)) == {"bdi"}


def test_a_wide_table_comes_in_and_goes_again(page: Page, home: str) -> None:
    _choose(come_in(page, home), home, WIDE)
    _define_bdi(page)
    _press(page, "Look at what would come in")
    expect(page.locator(".say")).to_have_text("This would come in: 6 scores.")
    _press(page, "Bring it in")
    expect(page.locator("h1")).to_have_text("It came in")
    _check_bdi_came_in()
    page.click("text=Take it back")
    _press(page, "Take it back")
    expect(page.locator("h1")).to_have_text("Taken back")
    assert not Answers.objects.exists()


def test_the_same_without_script(chromium: Browser, home: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = come_in(context.new_page(), home)
    _choose(page, home, WIDE)
    _define_bdi(page)
    _press(page, "Look at what would come in")
    _press(page, "Bring it in")
    context.close()
    _check_bdi_came_in()


def test_the_keyboard_alone_is_enough(page: Page, home: str) -> None:
    _choose(come_in(page, home), home, WIDE)
    page.focus("[name='minimum.bdi']")
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    page.keyboard.type("63")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # the form's first button looks, and does not only show more
    page.wait_for_url("**/check")
    page.focus("#id_map_name")
    page.keyboard.press("Enter")
    page.wait_for_url("**/brought-in/*")
    _check_bdi_came_in()


def test_a_button_that_is_pressed_twice_brings_it_in_once(page: Page, home: str) -> None:
    _choose(come_in(page, home), home, WIDE)
    _define_bdi(page)
    _press(page, "Look at what would come in")
    page.locator("main button:text-is('Bring it in')").dblclick()
    page.wait_for_url("**/brought-in/*")
    assert ImportBatch.objects.count() == 1


def test_after_a_lock_the_file_is_gone_and_the_page_says_so(page: Page, home: str) -> None:
    _choose(come_in(page, home), home, WIDE)
    address = page.url
    leave(page, home)
    come_in(page, home)
    page.goto(address)
    expect(page.locator("h1")).to_have_text("This file is not here any more")
    assert held_files.how_many() == 0


@pytest.mark.timeout(300)
def test_every_page_of_it_is_free_of_barriers_and_fits(page: Page, home: str) -> None:
    come_in(page, home)
    _choose(page, home, DIARY)
    found = _look(page, "moments")
    for label, meant in (("“in person” means", "room"), ("“Zoom” means", "video")):
        page.get_by_label(label, exact=True).select_option(meant)
    page.get_by_label("“her” means", exact=True).select_option("client")
    _press(page, "Look at what would come in")
    found += _look(page, "what would come in")
    _press(page, "Bring it in")
    found += _look(page, "it came in")
    _choose(page, home, LONG)
    _press(page, "Look at what would come in")
    found += _look(page, "what is lacking")
    page.get_by_label("How its dates are written").select_option("%d/%m/%Y")
    page.get_by_label("Which score").select_option("phq-9")
    _press(page, "Look at what would come in")
    found += _look(page, "refusals")
    page.goto(page.url.replace("/check", "/map"))
    found += _look(page, "a map from a file")
    page.goto(page.url.replace("/map", ""))
    page.locator("summary").last.click()
    _press(page, "Write the map as text")
    found += _look(page, "the map as text")
    page.goto(f"{home}/bring-in")
    found += _look(page, "the first page")
    page.click("main a[href*='/bring-in/maps/']")
    found += _look(page, "a remembered map")
    page.goto(f"{home}/bring-in/{form_key_as_id()}")
    found += _look(page, "gone")
    assert not found, "\n".join(found)


def form_key_as_id() -> str:
    """An id that nobody holds anything under."""
    return f"00000000-0000-0000-0000-{form_key()[-6:]:0>12}"


def _look(page: Page, name: str) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += barriers(page, f"{name}, {scheme}", rules_of(scheme))
    page.emulate_media(color_scheme="light")
    found += overflows(page, name, WIDTHS)
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
