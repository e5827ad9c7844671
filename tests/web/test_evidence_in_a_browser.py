"""Evidence in a real browser: read by everybody, by keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.support.barriers import barriers, rules_of
from tests.support.cast import Cast
from tests.support.signed_in import come_in

PAGES = [
    "/evidence",
    "/evidence?q=tears+session&kind=&grade=&topic=",
    "/evidence?q=zebra&kind=&grade=&topic=",
    "/evidence/studies/tritt-2015",
    "/evidence/claims/35",
    "/evidence/questions/honest",
    "/evidence/for-and-against",
    "/evidence/after-tears",
    "/evidence/disagreements",
    "/evidence/not-studied",
    "/evidence/pictures",
    "/evidence/figures",
    "/evidence/how-it-was-read",
]
SHEETS = {"A4": (595, 842), "Letter": (612, 792)}

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(committed_cast: Cast, live_server: Any, page: Page) -> Page:
    """A window in which the practice is open."""
    return come_in(page, live_server.url.replace("127.0.0.1", "localhost"))


def _home(page: Page) -> str:
    return page.url.split("/", 3)[0] + "//" + page.url.split("/")[2]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_every_page_is_clean_on_a_phone_and_on_a_desk_in_the_dark(
    opened: Page, scheme: str, width: int
) -> None:
    opened.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened.set_viewport_size({"width": width, "height": 900})
    home = _home(opened)
    for address in PAGES:
        opened.goto(home + address)
        assert barriers(opened, address, rules_of(scheme)) == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert opened.evaluate(wider) == 0, address


def test_words_are_found_with_the_keyboard_alone(opened: Page) -> None:
    opened.goto(f"{_home(opened)}/evidence")
    opened.focus("#id_q")
    opened.keyboard.type("compassion")
    opened.keyboard.press("Enter")
    expect(opened.locator("#found")).to_have_text(re.compile("found"))
    opened.keyboard.press("Escape")
    link = opened.locator("main ul.rows a").first
    link.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("h1")).to_be_visible()


def test_a_link_to_an_entry_leads_to_its_place_below_the_bar(opened: Page) -> None:
    opened.goto(f"{_home(opened)}/evidence/disagreements#conflicts-how-often")
    top = opened.locator("#conflicts-how-often").bounding_box()
    bar = opened.locator("header.bar").bounding_box()
    assert top is not None
    assert bar is not None
    assert top["y"] >= bar["height"] - 1


@pytest.mark.parametrize("sheet", SHEETS)
def test_pictures_and_studies_print_with_every_number_and_without_the_frame(
    opened: Page, sheet: str, tmp_path: Path
) -> None:
    home = _home(opened)
    for address, wanted in (
        ("/evidence/pictures", ("Who has ever cried", "56.5", "worked out here", "Arithmetic")),
        ("/evidence/studies/tritt-2015", ("What it cannot tell", "55.9", "eating disorder")),
        ("/evidence/not-studied", ("What nobody has studied", "by video and by phone")),
    ):
        opened.goto(home + address)
        paper = PdfReader(io.BytesIO(opened.pdf(format=sheet, prefer_css_page_size=False)))
        width, height = SHEETS[sheet]
        for leaf in paper.pages:
            assert abs(float(leaf.mediabox.width) - width) < 2
            assert abs(float(leaf.mediabox.height) - height) < 2
        text = " ".join(leaf.extract_text() for leaf in paper.pages)
        for words in wanted:
            assert words in text, (address, words)
        assert "Lock" not in text
        assert "Search" not in text
