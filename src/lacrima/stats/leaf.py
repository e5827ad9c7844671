"""The finest level, where most of the work is: one pass up and one pass down over the clients.

Of each client only S_z is kept: the rows of its cross-products that belong to its random
coefficients (q x k: lme4's Z'[Z X y]). With Psi = Lambda Lambda', the covariance of the random
coefficients relative to the residual variance, both passes need

    C = (I + S_zz Psi)^-1 S_z     (q x k),     G = C restricted to the columns of z     (q x q),

found through the Cholesky factor L of I + Lambda' S_zz Lambda, which exists for every Lambda, a
singular one too: with W = Lambda' S_z, U = L^-1 W and H = L'^-1 U it is C = S_z - S_zz Lambda H,
and what the client takes away from its parent's cross-products is U'U (the rows R_ZX of Bates
et al. 2015, 10.18637/jss.v067.i01, section 3.4).

Clients stand in blocks of 64, and every step is done for a whole block at once, so that the
processor works on several clients in each instruction whatever q and k are. The loops stand in
`stats.leaf_compiled`; here are their NumPy twins, which a test holds against them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.compiled import IS_COMPILED
from lacrima.stats.leaf_compiled import BLOCK, Places, climb, descend
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Leaf:
    """The clients of a tree, in blocks.

    sz (blocks, q, k, BLOCK): S_z of every client, the last block filled up with zeros, which add
    nothing. z (q): which columns vary. first (P + 1): where each of P parents' clients begin.
    """

    sz: Numbers
    z: Places
    first: Places

    @property
    def n(self) -> int:
        """How many clients there are."""
        return int(self.first[-1])

    def by_client(self, blocked: Numbers) -> Numbers:
        """An array of blocks (blocks, ..., BLOCK) as one with a row a client (n, ...)."""
        rows = np.moveaxis(blocked, -1, 1)
        return rows.reshape(-1, *rows.shape[2:])[: self.n]


@dataclass(frozen=True, slots=True)
class Up:
    """What the pass up gives to P parents: sums over each one's clients.

    taken (P, k, k): of U'U. slopes (P, m, k, k): of C'E_r C for the m elements r of Psi, E_r being
    the derivative of Psi; m = 0 when not asked for. logdet: of all |I + S_zz Psi|. solved: C.
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


def in_blocks(sz: Numbers) -> Numbers:
    """S_z (n, q, k) in blocks (blocks, q, k, BLOCK)."""
    n, q, k = sz.shape
    filled = np.zeros((-(-n // BLOCK) * BLOCK, q, k))
    filled[:n] = sz
    return np.ascontiguousarray(np.moveaxis(filled.reshape(-1, BLOCK, q, k), 1, -1))


def pairs_of(q: int) -> list[tuple[int, int]]:
    """The elements of a symmetric q x q matrix in lme4's order: its lower triangle by columns."""
    return [(row, column) for column in range(q) for row in range(column, q)]


def go_up(leaf: Leaf, lam: Numbers, *, is_sloped: bool) -> Up:
    """The pass up, with Lambda (q x q, lower). is_sloped: the sums for derivatives too."""
    q, k, parents = leaf.z.size, leaf.sz.shape[2], leaf.first.size - 1
    taken = np.zeros((parents, k, k))
    slopes = np.zeros((parents, q * (q + 1) // 2 if is_sloped else 0, k, k))
    solved = np.empty_like(leaf.sz)
    up = climb if IS_COMPILED else climb_plainly
    logdet = up(leaf.sz, leaf.z, np.ascontiguousarray(lam), leaf.first, taken, slopes, solved)
    return Up(taken, slopes, logdet, solved)


def go_down(leaf: Leaf, solved: Numbers, adjoint: Numbers) -> Down:
    """The pass down. solved: from the pass up; adjoint (P, k, k): of each parent, symmetric."""
    down = Down(*(np.zeros((leaf.z.size,) * axes) for axes in (2, 2, 4, 4)))
    sums = (down.g, down.d, down.gg, down.gd)
    to_all = descend if IS_COMPILED else descend_plainly
    to_all(solved, leaf.z, leaf.first, np.ascontiguousarray(adjoint), *sums)
    return down


def climb_plainly(
    blocked: Numbers,
    z: Places,
    lam: Numbers,
    first: Places,
    taken: Numbers,
    slopes: Numbers,
    solved: Numbers,
) -> float:
    """`leaf_compiled.climb` in NumPy: the same steps in the words of linear algebra."""
    sz = np.moveaxis(blocked, -1, 1).reshape(-1, *blocked.shape[1:3])
    w = lam.T @ sz
    root = np.linalg.cholesky(np.eye(z.size) + w[:, :, z] @ lam)
    u = np.linalg.solve(root, w)
    h = np.linalg.solve(np.swapaxes(root, 1, 2), u)
    c = sz - sz[:, :, z] @ (lam @ h)
    solved[:] = np.moveaxis(c.reshape(-1, BLOCK, *c.shape[1:]), 1, -1)
    n = int(first[-1])
    taken[:] = np.add.reduceat(np.swapaxes(u, 1, 2)[:n] @ u[:n], first[:-1])
    for place, (a, b) in enumerate(pairs_of(z.size)[: slopes.shape[1]]):
        outer = np.add.reduceat(c[:n, a, :, None] * c[:n, b, None, :], first[:-1])
        slopes[:, place] = outer if a == b else outer + np.swapaxes(outer, 1, 2)
    return float(2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum())


def descend_plainly(
    blocked: Numbers,
    z: Places,
    first: Places,
    adjoint: Numbers,
    g: Numbers,
    d: Numbers,
    gg: Numbers,
    gd: Numbers,
) -> None:
    """`leaf_compiled.descend` in NumPy."""
    n, q = int(first[-1]), z.size
    c = np.moveaxis(blocked, -1, 1).reshape(-1, *blocked.shape[1:3])[:n]
    above = np.repeat(adjoint, np.diff(first), axis=0)
    own, spread = c[:, :, z], c @ above @ np.swapaxes(c, 1, 2)
    g += own.sum(axis=0)
    d += spread.sum(axis=0)
    gg += (own.reshape(n, -1).T @ own.reshape(n, -1)).reshape((q,) * 4)
    gd += (own.reshape(n, -1).T @ spread.reshape(n, -1)).reshape((q,) * 4)
