"""Groups in groups: cross-products pass up to the root, adjoints come down, derivatives fall out.

The root's R (k x k) is X'V^-1 X, X'V^-1 y and y'V^-1 y in one matrix, V relative to the residual
variance, and `logdet` is log |V|. A criterion is a function of these two; whoever has its first
derivative by R gives it to `curvature` as the root's adjoint, and has the exact gradient and the
exact second derivatives by all covariances, but for the part that arises at the root itself.

Parameters stand in this order: the autocorrelation, if there is one; then the elements of the
finest level's relative covariance Psi, its lower triangle by columns; then the next level's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.stats.cells import Cells
from lacrima.stats.leaf import Down, Leaf, Up, pairs_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.node import Curves, Node, adjoint_below, climb_node, curves_of
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Serial:
    """Cross-products of clients under AR(1) residuals: at one autocorrelation, with derivatives.

    values (n, k, k), slopes (n, 1, k, k), curves (n, k, k). logdet and its two derivatives: of the
    clients' correlation matrices. first (P + 1): where each parent's clients begin.
    """

    values: Numbers
    slopes: Numbers
    curves: Numbers
    logdet: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Tree:
    """A forest of groups under one root.

    leaf: the finest level, unless residuals are serial. totals (P, k, k): summed cross-products of
    the clients of each of P parents; where there is no other level, of some clients each. z: the
    columns that vary at each level that is left, from the finest up. first: where the children of
    each group begin, and at last the root's: one array a level. cells: in place of a leaf, where
    many of its clients are alike.
    """

    leaf: Leaf | None
    totals: Numbers
    z: tuple[Places, ...]
    first: tuple[Places, ...]
    cells: Cells | None = None

    @property
    def finest(self) -> Leaf | Cells | None:
        """What the passes go over at the finest level."""
        return self.leaf if self.cells is None else self.cells

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many coefficients vary at each level, from the finest."""
        lowest = () if self.finest is None else (self.finest.z.size,)
        return (*lowest, *(each.size for each in self.z))


@dataclass(frozen=True, slots=True)
class Climbed:
    """A tree after the pass up. root (k, k): R. slopes (m, k, k): its derivatives.

    steepness (m): the derivatives of logdet. Empty, as slopes, where they were not asked for.
    """

    root: Numbers
    slopes: Numbers
    logdet: float
    steepness: Numbers
    up: Up | None
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Curvature:
    """First and second derivatives by the m parameters, but for the root's own part."""

    gradient: Numbers
    hessian: Numbers


def climb_tree(
    tree: Tree,
    lambdas: Sequence[Numbers],
    *,
    serial: Serial | None = None,
    is_sloped: bool = False,
) -> Climbed:
    """The pass up at one Lambda (q x q, lower) a level; is_sloped: with first derivatives."""
    left = list(lambdas)
    up, s, ds, logdet, steepness = None, tree.totals, _no_slopes(tree.totals), 0.0, np.empty(0)
    finest = tree.finest
    if finest is not None:
        up = finest.up(left.pop(0), is_sloped=is_sloped)
        s, ds, logdet = tree.totals - up.taken, up.slopes, up.logdet
        if is_sloped:
            steepness = contracted(finest.own_sum(up.solved))
    if serial is not None:
        s, logdet = serial.values, serial.logdet[0]
        ds = serial.slopes if is_sloped else _no_slopes(s)
        steepness = np.array(serial.logdet[1:2] if is_sloped else [])
    nodes = []
    for z, lam, first in zip(tree.z, left, tree.first, strict=True):
        node = climb_node(s, ds, z, lam, first, is_sloped=is_sloped)
        logdet += node.logdet
        s, ds = node.passed, node.slopes
        nodes.append(node)
        if is_sloped:
            own = contracted(node.own.sum(axis=0))
            steepness = np.concatenate([steepness + node.steepness, own])
    return Climbed(s.sum(axis=0), ds.sum(axis=0), logdet, steepness, up, tuple(nodes))


