"""Between the columns that cross-products were made of and those that somebody asked about.

Sums keep columns without a constant, and in a size near 1, so that large numbers cost no digits;
priors stand where they say something: the intercept's at the middle of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.nested import Nested
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Turn:
    """How p coefficients asked about follow from those of the family's own columns.

    asked = fixed @ own + start: fixed (p, p), start (p). rows (p, k - 1): the same with the
    columns that only vary, so that what groups add finds its place. random: of each level (q, q),
    what varies as it was asked. size: an own residual is so many times the one asked about.
    centre (p, p): priors stand on centre @ asked.
    """

    fixed: Numbers
    start: Numbers
    rows: Numbers
    random: tuple[Numbers, ...]
    size: float
    centre: Numbers

    def own_lambdas(self, lambdas: tuple[Numbers, ...]) -> tuple[Numbers, ...]:
        """Factors of covariances, relative to the residual's, in the family's own columns."""
        pairs = zip(self.random, lambdas, strict=True)
        return tuple(np.asarray(np.linalg.solve(turn, lam)) for turn, lam in pairs)


def no_turn(family: Nested) -> Turn:
    """The columns are those that were asked about."""
    p = family.fixed
    rows = np.eye(p, family.k - 1)
    random = tuple(np.eye(size) for size in family.sizes)
    return Turn(np.eye(p), np.zeros(p), rows, random, 1.0, np.eye(p))
