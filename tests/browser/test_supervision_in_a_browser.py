"""Supervision in a real browser: by keys, without script, on a phone, in the dark, on paper."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Locator, Page
from pypdf import PdfReader

from lacrima.formats import share_file
from lacrima.practice import colleagues, moments, share_making, supervision, supervision_hours
from lacrima.records.models import Moment, Share
from lacrima.vault import share_box, share_code
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280)
TARGET = 24  # CSS pixels, WCAG 2.2 AA
OUTSIDE = X25519PrivateKey.generate()


@dataclass(frozen=True)
class House:
    """A practice that is served: a moment, one share here and one for outside."""

    home: str
    cast: Cast
    moment: Moment
    here: Share
    outside: Share

    def addresses(self) -> list[str]:
        """Every page of supervision that is opened by a link."""
        return [
            "/supervision",
            "/supervision/ask",
            "/supervision/open",
            "/supervision/colleagues",
            "/supervision/colleagues/new",
            "/supervision/hours/new",
            f"/moments/{self.moment.pk}/show",
            f"/supervision/shares/{self.here.pk}",
            f"/supervision/shares/{self.here.pk}/withdraw",
            f"/supervision/shares/{self.outside.pk}",
        ]


def _show(cast: Cast, moment: Moment, reader: str) -> Share:
    subject = share_making.subject_of(cast.ana, moment=moment.pk)
    choice = share_making.Choice(
        readers=frozenset({reader}),
        purpose="learning",
        expires_on=share_making.usual_expiry(),
        parts=frozenset({"when", "showed", "words"}),
        question="What would you listen for?",
    )
    seen = share_making.mark_of(share_making.compose(cast.ana, subject, choice))
    return share_making.share(cast.ana, subject, choice, seen=seen)


@pytest.fixture
def house(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Ana's practice, served in this process."""
    cast = committed_cast
    moment = moments.log_moment(
        cast.session(9), by=cast.ana, who="both", shown=2, flow="went_on", words="She read aloud."
    )
    code = share_code.code_of(OUTSIDE.public_key().public_bytes_raw())
    nora = colleagues.add_colleague(by=cast.ana, name="Nora Outside", code=code)
    here = _show(cast, moment, f"member:{cast.hanna.pk.hex}")
    outside = _show(cast, moment, f"colleague:{nora.pk.hex}")
    supervision.say_of_share(here, by=cast.hanna, kind="question", words="Who looked after whom?")
    supervision_hours.add_hour(
        by=cast.ana, on=NOON.date(), minutes=90, is_group=True, topics="What is ours."
    )
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    yield House(home, cast, moment, here, outside)
    memory_sessions.forget_all()


def _come_in(window: Page, house: House) -> Page:
    return come_in(window, house.home)


def _is_clean(window: Page, scheme: str = "light") -> None:
    assert barriers(window, window.url, rules_of(scheme)) == []
    sideways = window.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert sideways <= 0, window.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_and_fits(house: House, open_window: Any, scheme: str) -> None:
    window = _come_in(open_window(color_scheme=scheme), house)
    for width in WIDTHS:
        window.set_viewport_size({"width": width, "height": 844})
        for address in house.addresses():
            window.goto(house.home + address)
            _is_clean(window, scheme)


def test_the_words_of_a_code_are_compared_on_a_clean_page(house: House, open_window: Any) -> None:
    window = _come_in(open_window(color_scheme="dark"), house)
    window.set_viewport_size({"width": 390, "height": 844})
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    window.goto(f"{house.home}/supervision/colleagues/new")
    window.get_by_label("Name").fill("Ida")
    window.get_by_label("The code she gave you").fill(share_code.code_of(public))
    window.get_by_role("button", name="Compare the words").click()
    window.wait_for_selector("ol.spoken")
    words = [one.strip() for one in window.locator("ol.spoken li").all_inner_texts()]
    assert tuple(words) == share_code.words_of(public)
    _is_clean(window)
    window.get_by_role("button", name="They are not the same").click()
    window.wait_for_selector("h1:has-text('A colleague outside')")
    assert window.get_by_label("Name").input_value() == "Ida"
    _is_clean(window)


def _boxes(items: Locator) -> list[dict[str, float]]:
    return [box for one in items.all() if (box := one.bounding_box()) is not None]


