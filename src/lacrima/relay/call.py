"""One request as the relay sees it, and what can be read from it without asking the store."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from lacrima.relay.limits import MOST_BODY_BYTES, MOST_FORGOTTEN_AT_ONCE

_SECRET = re.compile(r"[Bb]earer +([A-Za-z0-9_-]{43})")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}")
_ID = re.compile(r"[0-9a-f]{32}")


class Unreadable(Exception):
    """The request is not one of those that the contract knows."""


class TooLarge(Exception):
    """The body is longer than anything that is ever sent here."""


@dataclass(frozen=True)
class Call:
    """A request: the parts of its path, where it comes from, and all else in the environment."""

    environ: Mapping[str, Any]
    parts: tuple[bytes, ...]
    source: bytes | None

    def body(self) -> bytes:
        """The whole body; never more than fits. Raises TooLarge."""
        content = bytes(self.environ["wsgi.input"].read(MOST_BODY_BYTES + 1))
        if len(content) > MOST_BODY_BYTES:
            raise TooLarge
        return content

    def secret(self) -> bytes | None:
        """The secret that the practice shows; None where there is none."""
        found = _SECRET.fullmatch(self._header("HTTP_AUTHORIZATION"))
        if found is None:
            return None
        try:
            return base64.urlsafe_b64decode(f"{found[1]}=")
        except binascii.Error:
            return None

    def takes_gzip(self) -> bool:
        """Can the browser unpack what is sent packed?"""
        told = self._header("HTTP_ACCEPT_ENCODING").lower().split(",")
        return "gzip" in {one.partition(";")[0].strip() for one in told}

    def until(self) -> int:
        """When the brief is over, in seconds since 1970. Raises Unreadable."""
        told = self._header("HTTP_LACRIMA_UNTIL")
        if _TIME.fullmatch(told) is None:
            raise Unreadable
        try:
            day = datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Unreadable from error
        return int(day.timestamp())

    def after(self) -> int:
        """The number after which letters are listed; all of them without one. Raises Unreadable."""
        try:
            told = parse_qs(str(self.environ.get("QUERY_STRING", "")), max_num_fields=10)
        except ValueError as error:
            raise Unreadable from error
        value = told.get("after", ["0"])[0]
        if _NUMBER.fullmatch(value) is None:
            raise Unreadable
        return int(value)

    def ids(self) -> list[bytes]:
        """The ids of letters to forget. Raises Unreadable, TooLarge."""
        try:
            told = json.loads(self.body())
        except (ValueError, RecursionError) as error:
            raise Unreadable from error
        ids = told.get("ids") if isinstance(told, dict) else None
        if not isinstance(ids, list) or len(ids) > MOST_FORGOTTEN_AT_ONCE:
            raise Unreadable
        if not all(isinstance(one, str) and _ID.fullmatch(one) for one in ids):
            raise Unreadable
        return [bytes.fromhex(one) for one in ids]

    def _header(self, name: str) -> str:
        return str(self.environ.get(name, "")).strip()
