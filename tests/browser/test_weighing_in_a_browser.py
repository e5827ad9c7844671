"""A weighing in a real browser: under four minutes, by keys alone, without script, on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page
from pypdf import PdfReader

from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, moments, weighing
from lacrima.practice.weighing_thinking import Answer, Speaks, Thinking, thinking_of
from lacrima.records.models import Moment, Weighing
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

WORDS_A_MINUTE = 238  # silent reading in English: Brysbaert 2019, 10.1016/j.jml.2019.104047
SECONDS_AN_ACTION = 2.0
MOST_MINUTES = 4.0
LAST_DAY = (NOON + timedelta(days=30)).date()
WIDTHS = (320, 390, 1280)
PAPERS = {"A4": (595, 842), "Letter": (612, 792)}
REASON = "She said that evening that she felt less alone."
TAKES = "I was wrong in my guess. Ask at the end of the hour."


@dataclass(frozen=True)
class House:
    """A practice that is served, with a moment that both were in tears in."""

    home: str
    cast: Cast
    moment: Moment

    @property
    def of_moment(self) -> str:
        """The moment's page."""
        return f"{self.home}/moments/{self.moment.pk}"


@dataclass
class Evening:
    """Somebody at eight in the evening: what she read, wrote and did."""

    page: Page
    words: int = 0
    actions: int = 0
    log: list[str] = field(default_factory=list)

    def read(self, what: Locator | None = None) -> None:
        """Read all that stands here."""
        said = (what or self.page.locator("main")).inner_text()
        self._count(said, "read")

    def tap(self, what: Locator) -> None:
        """One action."""
        what.click()
        self.actions += 1

    def write(self, where: Locator, words: str) -> None:
        """Go into a field and write there; written words count as words."""
        where.fill(words)
        self.actions += 1
        self._count(words, "wrote")

    def _count(self, said: str, how: str) -> None:
        number = len(re.findall(r"\w[\w'’-]*", said))
        self.words += number
        self.log.append(f"{how} {number}")

    @property
    def minutes(self) -> float:
        """How long it took, by the formula."""
        return self.words / WORDS_A_MINUTE + self.actions * SECONDS_AN_ACTION / 60


@pytest.fixture
def house(committed_cast: Cast, live_server: Any) -> Iterator[House]:
    """Ana's practice, served in this process."""
    cast = committed_cast
    items: dict[str, int | None] = {one.id: 8 for one in shipped()["alliance-check"].items}
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="alliance-check",
        items=items,
        session=cast.session(8),
    )
    care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="Tell me if I am too much.")
    moment = moments.log_moment(
        cast.session(9),
        by=cast.ana,
        who="both",
        shown=2,
        flow="went_on",
        noticed="unsure",
        about=["goodbye", "grief"],
    )
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    yield House(home, cast, moment)
    memory_sessions.forget_all()


def _come_in(window: Page, house: House) -> Page:
    return come_in(window, house.home)


def _begin(window: Page, house: House) -> None:
    window.goto(f"{house.of_moment}/weigh")
    window.locator("main button:text-is('Begin')").click()
    window.wait_for_url("**/write")


def _weighed(house: House) -> Weighing:
    row = weighing.begin_weighing(house.moment, by=house.cast.ana, expires_on=LAST_DAY)
    thinking = Thinking(
        answers={"trust": Answer(Speaks.FOR, REASON), "honest": Answer(Speaks.UNSURE)},
        benefit="Somebody was beside her.",
        takes=TAKES,
    )
    return weighing.write_weighing(row, by=house.cast.ana, expected_version=1, thinking=thinking)


def test_all_fourteen_questions_are_weighed_in_under_four_minutes(page: Page, house: House) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _come_in(page, house).goto(house.of_moment)
    evening = Evening(page)
    evening.tap(page.locator("main a:text-is('Weigh it')"))
    page.wait_for_url("**/weigh")
    evening.read()
    evening.tap(page.locator("main button:text-is('Begin')"))
    page.wait_for_url("**/write")
    evening.read()
    questions = page.locator(".asked")
    for number in range(questions.count()):
        evening.tap(questions.nth(number).locator(".tile").nth(number % 4))
    known = questions.nth(0).locator("details")  # of one she would like to know more
    evening.tap(known.locator("summary"))
    evening.read(known)
    evening.write(page.locator("[name=line_clients-interest]"), REASON)
    evening.write(page.locator("[name=takes]"), TAKES)
    evening.tap(page.locator("main .actions > button:text-is('Keep')"))
    page.wait_for_url(re.compile(r"/weighings/[^/]+$"))
    kept = thinking_of(Weighing.objects.get().thinking)
    assert len(kept.answers) == 14
    assert kept.takes == TAKES
    told = f"{evening.minutes:.2f} minutes: {evening.words} words, {evening.actions} actions"
    assert evening.minutes < MOST_MINUTES, f"{told} ({', '.join(evening.log)})"


