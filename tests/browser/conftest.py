"""A window in which nothing may go wrong unseen: no word on the console, no broken policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.support.browser import is_foreign

_TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI}`));"""
_SAID_OF_A_REFUSAL = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """What a browser's pages said and asked for."""

    words: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch all pages of this browser."""
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("request", self._note)
        context.on("console", self._hear)
        context.on("weberror", lambda mistake: self.words.append(str(mistake.error)))
        return context

    def _note(self, request: Request) -> None:
        self.asked.append(request)

    def _hear(self, message: Any) -> None:
        is_bad = message.type in {"error", "warning"}
        if is_bad and not message.text.startswith(_SAID_OF_A_REFUSAL):
            self.words.append(f"{message.text} at {message.page.url if message.page else '?'}")

    def check(self) -> None:
        """Nothing went wrong, and nobody but this computer was asked."""
        assert self.words == []
        foreign = [one.url for one in self.asked if is_foreign(one.url)]
        assert foreign == []


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What all windows of this test said; a word of trouble fails it."""
    watching = Watch()
    yield watching
    watching.check()


OpenWindow = Callable[..., Page]


@pytest.fixture
def open_window(chromium: Browser, watch: Watch) -> Iterator[OpenWindow]:
    """A new browser with its own cookies, and a window in it; options go to the browser."""
    with ExitStack() as closing:

        def open_it(**options: Any) -> Page:
            context = chromium.new_context(
                viewport={"width": 1280, "height": 900}, locale="en-GB", **options
            )
            closing.callback(context.close)
            return watch.over(context).new_page()

        yield open_it
