"""How long until something is there: help, the demo; and how much is installed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure, middle
from drills.house import ADDRESS, House
from drills.visitor import Visitor
from tools.install_size import sizes_mb

TRIES = 7


def help_s() -> float:
    """Seconds for `lacrima --help`, as a whole process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "lacrima", "--help"], check=True, capture_output=True)
    return time.perf_counter() - started


def bare_s() -> float:
    """Seconds for a Python that does nothing: the peer of the figure above."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, capture_output=True)
    return time.perf_counter() - started


def demo_s(folder: Path) -> float:
    """Seconds from the command to the first page, in a warm installation."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "lacrima", "demo", "--no-browser", "--port", "0"]
    process = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = next(m for line in process.stdout if (m := ADDRESS.search(line)))
        visitor = Visitor(int(found.group(1)))
        visitor.open(found.group())
        assert visitor.get("/").status == 200
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(60)


def measure(house: House) -> list[Figure]:
    """All figures of starting and installing."""
    helped = middle([help_s() for _ in range(TRIES)])
    bare = middle([bare_s() for _ in range(TRIES)])
    demos = [demo_s(house.root / f"demo-{number}") for number in range(3)]
    return [
        Figure("lacrima --help, median", helped, "s", at_most=0.3),
        Figure("over a Python that does nothing", helped / bare, "x"),
        Figure("demo to the first page, warm, median", middle(demos), "s", at_most=8),
        Figure("default installation", sum(sizes_mb().values()), "MB", at_most=550),
    ]
