"""A day's work in a real browser: three taps or eight keys to a kept moment, script or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, moments, sessions
from lacrima.records.models import Moment, Session
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

MOST_POINTER_ACTIONS = 3
MOST_KEYS = 8
MOST_BYTES_COLD = 120_000


@dataclass
class Hand:
    """A hand that counts what it does."""

    page: Page
    pointer_actions: int = 0
    keys: int = 0

    def tap(self, selector: str) -> None:
        """One pointer action."""
        self.page.locator(selector).first.click()
        self.pointer_actions += 1

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)
        self.keys += 1


@dataclass(frozen=True)
class Day:
    """A practice with a session behind her, its address, and one row of each kind."""

    home: str
    cast: Cast
    session: Session
    addresses: dict[str, str]


def _items(slug: str, value: int, *, last: int) -> dict[str, int | None]:
    items: dict[str, int | None] = {item.id: value for item in shipped()[slug].items}
    for flag in shipped()[slug].flags:
        items[flag.item] = last
    return items


def _fill(cast: Cast) -> tuple[Session, dict[str, str]]:
    ana, episode = cast.ana, cast.care_of_mia
    rows = [cast.session(number) for number in range(1, 6)]
    for row, value in zip(rows, (3, 2, 2, 1, 1), strict=True):
        said = _items("phq-9", value, last=1 if row is rows[0] else 0)
        filled = answers.record_answers(
            cast.mia, episode, by=ana, instrument="phq-9", items=said, session=row
        )
    place = cast.place_of(cast.mia, episode)
    moment = moments.log_moment(
        rows[2], by=ana, who="both", shown=2, noticed="no", spoken_of="planned"
    )
    voice = moments.add_client_voice(
        moment, by=ana, participant=place, occasion="same_evening", noticed="yes", words="Good."
    )
    care.keep_in_mind(episode, by=ana, words="Tell me if I am too much.")
    care.add_contact(episode, by=ana, at=NOON - timedelta(days=3), words="A question.")
    care.write_record_note(episode, by=ana, words="A letter was read.")
    expires_on = (NOON + timedelta(days=60)).date()
    care.write_private_note(by=ana, episode=episode, words="Only mine.", expires_on=expires_on)
    today = sessions.add_session(episode, by=ana, start=NOON - timedelta(hours=2))
    here = f"/clients/{episode.pk}"
    return today, {
        "today": "/",
        "clients": "/clients",
        "new": "/clients/new?kind=family",
        "client": here,
        "session": f"/sessions/{rows[2].pk}",
        "open session": f"/sessions/{today.pk}",
        "change session": f"/sessions/{today.pk}/change",
        "log": f"/sessions/{today.pk}/moment",
        "moment": f"/moments/{moment.pk}",
        "kept": f"/moments/{moment.pk}?kept",
        "more": f"/voices/{moment.voices.get(side='therapist').pk}",
        "client's voice": f"/voices/{voice.pk}",
        "new voice": f"/moments/{moment.pk}/voices/{place.pk}",
        "delete": f"/moments/{moment.pk}/delete",
        "choose": f"{here}/answers",
        "PHQ-9": f"{here}/answers/new/phq-9",
        "alliance": f"{here}/answers/new/alliance-check",
        "skeleton": f"{here}/answers/new/itq",
        "by the therapist": f"{here}/answers/new/cgi",
        "total alone": f"{here}/answers/new/ors",
        "questionnaires": "/settings/questionnaires",
        "wording": "/settings/questionnaires/core-10",
        "change answers": f"/answers/{filled.pk}",
        "slot": f"{here}/slots/new",
        "contact": f"{here}/contacts/new",
        "private note": f"{here}/private-notes/new",
        "risk": f"/risk/{filled.episode.answers.get(session=rows[0]).risk_items.get().pk}",
    }


@pytest.fixture
def day(committed_cast: Cast, live_server: Any) -> Iterator[Day]:
    """Ana's practice at noon, served in this process."""
    session, addresses = _fill(committed_cast)
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    yield Day(home, committed_cast, session, addresses)
    memory_sessions.forget_all()


def _come_in(window: Page, day: Day) -> Page:
    return come_in(window, day.home)


def _mia(day: Day) -> str:
    return str(day.cast.place_of(day.cast.mia, day.cast.care_of_mia).pk)


def _check_kept(day: Day) -> None:
    moment = Moment.objects.get(session=day.session)
    expression = moment.voices.get().expressions.get()
    assert (str(expression.participant_id), expression.shown) == (_mia(day), 2)


