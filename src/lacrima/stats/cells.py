"""Clients whose S_zz is the same: of them all, a few sums of products are enough.

S_zz says when a client's random coefficients were asked how much: with an intercept and a moment
that was there or not, it is the number of sessions and that of moments. Two clients in whom it is
the same have the same factors at every Psi, and enter the criterion only through the products of
the elements of their S_z. So they are one *cell*, and where there are few cells for the clients,
all that a pass costs is what the cells cost: a thousand clients or ten million.

With s the rows of one client's S_z, `products` holds the sums of s_a' s_b, and in the words of
`stats.leaf` every sum over clients is a sum of them with weights of the cell: U'U with K, C'E_r C
with B'E_r B. That is exact, in the arithmetic of numbers and in that of models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lacrima.stats.leaf import Down, Up, pairs_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Cells:
    """The clients of a tree without other levels, as C cells.

    szz (C, q, q): of every client of a cell. count (C): how many they are. products (C q q, k k):
    the sums of the products of two elements of S_z; rows by the two elements' rows, columns by
    their columns. z (q): which columns vary.
    """

    szz: Numbers
    count: Numbers
    products: Numbers
    z: Places

    def total_of(self, weights: Numbers) -> Numbers:
        """The sum over clients of S_z' W S_z, W (C, q, q) that of the cell: (k, k)."""
        k = round(float(np.sqrt(self.products.shape[1])))
        return np.asarray((weights.ravel() @ self.products).reshape(k, k))

    def scaled(self, scale: Numbers) -> Cells:
        """The same with every working column times a number: scale (k)."""
        own, both = scale[self.z], np.outer(scale, scale).ravel()
        rows = np.tile(np.outer(own, own).ravel(), self.count.size)
        return replace(
            self, szz=self.szz * np.outer(own, own), products=self.products * rows[:, None] * both
        )

    def up(self, lam: Numbers, *, is_sloped: bool) -> Up:
        """The pass up, as `Leaf.up`; solved: B of each cell."""
        unit = np.eye(self.z.size)
        root = np.linalg.cholesky(unit + lam.T @ self.szz @ lam)
        factor = np.linalg.solve(root, np.broadcast_to(lam.T, root.shape))
        shrunk = np.swapaxes(factor, 1, 2) @ factor
        rest = unit - self.szz @ shrunk
        slopes = [-self.total_of(element) for element in self._elements(rest) if is_sloped]
        k = round(float(np.sqrt(self.products.shape[1])))
        logdet = 2 * float(self.count @ np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1))
        return Up(self.total_of(shrunk)[None], np.reshape(slopes, (1, -1, k, k)), logdet, rest)

    def down(self, solved: Numbers, adjoint: Numbers) -> Down:
        """The pass down, as `Leaf.down`."""
        g = solved @ self.szz
        met = (self.products @ adjoint.ravel()).reshape(g.shape)
        d = solved @ met @ np.swapaxes(solved, 1, 2)
        counted = self.count[:, None, None] * g
        gg, gd = (np.tensordot(g, other, axes=(0, 0)) for other in (counted, d))
        return Down(counted.sum(axis=0), d.sum(axis=0), gg, gd)

    def own_sum(self, solved: Numbers) -> Numbers:
        """The sum of all clients' G (q, q)."""
        return np.asarray(np.tensordot(self.count, solved @ self.szz, axes=1))

    def _elements(self, rest: Numbers) -> list[Numbers]:
        """B'E_r B of each cell, for every element r of Psi."""
        found = []
        for a, b in pairs_of(self.z.size):
            outer = rest[:, a, :, None] * rest[:, b, None, :]
            found.append(outer if a == b else outer + np.swapaxes(outer, 1, 2))
        return found
