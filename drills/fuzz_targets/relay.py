"""What comes to a relay: raw requests, read by the server's own parser, answered over a store in
memory. Whatever comes, the answer is one of the contract's, and nothing is kept beyond the limits.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from drills.fuzz_targets.target import Target
from lacrima.relay import relay_code
from lacrima.relay.app import Application
from lacrima.relay.briefs import Put
from lacrima.relay.keeper import Keeper
from lacrima.relay.letters import Posted
from lacrima.relay.limits import MIB, Limits
from lacrima.relay.mailboxes import Made
from lacrima.relay.rates import Rates
from lacrima.relay.server import SETTINGS
from lacrima.relay.store import Store

NAME, ID = "ab" * 16, "cd" * 16
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LIMITS = Limits(most_bytes=2 * MIB)
USUAL = {200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 429, 507}
BRIEF = b"LBRF\x01".ljust(8192, b"\0")
LETTER = b"LLTR\x01".ljust(4096, b"\0")


@cache
def _relay() -> tuple[Application, Keeper, Made]:
    keeper = Keeper(Store(":memory:", most_bytes=LIMITS.most_bytes), LIMITS, lambda: NOON)
    ticks = iter(range(10**12))
    application = Application(
        keeper, rates=Rates(lambda: 100.0 * next(ticks)), is_behind_proxy=True
    )
    return application, keeper, keeper.make_mailbox()


def a_request(data: bytes) -> None:
    """As the server reads it from a line. `MANAGE` and `FETCH` stand for the mailbox's secrets."""
    application, keeper, made = _relay()
    _fill(keeper, made)
    for word, secret in ((b"MANAGE", made.manage), (b"FETCH", made.fetch)):
        data = data.replace(word, base64.urlsafe_b64encode(secret).rstrip(b"="))
    parser = HTTPRequestParser(Adjustments(**SETTINGS))
    while data and not parser.completed:
        taken = parser.received(data)
        data = data[taken:] if taken else b""
    if parser.completed and not parser.error and not parser.empty:
        _answer(application, parser)


def _fill(keeper: Keeper, made: Made) -> None:
    """One invitation with one letter, as it was before the request."""
    keeper.put_brief(
        _mailbox(keeper, made), Put(bytes.fromhex(NAME), int(NOON.timestamp()) + 99, BRIEF)
    )
    keeper.keep(Posted(bytes.fromhex(NAME), bytes.fromhex(ID), LETTER))


def _mailbox(keeper: Keeper, made: Made) -> int:
    caller = keeper.caller(made.manage)
    assert caller is not None, "the mailbox is gone"
    return caller.mailbox


def _answer(application: Application, parser: Any) -> None:
    headers = {f"HTTP_{key}": value for key, value in parser.headers.items()}
    environ = {
        **headers,
        "REQUEST_METHOD": parser.command.upper(),
        "PATH_INFO": parser.path,
        "QUERY_STRING": parser.query,
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.input": BytesIO(parser.get_body_stream().read()),
    }
    told: list[Any] = []
    body = b"".join(application(environ, lambda *given: told.extend(given)))
    status = int(told[0][:3])
    assert status in USUAL, f"answered with {told[0]}"
    assert len(body) < 4 * MIB
    assert not any("\n" in value or "\r" in value for _, value in told[1])


def an_address(data: bytes) -> None:
    """The address that stands in a code."""
    relay_code.checked_address(data.decode("utf-8", "replace"))


def _request(line: str, body: bytes = b"", *headers: str) -> bytes:
    head = [f"{line} HTTP/1.1", "Host: relay.example", *headers]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


OWN = "Authorization: Bearer MANAGE"
SEEDS = (
    _request(f"GET /v1/briefs/{NAME}"),
    _request(f"POST /v1/letters/{NAME}/{ID}", LETTER, "X-Forwarded-For: 192.0.2.1, ::1"),
    _request(f"POST /v1/letters/{NAME}/{'ef' * 16}", LETTER),
    _request(f"PUT /v1/briefs/{NAME}", BRIEF, OWN, "Lacrima-Until: 2026-05-05T12:00:00Z"),
    _request(f"DELETE /v1/briefs/{NAME}", b"", OWN),
    _request("GET /v1/letters?after=0", b"", "Authorization: Bearer FETCH"),
    _request("POST /v1/forget", json.dumps({"ids": [ID]}).encode(), OWN),
    _request("HEAD /v1/health"),
    f"POST /v1/letters/{NAME}/{ID} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    + b"1000\r\n"
    + LETTER
    + b"\r\n0\r\n\r\n",
)
TARGETS = {
    "relay_request": Target(a_request, SEEDS, most_bytes=16_384),
    "relay_address": Target(an_address, (b"https://relay.example:8443", b"http://[::1]:8200")),
}