@pytest.mark.parametrize("width", [320, 390])
def test_all_ways_can_be_hit_on_a_phone(house: House, open_window: Any, width: int) -> None:
    window = _come_in(open_window(), house)
    window.set_viewport_size({"width": width, "height": 700})
    ways = window.locator("nav.ways > ul > li:visible > :is(a, details)")
    assert [one.strip().splitlines()[0] for one in ways.all_inner_texts()] == [
        "Today", "Clients", "Evidence", "Supervision", "My care", "More",
    ]  # fmt: skip
    boxes = _boxes(ways)
    assert min(box["height"] for box in boxes) >= 44
    assert min(box["width"] for box in boxes) >= TARGET
    assert max(box["x"] + box["width"] for box in boxes) <= width
    for left, right in itertools.pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"] + 1
    window.get_by_text("More", exact=True).click()
    window.locator(".more").get_by_role("link", name="Settings").click()
    window.wait_for_url(f"{house.home}/settings")
    assert window.locator(".more .is-here").is_visible()


def test_on_a_wide_page_all_ways_stand_in_one_line_and_their_keys_reach_them(
    house: House, open_window: Any
) -> None:
    window = _come_in(open_window(), house)
    assert not window.get_by_text("More", exact=True).is_visible()
    for keys, way in (("gs", "/supervision"), ("gs", "/settings"), ("gm", "/my-care")):
        for key in keys:
            window.keyboard.press(key)
        window.wait_for_url(f"{house.home}{way}")


def _fill_by_keys(window: Page) -> None:
    window.locator("input[name=readers]").first.focus()
    window.keyboard.press("Space")
    window.locator("input[name=purpose][value=learning]").focus()
    window.keyboard.press("Space")


def test_a_moment_is_shown_by_keys_alone(house: House, open_window: Any) -> None:
    window = _come_in(open_window(), house)
    window.goto(f"{house.home}/moments/{house.moment.pk}/show")
    window.locator("input[value=day]").focus()
    window.keyboard.press("Space")
    _fill_by_keys(window)
    window.get_by_role("button", name="Look at it as it will be seen").press("Enter")
    window.wait_for_selector("text=This is exactly what Berta Sol will see")
    _is_clean(window)
    looked_at = window.locator("article.shown").inner_text()
    assert "She read aloud." not in looked_at
    window.get_by_role("button", name="Show it").press("Enter")
    window.wait_for_url(re.compile(r"/supervision/shares/"))
    assert window.locator("article.shown").inner_text() == looked_at


def test_it_works_without_script_and_a_file_goes_out_and_comes_in(
    house: House, open_window: Any, tmp_path: Path
) -> None:
    window = _come_in(open_window(java_script_enabled=False, accept_downloads=True), house)
    window.goto(f"{house.home}/supervision/shares/{house.outside.pk}")
    with window.expect_download() as loading:
        window.get_by_role("button", name="Download the file").click()
    data = Path(loading.value.path()).read_bytes()
    told = share_file.read_share(share_box.unseal(share_box.read(data), reader=OUTSIDE))
    assert told.shown.question == "What would you listen for?"
    said = share_file.Said(
        note_id="e" * 32, kind=share_file.NoteKind.COMMENT, said_at=NOON, words="The quiet after."
    )
    answer = share_file.Answer(file_id=told.file_id, sender_name="Nora", said=(said,))
    reader = share_box.read(data).sender
    path = tmp_path / "answer.lacrima-share"
    path.write_bytes(share_box.seal("answer", answer.to_bytes(), sender=OUTSIDE, reader=reader))
    window.goto(f"{house.home}/supervision/open")
    window.set_input_files("input[type=file]", path)
    window.get_by_role("button", name="Open it").click()
    window.wait_for_url(re.compile(r"/supervision/shares/"))
    assert window.get_by_text("The quiet after.").is_visible()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_share_and_a_code_come_out_on_paper(house: House, open_window: Any, paper: str) -> None:
    window = _come_in(open_window(), house)
    window.goto(f"{house.home}/supervision/shares/{house.here.pk}")
    text = _printed(window, paper)
    assert "Who looked after whom?" in text
    assert "She read aloud." in text
    assert "Say it" not in text
    window.goto(f"{house.home}/supervision/colleagues")
    text = _printed(window, paper)
    own = colleagues.own_code(house.cast.ana)
    assert own.words[9] in text
    assert "Nora" not in text


def _printed(window: Page, paper: str) -> str:
    pages = PdfReader(io.BytesIO(window.pdf(format=paper))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
