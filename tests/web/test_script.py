"""What script adds to the pages, in a real browser, under the strict content policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import path
from playwright.sync_api import Page, Route, expect

import lacrima.web

# On pages of its own, without a database: once is enough.
pytestmark = [pytest.mark.browser, pytest.mark.embedded]

HOME = "http://localhost:4180"
STATIC = Path(lacrima.web.__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
)

LOG = """
<form method="post" action="/log">{% csrf_token %}
<fieldset class="choices" data-optional><legend>Who</legend><div class="tiles">
<label class="tile" for="a"><input type="radio" name="who" value="client" id="a" data-key="c">
<span data-label>Mia</span></label>
<label class="tile" for="b"><input type="radio" name="who" value="me" id="b" data-key="i">
<span data-label>I</span></label></div></fieldset>
<div class="field"><label for="w">In your words</label>
<textarea id="w" name="words"></textarea></div>
<input type="password" name="secret" id="s" aria-label="Secret">
<button data-wait="Keeping">Keep</button></form>
"""
ONCE = """
<form method="post" action="/open" data-open-once data-no-draft>{% csrf_token %}
<input type="hidden" name="once" data-once></form>
"""
PASSKEY = """
<form method="post" action="/passkey" data-passkey="KIND" data-credential="CREDENTIAL"
 data-salt="c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ"
 data-rp-name="Practice" data-user-name="Ana" data-no-draft hidden>
{% csrf_token %}<input type="hidden" name="credential_id"><input type="hidden" name="prf_output">
<button>Passkey</button><p data-passkey-said hidden>It did not answer.</p></form>
"""


@dataclass
class House:
    """A house of paper: pages as text, what was sent as lists. Nothing is really asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    is_reachable: bool = True

    def answer(self, route: Route) -> None:
        """Answer one request of the browser."""
        where = urlsplit(route.request.url).path
        if not self.is_reachable:
            route.abort()
        elif where.startswith("/static/"):
            file = STATIC / where.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
        elif route.request.method == "POST":
            self._take(route, where)
        else:
            self._show(route, self.pages.get(where, "<h1>Elsewhere</h1>"))

    def _take(self, route: Route, where: str) -> None:
        self.sent.append((where, _fields(route)))
        self._show(route, f"<h1>Taken at {where}</h1>")

    @staticmethod
    def _show(route: Route, html: str) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
        route.fulfill(body=html, headers=headers)


def _fields(route: Route) -> dict[str, list[str]]:
    body = route.request.post_data or ""
    if "multipart/form-data" not in (route.request.header_value("content-type") or ""):
        return parse_qs(body)
    parts = [part.split("\r\n\r\n", 1) for part in body.split("--") if "name=" in part]
    names = [head.split('name="', 1)[1].split('"', 1)[0] for head, _value in parts]
    return {name: [value.strip()] for name, (_head, value) in zip(names, parts, strict=True)}


def _written(main: str, *, scripts: str = "", idle_seconds: int = 0) -> str:
    frame = (
        '{% extends "lacrima/base.html" %}{% load static %}'
        "{% block title %}Log a moment{% endblock %}"
        f"{{% block scripts %}}{scripts}{{% endblock %}}{{% block main %}}{main}{{% endblock %}}"
    )
    context = {
        "nav": [("/", "Today", True), ("/clients", "Clients", False)],
        "idle_seconds": idle_seconds,
    }
    return engines["django"].from_string(frame).render(context, RequestFactory().get("/log"))


def _nowhere(_request: HttpRequest) -> HttpResponse:
    raise AssertionError


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    """Only the addresses the frame itself names."""
    settings.ROOT_URLCONF = tuple(path(one, _nowhere, name=one) for one in ("lock", "here"))


