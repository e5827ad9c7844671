"""The first so many groups of a tree: enough to begin from, at a fraction of the cost.

The estimates of a tenth of the groups lie within a few standard errors of those of all, from where
Newton's method needs two or three steps. Nothing but the place to begin depends on it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.stats.leaf import Leaf
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.working import Working

MANY = 5000
SHARE = 10
FEWEST = 40


def part_of(working: Working) -> Working | None:
    """One in SHARE of the coarsest groups with all that is in them; None where there are few."""
    tree, leaf = working.tree, working.tree.leaf
    if leaf is None or leaf.n < MANY:
        return None
    kept = _cut([leaf.first, *tree.first])
    if kept is None:
        return None
    parents = kept[0].size - 1
    cut = replace(tree, leaf=_prefix(leaf, parents), totals=tree.totals[:parents])
    cut = replace(cut, first=tuple(kept[1:]))
    n = round(working.n * kept[0][-1] / leaf.n)
    return replace(working, tree=cut, n=n, total=cut.totals.sum(axis=0))


def _cut(firsts: list[Places]) -> list[Places] | None:
    """Where children begin, for the first groups only; None where there are not enough."""
    if len(firsts) == 1:
        parts = (firsts[0].size - 1) // SHARE
        return [firsts[0][: parts + 1]] if parts else None
    wanted = int(firsts[-1][-1]) // SHARE
    if wanted < FEWEST:
        return None
    kept = [np.array([0, wanted], dtype=np.int64)]
    for first in reversed(firsts[:-1]):
        kept.insert(0, first[: kept[0][-1] + 1])
    return kept


def _prefix(leaf: Leaf, parents: int) -> Leaf:
    """The clients of the first parents."""
    blocks = leaf.blocks.cut(parents)
    return Leaf(leaf.sz[: blocks.begins[-1]], leaf.z, blocks)
