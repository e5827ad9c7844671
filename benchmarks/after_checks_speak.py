"""In how many simulated practices does each check speak, where it must and where it must not?

    python -m benchmarks.after_checks_speak [--seeds 20]

The worlds are those of tests/analyses/test_after_checks.py, where three seeds are asked.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import cache

from lacrima.analyses.after_check import Check, leaves_zero
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.what_came_after import Answer, what_came_after
from tests.analyses.test_after_checks import BY_NAME, LARGE, SILENT, SPEAKS, TEMPTED

FIRST_SEED = 100  # the tests have others


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    print("| check | speaks where it must | speaks where nothing is wrong |")
    print("|---|---|---|")
    for name, true in SPEAKS.items():
        must, must_not = (
            share(one.is_loud for one in checks(name, world, seeds))
            for world in (true, SILENT.get(name, {}))
        )
        print(f"| {name} | {must:.2f} | {must_not:.2f} |", flush=True)
    print("\n| describes only | differs from nought | speaks |")
    print("|---|---|---|")
    for name, true in TEMPTED.items():
        found = checks(name, true, seeds)
        print(f"| {name} | {share(map(differs, found)):.2f} "
              f"| {share(one.is_loud for one in found):.2f} |", flush=True)  # fmt: skip


def checks(name: str, true: dict[str, float], seeds: int) -> list[Check]:
    """One check in so many practices."""
    return [BY_NAME[name](one) for one in answers(tuple(sorted((LARGE | true).items())), seeds)]


@cache
def answers(true: tuple[tuple[str, float], ...], seeds: int) -> list[Answer]:
    """The answers of so many practices, which several checks are asked of."""
    worlds = [World(FIRST_SEED + seed, **dict(true)) for seed in range(seeds)]
    return [what_came_after(simulate_after(world), Exposure.SHED) for world in worlds]


def differs(one: Check) -> bool:
    """Whether its interval leaves nought, so that one could be tempted to read it."""
    return one.low is not None and leaves_zero((one.low, one.value, one.high))


def share(found: Iterable[bool]) -> float:
    """The share of what holds."""
    told = list(found)
    return sum(told) / len(told)


if __name__ == "__main__":
    main()
