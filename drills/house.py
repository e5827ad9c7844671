"""A practice of its own for a drill, and a server over it that may be killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSPHRASE = "seven quiet chairs by a window"
ADDRESS = re.compile(r"http://localhost:(\d+)\S*")


@dataclass(frozen=True)
class House:
    """Where the practice of this drill lies."""

    root: Path

    @property
    def practice(self) -> Path:
        """The encrypted folder."""
        return self.root / "made" / "practice"

    @property
    def secret(self) -> Path:
        """The file with its passphrase."""
        return self.root / "passphrase.txt"

    def beside(self) -> House:
        """A copy of this house inside itself, so that a second server may open it."""
        other = House(self.root / "beside")
        shutil.copytree(self.practice, other.practice)
        shutil.copy(self.secret, other.secret)
        return other

    def arguments(self) -> list[str]:
        """What every verb on this practice takes."""
        return ["--dir", str(self.practice), "--passphrase-file", str(self.secret)]


@contextmanager
def temporary_house(root: Path | None = None) -> Iterator[House]:
    """An empty place, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=root, prefix="lacrima-drill-") as folder:
        house = House(Path(folder))
        house.secret.write_text(PASSPHRASE)
        yield house


def verb(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one verb of the command line."""
    return subprocess.run(
        [sys.executable, "-m", "lacrima", *arguments],
        check=check,
        capture_output=True,
        text=True,
        timeout=600,
    )


def fill(house: House, *, clients: int, sessions: int, seed: int) -> dict[str, object]:
    """Write a simulated practice."""
    size = ["--clients", str(clients), "--sessions", str(sessions), "--seed", str(seed)]
    place = ["--dir", str(house.practice.parent), "--passphrase-file", str(house.secret)]
    done = verb("simulate", "practice", *size, *place, "--json")
    result: dict[str, object] = json.loads(done.stdout)
    return result


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        """Where it listens."""
        found = ADDRESS.match(self.address)
        assert found is not None
        return int(found.group(1))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """End it as a person would; its exit code."""
        self.process.terminate()
        return self.process.wait(60)


def serve(house: House, *, prefix: tuple[str, ...] = (), limit_bytes: int | None = None) -> Server:
    """Start a server over this practice and wait until it says its address."""
    command = [*prefix, sys.executable, "-m", "lacrima", "serve", *house.arguments()]
    process = subprocess.Popen(
        [*command, "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_limit(limit_bytes) if limit_bytes else None,  # noqa: PLW1509
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := ADDRESS.search(line):
            return Server(process, found.group())
    raise SystemExit(f"the server ended with {process.wait()} before it said an address")


def _limit(limit_bytes: int):  # type: ignore[no-untyped-def]
    import resource
    import signal

    def set_limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    return set_limit


def open_records(house: House) -> None:
    """Open the practice in this process, to look at its rows."""
    os.environ["LACRIMA_DIR"] = str(house.practice)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")
    import django

    from lacrima.vault.folder import Folder
    from lacrima.vault.process import VAULT

    django.setup()
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(house.practice / "practice.db")
    VAULT.unlock(Folder(house.practice), PASSPHRASE)


def close_records() -> None:
    """Lock again, so that nothing of this process stands in the way."""
    from lacrima.vault.process import VAULT

    VAULT.full_lock()
