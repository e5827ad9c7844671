"""Reports on paper, in a real browser: right size, nothing cut, nothing left out, no empty page."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from lacrima.practice import answers, care, moments, sessions
from lacrima.records.models import Client, Practice
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

POINTS_PER_MM = 72 / 25.4
PIXELS_PER_MM = 96 / 25.4
SIDES_MM = 32  # both margins of the style sheet
FOOT_MM = 19  # the room below, in which the number of the page stands
PAPERS_MM = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
FOOT = re.compile(r"\d+ / \d+")
WATERMARK = "Simulated"
SUDDEN = (17, 16, 17, 7, 6, 7, 6, 7, 6, 5, 6, 5)
LONG = "She read the letter aloud, and we stayed with it for a while. " * 12

# Every text that is printed and lies outside the width of the paper's inside.
CUT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const cut = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, range = document.createRange();
    if (!node.textContent.trim() || node.parentElement.closest("caption, .watermark")) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width && (box.left < -0.5 || box.right > innerWidth + 0.5))
        cut.push(node.textContent.trim());
  }
  return cut;
}"""


@dataclass(frozen=True)
class House:
    """A practice that is served, and the addresses of what is printed."""

    home: str
    cast: Cast
    printed: dict[str, str]


def _items(total: int) -> dict[str, int]:
    full, rest = divmod(total, 3)
    values = [3] * full + [rest] + [0] * 9
    return {f"phq9_{number}": values[number - 1] for number in range(1, 9)} | {"phq9_9": 0}


def _course(cast: Cast, client: Client, episode: Any, totals: tuple[int, ...]) -> None:
    for number, total in enumerate(totals, start=1):
        start = NOON - timedelta(days=7 * (len(totals) - number), hours=1)
        session = sessions.add_session(episode, by=cast.ana, number=number, start=start)
        answers.record_answers(
            client, episode, by=cast.ana, instrument="phq-9", items=_items(total), session=session
        )


def _fill(cast: Cast) -> dict[str, str]:
    ana, mias = cast.ana, cast.care_of_mia
    _course(cast, cast.mia, mias, SUDDEN)
    moments.log_moment(mias.sessions.get(number=3), by=ana, who="client", shown=2)
    care.keep_in_mind(mias, by=ana, words="Tell me if I am too much.")
    for days in range(1, 9):
        care.add_contact(mias, by=ana, at=NOON - timedelta(days=days), words="A question.")
        care.write_record_note(mias, by=ana, words=LONG)
    for number in range(30):
        code = f"N {number:02d}"
        episode = care.start_episode(by=ana, kind="individual", clients=[care.NewClient(code)])
        if number % 3:
            _course(cast, Client.objects.get(code=code), episode, (14, 8 + number % 9))
    empty = care.start_episode(by=ana, kind="individual", clients=[care.NewClient("Z 99")])
    here = f"/clients/{mias.pk}"
    return {
        "report": f"{here}/report",
        "report with words": f"{here}/report?words=1",
        "report on nothing": f"/clients/{empty.pk}/report",
        "caseload report": "/caseload/report",
        "caseload report, NHS": "/caseload/report?rule=nhs",
        "client": here,
        "caseload": "/caseload",
    }


