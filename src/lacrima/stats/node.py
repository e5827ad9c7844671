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

from lacrima.stats.leaf import Down, pairs_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Node:
    """A level after the pass up: n groups, each with the matrices of the module's head.

    passed (n, k, k): A. slopes (n, m + own, k, k): its derivatives, those from below first.
    below (n, m, q, k): X_j. inner (n, m, q, q): dS_zz.
    """

    z: Places
    passed: Numbers
    slopes: Numbers
    logdet: float
    solved: Numbers
    own: Numbers
    divided: Numbers
    shrunk: Numbers
    weights: Numbers
    below: Numbers
    inner: Numbers


@dataclass(frozen=True, slots=True)
class Curves:
    """Second derivatives that arise at one level: m parameters from below, its own in `down`.

    below (m, m): of two from below. mixed (m, q, q): of one from below and an element of Psi,
    before it is contracted with E_r. down: sums for the level's own.
    """

    down: Down
    below: Numbers
    mixed: Numbers


def climb_node(s: Numbers, ds: Numbers, z: Places, lam: Numbers, *, is_sloped: bool) -> Node:
    """Take the level's random coefficients out. s (n, k, k); ds (n, m, k, k)."""
    rows = s[:, z]
    szz = rows[:, :, z]
    identity = np.eye(z.size)
    inner = identity + lam.T @ szz @ lam
    root = np.linalg.cholesky(inner)
    factor = np.linalg.solve(root, np.broadcast_to(lam.T, inner.shape))
    shrunk = turned(factor) @ factor
    half = factor @ rows
    divided = turned(factor) @ half
    weights = identity - szz @ shrunk
    solved = rows - szz @ divided
    passed = s - turned(half) @ half
    logdet = float(2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
    through = ds - ds[..., z] @ divided[:, None]
    below = through[:, :, z]
    from_below = through - turned(divided)[:, None] @ below
    slopes = [from_below, own_slopes(solved)] if is_sloped else [from_below]
    return Node(
        z=z,
        passed=passed,
        slopes=np.concatenate(slopes, axis=1),
        logdet=logdet,
        solved=solved,
        own=solved[:, :, z],
        divided=divided,
        shrunk=shrunk,
        weights=weights,
        below=below,
        inner=ds[:, :, z][..., z],
    )


def own_slopes(solved: Numbers) -> Numbers:
    """-C'E_r C for every element r of Psi: (n, q(q + 1)/2, k, k)."""
    n, q, k = solved.shape
    slopes = np.empty((n, q * (q + 1) // 2, k, k))
    for place, (a, b) in enumerate(pairs_of(q)):
        outer = solved[:, a, :, None] * solved[:, b, None, :]
        slopes[:, place] = -outer if a == b else -(outer + turned(outer))
    return slopes


def adjoint_below(node: Node, above: Numbers, weight: float) -> Numbers:
    """What comes down to the children of n groups: T P T' + w E_z K E_z'. above (n, k, k): P."""
    half = above.copy()
    half[:, node.z] -= node.divided @ above
    half[:, :, node.z] -= half @ turned(node.divided)
    half[:, node.z[:, None], node.z] += weight * node.shrunk
    return half


def curves_of(node: Node, above: Numbers, weight: float) -> Curves:
    """The second derivatives that arise at this level, summed over its groups."""
    own, spread = node.own, node.solved @ above @ turned(node.solved)
    n, q = own.shape[0], node.z.size
    flat = own.reshape(n, -1)
    down = Down(
        own.sum(axis=0),
        spread.sum(axis=0),
        (flat.T @ flat).reshape((q,) * 4),
        (flat.T @ spread.reshape(n, -1)).reshape((q,) * 4),
    )
    shrunk, weights = node.shrunk[:, None], node.weights[:, None]
    images = node.below @ above[:, None]
    below = -2 * pairwise(images, shrunk @ node.below)
    below -= weight * pairwise(shrunk @ node.inner, turned(shrunk @ node.inner))
    mixed = -2 * (weights @ images @ turned(node.solved)[:, None]).sum(axis=0)
    mixed += weight * (weights @ node.inner @ turned(weights)).sum(axis=0)
    return Curves(down, below, mixed)


def pairwise(left: Numbers, right: Numbers) -> Numbers:
    """The inner products of every two parameters' matrices (n, m, ...), summed over n: (m, m)."""
    m = left.shape[1]
    one, two = (np.swapaxes(each, 0, 1).reshape(m, -1) for each in (left, right))
    return np.asarray(one @ two.T)


def turned(matrices: Numbers) -> Numbers:
    """Each matrix transposed."""
    return np.swapaxes(matrices, -1, -2)
