"""The tree of one level with cells in place of clients, where many are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lacrima.stats.cells import Cells
from lacrima.stats.cells_compiled import gather, keys_of, number, number_plainly, sort, sort_plainly
from lacrima.stats.compiled import IS_COMPILED
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import NOTHING
from lacrima.stats.numbers import Numbers
from lacrima.stats.squares import Squares
from lacrima.stats.tree import Tree

# Below so many clients there is nothing to gain; above, a cell must stand for so many, times q k.
MANY, EACH = 1000, 4


def condensed(squares: Squares, z: Sequence[Places], of_kept: Sequence[Places]) -> Tree | None:
    """The same criterion at the cost of cells (`stats.cells`); None where they would not be few.

    Only where the clients have no level above them: sums by therapist leave few clients to a cell.
    """
    n = squares.kept.size
    if len(z) != 1 or n < MANY or of_kept[0][-1] + 1 < n:
        return None
    keys, places = _keys(squares, z[0]), np.empty(n, dtype=np.int64)
    numbered, sorted_by = (number, sort) if IS_COMPILED else (number_plainly, sort_plainly)
    cells = numbered(keys.view(np.int64), n // (EACH * z[0].size * squares.k), places)
    if not cells:
        return None
    first = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=cells))])
    order = sorted_by(places, first)
    return _tree(squares, z[0], keys[:, order[first[:-1]]], squares.kept[order], first)


def _keys(squares: Squares, z: Places) -> Numbers:
    """What says which clients are alike: S_zz, above the diagonal by rows (q (q + 1) / 2, n)."""
    part = Squares(squares.sums, squares.maps.only(z), squares.kept)
    keys = np.empty((z.size * (z.size + 1) // 2, squares.kept.size))
    if IS_COMPILED:
        keys_of(part.sums.cross, part.kept, *part.entries(), NOTHING, keys)
    else:
        row, column = np.triu_indices(z.size)
        for chunk, each in part.chunks(part.sums.cross):
            keys[:, chunk] = each[row, column]
    return keys


def _tree(squares: Squares, z: Places, keys: Numbers, kept: Places, first: Places) -> Tree:
    """The tree of cells: keys of each, its clients side by side among the kept."""
    q, k = z.size, squares.k
    products, total = np.zeros((first.size - 1, q * k, q * k)), np.zeros((k, k))
    alike = Squares(squares.sums, squares.maps, kept)
    if IS_COMPILED:
        gather(squares.sums.cross, kept, *alike.entries(), NOTHING, first, z, products, total)
    else:
        _gather_plainly(alike, first, z, products, total)
    szz = np.empty((first.size - 1, q, q))
    row, column = np.triu_indices(q)
    szz[:, row, column] = szz[:, column, row] = keys.T
    by_rows = products.reshape(-1, q, k, q, k).swapaxes(2, 3).reshape(-1, k * k)
    cells = Cells(szz, np.diff(first).astype(np.float64), by_rows, z)
    return Tree(None, total[None], (), (), cells)


def _gather_plainly(
    alike: Squares, first: Places, z: Places, products: Numbers, total: Numbers
) -> None:
    """`cells_compiled.gather` in NumPy."""
    of_kept = np.repeat(np.arange(first.size - 1), np.diff(first))
    for chunk, squares in alike.chunks(alike.sums.cross):
        rows = squares[z].reshape(products.shape[1], -1).T
        np.add.at(products, of_kept[chunk], rows[:, :, None] * rows[:, None, :])
        total += squares.sum(axis=-1)
