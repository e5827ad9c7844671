"""A real server in a process of its own, and a visitor with cookies but without script."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

SCRIPT = Path(__file__).with_name("serve_here.py")
_PROOF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    opening_address: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(urlsplit(self.opening_address).port or 0)

    def stop(self) -> tuple[int, str]:
        """SIGTERM; its exit code and what it still said."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said


@contextmanager
def served(folder: Path, passphrase: str = "") -> Iterator[Served]:
    """Serve this folder for the length of the block."""
    command = [sys.executable, str(SCRIPT), str(folder), *([passphrase] if passphrase else [])]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise AssertionError(process.communicate(timeout=10)[1])
        yield Served(process, address)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def _environment() -> dict[str, str]:
    """Without what the tests' own practice needs: this one keeps its rows in its folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LACRIMA_")}


@dataclass
class Answered:
    """What came back."""

    status: int
    location: str
    text: str
    headers: dict[str, str]


@dataclass
class Visitor:
    """Somebody at a browser without script: follows nothing by herself, keeps her cookies."""

    port: int
    host: str = "localhost"
    cookies: dict[str, str] = field(default_factory=dict)
    proof: str = ""
    key: str = ""

    def get(self, path: str) -> Answered:
        """Ask for a page, and remember the marks of its forms."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answered:
        """Send a form, with the marks of the page that was seen last."""
        marks = {"csrfmiddlewaretoken": self.proof, "key": self.key}
        return self._ask("POST", path, urlencode({**marks, **fields}))

    def _ask(self, method: str, path: str, body: str | None) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"{self.host}:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self.host}:{self.port}"
        connection.request(method, path, body, headers)
        return self._read(connection)

    def _read(self, connection: http.client.HTTPConnection) -> Answered:
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        connection.close()
        for name, pattern in (("proof", _PROOF), ("key", _KEY)):
            found = pattern.search(text)
            if found:
                setattr(self, name, found.group(1))
        location = answer.headers.get("Location", "")
        return Answered(answer.status, location, text, dict(answer.headers))