def test_the_same_without_script_by_keys_alone(chromium: Browser, house: House) -> None:
    context = chromium.new_context(java_script_enabled=False)
    window = _come_in(context.new_page(), house)
    window.goto(f"{house.of_moment}/weigh")
    window.locator("main input[type=date]").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**/write")
    window.locator("[name=speaks_trust]").first.focus()
    for key in ("Space", "ArrowRight", "Tab", "Enter"):  # unfolds what is known of it
        window.keyboard.press(key)
    window.locator("[name=line_trust]").focus()
    window.keyboard.type("It held.")
    window.keyboard.press("Enter")
    window.wait_for_url(re.compile(r"/weighings/[^/]+$"))
    context.close()
    kept = thinking_of(Weighing.objects.get().thinking)
    assert dict(kept.answers) == {"trust": Answer(Speaks.AGAINST, "It held.")}


@pytest.mark.timeout(300)
def test_every_page_of_it_is_free_of_barriers_and_of_sideways_scrolling(
    page: Page, house: House
) -> None:
    row = _weighed(house)
    ahead = weighing.begin_beforehand(
        house.cast.care_of_mia, by=house.cast.ana, expires_on=LAST_DAY
    )
    recorded = weighing.begin_beforehand(
        house.cast.care_of_mia, by=house.cast.ana, expires_on=LAST_DAY
    )
    for version, takes in ((1, "One."), (3, "Two.")):
        recorded = weighing.write_weighing(
            recorded, by=house.cast.ana, expected_version=version, thinking=Thinking(takes=takes)
        )
        if version == 1:
            recorded = weighing.record_weighing(recorded, by=house.cast.ana, expected_version=2)
    strong = moments.log_moment(house.cast.session(3), by=house.cast.ana, who="both", shown=3)
    addresses = {
        "begin": f"/sessions/{house.moment.session_id}/weigh",
        "write": f"/weighings/{row.pk}/write",
        "read": f"/weighings/{row.pk}",
        "record": f"/weighings/{row.pk}/record",
        "until": f"/weighings/{row.pk}/until",
        "delete": f"/weighings/{row.pk}/delete",
        "ahead": f"/weighings/{ahead.pk}/write",
        "ahead, read": f"/weighings/{ahead.pk}",
        "versions": f"/weighings/{recorded.pk}",
        "what next": "/what-next",
        "kept": f"/moments/{strong.pk}?kept",
    }
    _come_in(page, house)
    found: list[str] = []
    for name, address in addresses.items():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            answer = page.goto(house.home + address)
            assert answer is not None
            assert answer.status == 200, name
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += barriers(page, f"{name}, {scheme}", rules_of(scheme))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found += [f"{name} at {width}: {beyond} px too wide"] if beyond > 0 else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("paper", list(PAPERS))
def test_a_weighing_prints_as_it_was_written_without_buttons(
    page: Page, house: House, paper: str
) -> None:
    row = _weighed(house)
    _come_in(page, house).goto(f"{house.home}/weighings/{row.pk}")
    printed = PdfReader(io.BytesIO(page.pdf(format=paper)))
    said = " ".join(" ".join(one.extract_text() for one in printed.pages).split())
    width, height = PAPERS[paper]
    for one in printed.pages:
        assert abs(float(one.mediabox.width) - width) < 2
        assert abs(float(one.mediabox.height) - height) < 2
    for words in (REASON, TAKES, "Somebody was beside her.", "For you alone", "tears fell"):
        assert words in said
    for words in ("Go on", "Put it in the record", "Delete it now", "Another day"):
        assert words not in said
    assert len(printed.pages) <= 2


def test_what_was_typed_survives_a_conflict_on_the_page(page: Page, house: House) -> None:
    _come_in(page, house)
    _begin(page, house)
    row = Weighing.objects.get()
    page.locator("[name=takes]").fill("From the laptop.")
    weighing.write_weighing(
        row, by=house.cast.ana, expected_version=1, thinking=Thinking(takes="From the phone.")
    )
    page.locator("main .actions > button:text-is('Keep')").click()
    page.wait_for_selector("#conflict-title")
    assert page.locator("[name=takes]").input_value() == "From the laptop."
    assert "From the phone." in page.locator(".error-summary").inner_text()
    page.locator("main .actions > button:text-is('Keep')").click()
    page.wait_for_url(re.compile(r"/weighings/[^/]+$"))
    assert thinking_of(Weighing.objects.get().thinking).takes == "From the laptop."
