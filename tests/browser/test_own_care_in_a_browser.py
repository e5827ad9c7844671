"""My care in a real browser: two taps and a keep, clean at every size, whole on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from lacrima.evidence.workbook import shipped as workbook
from lacrima.instruments.catalogue import shipped
from lacrima.practice import moments, own_care, sessions
from lacrima.practice.own_care_entries import (
    PROQOL,
    Entry,
    Filled,
    OfOneself,
    Own,
    Remind,
    State,
    When,
)
from lacrima.records.models import OwnCare
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in, leave

pytestmark = pytest.mark.browser

PAPERS = ("A4", "Letter")
PAGES = (
    "/my-care",
    "/my-care/state",
    "/my-care/own",
    "/my-care/entries",
    "/my-care/proqol",
    "/my-care/how-long",
    "/my-care/delete",
    "/my-care/reminders/new",
    "/my-care/workbook",
    "/my-care/workbook/own-tears",
    "/my-care/workbook/on-paper",
)
# Every text that is printed and lies outside the width of the paper's inside.
CUT = """() => [...document.querySelectorAll("main p, main h2, main h3, main li")]
  .filter((one) => !one.closest(".noprint"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.textContent.trim())"""


@dataclass(frozen=True)
class House:
    """A practice that is served."""

    home: str
    cast: Cast


def _fill(cast: Cast) -> None:
    ana = cast.ana
    for number in range(1, 25):
        session = cast.session(number, start=NOON - timedelta(days=7 * (25 - number)))
        if number % 4:
            sessions.nothing_stood_out([session], by=ana)
            continue
        moment = moments.log_moment(session, by=ana, who="both", shown=2)
        own = Own(of=frozenset({OfOneself.OWN_LIFE}))
        entry = Entry(day=NOON.date(), content=own, moment=moment.pk, words="Mother's house. " * 9)
        own_care.put_entry(entry, by=ana)
    for ago in range(3):
        filled = Filled(items={item.id: 3 for item in shipped()[PROQOL].items})
        day = NOON.date() - timedelta(days=30 * ago)
        own_care.put_entry(Entry(day=day, content=filled), by=ana)
    own_care.put_reminder(by=ana, what=Remind.REST, first_on=NOON.date(), every_weeks=2)
    version = own_care.desk(ana)[1]
    own_care.write_workbook("own-tears", {"home": "Tea. " * 80}, by=ana, expected_version=version)
    cast.session(30, start=NOON - timedelta(hours=1))


@pytest.fixture
def house(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Ana's practice with months of My care, served in this process."""
    _fill(committed_cast)
    yield House(re.sub(r"//[^:/]+", "//localhost", live_server.url), committed_cast)
    memory_sessions.forget_all()


@pytest.fixture
def anas(page: Page, house: House) -> Page:
    """Ana's window, with the practice open."""
    return come_in(page, house.home)


def test_two_taps_and_a_keep_on_a_phone(anas: Page, house: House) -> None:
    before = OwnCare.objects.count()
    anas.set_viewport_size({"width": 390, "height": 844})
    anas.goto(f"{house.home}/my-care")
    keep = anas.get_by_role("button", name="Keep")
    assert keep.bounding_box()["y"] + keep.bounding_box()["height"] < 844 - 58  # above the bar
    anas.get_by_role("radio", name="8", exact=True).check(force=True)
    keep.click()
    anas.wait_for_url(f"{house.home}/my-care")
    anas.get_by_text("Kept, for you alone.").wait_for()
    assert OwnCare.objects.count() == before + 1
    kept = next(
        one for one in own_care.entries(house.cast.ana) if isinstance(one.entry.content, State)
    )
    assert kept.entry.content == State(when=When.AFTER, full=8)
    assert kept.entry.session is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_at_both_sizes(anas: Page, house: House, scheme: Any) -> None:
    anas.emulate_media(color_scheme=scheme)
    row = own_care.entries(house.cast.ana)[0]
    for width in (390, 1280):
        anas.set_viewport_size({"width": width, "height": 844})
        for address in (*PAGES, f"/my-care/entries/{row.id}"):
            anas.goto(f"{house.home}{address}")
            assert barriers(anas, f"{address}, {width}", rules_of(scheme)) == []
            assert anas.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("way", ["", "?empty"])
def test_the_workbook_comes_out_whole_on_paper(
    anas: Page, house: House, paper: str, way: str
) -> None:
    anas.goto(f"{house.home}/my-care/workbook/on-paper{way}")
    anas.emulate_media(media="print")
    anas.set_viewport_size({"width": 673, "height": 900})  # the inside of an A4 page
    assert anas.evaluate(CUT) == []
    pages = PdfReader(io.BytesIO(anas.pdf(format=paper, print_background=False))).pages
    texts = [one.extract_text() for one in pages]
    said = _bare(" ".join(texts))
    for part in workbook().parts:
        assert _bare(part.title) in said
        for exercise in part.exercises:
            for one in (exercise.title, exercise.text, *(q.asks for q in exercise.questions)):
                assert _bare(one) in said, one
    assert ("Tea." in said) is (way == "")
    assert all(len(_bare(text)) > 60 for text in texts), "an empty page"
    assert "Print" not in texts[0]
    assert 5 <= len(pages) <= 9


def _bare(text: str) -> str:
    """Without room between words, and with the ligatures of the paper taken apart."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬀ", "ff"), ("ﬂ", "fl"), ("ﬃ", "ffi")):
        text = text.replace(ligature, letters)
    return re.sub(r"\s+", "", text)


def test_what_is_half_typed_here_is_not_kept_when_the_practice_locks(
    anas: Page, house: House
) -> None:
    anas.goto(f"{house.home}/my-care/workbook/own-tears")
    anas.locator("textarea").first.fill("half a thought")
    leave(anas, house.home)
    come_in(anas, house.home).goto(f"{house.home}/drafts")
    assert "half a thought" not in anas.content()
