"""Groups in groups as cross-products, and what passes up from them for many covariances at once.

For a practice, where the work of one step is small and steps are many: NumPy does a whole set of
hyperparameters in one go. The same steps for one set and any number of clients: `stats.tree`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.neighbours import Neighbours, both, unfolded
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import serial_sums

Places = npt.NDArray[np.intp]

KEPT_CELLS = 4_000  # of a level's groups at one point; of 4,096 points 130 MB


@dataclass(frozen=True, slots=True)
class Nested:
    """Cross-products of k columns: p fixed ones, any that only vary, and the outcome last.

    sz (n, q, k): of each of n finest groups, the rows of its cross-products that belong to its q
    random coefficients. totals (P, k, k): summed over the groups of each parent. z: which columns
    vary, one array a level from the finest up. first: where the children of each group of the
    next level begin, and at last the root's: one array a level (as in `stats.tree`). rows: how
    many rows in all. Without any level there is one total, and z and first are empty. neighbours:
    what is added where residuals remember; None where they do not.
    """

    sz: Numbers
    totals: Numbers
    z: tuple[Places, ...]
    first: tuple[Places, ...]
    fixed: int
    rows: int
    neighbours: Neighbours | None = None

    @property
    def k(self) -> int:
        """How many columns, the outcome counted."""
        return int(self.totals.shape[-1])

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many coefficients vary at each level, from the finest."""
        return tuple(len(each) for each in self.z)

    def at(self, memory: Numbers | None) -> tuple[Numbers, Numbers, Numbers]:
        """sz (m or 1, n, q, k), totals (m or 1, P, k, k) and log |R| (m or 1) at m memories."""
        if self.neighbours is None or memory is None:
            return self.sz[None], self.totals[None], np.zeros(1)
        sz = self.sz + self.neighbours.added(self.neighbours.sz, memory)
        totals = self.totals + self.neighbours.added(self.neighbours.totals, memory)
        return sz, totals, self.neighbours.log_size(memory)

    def rows_of(self, group: int, memory: Numbers | None) -> Numbers:
        """The rows of one finest group (m or 1, q, k) at m memories."""
        if self.neighbours is None or memory is None:
            return np.asarray(self.sz[group][None])
        added = self.neighbours.added(self.neighbours.sz[:, group], memory)
        return np.asarray(self.sz[group] + added)


@dataclass(frozen=True, slots=True)
class Climbed:
    """What came up with m sets of hyperparameters.

    root (m, k, k): X'V^-1 X and the rest, V relative to the residual variance. logdet (m): of V.
    passed: of each level from the second on, the rows of cross-products that its random
    coefficients have (m, groups, q, k): what its groups know of themselves; None of a
    level with so many groups that it is worked out again when somebody asks (`is_kept`).
    """

    root: Numbers
    logdet: Numbers
    passed: tuple[Numbers | None, ...]


def nested(
    columns: Numbers,
    outcome: Numbers,
    levels: Sequence[tuple[npt.NDArray[np.int64], Sequence[int]]],
    *,
    fixed: int | None = None,
    session: npt.NDArray[np.generic] | None = None,
) -> Nested:
    """The cross-products of rows.

    columns: n rows x p, of which none is missing. levels: of each, from the finest up, the codes
    of its groups (0 to groups - 1, each group inside one of the next level) and the places of the
    columns whose coefficients vary. fixed: how many columns, the first ones, have an average;
    else all. session (n): the number of each row within its finest group, where residuals remember
    the one before; needs a level. Raises BadInput for groups that are not one in another, and
    for sessions that are not whole, or twice the same.

    >>> made = nested(np.ones((4, 1)), np.array([1.0, 2, 3, 4]), [(np.array([0, 0, 1, 1]), [0])])
    >>> made.sz.tolist(), made.totals.tolist()
    ([[[2.0, 3.0]], [[2.0, 7.0]]], [[[4.0, 10.0], [10.0, 30.0]]])
    """
    table = np.column_stack([columns, outcome])
    fixed = columns.shape[1] if fixed is None else fixed
    if not levels:
        empty = np.zeros((0, 0, table.shape[1]))
        return Nested(empty, (table.T @ table)[None], (), (), fixed, len(table))
    order, first = _in_order([np.asarray(codes) for codes, _ in levels])
    z = tuple(np.asarray(places, dtype=np.intp) for _, places in levels)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(levels[0][0][order])) + 1])
    table = table[order]
    of_groups = _products(table, starts)
    totals = np.add.reduceat(of_groups, first[0][:-1])
    sz = np.ascontiguousarray(of_groups[:, z[0]])
    beside = None
    if session is not None:
        of_row = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(table))))
        sums = serial_sums(table.T, of_row, session[order], len(starts))
        each = unfolded(both(sums), table.shape[1])
        beside = Neighbours(
            sums.gaps, sums.pairs, each[:, :, z[0]], np.add.reduceat(each, first[0][:-1], axis=1)
        )
    return Nested(sz, totals, z, first, fixed, len(table), beside)


