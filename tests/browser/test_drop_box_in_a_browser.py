"""From a phone through a relay in another process into a practice that nobody can reach."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lacrima.practice import door_own, drop_box, drop_box_invite
from lacrima.practice.door_content import content_of
from lacrima.practice.drop_box_collect import collect
from lacrima.records.models import DoorAnswer, DropBoxLetter, Participant, Voice
from lacrima.relay.page_file import assemble
from lacrima.vault.folder import Folder
from tests.support.cast import Cast
from tests.support.drop_box_phone import PHONE
from tests.support.still_clock import StillClock

pytestmark = [pytest.mark.browser, pytest.mark.embedded]

ADDRESS = re.compile(r"http://[\w.]+:(\d+)")


@dataclass
class Relay:
    """The real one, in a process and a folder of its own; it serves the page as well."""

    process: subprocess.Popen[str]
    folder: Path
    address: str

    def on_disk(self) -> bytes:
        """All that a thief of this disk gets."""
        return b"".join(one.read_bytes() for one in self.folder.rglob("*") if one.is_file())


def _lacrima(*words: str) -> list[str]:
    return [sys.executable, "-m", "lacrima", *words]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    top = tmp_path_factory.mktemp("somebody-elses-machine")
    folder, page = top / "relay", top / "page.html"
    with _started(folder, port="0") as first:
        address = _address(first)
    page.write_bytes(assemble(address))  # the page names its relay, so its port has to be known
    port = address.rpartition(":")[2]
    with _started(folder, "--page", str(page), port=port) as served:
        assert _address(served) == address
        yield Relay(served, folder, address)


@contextmanager
def _started(folder: Path, *more: str, port: str) -> Iterator[subprocess.Popen[str]]:
    command = _lacrima("relay", "--dir", str(folder), "--port", port, *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = ADDRESS.search(process.stdout.readline())
    assert found is not None
    return f"http://localhost:{found[1]}"


@dataclass
class House:
    """Ana's practice, with this relay named; Mia agreed, and met her two hours ago."""

    cast: Cast
    seat: Participant
    link: str


@pytest.fixture
def house(
    committed_cast: Cast, still_clock: StillClock, relay: Relay, tmp_path: Path,
    vault_folder: Folder,
) -> Iterator[House]:  # fmt: skip
    cast, code = committed_cast, tmp_path / "code.txt"
    still_clock.move_to(datetime.now(UTC))  # the relay lives in the present
    where = ["--dir", str(relay.folder), "--address", relay.address, "--out", str(code)]
    subprocess.run(_lacrima("relay", "mailbox", *where), check=True, capture_output=True)
    cast.session(9, start=datetime.now(UTC) - timedelta(hours=2))
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    door_own.agree(seat.pk)
    drop_box.set_up(code.read_text(), relay.address, by=cast.ana)
    yield House(cast, seat, drop_box_invite.invite(seat, by=cast.ana).link)
    vault_folder.drop_box.unlink(missing_ok=True)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(**PHONE)
    yield context.new_page()
    context.close()


def _come_in(phone: Page, link: str) -> None:
    phone.goto(link)
    phone.locator("#foot nav").wait_for()


def _answer(phone: Page, rating: str = "+2", stood_out: str = "no") -> None:
    phone.get_by_label(rating, exact=True).check()
    phone.get_by_label(stood_out, exact=True).check()
    phone.get_by_role("button", name="Go on", exact=True).click()


def _say_more(phone: Page) -> None:
    """By the button; late in the evening the page goes on by itself."""
    more = phone.get_by_role("button", name="Say more about what stood out")
    words = phone.get_by_label("Anything you would like to say of it")
    more.or_(words).first.wait_for()
    if more.is_visible():
        more.click()
    words.fill("a word for Ana alone")


