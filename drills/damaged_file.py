"""Files of the practice are damaged by chance. It is said plainly, and nothing is made worse."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from pathlib import Path

from drills.house import House, fill, temporary_house, verb
from drills.outcome import Asked, Outcome, run_as_program

ROUNDS = 60
ROUNDS_QUICK = 6
TARGETS = ("practice.db", "vault.json", "client-keys.json", "audit-head.json")
EXPECTED_EXITS = {0, 3, 5, 6}


def flip(path: Path, chance: random.Random) -> None:
    """Flip one to four bits somewhere."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    """Cut the file short."""
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def fingerprint(folder: Path) -> dict[str, str]:
    """What every file of the folder holds, but for the lock and the log of the database."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def look(house: House, outcome: Outcome, what: str) -> int:
    """Ask for the chain to be verified; the exit code, which must be one of the honest ones."""
    done = verb("audit", "verify", *house.arguments(), "--json", check=False)
    outcome.expect(done.returncode in EXPECTED_EXITS, f"{what}: exit code {done.returncode}")
    outcome.expect("Traceback" not in done.stderr, f"{what}: a stack trace was shown")
    try:
        json.loads(done.stdout)
    except ValueError:
        outcome.faults.append(f"{what}: the answer was not JSON")
    return done.returncode


def one_round(whole: House, house: House, chance: random.Random, outcome: Outcome) -> bool:
    """Damage one file of a copy; was the damage noticed?"""
    if house.practice.exists():
        shutil.rmtree(house.practice)
    shutil.copytree(whole.practice, house.practice)
    target = chance.choice(TARGETS)
    how = chance.choice((flip, cut))
    how(house.practice / target, chance)
    before = fingerprint(house.practice)
    exit_code = look(house, outcome, f"{target}, {how.__name__}")
    after = fingerprint(house.practice)
    changed = {name for name in before if after.get(name) != before[name]}
    allowed = {"vault.json", "vault.json.copy"} if target == "vault.json" else set()
    outcome.expect(not changed - allowed, f"{target}: looking changed {sorted(changed)}")
    return exit_code != 0


def drill(asked: Asked) -> Outcome:
    """Damage, look, compare; many times."""
    outcome, chance = Outcome(), asked.chance()
    rounds = ROUNDS_QUICK if asked.quick else ROUNDS
    noticed = 0
    with temporary_house() as whole, temporary_house() as house:
        fill(whole, clients=4, sessions=24, seed=asked.seed)
        outcome.expect(look(whole, outcome, "whole") == 0, "the whole practice did not verify")
        for _ in range(rounds):
            noticed += one_round(whole, house, chance, outcome)
    outcome.counts = {"rounds": rounds, "noticed": noticed}
    outcome.expect(noticed > 0, "no damage was ever noticed")
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
