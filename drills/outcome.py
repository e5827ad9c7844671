"""What a drill was asked, and what came of it."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import monotonic


@dataclass(frozen=True)
class Asked:
    """How hard to try, and the seed of all chance."""

    quick: bool
    seed: int

    def chance(self) -> random.Random:
        """The one source of chance of this drill."""
        return random.Random(self.seed)


@dataclass
class Outcome:
    """Counts of what was done, and each fault in words. No fault means the drill was passed."""

    counts: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    left_out: str = ""

    def expect(self, holds: bool, fault: str) -> None:
        """Note a fault unless this holds."""
        if not holds:
            self.faults.append(fault)


def run_as_program(drill: Callable[[Asked], Outcome]) -> None:
    """Run one drill in a process of its own and print what came of it as one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = monotonic()
    outcome = drill(Asked(given.quick, given.seed))
    print(json.dumps({**asdict(outcome), "seconds": round(monotonic() - started, 1)}))
    sys.exit(1 if outcome.faults else 0)
