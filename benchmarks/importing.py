"""Bringing in a file of scores: how long, and how much memory more for ten times the rows."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure
from drills.house import House, verb

MAP = """client = "id"

[plain.well]
name = "Wellbeing"
minimum = 0
maximum = 100
higher_is_better = true
recall_days = 7

[[score]]
plain = "well"
value = "well"
session = "session"
"""


DIARY = """client = "id"

[session]
number = "session"
length_min = "minutes"
lists_all_moments = true

[[moment]]
when = "shown"
who = { is = "client" }

[[moment.voice]]
side = { is = "therapist" }
shown = "shown"
emotions = { column = "feelings", separator = "|" }
words = "note"
"""


def write_diary(path: Path, rows: int, per_client: int = 24) -> None:
    """One row a session; in one of four a moment with a voice and a line of text."""
    chance = random.Random(4)
    with path.open("w") as file:
        file.write("id,session,minutes,shown,feelings,note\n")
        for row in range(rows):
            client, session = divmod(row, per_client)
            cried = "2,sad|touched,A line of words." if chance.random() < 0.25 else "0,,"
            file.write(f"C{client:05},{session + 1},50,{cried}\n")


def write_table(path: Path, rows: int, per_client: int = 24) -> None:
    """A long table: client, session, score."""
    chance = random.Random(3)
    with path.open("w") as file:
        file.write("id,session,well\n")
        for row in range(rows):
            client, session = divmod(row, per_client)
            file.write(f"C{client:05},{session + 1},{chance.randrange(101)}\n")


def brought_in(house: House, table: Path, mapping: Path) -> tuple[float, float, int]:
    """Seconds, megabytes at the peak, and rows added, for one import in a process of its own."""
    command = [sys.executable, "-m", "lacrima", "import", str(table), "--map", str(mapping)]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, *house.arguments(), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    peak_kb = 0
    while process.poll() is None:
        peak_kb = max(peak_kb, peak_of(process.pid))
        time.sleep(0.02)
    assert process.stdout is not None
    answer = json.loads(process.stdout.read())
    return time.perf_counter() - started, peak_kb / 1024, int(answer["added"])


def peak_of(pid: int) -> int:
    """The most memory a running process has held so far, in kilobytes; 0 when it has ended.

    What is reported of an ended process also counts the one it was started from.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found.group(1)) if found else 0


def fresh(root: Path, name: str, secret: Path) -> House:
    """A new, empty practice."""
    house = House(root / name)
    house.practice.parent.mkdir(parents=True)
    house.secret.write_bytes(secret.read_bytes())
    verb("init", *house.arguments(), "--your-name", "Bench")
    return house


def measure(house: House) -> list[Figure]:
    """Twelve thousand sessions, and ten times as many; a diary with moments."""
    small, large = scores_of(house, 12_000), scores_of(house, 120_000)
    return [
        Figure("import of 12,000 sessions", small[0], "s", at_most=20),
        Figure("memory more for 120,000 sessions", large[1] - small[1], "MB", at_most=50),
        Figure("import of 120,000 sessions", large[0], "s"),
        *diary_of(house),
    ]


def measure_quickly(house: House) -> list[Figure]:
    """Twelve thousand sessions, and a diary with moments."""
    took_s, *_ = scores_of(house, 12_000)
    return [Figure("import of 12,000 sessions", took_s, "s", at_most=20), *diary_of(house)]


def scores_of(house: House, rows: int) -> tuple[float, float, int]:
    """Bring in so many sessions with scores: seconds, memory, and rows added."""
    mapping, table = house.root / "map.toml", house.root / f"{rows}.csv"
    mapping.write_text(MAP)
    write_table(table, rows)
    found = brought_in(fresh(house.root, f"import-{rows}", house.secret), table, mapping)
    assert found[2] == rows, "not every row was added"
    return found


def diary_of(house: House) -> list[Figure]:
    """A diary with moments, and the same file again."""
    diary, told = house.root / "diary.csv", house.root / "diary.toml"
    write_diary(diary, 12_000)
    told.write_text(DIARY)
    practice = fresh(house.root, "import-diary", house.secret)
    moments, again = brought_in(practice, diary, told), brought_in(practice, diary, told)
    assert moments[2] > 17_000, "not every session, moment and voice was added"
    assert again[2] == 0, "the same file twice added something"
    return [
        Figure("import of 12,000 sessions with 3,000 moments", moments[0], "s", at_most=20),
        Figure("the same file again", again[0], "s", at_most=20),
    ]
