"""The practice's side of the door in a real browser: free of barriers, on a phone and on a desk."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from lacrima.practice import care, door_house, door_own, door_plan, door_way_out
from lacrima.records.models import DoorAnswer, DoorWay, Participant
from tests.support.barriers import barriers, overflows, rules_of
from tests.support.cast import NOON, Cast
from tests.support.signed_in import come_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PLACES = ("", "/plan", "/reminders", "/open-asks")


def _lived_in(cast: Cast, seat: Participant) -> None:
    """A door at which something was said, with a plan and evenings to come."""
    session = cast.session(9, start=NOON - timedelta(days=7))
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=3, local_time=time(15), from_on=NOON.date()
    )
    plan = [{"instrument": "phq-8", "every_days": 14}]
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=plan)
    door_own.agree(seat.pk)
    door_own.add_statement(seat.pk, "This is how I see it.", DoorWay.LINK)
    DoorAnswer.objects.create(
        participant=seat, session=session, step="asked", way="link", given_at=NOON, rating=-2
    )


def _look(page: Page, name: str) -> list[str]:
    page.set_viewport_size({"width": 390, "height": 844})
    found = barriers(page, name)
    page.emulate_media(color_scheme="dark")
    found += barriers(page, f"{name}, in the dark", rules_of("dark"))
    page.emulate_media(color_scheme="light")
    found += overflows(page, name, (320, 390, 1280))
    return found


def test_every_page_is_free_of_barriers(committed_cast: Cast, page: Page, live_server: Any) -> None:
    cast = committed_cast
    home = str(live_server.url).replace("127.0.0.1", "localhost")
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    _lived_in(cast, seat)
    come_in(page, home, cast.ana)
    door = f"{home}/clients/{cast.care_of_mia.pk}/door"
    found = []
    for place in PLACES:
        page.goto(f"{door}{place}")
        found += _look(page, f"door{place.replace('/', '-')}")
    page.goto(f"{home}/settings/door")
    found += _look(page, "settings-door")
    assert found == []


@pytest.mark.clinic
def test_links_and_words_to_outside_are_free_of_barriers(
    committed_cast: Cast, page: Page, live_server: Any
) -> None:
    cast = committed_cast
    home = str(live_server.url).replace("127.0.0.1", "localhost")
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    door_house.change_house(by=cast.ana, outside_member=cast.hanna)
    row = door_way_out.send(seat.pk, kind="crossed", words="It was too close.", reach="600 1")
    come_in(page, home, cast.ana)
    page.goto(f"{home}/clients/{cast.care_of_mia.pk}/door/links/new")
    found = _look(page, "link-new")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_text("It is shown now and never again").wait_for()
    found += _look(page, "link")
    page.context.clear_cookies()
    come_in(page, home, cast.hanna)
    found += _look(page, "today-of-hanna")
    for address in ("/way-out", f"/way-out/{row.pk}/seen"):
        page.goto(f"{home}{address}")
        found += _look(page, address.split("/")[-1])
    assert found == []
