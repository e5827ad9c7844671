"""Keeping and erasing in a real browser: clean at both sizes; half a couple erased by hand."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from lacrima.practice import holding
from lacrima.records.models import Client
from lacrima.vault import kdf
from lacrima.web import memory_sessions
from tests.support.barriers import barriers, rules_of
from tests.support.cast import Cast
from tests.support.families import Families, Plan, Told
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser

COUPLE = Plan(
    episodes=((0, 1), (0,)),
    moments=(
        Told((0,), (0,), by_client=False, nature="showed"),
        Told((0, 1), (1,), by_client=False, nature="showed"),
    ),
    erased=0,
)
SCREENS = os.environ.get(
    "LACRIMA_SCREENS", ""
)  # a folder, to look at the pages with one's own eyes


@dataclass(frozen=True)
class House:
    """A practice that is served, with a couple in it."""

    home: str
    made: Families


@pytest.fixture
def house(
    committed_cast: Cast, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Served in this process."""
    monkeypatch.setattr(kdf, "STANDARD", kdf.FLOOR)
    made = Families(committed_cast, COUPLE, 7)
    yield House(re.sub(r"//[^:/]+", "//localhost", live_server.url), made)
    memory_sessions.forget_all()


@pytest.fixture
def anas(page: Page, house: House) -> Page:
    """Ana's window, with the practice open."""
    return come_in(page, house.home)


def test_half_of_a_couple_is_erased_by_hand_and_every_page_is_clean(
    anas: Page, house: House
) -> None:
    client, cast = house.made.erased, house.made.cast
    holding.set_hold(cast.mia, by=cast.ana, reason="A letter of the court of 3 March, file 12")
    places = [
        f"/people/{cast.mia.pk}/keep",
        f"/people/{cast.mia.pk}/erase",
        f"/people/{client.pk}/keep",
        f"/people/{client.pk}/hold",
        f"/people/{client.pk}/erase",
        "/erased",
    ]
    for scheme in ("light", "dark"):
        anas.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (390, 1280):
            anas.set_viewport_size({"width": width, "height": 844})
            for number, address in enumerate(places):
                anas.goto(f"{house.home}{address}")
                assert barriers(anas, f"{address}, {width}", rules_of(scheme)) == []
                assert anas.evaluate("document.documentElement.scrollWidth") <= width, address
                _look(anas, f"{number}-{width}-{scheme}")
    anas.goto(f"{house.home}/people/{client.pk}/erase")
    anas.get_by_label("note ·", exact=False).first.check()
    anas.get_by_label("Type the code").fill(client.code)
    anas.get_by_role("button", name="Erase for good").click()
    anas.wait_for_url(f"{house.home}/erased")
    assert not Client.objects.filter(pk=client.pk).exists()
    assert Client.objects.filter(pk=house.made.people[1].pk).exists()


def _look(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
