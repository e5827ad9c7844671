"""The frame's own pages in a real browser: readable by everybody, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.barriers import barriers
from tests.support.served import Served, Visitor, served

PASSPHRASE = "copper lantern meadow seventeen"
OPEN_PAGES = [
    "/settings",
    "/settings/scores",
    "/settings/calendar",
    "/vault",
    "/vault/passphrase",
    "/vault/recovery-code",
    "/vault/recovery-code/prove",
    "/vault/pin",
    "/vault/backup",
    "/drafts",
]
CLOSED_PAGES = ["/unlock", "/recovery", "/open", "/nowhere"]
WIDTHS = (390, 1280)

# The first run, the lock and the pages of the vault: they are the folder's own.
pytestmark = [pytest.mark.browser, pytest.mark.embedded]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A fresh practice on a server of its own."""
    with served(tmp_path_factory.mktemp("served") / "Lacrima") as running:
        yield running


def _look(page: Page, address: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert barriers(page, f"{address}, {width}") == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0, (address, width)


def test_first_run_lock_and_back_with_script(practice: Served, page: Page) -> None:
    home = f"http://localhost:{practice.port}"
    page.goto(home)
    expect(page).to_have_url(f"{home}/welcome")
    _look(page, "/welcome")
    page.fill("#id_passphrase", PASSPHRASE)
    page.fill("#id_passphrase_again", PASSPHRASE)
    page.click("main button")
    expect(page).to_have_url(f"{home}/welcome/code")
    _look(page, "/welcome/code")
    code = page.inner_text(".code")
    page.click("main a.button")
    _look(page, "/welcome/prove")
    page.fill("#id_recovery_code", code)
    page.click("main button")
    expect(page).to_have_url(f"{home}/welcome/practice")
    _look(page, "/welcome/practice")
    page.fill("#id_owner_name", "Ana Ruiz")
    page.fill("#id_practice_name", "Practice at the Green")
    page.click("main button")
    expect(page).to_have_url(f"{home}/welcome/backup")
    _look(page, "/welcome/backup")
    page.click("text=Decide later")
    expect(page).to_have_url(f"{home}/")
    for address in OPEN_PAGES:
        page.goto(home + address)
        _look(page, address)
    _half_typed_comes_back(page, home)


def _half_typed_comes_back(page: Page, home: str) -> None:
    page.goto(f"{home}/settings")
    page.fill("#id_crisis_contacts", "half typed")
    page.click("form[data-lock] button")
    expect(page).to_have_url(f"{home}/unlock")
    for address in CLOSED_PAGES:
        page.goto(home + address)
        _look(page, address)
    page.goto(f"{home}/unlock")
    page.fill("#id_passphrase", PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings$"))
    assert page.input_value("#id_crisis_contacts") == "half typed"
    page.goto(f"{home}/drafts")
    _look(page, "/drafts")
    page.click("text=Keep it now")
    expect(page).to_have_url(f"{home}/settings")
    assert page.input_value("#id_crisis_contacts") == "half typed"


def test_the_one_time_value_leaves_the_address_and_opens(tmp_path: Path, page: Page) -> None:
    folder = tmp_path / "Lacrima"
    with served(folder) as running:
        visitor = Visitor(running.port)
        visitor.get("/welcome")
        visitor.post("/welcome", passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)
        running.stop()
    with served(folder, PASSPHRASE) as running:
        page.goto(running.opening_address)
        expect(page).to_have_url(re.compile("/welcome/code$"))
        assert "#t=" not in page.evaluate("document.referrer + location.href")