def _log_by_hand(window: Page, day: Day) -> Hand:
    hand = Hand(window)
    hand.tap(f"a[href='/sessions/{day.session.pk}/moment']")
    hand.tap(f"label:has(input[value='{_mia(day)}:2'])")
    hand.tap("main button:text-is('Keep')")
    window.wait_for_url("**/moments/**")
    return hand


def test_from_today_to_a_kept_moment_in_three_pointer_actions(page: Page, day: Day) -> None:
    hand = _log_by_hand(_come_in(page, day), day)
    assert hand.pointer_actions <= MOST_POINTER_ACTIONS
    _check_kept(day)


def test_the_same_without_script(chromium: Browser, day: Day) -> None:
    context = chromium.new_context(java_script_enabled=False)
    hand = _log_by_hand(_come_in(context.new_page(), day), day)
    context.close()
    assert hand.pointer_actions <= MOST_POINTER_ACTIONS
    _check_kept(day)


def test_the_same_by_at_most_eight_keys(page: Page, day: Day) -> None:
    hand = Hand(_come_in(page, day))
    hand.press("1")
    page.wait_for_url("**/moment")
    hand.press("3")
    hand.press("k")
    page.wait_for_url("**/moments/**")
    assert hand.keys <= MOST_KEYS
    _check_kept(day)


def test_the_keyboard_alone_is_enough_without_our_script(chromium: Browser, day: Day) -> None:
    context = chromium.new_context(java_script_enabled=False)
    window = _come_in(context.new_page(), day)
    window.locator(f"a[href='/sessions/{day.session.pk}/moment']").focus()
    hand = Hand(window)
    hand.press("Enter")
    window.wait_for_url("**/moment")
    window.locator(f"input[value='{_mia(day)}:held']").focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Enter"):
        hand.press(key)
    window.wait_for_url("**/moments/**")
    context.close()
    _check_kept(day)


def test_nothing_stood_out_is_one_tap_and_so_is_its_undo(page: Page, day: Day) -> None:
    hand = Hand(_come_in(page, day))
    hand.tap("button:text-is('Nothing stood out for these')")
    page.wait_for_selector("text=nothing stood out in one session")
    assert Session.objects.get(pk=day.session.pk).log_state == "nothing"
    hand.tap("button:text-is('Undo')")
    page.wait_for_selector("text=Taken back")
    assert Session.objects.get(pk=day.session.pk).log_state == "not_yet"
    assert hand.pointer_actions == 2


def test_the_numbers_are_one_key_away_from_the_picture(page: Page, day: Day) -> None:
    _come_in(page, day).goto(day.home + day.addresses["client"])
    table = page.locator("figure table").first
    assert not table.is_visible()
    page.keyboard.press("n")
    table.wait_for(state="visible")


@pytest.mark.timeout(300)
def test_every_page_is_free_of_barriers_and_of_sideways_scrolling(page: Page, day: Day) -> None:
    _come_in(page, day)
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, address in day.addresses.items():
            answer = page.goto(day.home + address)
            assert answer is not None
            assert answer.status == 200, name
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += barriers(page, f"{name}, {scheme}", rules_of(scheme))
            found += overflows(page, name, (320, 390, 1280)) if scheme == "light" else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["today", "client", "log", "moment", "PHQ-9"])
def test_a_page_weighs_little_when_nothing_is_remembered(
    chromium: Browser, day: Day, name: str
) -> None:
    context = chromium.new_context()
    window = _come_in(context.new_page(), day)
    cookies = context.cookies()
    context.close()
    cold = chromium.new_context()
    cold.add_cookies(cookies)  # type: ignore[arg-type]  the same dictionaries that came out
    window = cold.new_page()
    came: list[Response] = []

    def note(answer: Response) -> None:
        came.append(answer)  # playwright marks the function, which a method of a list refuses

    window.on("response", note)
    window.goto(day.home + day.addresses[name], wait_until="networkidle")
    weight = sum(len(one.body()) for one in came)
    cold.close()
    assert weight < MOST_BYTES_COLD, f"{name}: {weight} bytes"


def test_the_client_page_prints_without_buttons_and_without_private_notes(
    page: Page, day: Day
) -> None:
    _come_in(page, day).goto(day.home + day.addresses["client"])
    page.emulate_media(media="print")
    said = page.locator("body").inner_text()
    assert "A letter was read." in said
    assert "Only mine." not in said
    assert "Write a note" not in said
    assert not page.locator("main button:visible").count()
