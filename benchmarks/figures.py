"""Figures: what was asked for, what came out, and in how many tries."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the one to reach."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Was it reached? None when there is nothing to reach."""
        if self.at_most is not None:
            return bool(self.value <= self.at_most)
        if self.at_least is not None:
            return bool(self.value >= self.at_least)
        return None

    def line(self) -> str:
        """One line for people."""
        goal = ""
        if self.at_most is not None:
            goal = f"at most {self.at_most:g}"
        elif self.at_least is not None:
            goal = f"at least {self.at_least:g}"
        state = {True: "reached", False: "NOT REACHED", None: ""}[self.reached]
        return f"{self.name:54}{self.value:10.3f} {self.unit:5}{goal:16}{state:12}{self.note}"


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 in 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
