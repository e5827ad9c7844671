"""Between the columns of a model and the working columns that its numbers are computed in.

A working column is (column - shift) x scale. Coefficients go back by beta = s_y^-1 D beta_w, with D
the scales on its diagonal and, in the row of the intercept, what the shifts of the others amount
to; covariances go back by the same D.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.stats.columns import Scale
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.model import INTERCEPT, Model, Part, Term
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Basis:
    """The k working columns: terms, then the outcome.

    fixed: how many of the terms are fixed (they come first). z: for each level of the model, the
    places of its terms. shift, scale (k).
    """

    terms: tuple[Term, ...]
    fixed: int
    z: tuple[Places, ...]
    shift: Numbers
    scale: Numbers

    def back(self, places: Sequence[int] | Places) -> Numbers:
        """D for some terms: coefficients of the model's columns = D (working ones), y unscaled."""
        chosen = np.asarray(places, dtype=np.int64)
        matrix = np.diag(self.scale[chosen])
        shifts = self.shift[chosen] * self.scale[chosen]
        if shifts.any():
            intercept = [self.terms[place] for place in chosen].index(INTERCEPT)
            matrix[intercept] -= shifts
        return matrix

    @property
    def intercept(self) -> int:
        """Where the intercept stands; asked for only where there is one."""
        return self.terms.index(INTERCEPT)

    @property
    def logscale(self) -> float:
        """The sum of the logarithms of the fixed columns' scales."""
        return float(np.log(self.scale[: self.fixed]).sum())


def shifts_of(model: Model, scales: Mapping[str, Scale]) -> Numbers:
    """The shift that each term, and the outcome, may be without.

    Only a single piece, and only where an intercept stands with it, in the fixed part and at each
    level where the term varies.
    """
    parts = [model.fixed, *(level.terms for level in model.levels)]
    shifts = []
    for term in model.terms:
        is_free = all(INTERCEPT in part for part in parts if term in part)
        is_single = len(term.pieces) == 1 and term.pieces[0].part is not Part.WITHIN
        shifts.append(scales[term.pieces[0].column].middle if is_free and is_single else 0.0)
    of_outcome = scales[model.outcome].middle if INTERCEPT in model.fixed else 0.0
    return np.array([*shifts, of_outcome])
