"""The tree of one level with cells in place of clients, where many are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.stats.cells import Cells
from lacrima.stats.cells_compiled import STEP, gather
from lacrima.stats.compiled import IS_COMPILED
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import NOTHING
from lacrima.stats.numbers import Numbers
from lacrima.stats.squares import Squares
from lacrima.stats.tree import Tree

# Below so many clients there is nothing to gain; above, a cell must stand for so many, times q k.
MANY, EACH = 1000, 4


@dataclass(frozen=True, slots=True)
class Room:
    """What is gathered of at most so many cells: see `cells_compiled.gather`."""

    keys: Numbers
    count: Numbers
    products: Numbers
    total: Numbers


def condensed(squares: Squares, z: Sequence[Places], of_kept: Sequence[Places]) -> Tree | None:
    """The same criterion at the cost of cells (`stats.cells`); None where they would not be few.

    Only where the clients have no level above them: sums by therapist leave few clients to a cell.
    """
    n = squares.kept.size
    if len(z) != 1 or n < MANY or of_kept[0][-1] + 1 < n:
        return None
    room = _room(n // (EACH * z[0].size * squares.k), z[0].size, squares.k)
    cells = (_gather if IS_COMPILED else _gather_plainly)(squares, z[0], room)
    if not cells:
        return None
    return Tree(None, room.total[None], (), (), _cells(room, cells, z[0]))


def _room(most: int, q: int, k: int) -> Room:
    size = -(-q * k // STEP) * STEP
    keys, products = np.empty((most, q * (q + 1) // 2)), np.zeros((most, size, size))
    return Room(keys, np.zeros(most), products, np.zeros((k, k)))


def _gather(squares: Squares, z: Places, room: Room) -> int:
    entries = (squares.sums.cross, squares.kept, *squares.entries(), NOTHING)
    return gather(*entries, z, room.keys, room.count, room.products, room.total)


def _gather_plainly(squares: Squares, z: Places, room: Room) -> int:
    """`cells_compiled.gather` in NumPy."""
    row, column = np.triu_indices(z.size)
    keys = np.concatenate([s[z][:, z][row, column] for _, s in squares.chunks()], axis=-1)
    _, first, inverse = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    if first.size > room.count.size:
        return 0
    cells = np.argsort(np.argsort(first))[inverse.ravel()]
    room.keys[: first.size] = keys[:, np.sort(first)].T
    room.count[: first.size] = np.bincount(cells)
    for chunk, some in squares.chunks():
        rows = some[z].reshape(z.size * squares.k, -1).T
        size = rows.shape[1]
        np.add.at(room.products[:, :size, :size], cells[chunk], rows[:, :, None] * rows[:, None])
        room.total[:] += some.sum(axis=-1)
    return first.size


def _cells(room: Room, cells: int, z: Places) -> Cells:
    """What was gathered, in the order in which the passes need it."""
    q, k = z.size, len(room.total)
    row, column = np.triu_indices(q)
    szz = np.empty((cells, q, q))
    szz[:, row, column] = szz[:, column, row] = room.keys[:cells]
    products = room.products[:cells, : q * k, : q * k].reshape(cells, q, k, q, k)
    by_rows = products.swapaxes(2, 3).reshape(-1, k * k)
    return Cells(szz, room.count[:cells].copy(), by_rows, z)
