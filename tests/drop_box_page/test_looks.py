"""How the page looks and feels: small, quick, by keyboard, in light and dark, in two languages."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.drop_box_page.test_sending import answer, fill_in
from tests.support.barriers import WCAG, barriers, overflows, rules_of
from tests.support.drop_box_briefs import keeper
from tests.support.drop_box_phone import NewPhone, Phone

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280)
MOST_BYTES = 40 * 1024  # as it stands
MOST_ON_THE_WAY = 16 * 1024  # as a page host sends it
MOST_IN_ALL = 40 * 1024  # with a brief of three questionnaires in two languages


def test_page_and_brief_are_small_on_the_way(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("phq-9", "gad-7", "core-10"), keeper=keeper())
    phone.come_in()
    page = _of_the_host(phone)
    on_the_way = len(gzip.compress(page, 6))
    assert len(page) < MOST_BYTES
    assert on_the_way < MOST_ON_THE_WAY
    assert on_the_way + len(phone.sealed.file) < MOST_IN_ALL


def _of_the_host(phone: Phone) -> bytes:
    return phone.page.request.get(phone.there.page_address).body()


def _pages(phone: Phone) -> Any:
    """Every page, one after the other, each by its name."""
    page = phone.page
    yield "reads"
    phone.button("I have read this, go on")
    phone.heading("Patient Health")
    yield "form"
    fill_in(page)
    phone.heading("It is kept, and it will be read")
    yield "danger"
    phone.button("Go on")
    phone.heading("How was today?")
    yield "asked"
    answer(page, stood_out="yes, in both")
    phone.heading("You wrote that something stood out")
    yield "offer"
    phone.button("Say more about what stood out")
    phone.heading("What stood out")
    yield "moment"
    page.get_by_label("warm", exact=True).check()
    phone.there.relay.fails_with = 507
    phone.button("Go on")
    page.get_by_text("Not sent yet").wait_for()
    yield "done, not sent"
    phone.button("Leave this page")
    phone.heading("Not everything")
    yield "unsent"
    phone.there.relay.fails_with = 0
    for place in ("I have a receipt code", "Pause or stop", "Who reads what",
                  "I would like to speak with somebody else"):  # fmt: skip
        phone.button(place)
        yield place
    phone.button("I have a receipt code")
    page.get_by_label("Receipt code").fill("2345 6789 ABCD")
    phone.button("Look it up")
    phone.heading("Take this back?")
    yield "take back"
    phone.button("Take it back and write it anew")
    phone.heading("What would you")
    yield "anew"
    phone.button("Leave this page")
    phone.heading("Closed")
    yield "closed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_and_fits(new_phone: NewPhone, scheme: str) -> None:
    phone = new_phone(
        slugs=("phq-9",), keeper=keeper(), has_read=False, has_agreed=False, is_simulated=True,
        away={"until": "2026-03-20", "contact": "Dr Cover, 555 0199"},
        options={"color_scheme": scheme, "is_mobile": False},
    )  # fmt: skip
    page = phone.come_in()
    found: list[str] = []
    for name in _pages(phone):
        found += barriers(page, name, rules_of(scheme))
        found += overflows(page, name, WIDTHS)
        found += _small_targets(page, name)
        assert page.evaluate("document.activeElement.tagName") == "H1", name
    assert found == []
    assert phone.heard == []


def _small_targets(page: Page, name: str) -> list[str]:
    """Whatever a thumb should hit is 44 px high at least."""
    return [
        f"{name}: {one}"
        for one in page.evaluate(
            """() => [...document.querySelectorAll(
                 "button, summary, select, textarea, .tiles label, .scale label, input[type=date]")]
               .filter((one) => !one.hidden && one.getBoundingClientRect().height < 43.9)
               .map((one) => one.outerHTML.slice(0, 120))"""
        )
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_opens_nothing_is_clean_too(new_phone: NewPhone, scheme: str) -> None:
    phone = new_phone(options={"color_scheme": scheme})
    phone.page.goto(phone.there.page_address)
    phone.heading("Nothing is open here")
    assert barriers(phone.page, "none", WCAG) == []


def test_by_keyboard_alone(new_phone: NewPhone) -> None:
    phone = new_phone(options={"is_mobile": False, "has_touch": False})
    page = phone.come_in()
    for key in ("Tab", "Space", "ArrowRight", "Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)
    phone.heading("That is all for now")
    (asked,) = phone.letters(at_least=1)[0]["parts"]
    assert asked["values"] == {"rating": -3, "stood_out": []}


def test_how_sending_stands_is_said_aloud(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    answer(page)
    page.get_by_role("status").get_by_text("It is sent, sealed.").wait_for()
    assert page.get_by_role("group", name="nothing").count() == 0


def test_it_speaks_the_language_of_the_browser_or_of_the_client(new_phone: NewPhone) -> None:
    german = {"options": {"locale": "de-AT"}}
    phone = new_phone(**german)
    phone.come_in()
    phone.heading("Wie war es heute?")
    assert phone.page.evaluate("document.documentElement.lang") == "de"
    phone = new_phone(language="en-gb", **german)
    phone.come_in()
    phone.heading("How was today?")
    phone = new_phone(options={"locale": "fr-FR"})
    phone.come_in()
    phone.heading("How was today?")


def test_another_language_keeps_what_was_chosen(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    phone.button("I have answered already: say more about what stood out")
    page.get_by_role("group", name="How was that moment for you?").get_by_label("+3").check()
    page.get_by_label("warm", exact=True).check()
    page.get_by_label("Anything you would like to say of it").fill("Half typed")
    phone.button("Deutsch")
    phone.heading("Was aufgefallen ist")
    assert page.locator("[name=rating]:checked").count() == 1
    assert page.locator("[name=words]").input_value() == "Half typed"
    page.get_by_role("button", name="Weiter", exact=True).click()
    (letter,) = phone.letters(at_least=1)
    assert letter["language"] == "de"
    assert letter["parts"][0]["values"] == {"rating": 3, "seemed": ["warm"], "words": "Half typed"}


def test_a_questionnaire_without_words_of_this_language_says_so(new_phone: NewPhone) -> None:
    phone = new_phone(slugs=("pswq",), options={"locale": "de-DE"})
    page = phone.come_in()
    page.get_by_text("nur auf Englisch").wait_for()
    assert page.locator("form [lang=en]").count() == 1


def test_a_child_is_spoken_to_as_a_child(new_phone: NewPhone) -> None:
    phone = new_phone(for_child=True)
    phone.come_in()
    assert "How was your visit?" in phone.page.inner_text("main")
    assert "Was there something special" in phone.page.inner_text("main")
    phone = new_phone(for_child=True, options={"locale": "de-DE"})
    page = phone.come_in()
    assert not re.search(r"\b(Sie|Ihnen|Ihre[rnms]?)\b", page.inner_text("main"))


def test_no_page_names_the_product(new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.come_in()
    assert b"lacrima" not in re.sub(rb"lacrima/1/\w+", b"", _of_the_host(phone).lower())
    assert b"tears" not in _of_the_host(phone).lower()
    assert "Lacrima" not in phone.page.content().replace("lacrima/1/", "")
