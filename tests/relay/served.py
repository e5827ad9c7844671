"""A relay in a process of its own, and lines to it that do what no browser would."""

from __future__ import annotations

import base64
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.conftest import environment

PATIENCE_S = 30
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
# As on a server where nothing but Lacrima itself and waitress is installed.
BARE = """
import sys
ALLOWED = {"lacrima", "waitress"} | sys.stdlib_module_names
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED:
            raise ImportError(f"{name} is not installed here")
sys.meta_path.insert(0, Nothing())
import runpy
runpy.run_module("lacrima.relay", run_name="__main__", alter_sys=True)
"""


@dataclass
class Served:
    """A relay that runs."""

    process: subprocess.Popen[str]
    port: int
    root: Path

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a line of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        with closing(line):
            line.request(method, path, body, headers or {})
            reply = line.getresponse()
            return reply.status, dict(reply.headers), reply.read()

    def line(self) -> socket.socket:
        """A bare line to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; its exit code, and all that it wrote into its log."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, log


def bare(*arguments: str | Path) -> list[str]:
    """`python -m lacrima.relay` where nothing else is installed."""
    return [sys.executable, "-c", BARE, *map(str, arguments)]


@contextmanager
def served(root: Path, *options: str | Path) -> Iterator[Served]:
    """A relay over this folder, gone afterwards."""
    process = subprocess.Popen(
        bare("--dir", root, "--port", "0", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout is not None
        found = ADDRESS.search(process.stdout.readline())
        assert found is not None, process.communicate()[1]
        yield Served(process, int(found[1]), root)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE_S)


def verb(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """One of the relay's own verbs, run to its end."""
    return subprocess.run(
        bare(*arguments),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=environment(),
        check=False,
    )


def mailbox(root: Path, out: Path) -> dict[str, str]:
    """Make a mailbox by the verb; what its code holds."""
    options = ("--address", "https://relay.example", "--out", out)
    done = verb("mailbox", "--dir", root, *options)
    assert done.returncode == 0, done.stderr
    code = out.read_text().strip()
    assert code.startswith("lr1.")
    told = code.removeprefix("lr1.")
    opened: dict[str, str] = json.loads(
        base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode()
    )
    return opened
