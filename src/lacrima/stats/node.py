"""One level of a tree of groups: what passes up to the parents, what comes down from them.

Each of n groups holds S (k x k), the sum of what its children passed up, and its derivatives dS by
the m parameters of the levels below. With the level's relative covariance Psi = Lambda Lambda'
and z its columns,

    B = (I + S_zz Psi)^-1,   C = B S_z,   G = B S_zz,   K = Psi B,   T = I - E_z Psi C

it passes up A = S - S_z' K S_z and adds log |I + S_zz Psi|: the Schur complement that takes the
level's random coefficients out, as a block of the sparse Cholesky factor does in lme4. Then

    dA = T' dS T - C' dPsi C,       d log |.| = tr(K dS_zz) + tr(G dPsi),

and with X_j = E_z' dS_j T, Y_r = E_r C for an element r of Psi, sym(M) = M + M',

    d2A = T' d2S T - sym(X_i' K X_j),  - sym(X_j' B' Y_r)  or  + sym(Y_r' G Y_s)

for two parameters from below, one from below and one of its own, or two of its own. Second
derivatives are never carried up: the adjoint P of A comes down from the parents (`stats.tree`),
and only tr(P d2A), a number, is formed here. Down go T P T' + w E_z K E_z', w the weight of the
determinants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.compiled import is_compiled
from lacrima.stats.leaf import Down, pairs_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.node_compiled import climb_groups
from lacrima.stats.node_down_compiled import curve_groups, pass_below
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Node:
    """A level after the pass up: n groups in P parents, with the matrices of the module's head.

    first (P + 1): where each parent's groups begin. passed (P, k, k): A, added over each parent's
    groups. slopes (P, m + own, k, k): its derivatives, those from below first. solved, divided
    (n, q, k): C and Psi C. shrunk, weights (n, q, q): K and B. below (n, m, q, k): X_j. inner
    (n, m, q, q): dS_zz.
    """

    z: Places
    first: Places
    passed: Numbers
    slopes: Numbers
    logdet: float
    solved: Numbers
    divided: Numbers
    shrunk: Numbers
    weights: Numbers
    below: Numbers
    inner: Numbers

    @property
    def own(self) -> Numbers:
        """G of each group: (n, q, q)."""
        return self.solved[:, :, self.z]

    @property
    def steepness(self) -> Numbers:
        """tr(K dS_zz), added over all groups, for each parameter from below."""
        return np.asarray(np.einsum("nab,nmab->m", self.shrunk, self.inner, optimize=True))


@dataclass(frozen=True, slots=True)
class Curves:
    """Second derivatives that arise at one level: m parameters from below, its own in `down`.

    below (m, m): of two from below. mixed (m, q, q): of one from below and an element of Psi,
    before it is contracted with E_r. down: sums for the level's own.
    """

    down: Down
    below: Numbers
    mixed: Numbers


def climb_node(
    s: Numbers, ds: Numbers, z: Places, lam: Numbers, first: Places, *, is_sloped: bool
) -> Node:
    """Take the level's random coefficients out. s (n, k, k); ds (n, m, k, k), symmetric."""
    n, m, k, q, parents = s.shape[0], ds.shape[1], s.shape[1], z.size, first.size - 1
    own = q * (q + 1) // 2 if is_sloped else 0
    s, ds = np.ascontiguousarray(s), np.ascontiguousarray(ds)
    passed, slopes = np.zeros((parents, k, k)), np.zeros((parents, m + own, k, k))
    groups = [np.empty((n, *rest)) for rest in ((q, k), (q, k), (q, q), (q, q), (m, q, k))]
    up = climb_groups if is_compiled() else climb_groups_plainly
    logdet = up(s, ds, z, np.ascontiguousarray(lam), first, passed, slopes, *groups)
    solved, divided, shrunk, weights, below = groups
    inner = np.ascontiguousarray(ds[:, :, z][..., z])
    return Node(z, first, passed, slopes, logdet, solved, divided, shrunk, weights, below, inner)


