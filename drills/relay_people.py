"""A relay that may be killed, and clients who post to it until each letter is acknowledged."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
BRIEF = b"LBRF\x01" + bytes(8187)
SIZES = (4096, 4096, 4096, 16384, 65536)
PATIENCE_S = 30
Key = tuple[str, str]


@dataclass
class Relay:
    """A relay in a process of its own, with one mailbox."""

    root: Path
    most_mb: int = 1024
    port: int = 0
    process: subprocess.Popen[str] | None = None
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Its own folder."""
        return self.root / "relay"

    def start(self) -> None:
        """Serve, on the same port as before."""
        command = [sys.executable, "-m", "lacrima.relay", "--dir", str(self.folder)]
        command += ["--port", str(self.port), "--most-mb", str(self.most_mb)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        found = ADDRESS.search(self.process.stdout.readline())
        if found is None:
            raise SystemExit(f"the relay ended with {self.process.wait()}")
        self.port = int(found[1])

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self) -> int:
        """End it as a person would; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def make_mailbox(self) -> None:
        """Make the mailbox, beside the relay, and read its code."""
        out = self.root / f"code-{os.urandom(4).hex()}"
        command = [sys.executable, "-m", "lacrima.relay", "mailbox", "--dir", str(self.folder)]
        options = ["--address", "https://relay.example", "--out", str(out)]
        subprocess.run([*command, *options], check=True, capture_output=True)
        told = out.read_text().strip().removeprefix("lr1.")
        self.secrets = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))

    def invite(self, count: int) -> list[str]:
        """So many invitations; their names."""
        names = [os.urandom(16).hex() for _ in range(count)]
        until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        own = {"Authorization": f"Bearer {self.secrets['manage']}", "Lacrima-Until": until}
        with closing(Line(self.port)) as line:
            for name in names:
                status, _ = line.ask("PUT", f"/v1/briefs/{name}", BRIEF, own)
                assert status == 201, f"a brief was answered with {status}"
        return names

    def collect(self) -> list[tuple[Key, bytes]]:
        """Every letter that waits, as the practice lists them."""
        own, after = {"Authorization": f"Bearer {self.secrets['fetch']}"}, 0
        found: list[tuple[Key, bytes]] = []
        with closing(Line(self.port)) as line:
            while True:
                status, body = line.ask("GET", f"/v1/letters?after={after}", None, own)
                assert status == 200, f"the list was answered with {status}"
                told = json.loads(body)
                for one in told["letters"]:
                    key = (one["invitation"], one["id"])
                    found.append((key, base64.b64decode(one["letter"])))
                    after = one["n"]
                if not told["more"]:
                    return found


class Line:
    """A line to the relay that stays open."""

    def __init__(self, port: int) -> None:
        """Not open yet."""
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """One request. Raises OSError or HTTPException when the relay is not there."""
        if self._line.sock is None:
            self._line.connect()
            self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.request(method, path, body, headers)
        reply = self._line.getresponse()
        return reply.status, reply.read()

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@dataclass
class Posted:
    """What the clients posted, and what came of it."""

    acknowledged: dict[Key, bytes] = field(default_factory=dict)
    unsure: dict[Key, bytes] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    again: int = 0
    there_already: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: Key, letter: bytes, status: int) -> None:
        """What was answered for one letter."""
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status in {200, 201}:
                self.acknowledged[key] = letter
                self.unsure.pop(key, None)
                self.there_already += status == 200

    def missed(self, key: Key, letter: bytes) -> None:
        """Nothing was answered: it may be there or not."""
        with self.lock:
            self.unsure[key] = letter
            self.again += 1


def fresh(names: list[str], chance: random.Random) -> tuple[Key, bytes]:
    """A new letter by one of these invitations."""
    key = (chance.choice(names), chance.randbytes(16).hex())
    return key, b"LLTR\x01" + chance.randbytes(chance.choice(SIZES) - 5)


class Clients:
    """Some clients who post one letter after the other. A letter without an answer is sent again
    with its id until there is one, as a phone does."""

    def __init__(self, relay: Relay, names: list[str], posted: Posted, seed: int, count: int = 8):
        """Not begun yet."""
        self._relay, self._names, self._posted = relay, names, posted
        self._ends = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(random.Random(seed * 100 + n),))
            for n in range(count)
        ]

    def __enter__(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        """End after the letter in hand."""
        self._ends.set()
        for thread in self._threads:
            thread.join(4 * PATIENCE_S)

    def _work(self, chance: random.Random) -> None:
        line = Line(self._relay.port)
        while not self._ends.is_set():
            key, letter = fresh(self._names, chance)
            self._post(line, key, letter)
        line.close()

    def _post(self, line: Line, key: Key, letter: bytes) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                status, _ = line.ask("POST", f"/v1/letters/{key[0]}/{key[1]}", letter, {})
            except (OSError, http.client.HTTPException):
                line.close()
                self._posted.missed(key, letter)
                time.sleep(0.02)
                continue
            self._posted.note(key, letter, status)
            return
