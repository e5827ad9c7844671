"""First run, both locks, the ways back in, and the demo's eyes, in a real browser and server."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow, Watch
from tests.support.barriers import barriers
from tests.support.houses import environment
from tests.support.served import Served, Visitor, served
from tests.support.wanderer import route_of

# Passphrases, PINs, one-time addresses and the demo: a clinic has none of them.
pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(180)]

PASSPHRASE = "copper lantern meadow seventeen"
PIN = "271828"
WORDS = "She read the letter aloud, and"


@dataclass(frozen=True)
class Practice:
    """A practice on a server of its own, with somebody who comes."""

    home: str
    client: str

    def unlock(self, page: Page, way: str = "/") -> None:
        """Come in by the passphrase."""
        page.goto(f"{self.home}{way}")
        expect(page).to_have_url(f"{self.home}/unlock")
        page.fill("#id_passphrase", PASSPHRASE)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.home}{way}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A practice after its first run, at rest, with somebody who comes: once for all tests."""
    folder = tmp_path_factory.mktemp("made") / "Lacrima"
    with served(folder) as running:
        _first_run_by_hand(Visitor(running.port))
        client = _somebody(running)
        running.stop()
    return folder, client


@pytest.fixture
def practice(made: tuple[Path, str], tmp_path: Path) -> Iterator[Practice]:
    """A copy of it on a server of its own: locks and wrong tries belong to one test."""
    folder, client = made
    own = shutil.copytree(folder, tmp_path / "served" / "Lacrima")
    with served(own) as running:
        yield Practice(f"http://localhost:{running.port}", client)


def _first_run_by_hand(visitor: Visitor) -> None:
    visitor.get("/welcome")
    visitor.post("/welcome", passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)
    code = visitor.get("/welcome/code").text.partition('class="code">')[2].partition("<")[0]
    visitor.get("/welcome/prove")
    visitor.post("/welcome/prove", recovery_code=code)
    visitor.get("/welcome/practice")
    visitor.post(
        "/welcome/practice", owner_name="Ana Ruiz", practice_name="At the Green", zone="UTC"
    )
    visitor.get("/welcome/backup")
    assert visitor.post("/welcome/backup", later="yes").location == "/"


def _somebody(running: Served) -> str:
    visitor = Visitor(running.port)
    visitor.get("/unlock")
    visitor.post("/unlock", passphrase=PASSPHRASE)
    visitor.get("/clients/new?kind=individual")
    made = visitor.post("/clients/new?kind=individual", kind="individual", client_code_0="M 01")
    assert made.location.startswith("/clients/"), made.text
    visitor.get("/")
    visitor.post("/lock")
    return made.location


def _barriers(page: Page) -> list[str]:
    return barriers(page, page.url)


def _type_and_enter(page: Page, *texts: str) -> None:
    """Type into the field that has the focus, Tab, the next one, Enter."""
    for number, text in enumerate(texts):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


# ---- the first run ---------------------------------------------------------------------------


def test_from_an_empty_folder_to_today_by_typing_only(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    page = open_window()
    with served(tmp_path / "Lacrima") as running:
        home = f"http://localhost:{running.port}"
        page.goto(home)
        page.locator("#id_passphrase").focus()
        _type_and_enter(page, "too short", "too short")
        expect(page.locator("main")).to_contain_text("at least 12 characters")
        page.locator("#id_passphrase").focus()
        _type_and_enter(page, PASSPHRASE, PASSPHRASE)
        code = page.locator(".code").inner_text()
        assert len(code.replace("-", "")) >= 32
        page.get_by_role("link", name="It is on paper").press("Enter")
        page.locator("#id_recovery_code").focus()
        _type_and_enter(page, "not the code")
        expect(page.locator("main")).to_contain_text("This is not the code")
        page.get_by_role("link", name="Show the code again").press("Enter")
        expect(page.locator(".code")).to_have_text(code)
        page.get_by_role("link", name="It is on paper").press("Enter")
        page.locator("#id_recovery_code").focus()
        _type_and_enter(page, code.lower().replace("-", " "))
        expect(page).to_have_url(f"{home}/welcome/practice")
        page.locator("#id_owner_name").focus()
        _type_and_enter(page, "Ana Ruiz", "At the Green")
        expect(page).to_have_url(f"{home}/welcome/backup")
        page.locator("#id_backup_target").focus()
        _type_and_enter(page, str(tmp_path / "backups"))
        expect(page).to_have_url(f"{home}/")
        assert code not in page.content()


# ---- unlock and lock -------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_and_the_right_one_opens(
    practice: Practice, open_window: OpenWindow
) -> None:
    page = open_window()
    page.goto(f"{practice.home}{practice.client}")
    expect(page).to_have_url(f"{practice.home}/unlock")
    expect(page.locator("#id_passphrase")).to_be_focused()
    page.keyboard.type("copper lantern meadow eighteen")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("does not open the practice")
    assert "eighteen" not in page.content()
    assert _barriers(page) == []
    expect(page.locator("#id_passphrase")).to_be_focused()
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{practice.home}{practice.client}")


