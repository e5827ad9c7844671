"""A phone before the sealed page: a page host, a relay, a brief, and everything that was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.cast import NOON, Cast
from tests.support.drop_box_briefs import PRACTICE_KEY, brief, texts
from tests.support.drop_box_reference import Invitation, SealedBrief, open_letter, seal_brief
from tests.support.drop_box_there import There, page_and_relay

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}
_WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI}`));"""


@dataclass
class Phone:
    """One client's phone, and what the practice would read of it."""

    page: Page
    there: There
    invitation: Invitation
    sealed: SealedBrief
    heard: list[str] = field(default_factory=list)

    @property
    def link(self) -> str:
        """What the client was given."""
        return f"{self.there.page_address}/#{self.invitation.fragment}"

    def come_in(self) -> Page:
        """Open the link."""
        self.page.goto(self.link)
        self.page.locator("#foot nav").wait_for()
        return self.page

    def letters(self, at_least: int = 0) -> list[dict[str, Any]]:
        """Every letter that reached the relay, opened; waits until there are so many."""
        for _wait in range(100):
            if len(self.there.relay.letters) >= at_least:
                break
            self.page.wait_for_timeout(50)
        return [
            open_letter(
                one.letter,
                one.id,
                invitation=self.invitation,
                digest=self.sealed.digest,
                key=PRACTICE_KEY,
            )
            for one in list(self.there.relay.letters)
        ]

    def button(self, name: str) -> None:
        """Press what is called so."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def heading(self, words: str) -> None:
        """Wait for the page of this heading."""
        self.page.get_by_role("heading", level=1, name=words).wait_for()


NewPhone = Callable[..., Phone]


@pytest.fixture(scope="module")
def there() -> Iterator[There]:
    """A page host and a relay."""
    with page_and_relay() as both:
        yield both


@pytest.fixture
def fresh(there: There) -> There:
    """The same, with nothing in it and every answer as it should be."""
    relay = there.relay
    for lists in (relay.briefs, relay.kept, relay.letters, relay.asked):
        lists.clear()
    relay.fails_with = relay.brief_fails_with = 0
    relay.says_html = False
    return there


@pytest.fixture
def new_phone(chromium: Browser, cast: Cast, fresh: There) -> Iterator[NewPhone]:
    """A phone with a link in it; `slugs`, `for_child` and any field of a brief may be told."""
    with ExitStack() as closing:

        def open_it(
            *, slugs: tuple[str, ...] = (), for_child: bool = False,
            options: dict[str, Any] | None = None, **changes: Any,
        ) -> Phone:  # fmt: skip
            context = chromium.new_context(**PHONE | (options or {}))
            closing.callback(context.close)
            invitation = Invitation(bytes(range(32)))
            told = brief(texts(cast, slugs, for_child=for_child), slugs, **changes)
            sealed = seal_brief(told, invitation)
            fresh.relay.put(invitation, sealed.file)
            phone = Phone(_watched(context), fresh, invitation, sealed)
            phone.page.on("console", lambda word: _hear(phone, word))
            phone.page.on("pageerror", lambda fault: phone.heard.append(str(fault)))
            return phone

        yield open_it


def _watched(context: BrowserContext) -> Page:
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.clock.set_fixed_time(NOON)
    page.set_default_timeout(8_000)
    return page


def _hear(phone: Phone, word: Any) -> None:
    is_of_the_net = "Failed to load resource" in word.text or "net::" in word.text
    if word.type in {"error", "warning"} and not is_of_the_net and "CORS" not in word.text:
        phone.heard.append(word.text)
