"""A small browser without pictures: keeps cookies, sends forms. Used by drills and benchmarks."""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

Fields = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    body: str
    location: str

    @property
    def kept(self) -> bool:
        """Was a form acknowledged as kept? (A redirect that does not lead to the unlock page.)"""
        return self.status == 303 and "/unlock" not in self.location


class Visitor:
    """One browser at one address. Not for several threads."""

    def __init__(self, port: int, *, timeout_s: float = 60.0) -> None:
        """Get ready; nothing is sent yet."""
        self.port = port
        self.timeout_s = timeout_s
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def open(self, address: str) -> Reply:
        """Open the practice with a one-time address (`…/open#t=VALUE`), as the demo gives it."""
        parts = urlsplit(address)
        self.get(parts.path)
        value = parts.fragment.removeprefix("t=")
        return self.post(parts.path, {"once": value})

    def unlock(self, passphrase: str) -> Reply:
        """Open the practice with its passphrase."""
        self.get("/unlock")
        return self.post("/unlock", {"passphrase": passphrase})

    def like_me(self) -> Visitor:
        """Another connection of the same browser."""
        other = Visitor(self.port, timeout_s=self.timeout_s)
        other.cookies = dict(self.cookies)
        return other

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: Fields, *, key: str | None = None) -> Reply:
        """Send a form, with its token and a key of its own."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("csrfmiddlewaretoken", self._token()))
        pairs.append(("key", key or uuid.uuid4().hex))
        return self._send("POST", path, urlencode(pairs))

    @property
    def has_token(self) -> bool:
        """Did a page with a form come already?"""
        return bool(self._token())

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _token(self) -> str:
        """The value that shows that a form comes from a page of ours."""
        ours = (value for name, value in self.cookies.items() if "lacrima_csrf" in name)
        return next(ours, "")

    def _send(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return self._over(self._connected(), method, path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if method != "GET":
                raise
            return self._over(self._connected(), method, path, body, headers)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "localhost", self.port, timeout=self.timeout_s
            )
        return self._connection

    def _over(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: str | None,
        headers: dict[str, str],
    ) -> Reply:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and (found := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[found.group(1)] = found.group(2)
        if answer.getheader("Connection", "").lower() == "close":
            self.close()
        return Reply(answer.status, text, answer.getheader("Location", ""))