def _products(table: Numbers, starts: Places) -> Numbers:
    """The cross-products of each run of rows; a column at a time, to be small in memory."""
    k = table.shape[1]
    found = np.empty((len(starts), k, k))
    for place in range(k):
        found[:, place] = np.add.reduceat(table * table[:, place, None], starts)
    return found


def _in_order(codes: list[npt.NDArray[np.int64]]) -> tuple[Places, tuple[Places, ...]]:
    """The rows sorted by the coarsest group first, and where each parent's children begin."""
    order = np.lexsort(codes)
    groups = [each[order] for each in codes]
    first = []
    for inner, outer in zip(groups, [*groups[1:], np.zeros_like(groups[0])], strict=True):
        begins = np.concatenate([[0], np.flatnonzero(np.diff(inner)) + 1])
        if len(begins) != len(np.unique(inner)):
            raise BadInput("a group in two groups", where="levels", expected="one in another")
        parents = outer[begins]
        first.append(
            np.concatenate([[0], np.flatnonzero(np.diff(parents)) + 1, [len(parents)]]).astype(
                np.intp
            )
        )
    return order, tuple(first)


def is_kept(family: Nested, level: int) -> bool:
    """Whether what a level's groups know of themselves is kept at every point."""
    groups = int(family.first[level][-1])
    return groups * len(family.z[level]) * family.k <= KEPT_CELLS


def climb(
    family: Nested, lambdas: Sequence[Numbers], m: int, memory: Numbers | None = None
) -> Climbed:
    """What comes up to the root, for m sets of hyperparameters at once.

    lambdas: of each level (m, q, q), lower triangles; Lambda Lambda' is the covariance of its
    coefficients relative to the residual variance. memory (m): how much residuals keep of the
    one a session before; the rows' correlations are then in V, and in logdet.
    """
    sz, totals, log_size = family.at(memory)
    if not family.z:
        root = np.broadcast_to(totals.sum(axis=1), (m, family.k, family.k))
        return Climbed(root, np.broadcast_to(log_size, m), ())
    u, logdet = eliminate(sz, family.z[0], lambdas[0])
    logdet = logdet + log_size
    above = totals - _taken(u, family.first[0])
    passed: list[Numbers | None] = []
    levels = zip(family.z[1:], lambdas[1:], family.first[1:], strict=True)
    for level, (z, lam, first) in enumerate(levels, start=1):
        rows = above[:, :, z]
        passed.append(rows if is_kept(family, level) else None)
        u, more = eliminate(rows, z, lam)
        logdet = logdet + more
        groups = above - np.swapaxes(u, -1, -2) @ u
        above = np.add.reduceat(groups, first[:-1], axis=1)
    return Climbed(above.sum(axis=1), logdet, tuple(passed))


def eliminate(sz: Numbers, z: Places, lam: Numbers) -> tuple[Numbers, Numbers]:
    """U (m, n, q, k) and log |I + Lambda' S_zz Lambda| (m): U'U is what a group keeps to itself.

    sz (m or 1, n, q, k), lam (m, q, q). The q steps of Cholesky are written out, each for all
    groups and all hyperparameters at once.
    """
    w = np.swapaxes(lam, 1, 2)[:, None] @ sz
    a = w[..., z] @ lam[:, None]
    q = len(z)
    root = np.empty_like(a)
    logdet = np.zeros(len(lam))
    for i in range(q):
        for j in range(i):
            done = (root[..., i, :j] * root[..., j, :j]).sum(-1)
            root[..., i, j] = (a[..., i, j] - done) / root[..., j, j]
        left = 1 + a[..., i, i] - (root[..., i, :i] ** 2).sum(-1)
        root[..., i, i] = np.sqrt(left)
        logdet += np.log(left).sum(-1)
        for j in range(i):
            w[..., i, :] -= root[..., i, j, None] * w[..., j, :]
        w[..., i, :] /= root[..., i, i, None]
    return w, logdet


def shrinkage(szz: Numbers, lam: Numbers) -> Numbers:
    """K = Lambda (I + Lambda' S_zz Lambda)^-1 Lambda': what is left unknown of a group.

    szz (..., q, q), lam (m, q, q) with m as the first axis; relative to the residual variance.
    """
    wide = lam.reshape(len(lam), *[1] * (szz.ndim - 3), *lam.shape[1:])
    across = np.swapaxes(wide, -1, -2)
    inner = np.eye(lam.shape[-1]) + across @ szz @ wide
    return np.asarray(wide @ np.linalg.solve(inner, np.broadcast_to(across, inner.shape)))


def _taken(u: Numbers, first: Places) -> Numbers:
    """The sums of U'U over each parent's children: (m, P, k, k)."""
    m, _, q, k = u.shape
    parts = []
    for begin, end in pairwise(first):
        flat = u[:, begin:end].reshape(m, (end - begin) * q, k)
        parts.append(np.swapaxes(flat, 1, 2) @ flat)
    return np.stack(parts, axis=1)