def test_what_was_half_typed_at_the_lock_is_there_again(
    practice: Practice, open_window: OpenWindow
) -> None:
    page, note = open_window(), f"{practice.client}/notes/new"
    practice.unlock(page, note)
    page.fill("#id_words", WORDS)
    page.click("form[data-lock] button")
    expect(page).to_have_url(f"{practice.home}/unlock")
    assert WORDS not in page.content()
    page.go_back()
    assert WORDS not in page.content()
    practice.unlock(page, note)
    expect(page.locator("#id_words")).to_have_value(WORDS)
    page.click("main form[method=post] button")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_idle_minutes_lock_it_and_keep_what_was_half_typed(
    practice: Practice, open_window: OpenWindow
) -> None:
    page, note = open_window(), f"{practice.client}/notes/new"
    practice.unlock(page, note)
    idle_s = int(page.get_attribute("body", "data-idle-seconds") or 0)
    assert idle_s == 600
    page.clock.install()
    page.goto(f"{practice.home}{note}")
    page.fill("#id_words", WORDS)
    page.clock.run_for((idle_s - 20) * 1000)
    expect(page.locator("#idle-notice")).to_be_visible()
    page.clock.run_for(30_000)
    expect(page).to_have_url(f"{practice.home}/unlock")
    other = open_window()
    other.goto(practice.home)
    expect(other).to_have_url(f"{practice.home}/unlock")
    practice.unlock(page, note)
    expect(page.locator("#id_words")).to_have_value(WORDS)


def test_the_screen_is_covered_by_a_key_and_while_typing(
    practice: Practice, open_window: OpenWindow
) -> None:
    page = open_window()
    practice.unlock(page, practice.client)
    page.keyboard.press(".")
    cover = page.locator("#cover")
    expect(cover).to_be_visible()
    expect(page).to_have_title("Covered")
    box = cover.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 900)
    top = page.evaluate("document.elementFromPoint(640, 450).closest('#cover') !== null")
    assert top
    page.keyboard.press(".")
    expect(cover).to_be_hidden()
    page.goto(f"{practice.home}{practice.client}/notes/new")
    page.fill("#id_words", WORDS)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    page.keyboard.press(".")
    expect(page.locator("#id_words")).to_have_value(WORDS)


# ---- the quick lock --------------------------------------------------------------------------


def _set_pin(page: Page, practice: Practice) -> None:
    page.goto(f"{practice.home}/vault/pin")
    page.locator("#id_pin").focus()
    _type_and_enter(page, PIN, PIN)
    expect(page).to_have_url(f"{practice.home}/vault")


def _lock(page: Page, practice: Practice) -> None:
    page.goto(practice.home)
    page.click("form[data-lock] button")
    expect(page).to_have_url(f"{practice.home}/unlock")