@pytest.fixture
def house(page: Page) -> Iterator[House]:
    """The paper house at the browser's address; a word on the console fails the test."""
    built, words = House(), list[str]()
    page.on("console", lambda word: words.append(word.text) if word.type == "error" else None)
    page.on("pageerror", lambda mistake: words.append(str(mistake)))
    page.route(f"{HOME}/**", built.answer)
    yield built
    assert [word for word in words if "ERR_FAILED" not in word] == []


@pytest.fixture
def open_page(page: Page, house: House) -> Callable[..., Page]:
    """Write a page and open it."""

    def open_it(main: str, *, at: str = "/log", scripts: str = "", idle_seconds: int = 0) -> Page:
        house.pages[urlsplit(at).path] = _written(main, scripts=scripts, idle_seconds=idle_seconds)
        page.goto(HOME + at)
        return page

    return open_it


Open = Callable[..., Page]


def test_the_full_stop_covers_the_screen_and_lifts_the_cover(open_page: Open) -> None:
    page = open_page(LOG)
    page.keyboard.press(".")
    expect(page.locator("#cover")).to_be_visible()
    assert page.title() == "Covered"
    page.keyboard.press(".")
    expect(page.locator("#cover")).to_be_hidden()
    expect(page).to_have_title("Log a moment")


def test_the_button_covers_and_a_click_lifts(open_page: Open) -> None:
    page = open_page(LOG)
    page.get_by_role("button", name="Cover", exact=True).click()
    expect(page.locator("#cover")).to_be_visible()
    page.mouse.click(300, 300)
    expect(page.locator("#cover")).to_be_hidden()


def test_escape_twice_covers_also_while_typing(open_page: Open) -> None:
    page = open_page(LOG)
    page.locator("#w").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#cover")).to_be_visible()


def test_a_letter_chooses_a_tile_and_enter_sends(open_page: Open, house: House) -> None:
    page = open_page(LOG)
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Taken at /log")
    assert house.sent[0][1]["who"] == ["client"]


def test_letters_are_letters_while_somebody_types(open_page: Open) -> None:
    page = open_page(LOG)
    page.locator("#w").press_sequentially("c.i?g")
    assert page.locator("#w").input_value() == "c.i?g"
    assert page.locator("input:checked").count() == 0
    expect(page.locator("#cover")).to_be_hidden()


def test_keys_with_a_modifier_belong_to_the_browser(open_page: Open) -> None:
    page = open_page(LOG)
    page.keyboard.press("Control+i")
    assert page.locator("input:checked").count() == 0


def test_single_keys_can_be_switched_off_and_stay_off(open_page: Open) -> None:
    page = open_page(LOG)
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Switch single keys off").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("c")
    assert page.locator("input:checked").count() == 0
    page.reload()
    page.keyboard.press("c")
    assert page.locator("input:checked").count() == 0


def test_a_chosen_tile_of_an_optional_question_can_be_taken_back(open_page: Open) -> None:
    page = open_page(LOG)
    tile = page.locator("label[for=a]")
    tile.click()
    assert page.locator("#a").is_checked()
    tile.click()
    assert not page.locator("#a").is_checked()
    page.keyboard.press("i")
    page.keyboard.press("i")
    assert page.locator("input:checked").count() == 0


def test_the_list_of_keys_names_those_of_the_page(open_page: Open) -> None:
    page = open_page(LOG)
    page.keyboard.press("?")
    expect(page.locator("[data-page-keys]")).to_contain_text("Mia")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_g_and_a_letter_go_to_a_page(open_page: Open) -> None:
    page = open_page(LOG)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/clients")


def test_the_lock_takes_what_is_half_typed_along_but_no_secret(
    open_page: Open, house: House
) -> None:
    page = open_page(LOG)
    page.locator("#w").fill("half a sentence & more")
    page.locator("#s").fill("never")
    page.get_by_role("button", name="Lock").click()
    page.wait_for_selector("text=Taken at /lock")
    (_path, sent), draft = house.sent[0], parse_qs(house.sent[0][1]["draft"][0])
    assert sent["draft_action"] == sent["draft_path"] == ["/log"]
    assert draft == {"words": ["half a sentence & more"]}


