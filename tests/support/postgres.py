"""A throw-away PostgreSQL server for the tests, in a folder of its own, on a socket of its own.

The server runs as its own user when we are root, because PostgreSQL refuses root. Nothing is
shared with a server that may run on this computer. Writes are not forced to the disk: these
rows live for minutes. (A drill asks for a server that forces them, as a clinic's does.)

As a pytest plugin it leaves out tests marked `postgresql` where there is no server, and gives
the fixture `postgresql_cluster`. To have one before Django is set up, use `cluster()` or
`start()` and `Cluster.stop()`. PYTEST_DONT_REWRITE: it is imported before pytest comes to it,
and holds no assertion.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ABSENT = "PostgreSQL is not installed here (Debian: apt install postgresql)"
PLACES = ("/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt")
USERS = ("postgres", "nobody")
USER = "lacrima"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
AS_A_CLINIC = ("max_connections=60",)  # else as PostgreSQL comes: what is acknowledged is kept


class NoServer(Exception):
    """PostgreSQL is there, but would not start; the text is what it said."""


@dataclass(frozen=True)
class Cluster:
    """A running server: where its programs, its folder and its socket are."""

    binaries: Path
    folder: Path
    port: int = 5432  # only the name of the socket; nothing listens on the network
    settings: tuple[str, ...] = QUICK

    @property
    def socket_folder(self) -> Path:
        """The folder that holds the socket: the HOST of a connection."""
        return self.folder / "socket"

    def django_settings(self, name: str = "postgres") -> dict[str, str]:
        """The entry for Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": USER,
            "HOST": str(self.socket_folder),
            "PORT": str(self.port),
        }

    def options(self) -> str:
        """How its server is started, for pg_ctl."""
        settings = " ".join(f"-c {setting}" for setting in self.settings)
        where = f"-c listen_addresses= -c unix_socket_directories={self.socket_folder}"
        return f"--options={settings} {where} -p {self.port}"

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        control(self, "stop", "--mode=immediate")
        self.remove()

    def remove(self) -> None:
        """Remove the folder of a server that has stopped."""
        shutil.rmtree(self.folder, ignore_errors=True)


def find_binaries() -> Path | None:
    """The folder with the newest installed server, Debian's place first; None without one."""
    found = [path.parent for place in PLACES for path in Path(place).glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    whole = [folder for folder in found if (folder / "pg_ctl").exists()]
    return max(whole, key=version, default=None)


def version(binaries: Path) -> float:
    """The version that the name of the folder above says; 0 where it says none."""
    name = binaries.parent.name.rpartition("@")[2]
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


def start(
    *,
    settings: tuple[str, ...] | None = None,
    within: Path | None = None,
    initdb: tuple[str, ...] = (),
) -> Cluster:
    """Make a cluster in a new folder and start it. Raises NoServer with what it said."""
    binaries = find_binaries()
    if binaries is None:
        raise NoServer(ABSENT)
    folder = Path(tempfile.mkdtemp(prefix="lacrima-postgres-", dir=within))
    cluster = Cluster(binaries, folder, settings=QUICK if settings is None else settings)
    cluster.socket_folder.mkdir()
    for folder in (cluster.folder, cluster.socket_folder):
        give_away(folder)
    try:
        as_server(
            cluster,
            "initdb",
            "--auth=trust",
            f"--username={USER}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            f"--pgdata={cluster.folder / 'data'}",
            *initdb,
        )
        begin(cluster)
    except NoServer:
        shutil.rmtree(cluster.folder, ignore_errors=True)
        raise
    return cluster


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server for as long as the block runs."""
    running = start()
    try:
        yield running
    finally:
        running.stop()


def begin(stopped: Cluster) -> None:
    """Start the server of a cluster that is there."""
    control(stopped, "start", "--wait", f"--log={stopped.folder / 'log'}", stopped.options())


def control(running: Cluster, verb: str, *options: str) -> None:
    """Start or stop the server."""
    as_server(running, "pg_ctl", verb, f"--pgdata={running.folder / 'data'}", *options)


def as_server(running: Cluster, program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs as the user that the server runs as."""
    command = [str(running.binaries / program), *options]
    if server_user():
        command = ["runuser", "-u", server_user(), "--", *command]
    with (running.folder / "said").open("w+") as said:  # a pipe would stay open in the server
        done = subprocess.run(
            command,
            cwd=running.folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said.seek(0)
        if done.returncode:
            raise NoServer(f"{program} ended with {done.returncode}: {said.read()[-2000:]}")


def server_user() -> str:
    """The user that the server runs as when we are root; empty when it can be ourselves."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ""
    return next((name for name in USERS if is_user(name)), "")


def is_user(name: str) -> bool:
    """Whether this computer has a user of that name."""
    return subprocess.run(["id", "-u", name], capture_output=True, check=False).returncode == 0


def give_away(folder: Path) -> None:
    """Let the server's user own a folder."""
    if server_user():
        shutil.chown(folder, user=server_user())


# --- As a plugin -----------------------------------------------------------------------------


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is marked `postgresql` where there is no server."""
    if item.get_closest_marker("postgresql") and find_binaries() is None:
        pytest.skip(ABSENT)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A running server for the session, or the tests that ask for it are left out."""
    if find_binaries() is None:
        pytest.skip(ABSENT)
    with cluster() as running:
        yield running
