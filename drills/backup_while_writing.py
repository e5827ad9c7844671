"""Backups are made while people write, and restored: whole, with all that was acknowledged."""

from __future__ import annotations

import json
import shutil

from drills.house import PASSPHRASE, House, serve, temporary_house, verb
from drills.house import fill as fill_house
from drills.kill_server import check, sessions_of
from drills.load import Writers, Written
from drills.outcome import Asked, Outcome, run_as_program
from drills.visitor import Visitor

BACKUPS = 10
BACKUPS_QUICK = 2


def restored(house: House, number: int) -> House:
    """Restore the newest backup into an empty folder; the house it lies in."""
    root = house.root / f"restored-{number}"
    other = House(root)
    other.practice.parent.mkdir(parents=True)
    shutil.copy(house.secret, other.secret)
    verb("restore", str(house.root / "backups"), *other.arguments())
    return other


def drill(asked: Asked) -> Outcome:
    """Write, back up, restore, look."""
    outcome, written = Outcome(), Written()
    rounds = BACKUPS_QUICK if asked.quick else BACKUPS
    with temporary_house() as house:
        fill_house(house, clients=6, sessions=36, seed=asked.seed)
        sessions = sessions_of(house)
        server = serve(house)
        visitor = Visitor(server.port)
        visitor.unlock(PASSPHRASE)
        for number in range(rounds):
            writers = Writers(visitor, sessions, written, 3)
            writers.start()
            before = dict(written.acknowledged)
            target = str(house.root / "backups")
            done = verb("backup", *house.arguments(), "--to", target, "--json", check=False)
            writers.stop()
            outcome.expect(done.returncode == 0, f"backup ended with {done.returncode}")
            if done.returncode == 0:
                json.loads(done.stdout)
                check(restored(house, number), Written(acknowledged=before), outcome)
        outcome.expect(server.stop() == 0, "the server did not stop cleanly")
        check(house, written, outcome)
    outcome.counts = {"backups": rounds, "acknowledged": len(written.acknowledged)}
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
