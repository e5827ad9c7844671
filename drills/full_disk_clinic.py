"""The disk of a clinic's machine fills up: pages say so, nothing is half done, it goes on after.

Database and keys lie on the same small disk. PostgreSQL may refuse a row, or stop: both are
answered calmly. After room was made (and PostgreSQL begun again, if it stopped) all is kept.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drills import clinic_house
from drills.clinic_house import ClinicServer, Filled, Machine
from drills.clinic_people import CALM, Crew, Work
from drills.full_disk import fill_up
from drills.outcome import Asked, Outcome, run_as_program

DISK_MB = 200
SMALL_LOG = ("--wal-segsize=1",)  # as a rule 16 MB a file: here the disk is small
SETTINGS = ("max_wal_size=8MB", "min_wal_size=4MB")
PEOPLE = 6
REFUSALS = 20
PATIENCE_S = 60.0


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk that PostgreSQL's own user may enter (root only); None where it is not possible."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="lacrima-drill-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        disk = place / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=711", "tmpfs", str(disk)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=False, capture_output=True)


def work(server: ClinicServer, filled: Filled, first: int, seed: int) -> tuple[Crew, Work]:
    """Everybody works without much thinking."""
    done = Work()
    crew = Crew(server, filled.people, done, first=first, seed=seed, think_s=0.02)
    crew.start()
    return crew, done


def refused(done: Work) -> int:
    """How many requests were answered by a page that says that it could not be done."""
    return sum(done.statuses[status] for status in CALM)


def until_refused(server: ClinicServer, filled: Filled, disk: Path, seed: int) -> Work:
    """The disk fills up while they work; they go on until they were refused often enough."""
    crew, done = work(server, filled, 0, seed)
    wait_for(lambda: done.writes() > 0)
    fill_up(disk)
    wait_for(lambda: refused(done) >= REFUSALS)
    crew.stop(gives_up=True)
    return done


def wait_for(it: Callable[[], bool]) -> None:
    """Until this is so, or patience ends."""
    until = time.monotonic() + PATIENCE_S
    while not it() and time.monotonic() < until:
        time.sleep(0.1)


def make_room(machine: Machine, disk: Path) -> bool:
    """Take the ballast away; begin PostgreSQL again if it stopped, and say whether it had."""
    (disk / "ballast").unlink()
    stopped = not clinic_house.processes_of(machine.database.cluster)
    if stopped:
        clinic_house.begin_again(machine.database.cluster)
    return stopped


def judge(before: Work, after: Work, outcome: Outcome) -> None:
    """Refused in words alone; kept again afterwards."""
    outcome.expect(refused(before) > 0, "the disk never filled up")
    for done in (before, after):
        outcome.expect(not done.strange(), f"answered with {done.strange()}")
        outcome.expect(not done.without_words, f"{done.without_words} refusals were bare")
    outcome.expect(after.writes() > 0, "nothing could be kept after room was made")
    outcome.expect(not after.never, f"{after.never} forms were not kept after room was made")


def drill(asked: Asked) -> Outcome:
    """Fill the disk, work on, make room, work again, count."""
    outcome = Outcome(left_out=clinic_house.why_not())
    if outcome.left_out:
        return outcome
    with small_disk() as disk:
        if disk is None:
            outcome.left_out = "a small disk can only be mounted by root"
            return outcome
        with clinic_house.temporary_clinic(disk, initdb=SMALL_LOG, settings=SETTINGS) as machine:
            on_a_small_disk(machine, disk, asked, outcome)
    return outcome


def on_a_small_disk(machine: Machine, disk: Path, asked: Asked, outcome: Outcome) -> None:
    """The drill itself."""
    size = {"clients": 12, "sessions": 60, "people": PEOPLE}
    filled = clinic_house.fill_clinic(machine, **size, seed=asked.seed)
    with clinic_house.serve_clinic(machine) as server:
        before = until_refused(server, filled, disk, asked.seed)
        stopped = make_room(machine, disk)
        outcome.expect(clinic_house.answers(server), "it did not answer after room was made")
        crew, after = work(server, filled, 5000, asked.seed + 1)
        wait_for(lambda: after.writes() >= PEOPLE)
        crew.stop()
    outcome.faults += clinic_house.faults_in(machine, filled, before, after)
    judge(before, after, outcome)
    outcome.counts = {
        "kept before": before.writes(),
        "said that it is full": before.statuses[507],
        "said that it does not answer": before.statuses[503],
        "stops of PostgreSQL": int(stopped),
        "kept after": after.writes(),
    }


if __name__ == "__main__":
    run_as_program(drill)