def test_a_pin_opens_the_quick_lock_and_five_wrong_ones_make_it_a_full_one(
    practice: Practice, open_window: OpenWindow
) -> None:
    page = open_window()
    practice.unlock(page)
    _set_pin(page, practice)
    _lock(page, practice)
    assert _barriers(page) == []
    expect(page.locator("#quick_pin")).to_be_focused()
    _type_and_enter(page, PIN)
    expect(page).to_have_url(f"{practice.home}/")
    _lock(page, practice)
    for left in (4, 3, 2, 1):
        page.locator("#quick_pin").focus()
        _type_and_enter(page, "314159")
        expect(page.locator("main")).to_contain_text(f"{left} {'try' if left == 1 else 'tries'}")
    _type_and_enter(page, "314159")
    expect(page.locator("#quick_pin")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("fully locked")
    assert _barriers(page) == []
    page.wait_for_timeout(2500)  # after five wrong tries each further one waits
    practice.unlock(page)


def test_another_browser_cannot_come_in_by_the_pin(
    practice: Practice, open_window: OpenWindow
) -> None:
    page, other = open_window(), open_window()
    practice.unlock(page)
    _set_pin(page, practice)
    _lock(page, practice)
    other.goto(practice.home)
    expect(other.locator("#id_passphrase")).to_be_visible()
    expect(other.locator("#quick_pin")).to_have_count(0)


def test_a_passkey_opens_the_quick_lock_by_its_own_secret(
    practice: Practice, open_window: OpenWindow, watch: Watch
) -> None:
    page = open_window()
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    practice.unlock(page, "/vault")
    page.get_by_role("button", name="Use a passkey today").click()
    expect(page.locator("main")).to_contain_text("A passkey is set for today")
    _lock(page, practice)
    page.get_by_role("button", name="Unlock with the passkey").click()
    expect(page).to_have_url(f"{practice.home}/")
    _lock(page, practice)
    page.get_by_role("button", name="Lock fully").click()
    expect(page).to_have_url(f"{practice.home}/unlock")
    expect(page.get_by_role("button", name="Unlock with the passkey")).to_have_count(0)


# ---- the one-time address --------------------------------------------------------------------


def test_the_one_time_address_opens_once_and_is_nowhere_afterwards(
    tmp_path: Path, open_window: OpenWindow, watch: Watch
) -> None:
    folder = tmp_path / "Lacrima"
    with served(folder) as running:
        _first_run_by_hand(Visitor(running.port))
        running.stop()
    page, other = open_window(), open_window()
    with served(folder, PASSPHRASE) as running:
        home, once = f"http://localhost:{running.port}", running.opening_address.partition("#t=")[2]
        assert len(once) >= 43
        page.goto(running.opening_address)
        expect(page).to_have_url(f"{home}/")
        page.go_back()
        assert once not in page.url
        assert once not in page.evaluate("document.referrer + location.href")
        assert not any(once in urlsplit(one.url).path + one.url for one in watch.asked)
        assert not any(once in str(one.headers) for one in watch.asked)
        other.goto(running.opening_address)
        expect(other).to_have_url(f"{home}/unlock")
        expect(other.locator("body")).to_contain_text("works once")
        assert once not in str(page.context.storage_state()) + page.content()


# ---- without script --------------------------------------------------------------------------


def test_unlocking_and_logging_need_no_script(practice: Practice, open_window: OpenWindow) -> None:
    page = open_window(java_script_enabled=False)
    practice.unlock(page, f"{practice.client}/sessions/new")
    page.click("main form[method=post] button")
    expect(page).to_have_url(re.compile("/(sessions|clients)/[^/]+$"))
    if "/clients/" in page.url:
        page.locator("main a[href^='/sessions/']").first.click()
    page.goto(f"{page.url.partition('#')[0]}/moment")
    page.locator("label:has(input[value$=':2'])").first.click()
    page.locator("main form[method=post] button").first.click()
    expect(page).to_have_url(re.compile("/moments/"))
    page.click("form[data-lock] button")
    expect(page).to_have_url(f"{practice.home}/unlock")


# ---- the demo --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The demo, as the command line serves it."""
    top = tmp_path_factory.mktemp("demo")
    for name in ("temporary", "home"):
        (top / name).mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "lacrima", "demo", "--no-browser", "--json", "--dir", top / "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(top),
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1].rstrip() != "}":
            lines.append(process.stdout.readline())
            assert lines[-1], "the demo ended before it began"
        yield json.loads("".join(lines))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _come_into(demo: dict[str, Any], page: Page) -> str:
    page.goto(f"{demo['address']}/unlock")
    page.fill("#id_passphrase", Path(demo["passphrase_file"]).read_text().strip())
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo['address']}/")
    return str(demo["address"])


def _look_as(page: Page, name: str) -> None:
    value = page.locator("#look-as option", has_text=name).get_attribute("value")
    assert value
    page.select_option("#look-as", value)
    page.wait_for_load_state()
    expect(page.locator("#look-as option:checked")).to_contain_text(name)


def _status(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def test_the_demo_shows_each_person_what_is_theirs_alone(
    demo: dict[str, Any], open_window: OpenWindow
) -> None:
    page = open_window()
    home = _come_into(demo, page)
    expect(page.locator(".simulated")).to_contain_text("nobody here exists")
    page.goto(f"{home}/clients")
    anas = set(page.locator("main a[href^='/clients/']").all_inner_texts())
    assert any("Mia" in one for one in anas)
    mia = page.locator("main a", has_text="Mia").first.get_attribute("href")
    _look_as(page, "Hanna")
    expect(page.locator("main")).to_contain_text("Nothing waits now")
    assert "Mia" not in page.locator("main").inner_text()
    page.goto(f"{home}/clients")
    assert page.locator("main a[href^='/clients/']").count() == 0
    assert _status(page, f"{home}{mia}") in {403, 404}
    page.goto(home)
    _look_as(page, "Jonas")
    page.goto(f"{home}/clients")
    his = set(page.locator("main a[href^='/clients/']").all_inner_texts())
    assert his
    assert not {one for one in his if "Mia" in one}
    assert _status(page, f"{home}{mia}") == 404
    page.goto(home)
    _look_as(page, "Ana")


def test_no_page_says_a_word_on_the_console_or_asks_anybody_else(
    demo: dict[str, Any], open_window: OpenWindow, watch: Watch
) -> None:
    page = open_window()
    home = _come_into(demo, page)
    waiting, seen, routes = ["/", "/vault", "/settings", "/drafts"], set[str](), set[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen or route_of(address) in routes | {""}:
            continue
        seen.add(address)
        routes.add(route_of(address))
        assert _status(page, home + address) < 500, address
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.pathname)")
        waiting += links
    assert len(routes) > 25, sorted(routes)
    page.goto(f"{home}/{secrets.token_hex(4)}")
    assert len(watch.asked) > len(routes)


def test_the_watch_itself_hears_what_goes_wrong(
    practice: Practice, open_window: OpenWindow, watch: Watch
) -> None:
    page = open_window()
    page.goto(f"{practice.home}/unlock")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("setTimeout(() => { throw new Error('a mistake of ours'); })")
    page.evaluate("fetch('https://elsewhere.example/').catch(() => null)")
    page.wait_for_timeout(200)
    said = " ".join(watch.words)
    assert "style-src" in said
    assert "a mistake of ours" in said
    assert "connect-src" in said
    watch.words.clear()
