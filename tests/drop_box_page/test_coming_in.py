"""Coming in by a link: what is looked at, and what is said when something does not fit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lacrima.relay.page_file import assemble
from tests.support.cast import NOON
from tests.support.drop_box_briefs import brief, said, texts
from tests.support.drop_box_phone import NewPhone, Phone
from tests.support.drop_box_reference import Invitation, seal_brief
from tests.support.drop_box_there import NOT_SPOKEN

pytestmark = pytest.mark.browser

GERMAN = {"locale": "de-AT"}


def opened(phone: Phone, heading: str, fragment: str | None = None) -> None:
    link = phone.there.page_address + ("/" if fragment is None else f"/#{fragment}")
    phone.page.goto(link)
    phone.heading(heading)
    assert phone.page.locator("#foot").inner_text() == ""


def test_the_secret_leaves_the_address_at_once_and_stays_nowhere(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    assert page.url == f"{phone.there.page_address}/"
    assert page.evaluate("history.length") <= 2  # the empty window, and this page
    page.get_by_label("+2", exact=True).check()
    phone.button("Go on")
    phone.letters(at_least=1)
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
           (await indexedDB.databases()).length, (await caches.keys()).length,
           (await navigator.serviceWorker.getRegistrations()).length, history.state]"""
    )
    assert kept == [0, 0, "", 0, 0, 0, None]
    assert page.context.cookies() == []
    assert page.evaluate("history.length") <= 2
    phone.button("Leave this page")
    phone.heading("Closed")
    for secret in ("How was", "+2", "Practice by the Park", phone.invitation.fragment):
        assert secret not in page.content()
    assert page.title() == "Closed"
    page.reload()
    phone.heading("Nothing is open here")


def test_only_the_page_host_and_the_relay_are_asked(new_phone: NewPhone) -> None:
    phone = new_phone()
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    phone.come_in()
    phone.page.get_by_label("+2", exact=True).check()
    phone.button("Go on")
    phone.letters(at_least=1)
    relay, name = phone.there.relay, phone.invitation.name.hex()
    assert asked == [
        f"GET {phone.there.page_address}/",
        f"GET {relay.address}/v1/briefs/{name}",
        f"POST {relay.address}/v1/letters/{name}/{relay.letters[0].id}",
    ]
    assert not any(one.startswith("OPTIONS") for one in relay.asked)
    sent = relay.letters[0].headers
    assert not {"Content-Type", "Cookie", "Referer"} & sent.keys()
    assert phone.heard == []


@pytest.mark.parametrize(
    ("language", "none", "incomplete", "gone"),
    [
        ({}, "Nothing is open here", "This link is not complete", "does not open any more"),
        (GERMAN, "Hier ist nichts geöffnet", "nicht vollständig", "öffnet nicht mehr"),
    ],
    ids=["en", "de"],
)
def test_no_link_half_a_link_and_one_that_is_over(
    new_phone: NewPhone, language: dict[str, str], none: str, incomplete: str, gone: str
) -> None:
    phone = new_phone(options=language)
    opened(phone, none)
    phone.page.goto("about:blank")
    opened(phone, incomplete, phone.invitation.fragment[:-3])
    phone.page.goto("about:blank")
    opened(phone, gone, Invitation(bytes(32)).fragment)


@pytest.mark.parametrize("status", [429, 500, NOT_SPOKEN])
def test_a_relay_that_is_away_is_tried_again(new_phone: NewPhone, status: int) -> None:
    phone = new_phone()
    phone.there.relay.brief_fails_with = status
    opened(phone, "There is no connection just now", phone.invitation.fragment)
    phone.there.relay.brief_fails_with = 0
    phone.heading("How was today?")


def test_without_a_connection_it_waits_for_one(new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.page.route("**/v1/briefs/*", lambda route: route.abort())
    opened(phone, "There is no connection just now", phone.invitation.fragment)
    phone.page.unroute("**/v1/briefs/*")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.heading("How was today?")


def flipped(file: bytes, place: int) -> bytes:
    return file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]


