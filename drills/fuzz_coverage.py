"""Every parser is fuzzed, following coverage. Each input is read or refused in our own words.

Only in the full drill: some minutes for each parser, two side by side. Inputs that led to new
places stay in `.fuzz/NAME`, and so does each fault with its bytes. One parser by hand:
`python -m drills.fuzz_one NAME`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from drills.fuzz_one import NAMES, RESULT
from drills.outcome import Asked, Outcome, run_as_program

SECONDS = 300
PATIENCE_S = 240
KEPT = Path(".fuzz")
MOST_SAID = 5
EXECUTIONS = re.compile(r"stat::number_of_executed_units: *(\d+)")
COVERED = re.compile(r"cov: (\d+)")
ABSENT = "atheris is not installed here (it has wheels for Linux on x86-64, Python 3.11 to 3.13)"


@dataclass(frozen=True)
class Fuzzed:
    """What came of one parser."""

    name: str
    executions: int
    covered: int
    read: int
    refused: int
    faults: tuple[str, ...]


def fuzz(name: str, seconds: int, seed: int) -> Fuzzed:
    """Fuzz one parser in a process of its own."""
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULT).unlink(missing_ok=True)
    command = [sys.executable, "-m", "drills.fuzz_one", name]
    command += ["--seconds", str(seconds), "--seed", str(seed), "--folder", str(folder)]
    with (folder / "log.txt").open("w") as log:
        ended = subprocess.run(
            command, stdout=log, stderr=log, timeout=seconds + PATIENCE_S, check=False
        ).returncode
    return _result(name, folder, ended)


def _result(name: str, folder: Path, ended: int) -> Fuzzed:
    said = (folder / "log.txt").read_text(errors="replace")
    try:
        told = json.loads((folder / RESULT).read_text())
    except (OSError, ValueError):
        told = {"read": 0, "refused": 0, "faults": []}
    faults = list(told["faults"])
    if ended:
        left = sorted(one.name for one in folder.glob("fault-*-*"))
        faults.append(f"ended with exit code {ended}, {', '.join(left) or 'see log.txt'}")
    executed = int(next(iter(EXECUTIONS.findall(said)), 0))
    covered = max(map(int, COVERED.findall(said)), default=0)
    return Fuzzed(name, executed, covered, told["read"], told["refused"], tuple(faults))


def drill(asked: Asked) -> Outcome:
    """All parsers, as many side by side as there are cores."""
    if asked.quick:
        return Outcome(left_out="only in the full drill: some minutes for each parser")
    if importlib.util.find_spec("atheris") is None:
        return Outcome(left_out=ABSENT)
    outcome = Outcome()
    with ThreadPoolExecutor(os.cpu_count() or 1) as several:
        found = list(several.map(lambda name: fuzz(name, SECONDS, asked.seed), NAMES))
    for one in found:
        outcome.counts[f"{one.name} a second"] = round(one.executions / SECONDS)
        outcome.expect(one.read > 0, f"{one.name}: nothing was ever read")
        outcome.expect(one.executions > 0, f"{one.name}: it never came to an end")
        for fault in one.faults[:MOST_SAID]:
            outcome.expect(False, f"{one.name}: {fault}, in {KEPT / one.name}")
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
