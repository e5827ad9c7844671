"""Mixed models of others beside ours, on the same rows, each in a process of its own.

In Python statsmodels and mixedlm-rs (`uv sync --all-extras --group peers`), with one grouping, as
they can; in R nlme and glmmTMB with three levels. What is not installed is said and left out.
lme4, lmerTest and pbkrtest stand in `benchmarks.models`.

    python -m benchmarks.peers ROWS ours|mixedlm_rs|statsmodels    one measurement, as JSON
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from benchmarks.models import FIXED, ONE_THREAD, SHED, draw, for_r, quickest, run_ours, run_r
from drills.house import House
from lacrima.stats.model import INTERCEPT, Level, Model, Rows
from lacrima.stats.multilevel import fit

IN_R = Path(__file__).with_suffix(".R")
TWO_LEVELS = Model("score", FIXED, (Level("client", (INTERCEPT, SHED)),))
REPEATS = 3  # of what takes below a second


def measure_quickly(house: House) -> Iterator[Figure]:
    """10,000 and 100,000 rows."""
    yield from in_python(10_000, {"mixedlm_rs": None, "statsmodels": 50.0})
    yield from in_python(100_000, {"mixedlm_rs": None})
    yield from in_r(10_000, {"nlme": 50.0, "glmmtmb": 50.0}, house.root)


def measure(house: House) -> Iterator[Figure]:
    """Beyond these 100,000 rows in R, and a million beside the strongest in Python."""
    yield from measure_quickly(house)
    yield from in_r(100_000, {"nlme": 300.0, "glmmtmb": 300.0}, house.root)
    yield from in_python(1_000_000, {"mixedlm_rs": 8.0})


def in_python(n: int, goals: Mapping[str, float | None]) -> Iterator[Figure]:
    """One client level: how many times as long the others take."""
    own = run_python(n, "ours")
    yield Figure(f"{n:,} rows, one grouping, to estimates", own["seconds"], "s")
    for who, goal in goals.items():
        if find_spec(who) is None:
            print(f"{who} is not installed here: not compared", flush=True)
            continue
        theirs = run_python(n, who)
        agree(own, theirs, who)
        yield Figure(f"{n:,} rows, one grouping, {who}", theirs["seconds"], "s")
        ratio = theirs["seconds"] / own["seconds"]
        yield Figure(f"{n:,} rows, {who} over ours", ratio, "x", at_least=goal)


def in_r(n: int, goals: dict[str, float], root: Path) -> Iterator[Figure]:
    """Three levels: how many times as long the others take."""
    own = run_ours(n, "clustered", "default")
    for_r(root, n)
    for what, goal in goals.items():
        theirs = run_r(root, what, IN_R)
        if theirs is None:
            print(f"R or its package {what} is not installed here: not compared", flush=True)
            continue
        seconds, criterion, beta = theirs
        agree(own, {"criterion": criterion, "beta": beta}, what)
        yield Figure(f"{n:,} rows, {what} in R", seconds, "s")
        ratio = seconds / own["fit"][0]
        yield Figure(f"{n:,} rows, {what} over ours", ratio, "x", at_least=goal)


def agree(own: dict[str, Any], theirs: dict[str, Any], who: str) -> None:
    """The same model: no criterion below ours, the same coefficients."""
    assert own["criterion"] <= theirs["criterion"] + 1e-6, f"a lower criterion in {who}"
    assert np.allclose(own["beta"], theirs["beta"], rtol=2e-2, atol=2e-3), f"other {who}"


def run_python(n: int, who: str) -> dict[str, Any]:
    """In a process of its own with one thread."""
    command = [sys.executable, "-m", "benchmarks.peers", str(n), who]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def ours(rows: Rows) -> dict[str, Any]:
    """Rows in memory to estimates."""
    seconds, _ = quickest(lambda: fit(rows, TWO_LEVELS, df="none"), REPEATS)
    found = fit(rows, TWO_LEVELS, df="none")
    beta = [each.estimate for each in found.coefficients]
    return {"seconds": seconds, "criterion": found.criterion, "beta": beta}


def theirs(rows: Rows, who: str) -> dict[str, Any]:
    """Arrays in memory to estimates; the parts within and between are formed before the clock."""
    name = "statsmodels.regression.mixed_linear_model" if who == "statsmodels" else who
    model = importlib.import_module(name).MixedLM
    client, shed = rows.ids["client"], rows.columns["shed"]
    usual = (np.bincount(client, shed) / np.bincount(client))[client]
    columns = [np.ones(rows.n), shed - usual, usual, rows.columns["prior"], rows.columns["session"]]
    fixed = np.column_stack(columns)
    taken = []
    for _ in range(1 if who == "statsmodels" else REPEATS + 1):
        begun = time.perf_counter()
        made = model(rows.columns["score"], fixed, client, fixed[:, :2]).fit(reml=True)
        taken.append(time.perf_counter() - begun)
    beta = [float(each) for each in made.fe_params]
    return {"seconds": min(taken), "criterion": -2 * float(made.llf), "beta": beta}


def main() -> None:
    """One measurement."""
    warnings.simplefilter("ignore")  # statsmodels warns of its optimiser, which is its own affair
    rows, who = draw(int(sys.argv[1])), sys.argv[2]
    print(json.dumps(ours(rows) if who == "ours" else theirs(rows, who)))


if __name__ == "__main__":
    main()
