"""What the relay answers: a status, few headers, mostly no body."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

Headers = tuple[tuple[str, str], ...]

NO_STORE: Headers = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
)
NOTHING_INSIDE: Headers = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
FOR_EVERY_PAGE: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Retry-After"),
)


@dataclass(frozen=True)
class Answer:
    """One answer. The headers that all have in common are added when it is sent."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    policy: Headers = NOTHING_INSIDE

    def plus(self, *headers: tuple[str, str]) -> Answer:
        """The same with more headers."""
        return replace(self, headers=(*self.headers, *headers))

    @property
    def line(self) -> str:
        """The status as HTTP spells it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def all_headers(self) -> list[tuple[str, str]]:
        """Every header, the length of the body too where there may be one."""
        has_body = self.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        length = (("Content-Length", str(len(self.body))),) if has_body else ()
        return [*NO_STORE, *self.policy, *self.headers, *length]


NOT_FOUND = Answer(404)
BAD_REQUEST = Answer(400)
TOO_LARGE = Answer(413)
NO_ROOM = Answer(507)
NOT_NOW = Answer(503)
OUR_FAULT = Answer(500)
DONE = Answer(204)
NOT_KNOWN = Answer(401, headers=(("WWW-Authenticate", "Bearer"),))
MAY_NOT = Answer(403)


def too_many(wait_s: int) -> Answer:
    """Asked too often; when to ask again."""
    return Answer(429, headers=(("Retry-After", str(wait_s)),))


def sealed(content: bytes) -> Answer:
    """Bytes that only somebody else can open."""
    return Answer(200, content, (("Content-Type", "application/octet-stream"),))


def packed(page: Answer) -> Answer:
    """The same, a third as long on its way; a browser unpacks it to the very same bytes."""
    small = gzip.compress(page.body, 9, mtime=0)
    return replace(page, body=small).plus(("Content-Encoding", "gzip"))


def as_json(value: Any) -> Answer:
    """A JSON object."""
    body = json.dumps(value, separators=(",", ":")).encode("ascii")
    return Answer(200, body, (("Content-Type", "application/json"),))
