"""Expected courses, second looks and what came after, in a real browser: with something to show and
with nothing; light, dark, narrow, on paper, by key, without script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lacrima.practice import (
    expected_course,
    moments,
    named_expectations,
    second_looks,
    sessions,
    usual_alliance,
)
from lacrima.records.models import Client, Episode
from lacrima.web import memory_sessions
from tests.browser.test_reports import CUT
from tests.practice.test_expected_course import a_caseload, comes, give
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import NOON, Cast
from tests.support.expectations import expectation
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

SIZES = (390, 1280)
A4_INSIDE_PX = 672  # 210 mm less both margins
WORSE = [12, 13, 18, 24, 25, 26]
LOWER = [40, 40, 39, 40, 28, 27]
LEAST_CONTRAST = 3.0

# The contrast of a colour laid over another, as WCAG counts it.
CONTRAST = """(path) => {
  const style = getComputedStyle(path), root = getComputedStyle(document.documentElement);
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const paint = (colour, alpha) => {
    canvas.globalAlpha = alpha; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((one) => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  };
  const sheet = getComputedStyle(path.closest(".sheet")).backgroundColor;
  const behind = paint(sheet, 1), edge = paint(style.stroke, Number(style.strokeOpacity));
  return (Math.max(behind, edge) + 0.05) / (Math.min(behind, edge) + 0.05);
}"""


@dataclass(frozen=True)
class House:
    """A practice that is served, and the addresses that are looked at."""

    home: str
    pages: dict[str, str]


def _forget() -> None:
    for room in (expected_course, second_looks, usual_alliance):
        room.forget()


def _after(cast: Cast) -> None:
    """Eight sessions of Mia's before the look, tears in two of them."""
    for number in range(1, 9):
        start = NOON - timedelta(days=7 * (8 - number) + 45)
        row = sessions.add_session(cast.care_of_mia, by=cast.ana, number=number, start=start)
        give(cast.mia, cast.care_of_mia, row, 12 + number % 3)
        if number in {3, 6}:
            moments.log_moment(row, by=cast.ana, who="client", shown=2)
        else:
            sessions.nothing_stood_out([row], by=cast.ana)


def _alliances(cast: Cast) -> None:
    rng = np.random.default_rng(2)
    for who in range(14):
        episode = Episode.objects.get(participants__client__code=f"C{who:02}")
        client = Client.objects.get(code=f"C{who:02}")
        for row, own in zip(
            episode.sessions.order_by("number"), rng.normal(rng.normal(39, 3), 2, 60), strict=False
        ):
            give(client, episode, row, float(np.clip(np.rint(own), 0, 40)), slug="srs")


def _full(cast: Cast) -> dict[str, str]:
    a_caseload(cast.ana, 32)
    _after(cast)
    episode = comes(cast.ana, "Worse", [float(total) for total in WORSE])
    client = Client.objects.get(code="Worse")
    for row, total in zip(episode.sessions.order_by("number"), LOWER, strict=True):
        give(client, episode, row, total, slug="srs")
    _alliances(cast)
    named_expectations.take_in(expectation(instrument="gad-7", maximum=21), by=cast.ana)
    second_looks.refresh(now=NOON)
    worse, mia = f"/clients/{episode.pk}", f"/clients/{cast.care_of_mia.pk}"
    return {
        "client": worse,
        "course": f"{worse}/second-look?about=course",
        "alliance": f"{worse}/second-look?about=alliance",
        "expectations": "/settings/expectations",
        "what came after": "/what-came-after",
        "what came after, a client": f"{mia}/what-came-after",
    }


def _bare(cast: Cast) -> dict[str, str]:
    mia = f"/clients/{cast.care_of_mia.pk}"
    return {
        "client": mia,
        "course": f"{mia}/second-look?about=course",
        "alliance": f"{mia}/second-look?about=alliance",
        "expectations": "/settings/expectations",
        "what came after": "/what-came-after",
        "what came after, a client": f"{mia}/what-came-after",
    }


def _served(live_server: Any, pages: dict[str, str]) -> House:
    return House(re.sub(r"//[^:/]+", "//localhost", live_server.url), pages)


@pytest.fixture
def full(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Enough clients for a band; one who got worse, and whose alliance fell; tears of Mia's."""
    _forget()
    yield _served(live_server, _full(committed_cast))
    memory_sessions.forget_all()
    _forget()


@pytest.fixture
def bare(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Nobody has answered anything yet."""
    _forget()
    yield _served(live_server, _bare(committed_cast))
    memory_sessions.forget_all()


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _in_the_way(page: Page, house: House) -> list[str]:
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, address in house.pages.items():
            for width in SIZES:
                page.set_viewport_size({"width": width, "height": 900})
                answer = page.goto(house.home + address)
                assert answer is not None
                assert answer.status == 200, name
                _open_all(page)
                found += barriers(page, f"{name}, {scheme}, {width}", rules_of(scheme))
            found += overflows(page, name, (320, *SIZES)) if scheme == "light" else []
    return found


@pytest.mark.timeout(300)
def test_nothing_is_in_the_way(page: Page, full: House) -> None:
    come_in(page, full.home)
    found = _in_the_way(page, full)
    assert not found, "\n".join(found)


@pytest.mark.timeout(300)
def test_nothing_is_in_the_way_where_there_is_nothing_to_show(page: Page, bare: House) -> None:
    come_in(page, bare.home)
    found = _in_the_way(page, bare)
    assert not found, "\n".join(found)
    page.goto(bare.home + bare.pages["course"])
    assert "Nothing stands out now" in page.locator("main").inner_text()


@pytest.mark.timeout(300)
def test_the_edge_of_the_band_is_seen_in_light_and_dark_and_on_paper(
    page: Page, full: House
) -> None:
    come_in(page, full.home).goto(full.home + full.pages["client"])
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("light", "print")):
        page.emulate_media(color_scheme=scheme, media=media)
        drawn = page.locator(".chart path.band")
        assert drawn.count() >= 3, "wide, narrow, and its key"
        contrasts = [drawn.nth(at).evaluate(CONTRAST) for at in range(drawn.count())]
        assert min(contrasts) >= LEAST_CONTRAST, (scheme, media, contrasts)


@pytest.mark.timeout(300)
def test_all_is_there_without_script_and_by_the_keyboard(chromium: Browser, full: House) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = come_in(context.new_page(), full.home)
    for name, address in full.pages.items():
        page.goto(full.home + address)
        assert page.locator("main h1").inner_text(), name
    page.goto(full.home + full.pages["client"])
    assert page.locator(".chart path.band").first.is_visible()
    numbers = page.locator(".chart summary").first
    numbers.focus()
    page.keyboard.press("Enter")
    assert page.locator(".chart table").first.is_visible()
    assert "Expected, 8 in 10" in page.locator(".chart table").first.inner_text()
    assert "stand at the top of the scale" in page.locator("main").inner_text()
    page.goto(full.home + full.pages["course"])
    page.locator("button:text-is('Close the card')").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(full.home + "/")
    context.close()


@pytest.mark.timeout(300)
def test_on_paper_nothing_is_cut_off_and_no_button_is_left(page: Page, full: House) -> None:
    come_in(page, full.home)
    page.set_viewport_size({"width": A4_INSIDE_PX, "height": 900})
    for name, address in full.pages.items():
        page.emulate_media(media="screen")
        page.goto(full.home + address)
        page.emulate_media(media="print")
        assert page.evaluate(CUT) == [], name
        assert not page.locator("main button:visible").count(), name
        assert page.pdf(format="A4").startswith(b"%PDF"), name
