"""Ten million sessions: a cold process on a file of a million first, then ours beside lme4.

Takes some twenty minutes and 10 GB of memory, most of both lme4's, and is run once on a quiet
machine. The file of a million rows is read by `lacrima effects` in a new process each time.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.figures import Figure, middle
from benchmarks.models import IN_R, ONE_THREAD, draw, for_r, run_ours
from drills.house import House

MILLION = 1_000_000
TIMES = 3
FORMULA = (
    "score ~ within(shed, client) + between(shed, client) + prior + session"
    " + (1 + within(shed, client) | client) + (1 | therapist)"
)


def measure_quickly(house: House) -> Iterator[Figure]:
    """The cold process alone."""
    path = house.root / "sessions.parquet"
    rows = draw(MILLION)
    with duckdb.connect() as engine:
        engine.register("sessions", {**rows.columns, **rows.ids})
        engine.execute(f"COPY sessions TO '{path}' (FORMAT parquet)")
    taken = [cold(path) for _ in range(TIMES + 1)][1:]  # the first warms the caches
    note = f"{TIMES} new processes, caches warm"
    name = "1,000,000 rows in Parquet, lacrima effects, cold"
    yield Figure(name, middle(taken), "s", at_most=3.0, note=note)


def measure(house: House) -> Iterator[Figure]:
    """And ten million rows beside lme4, without its check of derivatives."""
    yield from measure_quickly(house)
    own = run_ours(10 * MILLION, "clustered", "default")
    before, peak = own["peak_mb"]
    yield Figure("10,000,000 rows to estimates", own["fit"][0], "s")
    yield Figure("10,000,000 rows, peak memory", peak, "MB", note=f"{before:.0f} MB of rows before")
    if shutil.which("Rscript") is None:
        print("R is not installed here: ten million rows are not compared", flush=True)
        return
    for_r(house.root, 10 * MILLION)
    seconds, memory, criterion, beta = lme4(house.root)
    assert own["criterion"] <= criterion + 1e-3, "a lower criterion in R"
    assert np.allclose(own["beta"], beta, rtol=2e-3, atol=2e-4), "other coefficients in R"
    yield Figure("10,000,000 rows, nocheck in R", seconds, "s", note=f"{memory:.0f} MB at its peak")
    ratio = seconds / own["fit"][0]
    yield Figure("10,000,000 rows, nocheck over ours", ratio, "x", at_least=200)
    yield Figure("10,000,000 rows, memory of ours over lme4's", peak / memory, "x", at_most=0.2)


def cold(path: Path) -> float:
    """Seconds of a new process, from its start to its end."""
    command = [sys.executable, "-m", "lacrima", "effects", str(path), "--formula", FORMULA]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, "--json"], env={**os.environ, **ONE_THREAD}, capture_output=True, check=True
    )
    taken = time.perf_counter() - begun
    assert json.loads(done.stdout)["rows_used"] > 0.9 * MILLION
    return taken


def lme4(root: Path) -> tuple[float, float, float, list[float]]:
    """Seconds, MB at its peak, criterion, coefficients."""
    command = ["Rscript", "--vanilla", str(IN_R), str(root), "nocheck"]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=True
    )
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    head, beta = (list(map(float, line.split())) for line in done.stdout.splitlines()[-2:])
    return head[0], memory, head[2], beta