def adjoints(tree: Tree, climbed: Climbed, root: Numbers, weight: float) -> list[Numbers]:
    """The adjoint P that each group of each level gets from its parent, from the finest level up.

    root (k, k): a criterion's derivative by R. weight: its derivative by logdet. The first in the
    list is what comes to the clients of a leaf: one a parent.
    """
    down = _by_parent(tree, climbed, root, weight)
    pairs = zip(down[1:], tree.first, strict=True)
    return [down[0], *(np.repeat(each, np.diff(first), axis=0) for each, first in pairs)]


def _by_parent(tree: Tree, climbed: Climbed, root: Numbers, weight: float) -> list[Numbers]:
    """The same, one for each parent at every level."""
    down = [root[None]] if climbed.nodes else [np.repeat(root[None], len(tree.totals), axis=0)]
    for node in reversed(climbed.nodes):
        down.append(adjoint_below(node, down[-1], weight))
    return down[::-1]


def curvature(
    tree: Tree,
    climbed: Climbed,
    root: Numbers,
    weight: float,
    serial: Serial | None = None,
) -> Curvature:
    """Gradient, and second derivatives without the root's own part, of a criterion of (R, logdet).

    root: the criterion's derivative by R, symmetric. weight: that by logdet.
    """
    down = _by_parent(tree, climbed, root, weight)
    gathered = _Gathered(climbed.slopes.shape[0], weight)
    if serial is not None:
        slope = np.vdot(down[0], serial.slopes[:, 0]) + weight * serial.logdet[1]
        curve = np.vdot(down[0], serial.curves) + weight * serial.logdet[2]
        gathered.add_serial(float(slope), float(curve))
    if tree.finest is not None and climbed.up is not None:
        sums = tree.finest.down(climbed.up.solved, down[0])
        gathered.add_own(sums)
    for node, above in zip(climbed.nodes, down[1:], strict=True):
        gathered.add_level(curves_of(node, above, weight))
    return Curvature(gathered.gradient, gathered.hessian)


class _Gathered:
    """Derivatives, level by level: `seen` parameters are in already."""

    def __init__(self, m: int, weight: float) -> None:
        self.gradient, self.hessian = np.zeros(m), np.zeros((m, m))
        self.weight, self.seen = weight, 0

    def add_serial(self, slope: float, curve: float) -> None:
        """The autocorrelation comes first, below every level."""
        self.gradient[0], self.hessian[0, 0], self.seen = slope, curve, 1

    def add_level(self, curves: Curves) -> None:
        """A level with `seen` parameters below it."""
        seen, q = self.seen, curves.down.g.shape[0]
        own = slice(seen, seen + q * (q + 1) // 2)
        self.hessian[:seen, :seen] += curves.below
        mixed = contracted(curves.mixed)
        self.hessian[:seen, own] += mixed
        self.hessian[own, :seen] += mixed.T
        self.add_own(curves.down)

    def add_own(self, down: Down) -> None:
        """The level's own parameters."""
        q = down.g.shape[0]
        own = slice(self.seen, self.seen + q * (q + 1) // 2)
        self.gradient[own] = contracted(self.weight * down.g - down.d)
        basis = basis_of(q)
        both = 2 * down.gd - self.weight * down.gg
        second = np.einsum("rab,scd,bcda->rs", basis, basis, both, optimize=True)
        self.hessian[own, own] += (second + second.T) / 2
        self.seen = own.stop


def basis_of(q: int) -> Numbers:
    """E_r, the derivative of a symmetric matrix by its element r: (q(q + 1)/2, q, q)."""
    basis = np.zeros((q * (q + 1) // 2, q, q))
    for place, (a, b) in enumerate(pairs_of(q)):
        basis[place, a, b] = basis[place, b, a] = 1
    return basis


def contracted(matrices: Numbers) -> Numbers:
    """tr(E_r M) for every r: (..., q, q) becomes (..., q(q + 1)/2)."""
    return np.asarray(np.einsum("rab,...ab->...r", basis_of(matrices.shape[-1]), matrices))


def _no_slopes(s: Numbers) -> Numbers:
    return np.empty((s.shape[0], 0, *s.shape[1:]))
