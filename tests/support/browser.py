"""A real Chromium for the tests: found on this computer, never downloaded.

Tests marked `browser` are left out with a clear word where there is none. The fixtures:
`chromium` (a running browser for the session) and `page` (a new window of 1280 px for a test,
which fails the test when anything but this computer was asked for).

Playwright keeps an event loop in this thread, and Django refuses the database where there is one;
so DJANGO_ALLOW_ASYNC_UNSAFE is set as long as the browser runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ABSENT = "Chromium is not installed here (Debian: apt install chromium-headless-shell)"
# The shell without a surface of its own first: a whole Chromium keeps a core busy drawing its bars.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
STAY_QUIET = (  # no look-ups of its own: only the page under test may ask for anything
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)
AT_HOME = {"localhost", "127.0.0.1", "::1", None}
OWN_SCHEMES = {"data", "blob", "about", "file"}


def find_chromium() -> Path | None:
    """Where Chromium (or Chrome) is on this computer; None where it is not."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found:
        return Path(found)
    return next((Path(place) for place in PLACES if Path(place).exists()), None)


def launch_arguments() -> list[str]:
    """The options to start it with: quiet, and without the sandbox that root cannot have."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*STAY_QUIET, *(["--no-sandbox"] if is_root else [])]


def is_foreign(url: str) -> bool:
    """Whether an address is not on this computer."""
    parts = urlsplit(url)
    return parts.scheme not in OWN_SCHEMES and parts.hostname not in AT_HOME


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is marked `browser` where there is no Chromium."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(ABSENT)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One running Chromium for all tests that ask for it."""
    path = find_chromium()
    if path is None:
        pytest.skip(ABSENT)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Its event loop in this thread is none of ours: rows may be read, also by later tests.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of 1280 px with nothing remembered; foreign requests fail the test."""
    asked: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    foreign = [url for url in asked if is_foreign(url)]
    assert not foreign, f"the page asked for something outside this computer: {foreign}"
