"""A clinic of its own for a drill: PostgreSQL, keys, a server over both. Any of it may be killed.

PostgreSQL runs as it comes, so that what it acknowledged is on the disk.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from drills.visitor import Visitor
from tests.support import clinic, postgres
from tests.support.clinic import Machine
from tests.support.clinic_server import ClinicServer, clinic_server
from tests.support.postgres import AS_A_CLINIC, Cluster, NoServer

__all__ = ["ClinicServer", "Cluster", "Machine"]

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Person:
    """Somebody who works there: her browser's session, and what is hers."""

    session: str
    episodes: tuple[str, ...]
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """Who works in the clinic, and when it was filled."""

    people: tuple[Person, ...]
    since: str


def why_not() -> str:
    """Why a clinic cannot be drilled on this computer; empty where it can."""
    if postgres.find_binaries() is None:
        return postgres.ABSENT
    has_proc = Path(f"/proc/self/task/{os.getpid()}/children").exists()
    return "" if has_proc else "processes are found by /proc, which this system does not have"


@contextmanager
def temporary_clinic(
    within: Path | None = None, *, initdb: tuple[str, ...] = (), settings: tuple[str, ...] = ()
) -> Iterator[Machine]:
    """A clinic with tables and without keys, gone afterwards."""
    cluster = postgres.start(settings=(*AS_A_CLINIC, *settings), within=within, initdb=initdb)
    try:
        with tempfile.TemporaryDirectory(dir=within, prefix="lacrima-drill-") as top:
            machine = Machine(clinic.prepare(cluster), Path(top))
            _write_secrets(machine)
            clinic.migrate(machine.database, machine.keys)
            yield machine
    finally:
        with suppress(NoServer):  # it may be dead already
            postgres.control(cluster, "stop", "--mode=immediate")
        kill_database(cluster)
        cluster.remove()


def _write_secrets(machine: Machine) -> None:
    for path in (machine.passphrase_file, machine.top / "secret-key"):
        path.write_text(f"{secrets.token_urlsafe(33)}\n")
        path.chmod(0o400)


def inside(
    machine: Machine, *words: str, said: object = None, program: str = "drills.clinic_inside"
) -> Any:
    """What a process of its own in this clinic answered."""
    done = subprocess.run(
        [sys.executable, "-m", program, *words],
        env=machine.environment(),
        input=json.dumps(said),
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def fill_clinic(
    machine: Machine, *, clients: int, sessions: int, people: int, seed: int = 1
) -> Filled:
    """Make keys and a simulated practice whose clients are shared out among so many people."""
    numbers = [str(number) for number in (clients, sessions, people, seed)]
    told = inside(machine, "fill", *numbers)
    found = [
        Person(one["session"], tuple(one["episodes"]), tuple(one["sessions"]))
        for one in told["people"]
    ]
    return Filled(tuple(found), told["since"])


class Acknowledged(Protocol):
    """What was acknowledged: the keys of the forms, by kind."""

    acknowledged: dict[str, list[str]]


def faults_in(machine: Machine, filled: Filled, *works: Acknowledged) -> list[str]:
    """What does not hold in the clinic after such work."""
    keys: dict[str, list[str]] = {}
    for work in works:
        for kind, more in work.acknowledged.items():
            keys.setdefault(kind, []).extend(more)
    found = inside(machine, "check", said={"acknowledged": keys, "since": filled.since})
    return [str(fault) for fault in found]


@contextmanager
def serve_clinic(machine: Machine) -> Iterator[ClinicServer]:
    """`lacrima serve --clinic` as on a real machine."""
    with clinic_server(machine) as server:
        yield server


def kill_serving(server: ClinicServer) -> None:
    """End the process that answers, as no one would; the one that watches starts another."""
    with suppress(OSError, IndexError):  # it may not have been born again yet
        os.kill(server.serving_process(), signal.SIGKILL)


def processes_of(cluster: Cluster) -> list[int]:
    """PostgreSQL's first process, and then its children: the ones of connections last."""
    try:
        first = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    except (OSError, ValueError, IndexError):
        return []
    return [first, *map(int, children)]


def kill_connection(cluster: Cluster) -> None:
    """End one process of a connection: PostgreSQL then ends all others and recovers by itself."""
    found = processes_of(cluster)
    if len(found) > 1:
        with suppress(ProcessLookupError):
            os.kill(found[-1], signal.SIGKILL)


def kill_database(cluster: Cluster) -> None:
    """End all of PostgreSQL's processes at once, as a power cut would."""
    for process in processes_of(cluster):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def begin_again(cluster: Cluster) -> None:
    """Start PostgreSQL again; it refuses for as long as an old process is not quite gone."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return postgres.begin(cluster)
        except NoServer:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def answers(server: ClinicServer) -> bool:
    """Is all well again before patience ends?"""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        visitor = Visitor(server.port, timeout_s=5)
        with suppress(OSError):
            if visitor.get("/health").status == 200:
                return True
        visitor.close()
        time.sleep(0.1)
    return False
