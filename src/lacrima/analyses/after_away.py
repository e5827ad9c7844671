"""Did they come back? Looked at first, since whoever stayed away has no next score (E0).

A linear probability model from the same sums: the difference in the share of clients who did not
come within 28 days, after sessions with such a moment against others of the same client. Rare
ends make the interval rough; the counts stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lacrima.analyses.after_model import NO_RETURN, Design, fitted
from lacrima.analyses.after_table import AfterTable
from lacrima.errors import NoResult

ENOUGH_EXPOSED = 12


@dataclass(frozen=True, slots=True)
class NotBack:
    """Of how many sessions with such a moment nobody came back, and of how many others.

    difference: low, middle, high of 90 %, as shares; None below 12 sessions with it, or
    where everybody came.
    """

    after: int
    of_after: int
    others: int
    of_others: int
    difference: tuple[float, float, float] | None = None

    @property
    def share_after(self) -> float | None:
        """The share after such sessions; None of none."""
        return self.after / self.of_after if self.of_after else None

    @property
    def share_others(self) -> float | None:
        """The share after the others."""
        return self.others / self.of_others if self.of_others else None

    def as_json(self) -> dict[str, Any]:
        """Counts and the difference."""
        low, middle, high = self.difference or (None, None, None)
        return {
            "after": self.after,
            "of_after": self.of_after,
            "others": self.others,
            "of_others": self.of_others,
            "difference": middle,
            "low": low,
            "high": high,
        }


def not_back(table: AfterTable, exposure: str) -> NotBack:
    """How many did not come back, after such sessions and after the others?

    Sessions of which it cannot be said yet (28 days have not passed, an ending was agreed) count
    nowhere.
    """
    away, met = table.columns[NO_RETURN], table.columns[exposure] > 0
    is_told = ~np.isnan(away)
    counts = NotBack(
        after=int(np.nansum(away[met])),
        of_after=int((is_told & met).sum()),
        others=int(np.nansum(away[~met])),
        of_others=int((is_told & ~met).sum()),
    )
    has_both = 0 < counts.after + counts.others < counts.of_after + counts.of_others
    if counts.of_after < ENOUGH_EXPOSED or not counts.of_others or not has_both:
        return counts
    beside = tuple(one for one in Design.of(exposure).beside if one in ("heavy", "ctears_first"))
    plain = ("heavy_missing", "score", "log(session)")
    try:
        found = fitted(table, Design(exposure, beside, plain, outcome=NO_RETURN))
    except NoResult:  # who came follows from the rest to the last digit: few sessions indeed
        return counts
    return NotBack(counts.after, counts.of_after, counts.others, counts.of_others, found.interval())