def test_an_untouched_page_locks_without_a_draft(open_page: Open, house: House) -> None:
    page = open_page(LOG)
    page.get_by_role("button", name="Lock").click()
    page.wait_for_selector("text=Taken at /lock")
    assert not [name for name in house.sent[0][1] if name.startswith("draft")]


def test_an_idle_page_locks_itself_and_what_was_typed_goes_along(
    open_page: Open, house: House
) -> None:
    page = open_page(LOG, idle_seconds=1)
    page.locator("#w").fill("half a sentence")
    page.wait_for_url(f"{HOME}/", timeout=10_000)
    where, sent = house.sent[0]
    assert where == "/lock"
    assert parse_qs(sent["draft"][0]) == {"words": ["half a sentence"]}


def test_an_idle_page_that_reaches_nobody_covers_itself_and_keeps_the_words(
    open_page: Open, house: House
) -> None:
    page = open_page(LOG, idle_seconds=1)
    page.locator("#w").fill("half a sentence")
    house.is_reachable = False
    expect(page.locator("#cover")).to_be_visible(timeout=10_000)
    assert page.locator("#w").input_value() == "half a sentence"


def test_a_form_is_sent_once_however_often_its_button_is_pressed(
    open_page: Open, house: House
) -> None:
    page = open_page(LOG)
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('main button').click()")
    page.wait_for_selector("text=Taken at /log")
    assert len(house.sent) == 1


def test_a_one_time_value_leaves_the_address_and_is_sent(open_page: Open, house: House) -> None:
    seen: list[str] = []
    page = open_page("", at="/none")
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    open_page(ONCE, at="/open#t=abc-123_x")
    page.wait_for_selector("text=Taken at /open")
    assert house.sent[0][1]["once"] == ["abc-123_x"]
    assert "#" not in page.url
    page.go_back()
    assert "abc" not in page.url


def test_without_a_value_nothing_is_sent(open_page: Open, house: House) -> None:
    page = open_page(ONCE, at="/open")
    page.wait_for_timeout(200)
    assert house.sent == []


def _with_authenticator(page: Page, *, has_prf: bool) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": has_prf,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _passkey_form(kind: str, credential: str = "") -> str:
    return PASSKEY.replace("KIND", kind).replace("CREDENTIAL", credential)


SCRIPT = "<script src=\"{% static 'lacrima/passkey.js' %}\" defer></script>"


def test_a_passkey_gives_the_same_secret_when_it_opens_as_when_it_was_armed(
    open_page: Open, house: House, page: Page
) -> None:
    _with_authenticator(page, has_prf=True)
    open_page(_passkey_form("arm"), at="/arm", scripts=SCRIPT)
    page.get_by_role("button", name="Passkey").click()
    page.wait_for_selector("text=Taken at /passkey")
    armed = house.sent[0][1]
    credential = armed["credential_id"][0]
    open_page(_passkey_form("open", credential), at="/unlock", scripts=SCRIPT)
    page.get_by_role("button", name="Passkey").click()
    page.wait_for_selector("text=Taken at /passkey")
    opened = house.sent[1][1]
    assert len(armed["prf_output"][0]) == 43
    assert opened["prf_output"] == armed["prf_output"]
    assert opened["credential_id"] == [credential]


def test_an_authenticator_without_the_extension_sends_nothing_and_says_so(
    open_page: Open, house: House, page: Page
) -> None:
    _with_authenticator(page, has_prf=False)
    open_page(_passkey_form("arm"), at="/arm", scripts=SCRIPT)
    page.get_by_role("button", name="Passkey").click()
    expect(page.locator("[data-passkey-said]")).to_be_visible()
    assert house.sent == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_frame_never_overflows_sideways(open_page: Open, width: int) -> None:
    page = open_page(LOG)
    for height in (256, 844):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
