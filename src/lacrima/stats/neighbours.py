"""What neighbouring rows add to cross-products where residuals remember: for many memories at once.

`stats.serial` has the formulae and the sums; here they stand as a family of groups needs them, so
that one product of matrices gives the cross-products at a whole set of memories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import SerialSums, log_size_at, shares_at


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Beside the sz and totals of a `nested.Nested`, those of D and then of L + L' of each gap.

    gaps, pairs (h): see `serial.SerialSums`. sz (2 h, n, q, k), totals (2 h, P, k, k).
    """

    gaps: tuple[int, ...]
    pairs: tuple[int, ...]
    sz: Numbers
    totals: Numbers

    def added(self, sums: Numbers, memory: Numbers) -> Numbers:
        """What is added to cross-products at m memories (m, ...). sums (2 h, ...): some of ours."""
        shares = shares_at(memory, self.gaps)
        found = np.tensordot(shares, sums, axes=1)
        return np.asarray(found, dtype=np.float64)

    def log_size(self, memory: Numbers) -> Numbers:
        """log |R| of all rows' correlations at m memories: (m)."""
        return log_size_at(memory, self.gaps, self.pairs)

    def without_last(self) -> Neighbours:
        """The same with the last column, the outcome, set to nought."""
        sz, totals = self.sz.copy(), self.totals.copy()
        sz[..., -1] = totals[..., -1, :] = totals[..., :, -1] = 0.0
        return Neighbours(self.gaps, self.pairs, sz, totals)


def both(sums: SerialSums) -> Numbers:
    """D of each gap, then L + L' of each: (2 h, ...)."""
    return np.concatenate([sums.ends, sums.lagged])


def unfolded(packed: Numbers, r: int) -> Numbers:
    """Upper triangles by rows (..., r (r + 1)/2) as whole matrices (..., r, r)."""
    above, beside = np.triu_indices(r)
    found = np.zeros((*packed.shape[:-1], r, r))
    found[..., above, beside] = packed
    found[..., beside, above] = packed
    return found
