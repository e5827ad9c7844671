"""In how many simulated practices does each check speak, where it must and where it must not?

    python -m benchmarks.after_checks_speak [--seeds 50]

The worlds are those of tests/analyses/test_after_checks.py, where three seeds are asked.
"""

from __future__ import annotations

import argparse

from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.what_came_after import what_came_after
from tests.analyses.test_after_checks import BY_NAME, LARGE, SPEAKS


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    asked = parser.parse_args()
    print("| check | speaks where it must | speaks where nothing is wrong |")
    print("|---|---|---|")
    for name, true in SPEAKS.items():
        must, must_not = (share(name, LARGE | one, asked.seeds) for one in (true, {}))
        print(f"| {name} | {must:.2f} | {must_not:.2f} |", flush=True)


def share(name: str, true: dict[str, float], seeds: int) -> float:
    """The share of practices in which one check is loud."""
    tables = (simulate_after(World(100 + seed, **true)) for seed in range(seeds))
    found = [BY_NAME[name](what_came_after(table, Exposure.SHED)) for table in tables]
    return sum(one.is_loud for one in found) / seeds


if __name__ == "__main__":
    main()
