"""Run the drills, print what held, and write the report.

python -m drills [--quick] [--seed N] [--only NAME] [--report FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lacrima import __version__

DRILLS = {
    "kill_server": "the server is killed under load; nothing acknowledged is lost",
    "kill_migration": "the process is killed while the schema changes; all old or all new",
    "full_disk": "the disk fills up; what was acknowledged is there, and it goes on after",
    "clinic_at_work": "40 people at once, then 51 kills; quick enough, each form kept once",
    "door_at_work": "100 clients at the door at once, then 51 kills; each answer kept once",
    "relay_at_work": "the relay is killed 50 times and its disk fills; each letter kept once",
    "full_disk_clinic": "a clinic's disk fills up; pages say so, and it goes on after",
    "damaged_file": "bytes are flipped, files cut short; said plainly, nothing made worse",
    "backup_while_writing": "backups are made under load, restored, and whole",
    "fuzz_parsers": "files altered at random are read or refused, never anything else",
    "fuzz_coverage": "a fuzzer that follows coverage finds no fault in any parser",
    "no_network": "the whole demo runs where there is no network at all",
}
LIMIT_S = 4 * 3600  # the search that follows coverage takes most of it on two cores


def one(name: str, quick: bool, seed: int) -> dict[str, Any]:
    """Run one drill in its own process; what came of it as a dictionary."""
    command = [sys.executable, "-m", f"drills.{name}", "--seed", str(seed)]
    command += ["--quick"] if quick else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S)
    lines = done.stdout.strip().splitlines()
    try:
        result: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        result = {"counts": {}, "faults": [f"ended with exit code {done.returncode}"]}
    return {"name": name, "about": DRILLS[name], **result}


def say(result: dict[str, Any]) -> None:
    """One line for people, and one for each fault."""
    state = "left out" if result.get("left_out") else "HELD" if not result["faults"] else "BROKE"
    counts = ", ".join(f"{value:g} {key}" for key, value in result["counts"].items())
    print(f"{state:9}{result['name']:22}{result.get('seconds', 0):6} s  {counts}", flush=True)
    for line in [result.get("left_out") or "", *result["faults"]]:
        if line:
            print(f"         {line}", flush=True)


def main() -> int:
    """Run what was asked for; exit code 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for every change")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", choices=sorted(DRILLS))
    parser.add_argument("--report", type=Path, help="write the results here as JSON")
    asked = parser.parse_args()
    print(f"Drills with seed {asked.seed}{', quick' if asked.quick else ''}", flush=True)
    results = []
    for name in [asked.only] if asked.only else DRILLS:
        results.append(one(name, asked.quick, asked.seed))
        say(results[-1])
    if asked.report:
        about = {
            "date": datetime.now(UTC).date().isoformat(),
            "lacrima": __version__,
            "python": platform.python_version(),
            "system": platform.system(),
            "seed": asked.seed,
            "quick": asked.quick,
        }
        asked.report.write_text(json.dumps({**about, "drills": results}, indent=1) + "\n")
    return 1 if any(result["faults"] for result in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
