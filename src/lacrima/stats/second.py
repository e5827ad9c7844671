"""A weighted sum of the second derivatives of the root's R, carried up the tree in one pass.

Kenward and Roger need the sum of W_rs d2R by every two elements of the covariances: one matrix, so
one matrix is carried up (see `stats.node` for the formulae), never m (m + 1) / 2 of them.
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.cells import Cells
from lacrima.stats.leaf import Leaf
from lacrima.stats.node import Node, turned
from lacrima.stats.numbers import Numbers
from lacrima.stats.tree import Climbed, Tree, basis_of

AT_ONCE = 32


def second_sum(tree: Tree, climbed: Climbed, weights: Numbers) -> Numbers:
    """The sum of weights[r, s] d2R by elements r and s: (k, k). weights (m, m): symmetric."""
    carried, seen = np.zeros(tree.totals.shape), 0
    if tree.finest is not None and climbed.up is not None:
        q = tree.finest.z.size
        seen = q * (q + 1) // 2
        carried = _of_finest(tree.finest, climbed.up.solved, weights[:seen, :seen])
    for node, first in zip(climbed.nodes, tree.first, strict=True):
        q = node.z.size
        own = slice(seen, seen + q * (q + 1) // 2)
        passed = _through(node, carried) + _own(node.solved, node.own, weights[own, own])
        passed += _below(node, weights[:seen, :seen], weights[:seen, own])
        carried = np.add.reduceat(passed, first[:-1])
        seen = own.stop
    return np.asarray(carried.sum(axis=0))


def _of_finest(finest: Leaf | Cells, solved: Numbers, weights: Numbers) -> Numbers:
    """Of all clients, summed by parent."""
    if isinstance(finest, Leaf):
        return _of_leaf(finest, solved, weights)
    inner = _inner(solved @ finest.szz, weights)
    return 2 * finest.total_of(turned(solved) @ inner @ solved)[None]


def _of_leaf(leaf: Leaf, solved: Numbers, weights: Numbers) -> Numbers:
    """The same, some blocks at a time."""
    k, parents = solved.shape[2], leaf.blocks.parents
    sums = np.zeros((leaf.first.size - 1, k, k))
    for start in range(0, solved.shape[0], AT_ONCE):
        some = np.moveaxis(solved[start : start + AT_ONCE], -1, 1)
        clients = some.reshape(-1, *some.shape[2:])
        own = _own(clients, clients[:, :, leaf.z], weights).reshape(len(some), -1, k, k)
        np.add.at(sums, parents[start : start + AT_ONCE], own.sum(axis=1))
    return sums


def _own(solved: Numbers, own: Numbers, weights: Numbers) -> Numbers:
    """2 C' (sum of w_rs E_r G E_s) C of each group."""
    return np.asarray(2 * turned(solved) @ (_inner(own, weights) @ solved))


def _inner(own: Numbers, weights: Numbers) -> Numbers:
    """The sum of w_rs E_r G E_s of each group."""
    basis = basis_of(own.shape[-1])
    spread = np.einsum("rs,rab,scd->abcd", weights, basis, basis, optimize=True)
    return np.asarray(np.einsum("abcd,nbc->nad", spread, own, optimize=True))


def _through(node: Node, carried: Numbers) -> Numbers:
    """T' (what was carried so far) T."""
    half = carried - carried[..., node.z] @ node.divided
    return np.asarray(half - turned(node.divided) @ half[:, node.z])


def _below(node: Node, weights: Numbers, mixed: Numbers) -> Numbers:
    """-2 sum of w_ij X_i' K X_j - 2 sum of w_ir sym(X_i' B' E_r C)."""
    if not weights.size:
        return np.zeros((1, 1, 1))
    weighted = np.einsum("ij,njqk->niqk", weights, node.below)
    both = (turned(node.below) @ (node.shrunk[:, None] @ weighted)).sum(axis=1)
    elements = np.einsum("ir,rab->iab", mixed, basis_of(node.z.size))
    images = turned(node.weights)[:, None] @ (elements @ node.solved[:, None])
    crossed = (turned(node.below) @ images).sum(axis=1)
    return np.asarray(-2 * (both + crossed + turned(crossed)))
