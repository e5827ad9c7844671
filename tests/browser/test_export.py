"""Data leave in a real browser: ticked by keyboard, read, kept; on paper and on a phone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Page

from lacrima.web import memory_sessions
from tests.support.barriers import barriers
from tests.support.cast import Cast
from tests.support.signed_in import come_in
from tests.support.things import WORDS, everything

pytestmark = pytest.mark.browser


@pytest.fixture
def home(committed_cast: Cast, live_server: Any) -> Iterator[tuple[str, str]]:
    """Where Ana's practice is served, and the way to Mia's copy."""
    everything(committed_cast)
    address = live_server.url.replace("127.0.0.1", "localhost")
    yield address, f"{address}/clients/{committed_cast.care_of_mia.pk}/take-along"
    memory_sessions.forget_all()


def _kept(download: Download, where: Path) -> dict[str, bytes]:
    download.save_as(where)
    with zipfile.ZipFile(where) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _is_clean(window: Page) -> None:
    assert barriers(window, window.url) == []
    width = window.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "wider than the window"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_copy_is_ticked_read_and_taken_along(
    open_window: Callable[..., Page], home: tuple[str, str], tmp_path: Path, width: int
) -> None:
    window = open_window()
    window.set_viewport_size({"width": width, "height": 900})
    come_in(window, home[0])
    window.goto(home[1])
    _is_clean(window)
    window.get_by_label("Contacts between sessions").press("Space")
    window.get_by_role("button", name="See the finished text").press("Enter")
    window.wait_for_selector("text=Read it before it leaves")
    _is_clean(window)
    with window.expect_download() as taken:
        window.get_by_role("button", name="Take it along").press("Enter")
    files = _kept(taken.value, tmp_path / "copy.zip")
    assert taken.value.suggested_filename.startswith("lacrima-client-")
    assert json.loads(files["manifest.json"])["rows"]["contact"] == 0
    assert files["read-me.html"].decode().count(WORDS) == 5
    window.get_by_role("button", name="Change what goes along").click()
    assert not window.get_by_label("Contacts between sessions").is_checked()


def test_the_document_asks_for_nothing_and_fits_a_phone(
    open_window: Callable[..., Page], chromium: Browser, home: tuple[str, str], tmp_path: Path
) -> None:
    window = open_window()
    come_in(window, home[0])
    window.goto(home[1])
    window.get_by_role("button", name="See the finished text").click()
    with window.expect_download() as taken:
        window.get_by_role("button", name="Take it along").click()
    (tmp_path / "read-me.html").write_bytes(_kept(taken.value, tmp_path / "c.zip")["read-me.html"])
    asked: list[str] = []
    with chromium.new_context(viewport={"width": 390, "height": 800}) as alone:
        reading = alone.new_page()
        reading.on("request", lambda request: asked.append(request.url))
        reading.goto((tmp_path / "read-me.html").as_uri())
        assert asked == [(tmp_path / "read-me.html").as_uri()]
        _is_clean(reading)


def test_the_practice_and_rows_without_names_are_taken_along_without_script(
    open_window: Callable[..., Page], home: tuple[str, str], tmp_path: Path
) -> None:
    window = open_window(java_script_enabled=False)
    come_in(window, home[0])
    window.goto(f"{home[0]}/take-along")
    for button, kind in (("Take the practice along", "practice"), ("Take the rows along", "rows")):
        with window.expect_download() as taken:
            window.get_by_role("button", name=button).click()
        files = _kept(taken.value, tmp_path / f"{kind}.zip")
        assert json.loads(files["manifest.json"])["kind"] == kind
