"""A clinic's server in a process of its own, for the length of a block."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from tests.support.clinic import Machine


@dataclass
class ClinicServer:
    """A running server: where it is, and what it wrote into its log."""

    process: subprocess.Popen[str]
    address: str
    _log: IO[str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(urlsplit(self.address).port or 0)

    def log(self) -> list[dict[str, object]]:
        """All lines of its log so far; each must be one JSON object."""
        text = Path(self._log.name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def serving_process(self) -> int:
        """The process that answers: the one child of the one that watches."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def clinic_server(
    machine: Machine,
    *,
    bind: str = "127.0.0.1:0",
    prefix: tuple[str, ...] = (),
    **changed: str,
) -> Iterator[ClinicServer]:
    """`lacrima serve --clinic` on this machine; gone afterwards, whatever happens."""
    command = [*prefix, sys.executable, "-m", "lacrima", "serve", "--clinic", "--bind", bind]
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:
        process = subprocess.Popen(
            [*command, "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=machine.environment(**changed),
            start_new_session=True,
        )
        try:
            yield ClinicServer(process, _address(process, log), log)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _address(process: subprocess.Popen[str], log: IO[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            return str(json.loads("".join(lines))["address"])
    raise AssertionError(Path(log.name).read_text() or "it ended without a word")