@pytest.fixture
def house(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Ana's practice with a story, served in this process."""
    printed = _fill(committed_cast)
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    yield House(home, committed_cast, printed)
    memory_sessions.forget_all()


@pytest.fixture
def anas(page: Page, house: House) -> Page:
    """Ana's window, with the practice open."""
    return come_in(page, house.home)


@dataclass
class Sheet:
    """One page of a PDF: its size in millimetres, its words, and how high each stands."""

    width_mm: float
    height_mm: float
    text: str
    lines: list[tuple[float, str]] = field(default_factory=list)

    def below(self, words: str) -> list[str]:
        """What stands lower on this page than these words, without the foot and the watermark."""
        places = [(y, text) for y, text in self.lines if text and y > FOOT_MM * POINTS_PER_MM]
        height = min(y for y, text in places if _bare(words).startswith(_bare(text)))
        return [text for y, text in places if y < height - 1 and text != WATERMARK]


def _bare(words: str) -> str:
    """Without room between words, and with the ligatures of the paper taken apart."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))


def _sheets(data: bytes) -> list[Sheet]:
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        lines: list[tuple[float, str]] = []

        def note(text: str, cm: Any, tm: Any, _font: Any, _size: Any, into: Any = lines) -> None:
            into.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5], text.strip()))

        text = page.extract_text(visitor_text=note)
        size = (float(page.mediabox.width), float(page.mediabox.height))
        width, height = (points / POINTS_PER_MM for points in size)
        found.append(Sheet(width, height, text, lines))
    return found


def _printed(window: Page, paper: str) -> list[Sheet]:
    return _sheets(window.pdf(format=paper, print_background=True))


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_everything_prints_whole_on_its_paper(anas: Page, house: House, paper: str) -> None:
    width, height = PAPERS_MM[paper]
    anas.emulate_media(media="print")
    for name, path in house.printed.items():
        inside = round((width - SIDES_MM) * PIXELS_PER_MM)
        anas.set_viewport_size({"width": inside, "height": 1000})
        anas.goto(house.home + path)
        assert anas.evaluate(CUT) == [], name
        sheets = _printed(anas, paper)
        for sheet in sheets:
            assert (sheet.width_mm, sheet.height_mm) == pytest.approx((width, height), abs=0.5)
            assert _bare(FOOT.sub("", sheet.text)), f"{name}: an empty page"
        _check_words(anas, sheets, name)
        _check_headings(anas, sheets, name)


def _check_words(window: Page, sheets: list[Sheet], name: str) -> None:
    """Every word that is shown for print is on the paper, and each page says which it is."""
    paper = _bare(" ".join(sheet.text for sheet in sheets))
    shown = window.evaluate("document.querySelector('main').innerText").split()
    assert len(shown) > 20, name
    assert [word for word in shown if _bare(word) not in paper] == [], name
    for number, sheet in enumerate(sheets, start=1):
        assert f"{number} / {len(sheets)}" in sheet.text, name


def _check_headings(window: Page, sheets: list[Sheet], name: str) -> None:
    """No heading stands alone at the foot of a page."""
    script = """() => [...document.querySelectorAll("main :is(h1, h2, h3)")]
        .filter((one) => one.getClientRects().length).map((one) => one.innerText)"""
    for heading in window.evaluate(script):
        holding = [sheet for sheet in sheets if _bare(heading) in _bare(sheet.text)]
        assert holding, (name, heading)
        assert any(sheet.below(heading) for sheet in holding), (name, heading)


def test_a_simulated_practice_says_so_on_every_sheet(anas: Page, house: House) -> None:
    Practice.objects.update(is_simulated=True)
    for name in ("report with words", "caseload report", "client"):
        anas.goto(house.home + house.printed[name])
        sheets = _printed(anas, "A4")
        assert len(sheets) > 1, name
        assert all(WATERMARK in sheet.text for sheet in sheets), name


def test_the_file_opens_alone_looks_the_same_and_prints_the_same_words(
    anas: Page, house: House, tmp_path: Path
) -> None:
    asked: list[str] = []
    for name in ("report with words", "caseload report"):
        anas.goto(house.home + house.printed[name])
        with anas.expect_download() as coming:
            anas.get_by_role("button", name="Take it as a file").click()
        file = tmp_path / coming.value.suggested_filename
        coming.value.save_as(file)
        told = _without_time(anas.locator("article").inner_text())
        with anas.context.expect_page() as opening:
            anas.evaluate("open('about:blank')")
        alone = opening.value
        alone.on("request", lambda request: asked.append(request.url))
        alone.goto(file.as_uri())
        assert _without_time(alone.locator("article").inner_text()) == told
        assert [url for url in asked if not url.startswith("file:")] == []
        _check_words(alone, _printed(alone, "Letter"), name)
        alone.close()


def _without_time(words: str) -> str:
    """The clock goes on between two looks."""
    return re.sub(r"Madeon.*?,by", "", _bare(words))


def test_the_print_button_is_there_with_script_alone(anas: Page, house: House) -> None:
    anas.goto(house.home + house.printed["report"])
    assert anas.get_by_role("button", name="Print").is_visible()
    asked = anas.evaluate("""() => new Promise((done) => {
      window.print = () => done(true);
      document.querySelector("[data-print]").click();
    })""")
    assert asked


def test_nobody_is_shut_out_and_nothing_hangs_over_the_edge(anas: Page, house: House) -> None:
    found = []
    for scheme in ("light", "dark"):
        anas.emulate_media(color_scheme=scheme, media="screen")
        for name, path in house.printed.items():
            anas.goto(house.home + path)
            anas.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += barriers(anas, f"{name}, {scheme}", rules_of(scheme))
            found += overflows(anas, name, (320, 390, 1280)) if scheme == "light" else []
    assert found == []


def test_the_caseload_is_asked_by_keyboard_and_without_script(anas: Page, house: House) -> None:
    anas.goto(house.home + "/caseload")
    anas.get_by_label("Rule").select_option("nhs")
    anas.get_by_label("Rule").press("Tab")
    anas.get_by_role("button", name="Show").press("Enter")
    anas.wait_for_url("**/caseload?**rule=nhs**")
    assert anas.locator(".say").inner_text().startswith("NHS rule: too early to tell")
