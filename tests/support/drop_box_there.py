"""A page host and a relay on this computer, for the page's tests: each on a port of its own.

The relay keeps what it is sent and answers as the format says, or as a test wishes it to fail.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lacrima.relay.page_file import assemble
from tests.support.drop_box_reference import Invitation

NOT_SPOKEN = -1  # the connection is cut, as if nobody were there


@dataclass
class Sent:
    """One letter as it came, with the names of its headers."""

    name: str
    id: str
    letter: bytes
    headers: dict[str, str]


@dataclass
class Relay:
    """What lies there, and how it answers."""

    briefs: dict[str, bytes] = field(default_factory=dict)
    letters: list[Sent] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails_with: int = 0  # for letters: 429, 507, NOT_SPOKEN ...
    brief_fails_with: int = 0
    says_html: bool = False
    address: str = ""
    page: bytes = b""

    def put(self, invitation: Invitation, file: bytes) -> None:
        """A brief, under its invitation's name."""
        self.briefs[invitation.name.hex()] = file


class _Answers(BaseHTTPRequestHandler):
    relay: Relay

    def do_GET(self) -> None:
        relay, place = self.relay, self.path.split("?")[0]
        relay.asked.append(f"GET {self.path}")
        if place == "/":
            self._say(200, relay.page, "text/html; charset=utf-8")
        elif relay.brief_fails_with:
            self._fail(relay.brief_fails_with)
        elif relay.says_html:
            self._say(200, b"<h1>Welcome to our hotel</h1>", "text/html")
        else:
            file = relay.briefs.get(place.removeprefix("/v1/briefs/"))
            self._say(200 if file else 404, file or b"")

    def do_POST(self) -> None:
        relay = self.relay
        letter = self.rfile.read(int(self.headers["Content-Length"]))
        _, _, _, name, letter_id = self.path.split("/")
        relay.asked.append(f"POST {self.path}")
        if relay.fails_with:
            self._fail(relay.fails_with)
            return
        before = relay.kept.setdefault(letter_id, letter)
        is_new = all(one.id != letter_id for one in relay.letters)
        if is_new:
            relay.letters.append(Sent(name, letter_id, letter, dict(self.headers)))
        self._say(201 if is_new else 200 if before == letter else 409)

    def do_OPTIONS(self) -> None:
        self.relay.asked.append(f"OPTIONS {self.path}")
        self._say(405)

    def _fail(self, status: int) -> None:
        if status == NOT_SPOKEN:
            self.close_connection = True
            self.connection.close()
            return
        self._say(status)

    def _say(self, status: int, body: bytes = b"", kind: str = "application/octet-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.path.startswith("/v1/"):
            self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads along."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no fault."""


@contextmanager
def _served(relay: Relay) -> Iterator[str]:
    handler = type("Handler", (_Answers,), {"relay": relay})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class There:
    """Both of them."""

    relay: Relay
    page_address: str


@contextmanager
def page_and_relay() -> Iterator[There]:
    """A relay, and a page that knows it, on two ports."""
    relay, host = Relay(), Relay()
    with _served(relay) as relay.address, _served(host) as page_address:
        host.page = assemble(relay.address)
        yield There(relay, page_address)