def climb_groups_plainly(
    s: Numbers,
    ds: Numbers,
    z: Places,
    lam: Numbers,
    first: Places,
    passed: Numbers,
    slopes: Numbers,
    solved: Numbers,
    divided: Numbers,
    shrunk: Numbers,
    weights: Numbers,
    below: Numbers,
) -> float:
    """`node_compiled.climb_groups` in NumPy."""
    rows = s[:, z]
    szz, identity = rows[:, :, z], np.eye(z.size)
    inner = identity + lam.T @ szz @ lam
    root = np.linalg.cholesky(inner)
    factor = np.linalg.solve(root, np.broadcast_to(lam.T, inner.shape))
    shrunk[:] = turned(factor) @ factor
    half = factor @ rows
    divided[:] = turned(factor) @ half
    weights[:] = identity - szz @ shrunk
    solved[:] = rows - szz @ divided
    passed[:] = np.add.reduceat(s - turned(half) @ half, first[:-1])
    through = ds - ds[..., z] @ divided[:, None]
    below[:] = through[:, :, z]
    made = [through - turned(divided)[:, None] @ below]
    if slopes.shape[1] > ds.shape[1]:
        made.append(own_slopes(solved))
    slopes[:] = np.add.reduceat(np.concatenate(made, axis=1), first[:-1])
    return float(2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum())


def own_slopes(solved: Numbers) -> Numbers:
    """-C'E_r C for every element r of Psi: (n, q(q + 1)/2, k, k)."""
    n, q, k = solved.shape
    slopes = np.empty((n, q * (q + 1) // 2, k, k))
    for place, (a, b) in enumerate(pairs_of(q)):
        outer = solved[:, a, :, None] * solved[:, b, None, :]
        slopes[:, place] = -outer if a == b else -(outer + turned(outer))
    return slopes


def adjoint_below(node: Node, above: Numbers, weight: float) -> Numbers:
    """What comes down to each group's children: T P T' + w E_z K E_z'. above (P, k, k)."""
    down = np.empty((node.solved.shape[0], *above.shape[1:]))
    to_all = pass_below if is_compiled() else pass_below_plainly
    above = np.ascontiguousarray(above)
    to_all(above, node.first, node.z, node.divided, node.shrunk, weight, down)
    return down


def pass_below_plainly(
    above: Numbers,
    first: Places,
    z: Places,
    divided: Numbers,
    shrunk: Numbers,
    weight: float,
    down: Numbers,
) -> None:
    """`node_down_compiled.pass_below` in NumPy."""
    down[:] = np.repeat(above, np.diff(first), axis=0)
    down[:, z] -= divided @ np.repeat(above, np.diff(first), axis=0)
    down[:, :, z] -= down @ turned(divided)
    down[:, z[:, None], z] += weight * shrunk


def curves_of(node: Node, above: Numbers, weight: float) -> Curves:
    """The second derivatives that arise at this level, summed over its groups."""
    n, m, q, _ = node.below.shape
    below, mixed, spread = np.zeros((m, m)), np.zeros((m, q, q)), np.empty((n, q, q))
    groups = (node.solved, node.shrunk, node.weights, node.below, node.inner)
    curve = curve_groups if is_compiled() else curve_groups_plainly
    above = np.ascontiguousarray(above)
    curve(above, node.first, node.z, *groups, weight, below, mixed, spread)
    own = node.own.reshape(n, -1)
    down = Down(
        node.own.sum(axis=0),
        spread.sum(axis=0),
        (own.T @ own).reshape((q,) * 4),
        (own.T @ spread.reshape(n, -1)).reshape((q,) * 4),
    )
    return Curves(down, below, mixed)


def curve_groups_plainly(
    above: Numbers,
    first: Places,
    z: Places,
    solved: Numbers,
    shrunk: Numbers,
    weights: Numbers,
    below: Numbers,
    inner: Numbers,
    weight: float,
    of_below: Numbers,
    mixed: Numbers,
    spread: Numbers,
) -> None:
    """`node_down_compiled.curve_groups` in NumPy."""
    above = np.repeat(above, np.diff(first), axis=0)
    spread[:] = solved @ above @ turned(solved)
    images, shrunk, weights = below @ above[:, None], shrunk[:, None], weights[:, None]
    of_below -= 2 * pairwise(images, shrunk @ below)
    of_below -= weight * pairwise(shrunk @ inner, turned(shrunk @ inner))
    mixed -= 2 * (weights @ images @ turned(solved)[:, None]).sum(axis=0)
    mixed += weight * (weights @ inner @ turned(weights)).sum(axis=0)


def pairwise(left: Numbers, right: Numbers) -> Numbers:
    """The inner products of every two parameters' matrices (n, m, ...), summed over n: (m, m)."""
    m = left.shape[1]
    one, two = (np.swapaxes(each, 0, 1).reshape(m, -1) for each in (left, right))
    return np.asarray(one @ two.T)


def turned(matrices: Numbers) -> Numbers:
    """Each matrix transposed."""
    return np.swapaxes(matrices, -1, -2)