def test_first_without_a_line_then_with_one_and_it_is_in_the_practice(
    house: House, phone: Page, relay: Relay
) -> None:
    _come_in(phone, house.link)
    phone.context.set_offline(True)
    _answer(phone, stood_out="yes, in Ana")
    _say_more(phone)
    phone.get_by_label("my therapist may read it", exact=True).check()
    phone.get_by_role("button", name="Go on", exact=True).click()
    phone.get_by_role("heading", name="That is all for now").wait_for()
    phone.get_by_text("not sent yet", exact=False).first.wait_for()
    assert collect(by=house.cast.ana).fetched == 0
    phone.context.set_offline(False)
    phone.get_by_text("It is sent, sealed.").wait_for()
    found = collect(by=house.cast.ana)
    assert found.kept >= 1
    assert not found.aside
    asked = DoorAnswer.objects.get(step="asked")
    assert (asked.rating, content_of(asked)["stood_out"]) == (2, ["therapist"])
    assert Voice.objects.get(side="client").words == "a word for Ana alone"
    disk = relay.on_disk()
    assert b"a word for Ana" not in disk
    assert asked.participant_id.bytes not in disk


def test_a_receipt_code_takes_it_back_another_day(house: House, phone: Page) -> None:
    _come_in(phone, house.link)
    _answer(phone)
    phone.get_by_text("It is sent, sealed.").wait_for()
    code = phone.locator(".code").inner_text()
    collect(by=house.cast.ana)
    assert DoorAnswer.objects.count() == 1
    phone.goto("about:blank")
    _come_in(phone, house.link)
    phone.get_by_role("button", name=re.compile("receipt code", re.I)).click()
    phone.get_by_role("textbox").fill(code.lower())
    phone.get_by_role("button", name=re.compile("^(Look|Go on|Open)")).first.click()
    phone.get_by_role("button", name="Take it back", exact=True).click()
    phone.wait_for_timeout(500)
    collect(by=house.cast.ana)
    assert not DoorAnswer.objects.exists()


def test_two_phones_with_one_link_and_the_later_word_holds(
    house: House, chromium: Browser, phone: Page
) -> None:
    other = chromium.new_context(**PHONE).new_page()
    for window in (phone, other):
        _come_in(window, house.link)
    _answer(phone, rating="−2")
    phone.get_by_text("It is sent, sealed.").wait_for()
    phone.wait_for_timeout(1100)  # times are kept to the second
    _answer(other, rating="+3")
    other.get_by_text("It is sent, sealed.").wait_for()
    other.context.close()
    assert collect(by=house.cast.ana).kept == 2
    assert DoorAnswer.objects.get().rating == 3


def test_the_page_that_is_served_is_the_one_that_is_published(
    phone: Page, relay: Relay, tmp_path: Path
) -> None:
    served = phone.request.get(relay.address).body()
    made = tmp_path / "page.html"
    told = subprocess.run(
        _lacrima("relay", "page", "--relay", relay.address, "--out", str(made), "--json"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert served == made.read_bytes()
    assert json.loads(told.stdout)["sha256"] == hashlib.sha256(served).hexdigest()


def test_nothing_of_it_stays_on_the_phone_and_nobody_else_is_asked(
    house: House, phone: Page, relay: Relay
) -> None:
    asked: list[str] = []
    phone.on("request", lambda one: asked.append(one.url))
    _come_in(phone, house.link)
    _answer(phone)
    phone.get_by_text("It is sent, sealed.").wait_for()
    assert phone.url == f"{relay.address}/"
    assert all(one.startswith((relay.address, "data:")) for one in asked)
    assert not any(house.link.partition("#i=")[2] in one for one in asked)
    stored: Any = phone.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, "
        "(await indexedDB.databases()).length, (await caches.keys()).length, history.length]"
    )
    assert stored[:5] == [0, 0, "", 0, 0]


def test_after_the_link_is_revoked_the_page_opens_nothing(house: House, phone: Page) -> None:
    row = drop_box_invite.invitations_of(house.cast.ana, house.seat)[0]
    drop_box_invite.revoke(row, by=house.cast.ana)
    collect(by=house.cast.ana)
    phone.goto(house.link)
    phone.get_by_text("does not open", exact=False).first.wait_for()
    assert not DropBoxLetter.objects.exists()
