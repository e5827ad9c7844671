"""False statements per therapist-year, where nothing is true on average: looked at four times.

    python -m benchmarks.after_years [--years 500] [--exposed 8,24,40,60,120] [--naive]

40 clients, 800 sessions, slope SD .15, one therapist. A year counts where at any of its four
looks (after a quarter of each client's sessions, a half, three quarters, all) a direction is
said: a leaning, or a fairly clear difference. Beside it: directions if a leaning needed P >= .95
alone; and looking twelve times at P > .95 alone. Prints a table.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from lacrima.analyses.after_model import Design, Fitted, fitted
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.after_states import (
    LEANS_CLIENTS,
    LEANS_SESSIONS,
    Knowledge,
    State,
    is_too_early,
    known,
    state_of,
)
from lacrima.analyses.after_table import AfterTable

QUARTERS, MONTHS = 4, 12
NAIVE_P = 0.95
LOOSE = 0.95


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=500)
    parser.add_argument("--exposed", default="8,24,40,60,120")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--naive", action="store_true", help="also twelve looks at P > .95")
    asked = parser.parse_args()
    print("| exposed | years | posterior SD | a direction | fairly clear | if at P .95 | naive |")
    print("|---|---|---|---|---|---|---|")
    for exposed in map(int, asked.exposed.split(",")):
        print(line(exposed, asked.years, asked.seed, naive=asked.naive), flush=True)


def line(exposed: int, years: int, seed: int, *, naive: bool) -> str:
    """One row of the table."""
    begun = time.perf_counter()
    found = [year(seed + number, exposed, naive=naive) for number in range(years)]
    sd = np.mean([one[0] for one in found if one[0] is not None])
    shares = [f"{np.mean([one[place] for one in found]):.3f}" for place in (1, 2, 3)]
    shares.append(f"{np.mean([one[4] for one in found]):.3f}" if naive else "-")
    took = time.perf_counter() - begun
    return f"| {exposed} | {years} | {sd:.3f} | {' | '.join(shares)} | ({took:.0f} s)"


def year(seed: int, exposed: int, *, naive: bool) -> tuple[float | None, bool, bool, bool, bool]:
    """Posterior SD at the end; at any look: a direction, a clear one, one at P .95; naive."""
    world = World(seed, exposed=exposed)
    table = simulate_after(world)
    looks = [said(table, world.sessions * n // QUARTERS) for n in range(1, QUARTERS + 1)]
    monthly = naive and any(
        at_once(table, world.sessions * n // MONTHS) for n in range(1, MONTHS + 1)
    )
    any_of = [any(one[place] for one in looks) for place in (1, 2, 3)]
    return looks[-1][0], any_of[0], any_of[1], any_of[2], monthly


def would_lean(found: Knowledge) -> bool:
    """Whether a leaning would be said if P >= .95 were enough for one."""
    enough = found.sessions >= LEANS_SESSIONS and found.clients >= LEANS_CLIENTS
    return enough and not is_too_early(found) and found.p_fair >= LOOSE


def up_to(table: AfterTable, session: int) -> Fitted | None:
    """The posterior of the first sessions of everybody."""
    some = table.where(table.columns["session"] <= session)
    return fitted(some, Design.of("shed")) if some.exposed("shed")[0] else None


def said(table: AfterTable, session: int) -> tuple[float | None, bool, bool, bool]:
    """The posterior SD; whether a direction is said, a clear one, one if P .95 were enough."""
    fit = up_to(table, session)
    if fit is None:
        return None, False, False, False
    sessions, clients = fit.table.exposed("shed")
    found = known(fit.average, fit.prior, sessions=sessions, clients=clients)
    state = state_of(found)
    return fit.average.sd, state.has_direction, state is State.FAIRLY_CLEAR, would_lean(found)


def at_once(table: AfterTable, session: int) -> bool:
    """Whether somebody who looks at P > .95 alone would say one."""
    fit = up_to(table, session)
    better = 0.5 if fit is None else fit.average.above(0.0)
    return max(better, 1 - better) > NAIVE_P


if __name__ == "__main__":
    main()
