"""Multilevel models: from rows in memory to estimates, beside lme4 and its companions.

One simulated practice of many clients (about ten sessions each, 40 clients to a therapist, a rare
moment), rows in order of clients and shuffled. Each engine runs in a process of its own with one
thread, on the same rows; ours with numba's cache warm. Where R or one of its packages is not
installed, that is said and nothing is compared. The criterion and the coefficients must agree.

    python -m benchmarks.models ROWS clustered|shuffled default|wide|many   one measurement, as JSON
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from drills.house import House
from lacrima.stats.keeping import joined
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within
from lacrima.stats.multilevel import fit, fit_sums
from lacrima.stats.sums import sums_of

IN_R = Path(__file__).with_suffix(".R")
SESSIONS, CLIENTS = 10, 40
TIMES = 5
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
SHED = within("shed", "client")
FIXED = (INTERCEPT, SHED, between("shed", "client"), whole("prior"), whole("session"))
EXTRA = tuple(f"e{place}" for place in range(8))
MODELS = {
    "default": Model("score", FIXED, (Level("client", (INTERCEPT, SHED)), Level("therapist"))),
    "wide": Model(
        "score",
        (*FIXED, *map(whole, EXTRA)),
        (Level("client", (INTERCEPT, SHED)), Level("therapist", (INTERCEPT, SHED))),
    ),
    "many": Model(
        "score",
        FIXED,
        (
            Level("client", (INTERCEPT, SHED, whole("session"))),
            Level("therapist", (INTERCEPT, SHED)),
        ),
    ),
}


def draw(n: int, *, is_shuffled: bool = False, is_wide: bool = True) -> Rows:
    """About n sessions, with the columns of the wide model or without."""
    chance = np.random.default_rng(8)
    clients = n // SESSIONS
    counts = np.minimum(1 + chance.negative_binomial(2, 2 / (SESSIONS + 1), clients), 60)
    client = np.repeat(np.arange(clients), counts)
    therapist, size = client // CLIENTS, client.size
    shed = (chance.random(size) < chance.beta(0.8, 19.2, clients)[client]).astype(float)
    session = np.concatenate([np.arange(count) for count in counts]).astype(float)
    prior = np.rint(np.clip(chance.normal(14, 5, size), 0, 27))
    own = chance.normal(0, 1, (clients, 3)) * (3.0, 1.5, 0.1)
    hers = chance.normal(0, 1, (therapist[-1] + 1, 2)) * (1.0, 0.7)
    score = 5 + 0.5 * prior + (own[client, 2] - 0.1) * session + own[client, 0]
    score += (own[client, 1] + hers[therapist, 1] - 0.8) * shed + hers[therapist, 0]
    columns = {
        "score": np.rint(score + chance.normal(0, 3, size)),
        "shed": shed,
        "prior": prior,
        "session": session,
    }
    if is_wide:
        columns |= {name: np.rint(chance.normal(0, 10, size)) for name in EXTRA}
    order = chance.permutation(size) if is_shuffled else slice(None)
    return Rows(
        {name: values[order] for name, values in columns.items()},
        {"client": client[order], "therapist": therapist[order]},
    )


def quickest(work: Callable[[], Any], times: int = TIMES) -> tuple[float, float]:
    """The least of several times after one that does not count: wall, and processor."""
    work()
    taken = []
    for _ in range(times):
        started, at_work = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - started, time.process_time() - at_work))
    return min(each[0] for each in taken), min(each[1] for each in taken)


def ours(n: int, order: str, name: str) -> dict[str, Any]:
    """Every time of ours, in this process: seconds on the wall and of the processor."""
    rows, model = draw(n, is_shuffled=order == "shuffled", is_wide=name == "wide"), MODELS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = fit(rows, model, df="none")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sums = sums_of(rows, model)
    last = Rows(
        {key: values[-1:] for key, values in rows.columns.items()},
        {key: values[-1:] for key, values in rows.ids.items()},
    )

    def one_more() -> object:
        more = sums_of(last, model, scales=sums.scales)
        return fit_sums(joined(sums, more), model, df="none", start=found)

    def df_alone(method: str) -> tuple[float, float]:
        seconds = min(fit_sums(sums, model, df=method).seconds.df for _ in range(TIMES))
        return seconds, seconds

    return {
        "rows": rows.n,
        "fit": quickest(lambda: fit(rows, model, df="none")),
        "sums": quickest(lambda: sums_of(rows, model)),
        "satterthwaite": df_alone("satterthwaite"),
        "kenward-roger": df_alone("kenward-roger"),
        "one more": quickest(one_more),
        "evaluations": found.evaluations,
        "criterion": found.criterion,
        "beta": [each.estimate for each in found.coefficients],
        "peak_mb": [before / 1024, after / 1024],
    }


def run_ours(n: int, order: str, name: str) -> dict[str, Any]:
    """The same in a process of its own with one thread."""
    command = [sys.executable, "-m", "benchmarks.models", str(n), order, name]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def run_r(root: Path, what: str, script: Path = IN_R) -> tuple[float, float, list[float]] | None:
    """Seconds, criterion and coefficients in R; None where it is not installed."""
    if shutil.which("Rscript") is None:
        return None
    command = ["Rscript", "--vanilla", str(script), str(root), what]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True)
    if done.returncode:
        return None
    head, beta = (list(map(float, line.split())) for line in done.stdout.splitlines()[-2:])
    return head[0], head[2], beta


def for_r(root: Path, n: int) -> None:
    """The rows as R reads them."""
    rows = draw(n)
    for name, values in {**rows.columns, **rows.ids}.items():
        (root / f"{name}.bin").write_bytes(values.astype("<f8").tobytes())


def beside(n: int, goals: dict[str, float], found: dict[str, Any], root: Path) -> Iterator[Figure]:
    """How many times as long R takes."""
    for_r(root, n)
    for what, goal in goals.items():
        theirs = run_r(root, what)
        if theirs is None:
            print(f"R or its package for {what} is not installed here: not compared", flush=True)
            continue
        seconds, criterion, beta = theirs
        assert found["criterion"] <= criterion + 1e-6, "a lower criterion in R"
        assert np.allclose(found["beta"], beta, rtol=2e-3, atol=2e-4), "other coefficients in R"
        key = what if what in found else "fit"
        yield Figure(f"{n:,} rows, {what} in R", seconds, "s")
        yield Figure(f"{n:,} rows, {what} over ours", seconds / found[key][0], "x", at_least=goal)


def figures(n: int, root: Path, goals: dict[str, float]) -> Iterator[Figure]:
    """One size: ours clustered and shuffled, degrees of freedom, one more session, R beside."""
    clustered, mixed = (run_ours(n, order, "default") for order in ("clustered", "shuffled"))
    fitted = clustered["fit"][0]
    note = f"{clustered['evaluations']} evaluations, sums {clustered['sums'][0] * 1000:.0f} ms"
    peak = clustered["peak_mb"]
    yield Figure(f"{n:,} rows to estimates, clustered", fitted, "s", note=note)
    yield Figure(f"{n:,} rows, shuffled over clustered", mixed["fit"][0] / fitted, "x", at_most=2.5)
    yield Figure(f"{n:,} rows, Satterthwaite alone", clustered["satterthwaite"][0], "s")
    yield Figure(
        f"{n:,} rows, Kenward-Roger alone", clustered["kenward-roger"][0], "s", at_most=0.4
    )
    yield Figure(
        f"{n:,} rows, one more session, refitted", clustered["one more"][0], "s", at_most=0.06
    )
    yield Figure(f"{n:,} rows, peak memory", peak[1], "MB", note=f"{peak[0]:.0f} MB of rows before")
    yield from beside(n, goals, clustered, root)


def measure_quickly(house: House) -> Iterator[Figure]:
    """10,000 and 100,000 rows, R beside."""
    yield from figures(10_000, house.root, {"lme4": 20, "satterthwaite": 20})
    yield from figures(100_000, house.root, {"lme4": 100, "nocheck": 80, "satterthwaite": 100})


def measure(house: House) -> Iterator[Figure]:
    """A million rows beside R too, and the two larger models."""
    yield from measure_quickly(house)
    goals = {"lme4": 250.0, "nocheck": 200.0, "satterthwaite": 250.0}
    yield from figures(1_000_000, house.root, goals)
    for name in ("wide", "many"):
        found = run_ours(1_000_000, "clustered", name)
        yield Figure(f"1,000,000 rows, {name} model", found["fit"][0], "s")
        yield from beside(1_000_000, {name: 100.0}, found, house.root)


if __name__ == "__main__":
    print(json.dumps(ours(int(sys.argv[1]), sys.argv[2], sys.argv[3])))
