"""A relay in this process, its clock in our hand, and people who ask it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from lacrima.relay.answers import Answer
from lacrima.relay.app import Application
from lacrima.relay.keeper import Keeper
from lacrima.relay.limits import Limits
from lacrima.relay.mailboxes import Made
from lacrima.relay.rates import Rates
from lacrima.relay.store import Store
from tests.support.still_clock import StillClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MIA, BEN = "a1" * 16, "b2" * 16
ONE, TWO = "01" * 16, "02" * 16
BRIEF = b"LBRF\x01" + bytes(8187)
ELSEWHERE = "192.0.2.7"


def letter(text: str = "", size: int = 4096) -> bytes:
    """Something in the shape of a letter."""
    return (b"LLTR\x01" + text.encode()).ljust(size, b"\0")


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The object in the body."""
        return json.loads(self.body)


@dataclass
class Relay:
    """A relay over a store, without a server around it."""

    path: Path | str
    limits: Limits = field(default_factory=Limits)
    clock: StillClock = field(default_factory=lambda: StillClock(NOON))
    page: Answer | None = None
    is_behind_proxy: bool = False
    ticks: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        """Open it."""
        self.store = Store(self.path, most_bytes=self.limits.most_bytes)
        self.keeper = Keeper(self.store, self.limits, self.clock)
        self.application = Application(
            self.keeper,
            rates=Rates(lambda: self.ticks[0]),
            page=self.page,
            is_behind_proxy=self.is_behind_proxy,
        )

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        secret: bytes | None = None,
        until: str | None = None,
        source: str = "127.0.0.1",
        forwarded: str | None = None,
        accepts: str = "",
    ) -> Reply:
        """One request."""
        way, _, query = path.partition("?")
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": way}
        environ |= {"QUERY_STRING": query, "REMOTE_ADDR": source, "wsgi.input": BytesIO(body)}
        if accepts:
            environ["HTTP_ACCEPT_ENCODING"] = accepts
        if secret is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {base64url(secret)}"
        if until is not None:
            environ["HTTP_LACRIMA_UNTIL"] = until
        if forwarded is not None:
            environ["HTTP_X_FORWARDED_FOR"] = forwarded
        told: list[Any] = []
        body = b"".join(self.application(environ, lambda *given: told.extend(given)))
        return Reply(int(told[0][:3]), dict(told[1]), body)

    def put(
        self, mailbox: Made, name: str = MIA, brief: bytes = BRIEF, *, days: float = 20
    ) -> Reply:
        """Put a brief as the practice."""
        until = (self.clock.at + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.ask("PUT", f"/v1/briefs/{name}", brief, secret=mailbox.manage, until=until)

    def post(self, content: bytes, name: str = MIA, id: str = ONE, **more: Any) -> Reply:
        """Post a letter as a page."""
        return self.ask("POST", f"/v1/letters/{name}/{id}", content, **more)

    def listed(self, mailbox: Made, after: int = 0) -> list[dict[str, Any]]:
        """All letters after a number, as the practice collects them."""
        reply = self.ask("GET", f"/v1/letters?after={after}", secret=mailbox.fetch)
        assert reply.status == 200
        letters: list[dict[str, Any]] = reply.json["letters"]
        if reply.json["more"]:
            return letters + self.listed(mailbox, letters[-1]["n"])
        return letters

    def forget(self, mailbox: Made, *ids: str) -> Reply:
        """Let letters be forgotten."""
        body = json.dumps({"ids": ids}).encode()
        return self.ask("POST", "/v1/forget", body, secret=mailbox.manage)


def base64url(content: bytes) -> str:
    """As secrets are spelled."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def opened(told: Mapping[str, Any]) -> bytes:
    """The bytes of a listed letter."""
    return base64.b64decode(told["letter"])
