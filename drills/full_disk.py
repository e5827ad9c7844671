"""The disk fills up while people write. What was acknowledged is there; it goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drills.house import PASSPHRASE, Server, fill, serve, temporary_house
from drills.kill_server import check, sessions_of
from drills.load import Writers, Written
from drills.outcome import Asked, Outcome, run_as_program
from drills.visitor import Visitor

DISK_MB = 24
LEAVE_BYTES = 250_000
PATIENCE_S = 60.0


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of few megabytes (root only); None where that is not possible."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield None
        return
    with temporary_house() as house:
        place = house.root / "disk"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(place)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def fill_up(place: Path) -> Path:
    """Leave only a little room; the file that takes the rest."""
    ballast = place / "ballast"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    with ballast.open("wb") as file:
        file.write(b"\1" * max(0, free - LEAVE_BYTES))
    return ballast


def write_until_refused(server: Server, sessions: list[str], written: Written) -> None:
    """People write until the server says that it cannot keep any more."""
    visitor = Visitor(server.port)
    visitor.unlock(PASSPHRASE)
    writers = Writers(visitor, sessions, written, 4)
    writers.start()
    until = time.monotonic() + PATIENCE_S
    while written.refused < 10 and time.monotonic() < until:
        time.sleep(0.1)
    writers.stop()


def drill(asked: Asked) -> Outcome:
    """Fill the disk, write on, look, make room, write again."""
    outcome = Outcome()
    with small_disk() as place:
        if place is None:
            outcome.left_out = "a small disk can only be mounted by root"
            return outcome
        with temporary_house(place) as house:
            fill(house, clients=4, sessions=20, seed=asked.seed)
            sessions = sessions_of(house)
            written, after = Written(), Written()
            server = serve(house)
            ballast = fill_up(place)
            write_until_refused(server, sessions, written)
            outcome.expect(written.refused > 0, "the disk never filled up")
            statuses = set(written.statuses) - {303, 507}
            outcome.expect(not statuses, f"a full disk was answered with {sorted(statuses)}")
            server.kill()
            ballast.unlink()
            check(house, written, outcome)
            again = serve(house)
            visitor = Visitor(again.port)
            visitor.unlock(PASSPHRASE)
            writers = Writers(visitor, sessions, after, 1)
            writers.start()
            time.sleep(1)
            writers.stop()
            outcome.expect(again.stop() == 0, "the server did not stop cleanly")
            outcome.expect(bool(after.acknowledged), "nothing could be kept after room was made")
            check(house, after, outcome)
    outcome.counts = {
        "acknowledged before": len(written.acknowledged),
        "refused": written.refused,
        "acknowledged after": len(after.acknowledged),
    }
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
