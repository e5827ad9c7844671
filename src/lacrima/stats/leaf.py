"""The finest level, where most of the work is: one pass up and one pass down over the clients.

Of each client only S_z is kept: the rows of its cross-products that belong to its random
coefficients (q x k: lme4's Z'[Z X y]). With Psi = Lambda Lambda', the covariance of the random
coefficients relative to the residual variance, both passes need

    C = (I + S_zz Psi)^-1 S_z     (q x k),     G = C restricted to the columns of z     (q x q),

found through the Cholesky factor L of I + Lambda' S_zz Lambda, which exists for every Lambda, a
singular one too: with F = L^-1 Lambda' it is C = (I - S_zz F'F) S_z, and what the client takes away
from its parent's cross-products is U'U with U = F S_z (the rows R_ZX of Bates et al. 2015,
10.18637/jss.v067.i01, section 3.4).

Clients stand in blocks (`stats.blocks`), and every step is done for a whole block at once, so that
the processor works on several clients in each instruction whatever q and k are. The loops stand in
`stats.leaf_compiled` and `stats.descent_compiled`; here are their NumPy twins, which a test holds
against them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.blocks import Blocks
from lacrima.stats.compiled import is_compiled
from lacrima.stats.descent_compiled import descend
from lacrima.stats.leaf_compiled import Places, climb
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Leaf:
    """The clients of a tree, in blocks.

    sz (blocks, q, k, lanes): S_z of every client. z (q): which columns vary. blocks: which client
    lies where.
    """

    sz: Numbers
    z: Places
    blocks: Blocks

    @property
    def first(self) -> Places:
        """Where each of P parents' clients begin (P + 1)."""
        return self.blocks.first

    @property
    def n(self) -> int:
        """How many clients there are."""
        return int(self.first[-1])

    def by_client(self, blocked: Numbers) -> Numbers:
        """An array of blocks (blocks, ..., lanes) as one with a row a client (n, ...)."""
        return self.blocks.by_client(blocked)

    def up(self, lam: Numbers, *, is_sloped: bool) -> Up:
        """The pass up, with Lambda (q x q, lower). is_sloped: the sums for derivatives too."""
        q, k, parents = self.z.size, self.sz.shape[2], self.first.size - 1
        taken = np.zeros((parents, k, k))
        slopes = np.zeros((parents, q * (q + 1) // 2 if is_sloped else 0, k, k))
        begins = self.blocks.begins
        solved = np.empty_like(self.sz if is_sloped else self.sz[:0])
        climbed = climb if is_compiled() else climb_plainly
        logdet = climbed(self.sz, self.z, np.ascontiguousarray(lam), begins, taken, slopes, solved)
        return Up(taken, slopes, logdet, solved)

    def down(self, solved: Numbers, adjoint: Numbers) -> Down:
        """The pass down. solved: from the pass up; adjoint (P, k, k): of each parent, symmetric."""
        q, to_all = self.z.size, descend if is_compiled() else descend_plainly
        size = q * (q + 1) // 2
        sums, products = np.zeros(2 * size), np.zeros((2 * size, 2 * size))
        to_all(solved, self.z, self.blocks.begins, np.ascontiguousarray(adjoint), sums, products)
        products = np.triu(products) + np.triu(products, 1).T
        low, high = np.maximum.outer(range(q), range(q)), np.minimum.outer(range(q), range(q))
        g = low * (low + 1) // 2 + high
        d = g + size
        return Down(sums[g], sums[d], products[g][..., g], products[g][..., d])

    def own_sum(self, solved: Numbers) -> Numbers:
        """The sum of all clients' G (q, q), from their C in blocks."""
        by_lane = np.stack([solved[:, :, place].sum(axis=0) for place in self.z], axis=1)
        return np.asarray(by_lane.sum(axis=-1))


@dataclass(frozen=True, slots=True)
class Up:
    """What the pass up gives to P parents: sums over each one's clients.

    taken (P, k, k): of U'U. slopes (P, m, k, k): of -C'E_r C for the m elements r of Psi, E_r being
    the derivative of Psi; m = 0 when not asked for. logdet: of all |I + S_zz Psi|. solved: C, or B
    of cells; none where slopes were not asked for.
    """

    taken: Numbers
    slopes: Numbers
    logdet: float
    solved: Numbers


@dataclass(frozen=True, slots=True)
class Down:
    """Sums over all clients: of G, of D = C P C' with the parent's adjoint P, and of products.

    gg[a, b, c, d] is the sum of G[a, b] G[c, d]; gd the same of G and D.
    """

    g: Numbers
    d: Numbers
    gg: Numbers
    gd: Numbers


def pairs_of(q: int) -> list[tuple[int, int]]:
    """The elements of a symmetric q x q matrix in lme4's order: its lower triangle by columns."""
    return [(row, column) for column in range(q) for row in range(column, q)]


def climb_plainly(
    blocked: Numbers,
    z: Places,
    lam: Numbers,
    begins: Places,
    taken: Numbers,
    slopes: Numbers,
    solved: Numbers,
) -> float:
    """`leaf_compiled.climb` in NumPy: the same steps in the words of linear algebra."""
    sz = _by_lane(blocked)
    w = lam.T @ sz
    root = np.linalg.cholesky(np.eye(z.size) + w[:, :, z] @ lam)
    u = np.linalg.solve(root, w)
    h = np.linalg.solve(np.swapaxes(root, 1, 2), u)
    c = sz - sz[:, :, z] @ (lam @ h)
    if slopes.shape[1]:
        solved[:] = np.moveaxis(c.reshape(len(blocked), -1, *c.shape[1:]), 1, -1)
    starts = begins[:-1] * blocked.shape[-1]
    taken[:] = np.add.reduceat(np.swapaxes(u, 1, 2) @ u, starts)
    for place, (a, b) in enumerate(pairs_of(z.size)[: slopes.shape[1]]):
        outer = np.add.reduceat(c[:, a, :, None] * c[:, b, None, :], starts)
        slopes[:, place] = -outer if a == b else -(outer + np.swapaxes(outer, 1, 2))
    return float(2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum())


def descend_plainly(
    blocked: Numbers, z: Places, begins: Places, adjoint: Numbers, sums: Numbers, products: Numbers
) -> None:
    """`descent_compiled.descend` in NumPy."""
    c = _by_lane(blocked)
    above = np.repeat(adjoint, np.diff(begins) * blocked.shape[-1], axis=0)
    row, column = np.tril_indices(z.size)
    both = [each[:, row, column] for each in (c[:, :, z], c @ above @ np.swapaxes(c, 1, 2))]
    table = np.concatenate(both, axis=1)
    sums += table.sum(axis=0)
    products += table.T @ table


def _by_lane(blocked: Numbers) -> Numbers:
    """Every lane's matrix, one after the other."""
    return np.moveaxis(blocked, -1, 1).reshape(-1, *blocked.shape[1:3])
