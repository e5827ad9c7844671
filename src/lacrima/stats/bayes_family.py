"""From the engine's tree of sums to the groups that a posterior climbs, and another way up.

Where residuals do not remember, a client's sums stand in the tree's leaf; where they do, each
client's matrix and its neighbours' stand by themselves and are put together here.
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.conditional import Climber
from lacrima.stats.neighbours import Neighbours, both
from lacrima.stats.nested import Climbed, Nested, is_kept
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import SerialSums
from lacrima.stats.theta import lower_of
from lacrima.stats.tree import Climbed as ClimbedTree
from lacrima.stats.tree import Tree, climb_tree
from lacrima.stats.working import Working


def by_tree(made: Working, family: Nested) -> Climber:
    """The engine's compiled pass up, one set of hyperparameters after the other."""
    kept = [is_kept(family, level) for level in range(1, len(family.z))]

    def climber(lambdas: tuple[Numbers, ...], m: int) -> Climbed:
        came, rows, lower = [], [], [lower_of(each) for each in lambdas]
        for place in range(m):
            up = climb_tree(made.tree, [each[place] for each in lower])
            rows.append(_rows_above(made.tree, up, kept))
            came.append((up.root, up.logdet))
        passed = tuple(
            np.stack([each for each in level if each is not None]) if is_level_kept else None
            for level, is_level_kept in zip(zip(*rows, strict=True), kept, strict=True)
        )
        roots, logdets = zip(*came, strict=True)
        return Climbed(np.stack(roots), np.array(logdets), passed)

    return climber


def _rows_above(tree: Tree, up: ClimbedTree, kept: list[bool]) -> list[Numbers | None]:
    """What groups of the second level and above know of themselves, as `nested.Climbed` has it."""
    found: list[Numbers | None] = []
    for level, is_level_kept in enumerate(kept):
        if not is_level_kept or up.up is None:
            found.append(None)
        elif level == 0:
            found.append((tree.totals - up.up.taken)[:, tree.z[0]])
        else:
            found.append(up.nodes[level - 1].passed[:, tree.z[level]])
    return found


def family_of(made: Working) -> Nested:
    """A model's cross-products, as the posterior takes them."""
    tree, fixed = made.tree, made.basis.fixed
    if made.serial is not None:
        return _serial_family(made, made.serial)
    if tree.leaf is None:
        empty = np.zeros((0, 0, tree.totals.shape[-1]))
        return Nested(empty, tree.totals, (), (), fixed, made.n)
    leaf = tree.leaf
    return Nested(
        sz=np.ascontiguousarray(leaf.by_client(leaf.sz)),
        totals=tree.totals,
        z=(leaf.z, *tree.z),
        first=(leaf.first, *tree.first),
        fixed=fixed,
        rows=made.n,
    )


def _serial_family(made: Working, serial: SerialSums) -> Nested:
    """The same where residuals remember: clients' sums put together in the groups of the model."""
    tree, fixed, z, first = made.tree, made.basis.fixed, made.tree.z[1:], made.tree.first
    each = both(serial)
    if not z:
        none, k = np.zeros((0, 0, each.shape[-1])), each.shape[-1]
        beside = Neighbours(
            serial.gaps, serial.pairs, np.zeros((len(each), 0, 0, k)), each.sum(axis=1)[:, None]
        )
        return Nested(none, tree.totals.sum(axis=0)[None], (), (), fixed, made.n, beside)
    groups = np.add.reduceat(tree.totals, first[0][:-1])
    of_gaps = np.add.reduceat(each, first[0][:-1], axis=1)
    beside = Neighbours(
        serial.gaps,
        serial.pairs,
        np.ascontiguousarray(of_gaps[:, :, z[0]]),
        np.add.reduceat(of_gaps, first[1][:-1], axis=1),
    )
    return Nested(
        sz=np.ascontiguousarray(groups[:, z[0]]),
        totals=np.add.reduceat(groups, first[1][:-1]),
        z=z,
        first=first[1:],
        fixed=fixed,
        rows=made.n,
        neighbours=beside,
    )
