"""What goes wrong, and what the page says: estimates beside the truth, in one table.

    python -m benchmarks.after_scenarios [--practices 20] [--clients 120] [--exposed 300]

Each scenario is simulated so many times; the table gives the mean of the middles, how often the
90 % interval held the true average effect, the plain regression beside it, which states were
said, and which checks spoke in at least half of the practices.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from lacrima.analyses.after_checks import IN_ORDER
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.what_came_after import Answer, what_came_after

SCENARIOS: dict[str, dict[str, float]] = {
    "nothing is wrong, no difference": {},
    "nothing is wrong, 0.30 worse": {"effect": -0.3},
    "selection by heaviness, which was noted": {"heavy_pull": 1.5, "heavy_effect": -0.5},
    "the same, heaviness not noted": {"heavy_pull": 1.5, "heavy_effect": -0.5, "heavy_noted": 0.0},
    "something hidden in the session": {"hidden_pull": 1.0, "hidden_effect": -0.4},
    "tears answer to being worse, 6 sessions": {"answers": 1.0, "sessions": 6},
    "tears answer to being worse, 11 sessions": {"answers": 1.0, "sessions": 11},
    "tears answer to being worse, 21 sessions": {"answers": 1.0, "sessions": 21},
    "heaviness rated after the session": {"heavy_effect": -0.5, "rating_shift": 1.0},
    "who is worse after tears stays away, 0.30 worse": {
        "effect": -0.3, "away": 0.03, "away_shed": 0.12, "away_low": 1.0,
    },
    "effects go with how often it happens": {"often_effect": -0.3},
    "residuals remember the session before": {"memory": 0.5},
    "they remember, and tears follow bad stretches": {
        "memory": 0.5, "answers": 1.0, "clustered": 1.5,
    },
}  # fmt: skip


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--practices", type=int, default=20)
    parser.add_argument("--clients", type=int, default=120)
    parser.add_argument("--exposed", type=float, default=300.0)
    parser.add_argument("--only", default="", help="scenarios with this in their name")
    asked = parser.parse_args()
    print(f"{asked.practices} practices each, {asked.clients} clients, {asked.exposed:g} exposed\n")
    print("| scenario | truth | posterior | in 90 % | plain | not back | said | what spoke |")
    print("|---|---|---|---|---|---|---|---|")
    for name, true in SCENARIOS.items():
        if asked.only not in name:
            continue
        worlds = [
            World(seed, **({"clients": asked.clients, "exposed": asked.exposed} | true))
            for seed in range(asked.practices)
        ]
        print(line(name, [(one, what_came_after(_table(one), Exposure.SHED)) for one in worlds]),
              flush=True)  # fmt: skip


def _table(world: World):
    table = simulate_after(world)
    if world.rating_shift:  # as if the rating from after the session had been used
        after = table.columns["heavy_after"]
        return table.with_columns(heavy=(after - after.mean()) / after.std())
    return table


def line(name: str, found: list[tuple[World, Answer]]) -> str:
    """One row of the table."""
    truth = found[0][0].effect
    middles = np.array([one.interval[1] for _world, one in found])
    inside = np.mean([one.interval[0] <= truth <= one.interval[2] for _world, one in found])
    checks = [[check(one) for check in IN_ORDER] for _world, one in found]
    plain = [one.value for each in checks for one in each if one.name == "dummies"]
    spoke = Counter(one.name for each in checks for one in each if one.is_loud)
    loud = [who for who, n in spoke.items() if 2 * n >= len(found)]
    states = Counter(one.state.value for _world, one in found)
    away = [
        (one.not_back.share_after or 0.0) - (one.not_back.share_others or 0.0)
        for _world, one in found
    ]
    said = ", ".join(f"{state} {n}" for state, n in states.most_common())
    return (
        f"| {name} | {truth:+.2f} | {middles.mean():+.2f} | {inside:.2f} | {np.mean(plain):+.2f} "
        f"| {np.mean(away):+.2f} | {said} | {', '.join(loud) or '-'} |"
    )


if __name__ == "__main__":
    main()
