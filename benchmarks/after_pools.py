"""False statements of pools, where nothing is true on average: looked at once.

    python -m benchmarks.after_pools [--pools 200] [--therapists 75,180] [--seed 0]

10 clients a therapist, 10 sessions each, 30 therapists a clinic but six clinics at least; tears in
about 3 of 100 sessions, nearly tears in 2. On average nothing comes after either; between clients,
therapists and clinics the difference has SDs of .15, .1 and .05. A direction is a leaning, or a
fairly clear difference. Prints a table.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np

from lacrima.analyses.after_file import IDS, UNIT, names_in
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_states import State
from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.after_table_of_file import table_of_columns
from lacrima.analyses.model_columns import columns_of_arrays
from lacrima.analyses.simulated_panel import PanelTruth, simulate_panel
from lacrima.analyses.what_came_after import what_came_after

CLIENTS, SESSIONS, A_CLINIC, CLINICS = 10, 10, 30, 6


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pools", type=int, default=200)
    parser.add_argument("--therapists", default="75,180")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    heads = ("therapists", "sessions", "pools", "SD", "a direction", "fairly clear", "little")
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for therapists in map(int, asked.therapists.split(",")):
        print(line(therapists, asked.pools, asked.seed), flush=True)


def line(therapists: int, pools: int, seed: int) -> str:
    """One row of the table."""
    begun = time.perf_counter()
    found = [pool(seed + number, therapists) for number in range(pools)]
    states = Counter(state for _, _, state in found)
    shares = [
        sum(states[each] for each in State if each.has_direction) / pools,
        states[State.FAIRLY_CLEAR] / pools,
        states[State.LITTLE_DIFFERENCE] / pools,
    ]
    sessions, sd = (np.mean([one[place] for one in found]) for place in (0, 1))
    told = " | ".join(f"{share:.3f}" for share in shares)
    took = time.perf_counter() - begun
    return f"| {therapists} | {sessions:.0f} | {pools} | {sd:.3f} | {told} | ({took:.0f} s)"


def pool(seed: int, therapists: int) -> tuple[int, float, State]:
    """Sessions with tears, the posterior SD of what is asked first, and what is said."""
    answer = what_came_after(table(seed, therapists), Exposure.SHED, is_pool=True)
    if answer.pool is None or answer.pool.interval is None:
        return answer.sessions, np.nan, answer.state
    low, _, high = answer.pool.interval
    return answer.sessions, (high - low) / (2 * 1.645), answer.state


def table(seed: int, therapists: int) -> AfterTable:
    """The sessions of one pool."""
    clinics = max(CLINICS, therapists // A_CLINIC)
    truth = PanelTruth(seed, therapists * CLIENTS, SESSIONS, therapists, clinics, effect=0.0)
    made = simulate_panel(truth)
    columns = {
        name: values / 100 if name in made.hundredths else values
        for name, values in made.columns.items()
    }
    names, _ = names_in(columns)
    return table_of_columns(columns_of_arrays(columns, names=names, ids=IDS), UNIT)


if __name__ == "__main__":
    main()
