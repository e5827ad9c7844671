"""Requests and retention in a real browser: clean at both sizes; one answered, one erased."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from lacrima.practice import care, disclosing, notes, people
from lacrima.records.models import Client, Disclosure, DisclosureState
from lacrima.vault import kdf
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, rules_of
from tests.support.cast import NOON, PASSPHRASE, Cast

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(400)]

SCREENS = os.environ.get("LACRIMA_SCREENS", "")  # a folder, to look at them with one's own eyes
NOTE = "Rosa called in the evening.\nHer brother Ivo had moved out, and Rosas letter came back."
LATER = "About the neighbours and their quarrel."


@pytest.fixture
def home(committed_cast: Cast, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A practice that is served, with notes about others and somebody past her time."""
    monkeypatch.setattr(kdf, "STANDARD", kdf.FLOOR)
    cast = committed_cast
    for words in (NOTE, LATER):
        notes.write_record_note(cast.care_of_mia, by=cast.ana, words=words)
    for number in (1, 2, 3):
        cast.session(number)
    for code, ended_on in (("O 01", date(2014, 2, 1)), ("O 02", date(2013, 5, 1)),
                           ("O 03", date(2019, 7, 3))):  # fmt: skip
        episode = care.start_episode(
            by=cast.ana, kind="individual", clients=[care.NewClient(code)],
            started_on=date(2012, 9, 3),
        )  # fmt: skip
        care.end_episode(episode, by=cast.ana, ended_on=ended_on)
    people.change_practice(by=cast.ana, keep_years=10, keep_child_until_age=28)
    disclosing.note_request(
        Client.objects.get(code="O 02"), by=cast.ana, asked_on=NOON.date(),
        asked_by="An insurer, branch Y", kind="insurer", ground="a signed letter",
    )  # fmt: skip
    yield re.sub(r"//[^:/]+", "//localhost", live_server.url)
    memory_sessions.forget_all()


@pytest.fixture
def anas(page: Page, home: str) -> Page:
    """Ana's window, with the practice open."""
    page.goto(home)
    page.locator("input[type=password]").first.fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/")
    return page


def _everywhere(page: Page, name: str) -> None:
    """The page as it stands: no barrier, no line that runs out; narrow and light, wide and dark."""
    for scheme, width in (("light", 390), ("dark", 1280)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 844})
        assert barriers(page, f"{name}, {width}", rules_of(scheme)) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if SCREENS:
            place = Path(SCREENS) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=place, full_page=True)
    page.emulate_media(color_scheme="light")


def _paper(page: Page, name: str) -> None:
    """The same on paper."""
    page.emulate_media(media="print")
    assert not page.locator("button:visible").count()
    if SCREENS:
        page.pdf(path=Path(SCREENS) / f"{name}.pdf", format="A4")
    page.emulate_media(media="screen")


def test_a_request_is_answered_by_hand_with_as_little_as_will_do(
    anas: Page, home: str, committed_cast: Cast
) -> None:
    mia = committed_cast.mia
    anas.goto(f"{home}/people/{mia.pk}/request")
    _everywhere(anas, "request-new")
    anas.get_by_label("Who asks").fill("The court of Y, chamber 3")
    anas.get_by_label("a court or an authority").check()
    anas.get_by_label("The ground in words").fill("Order of 3 March, file 12")
    anas.get_by_role("button", name="Keep").click()
    anas.wait_for_url(f"{home}/people/{mia.pk}/requests")
    anas.goto(f"{home}/people/{mia.pk}/keep")
    _everywhere(anas, "keep")
    anas.goto(f"{home}/people/{mia.pk}/erase")
    _everywhere(anas, "erase-held")
    anas.goto(f"{home}/people/{mia.pk}/keep")
    anas.get_by_role("link", name="Choose what is given").click()
    anas.get_by_label("Notes of the record").check()
    anas.get_by_text("2 texts: leave out single ones").click()
    anas.get_by_label(LATER, exact=False).uncheck()
    anas.get_by_label("Names and words to cover").fill("Rosa\nIvo")
    _everywhere(anas, "request-choose")
    anas.get_by_role("button", name="See the finished text").click()
    text = anas.get_by_role("article").inner_text()
    assert "[left out: another person] called in the evening." in text
    assert "[left out: a whole text]" in text
    assert "neighbours" not in text
    assert "Rosas" in anas.locator("main").inner_text()
    _everywhere(anas, "request-review")
    anas.get_by_role("button", name="Change it").click()
    anas.get_by_label("Names and words to cover").fill("Rosa*\nIvo")
    anas.get_by_role("button", name="See the finished text").click()
    _paper(anas, "bundle")
    anas.get_by_label("For the log").fill("By registered post")
    with anas.expect_download() as came:
        anas.get_by_role("button", name="Give it").click()
    data = Path(came.value.path()).read_bytes()
    assert b"Rosa" not in data
    row = Disclosure.objects.get(client=mia)
    assert (row.state, row.redactions) == (DisclosureState.GIVEN, 4)
    assert row.content_hash == hashlib.sha256(data).hexdigest()
    anas.get_by_role("link", name="To the log").click()
    assert row.content_hash in anas.locator("main").inner_text()
    _everywhere(anas, "requests-of")
    anas.goto(f"{home}/requests")
    _everywhere(anas, "requests")
    _paper(anas, "log")
    if SCREENS:
        (Path(SCREENS) / "given.html").write_bytes(data)


def test_who_is_past_the_time_is_seen_ticked_and_erased_by_hand(anas: Page, home: str) -> None:
    for name, address in (("settings", "/settings"), ("rule", "/settings/records")):
        anas.goto(f"{home}{address}")
        _everywhere(anas, name)
    anas.goto(f"{home}/past-its-time")
    _everywhere(anas, "past")
    assert "O 02" in anas.locator("section", has_text="and held").inner_text()
    anas.get_by_label("O 01", exact=False).check()
    anas.get_by_role("button", name="See what would go").click()
    _everywhere(anas, "past-erase")
    anas.get_by_label("Type the code O 01").fill("O 02")
    anas.get_by_role("button", name="Erase for good").click()
    assert Client.objects.filter(code="O 01").exists()
    _everywhere(anas, "past-erase-wrong")
    anas.get_by_label("Type the code O 01").fill("O 01")
    anas.get_by_role("button", name="Erase for good").click()
    anas.wait_for_url(f"{home}/erased")
    assert set(Client.objects.values_list("code", flat=True)) >= {"O 02", "O 03"}
    assert not Client.objects.filter(code="O 01").exists()