@pytest.mark.parametrize("place", [0, 4, 8, 9, 30, -1])
def test_an_altered_brief_opens_nothing(new_phone: NewPhone, place: int) -> None:
    phone = new_phone()
    file = phone.sealed.file
    phone.there.relay.put(phone.invitation, flipped(file, place % len(file)))
    opened(phone, "This cannot be opened", phone.invitation.fragment)
    phone.there.relay.put(phone.invitation, file)
    phone.button("Try again")
    phone.heading("How was today?")


def test_a_page_of_a_hotel_opens_nothing(new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.there.relay.says_html = True
    opened(phone, "This cannot be opened", phone.invitation.fragment)
    phone.page.get_by_text("sign in to the network first").wait_for()


def test_a_brief_of_somebody_else_opens_nothing(new_phone: NewPhone) -> None:
    phone = new_phone()
    told = {"v": 1, "number": 1, "name": "Another practice"}
    phone.there.relay.put(phone.invitation, seal_brief(told, Invitation(bytes(32))).file)
    opened(phone, "This cannot be opened", phone.invitation.fragment)
    assert "Another practice" not in phone.page.content()


def test_a_brief_whose_number_is_not_that_of_its_head_opens_nothing(
    new_phone: NewPhone, cast: object
) -> None:
    phone = new_phone()
    words = texts(cast)  # type: ignore[arg-type]
    sealed = seal_brief(brief(words, v=2), phone.invitation)
    phone.there.relay.put(phone.invitation, sealed.file)
    opened(phone, "This cannot be opened", phone.invitation.fragment)


@pytest.mark.parametrize("days", [1, -29], ids=["too early", "too late"])
def test_outside_its_time_a_link_is_not_open(new_phone: NewPhone, days: int) -> None:
    since, until = NOON + timedelta(days=days), NOON + timedelta(days=days + 28)
    phone = new_phone(**{"from": said(since), "until": said(until)})
    opened(phone, "This link is not open now", phone.invitation.fragment)


@pytest.mark.parametrize(
    "lacks",
    [
        "delete window.DecompressionStream",
        "window.DecompressionStream = class { constructor() { throw new TypeError(); } }",
        "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })",
        "SubtleCrypto.prototype.generateKey = () => Promise.reject(new Error())",
    ],
    ids=["no streams", "no deflate", "no crypto", "no curve"],
)
def test_a_browser_that_cannot_seal_says_what_to_do(new_phone: NewPhone, lacks: str) -> None:
    phone = new_phone()
    phone.page.add_init_script(lacks)
    opened(phone, "This browser is too old", phone.invitation.fragment)
    phone.page.get_by_text("ask in the practice for paper").wait_for()
    assert phone.there.relay.asked == [], "nothing was asked of the relay"


def test_without_script_it_says_so_in_both_languages(new_phone: NewPhone) -> None:
    phone = new_phone(options={"java_script_enabled": False})
    phone.page.goto(phone.link)
    told = phone.page.inner_text("main")
    for words in ("This page needs script", "Diese Seite braucht Skript", "paper"):
        assert words in told


def test_another_link_in_the_same_window_begins_from_nothing(new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.come_in()
    other = Invitation(bytes([7]) * 32)
    phone.page.evaluate("(link) => { location.hash = link; }", other.fragment)
    phone.heading("This link does not open any more")


def test_a_page_that_was_saved_to_the_phone_works_as_well(
    new_phone: NewPhone, tmp_path: Path
) -> None:
    phone = new_phone()
    saved = tmp_path / "page.html"
    saved.write_bytes(assemble(phone.there.relay.address))
    phone.page.goto(f"{saved.as_uri()}#{phone.invitation.fragment}")
    phone.heading("How was today?")
    assert phone.page.url == saved.as_uri()
    phone.page.get_by_label("+2", exact=True).check()
    phone.button("Go on")
    assert len(phone.letters(at_least=1)) == 1
    assert phone.heard == []
