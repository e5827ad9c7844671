"""The tree of one level with cells in place of clients, where many are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.stats.cells import Cells
from lacrima.stats.cells_compiled import FEW, SHARE, STEP, gather
from lacrima.stats.compiled import is_compiled
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import NOTHING
from lacrima.stats.maps_compiled import AT_ONCE
from lacrima.stats.numbers import Numbers
from lacrima.stats.squares import Squares
from lacrima.stats.tree import Tree

# Below so many clients there is nothing to gain; above, a cell must stand for so many, times q k.
MANY, EACH = 1000, 4


@dataclass(frozen=True, slots=True)
class Room:
    """What is gathered of at most so many cells: see `cells_compiled.gather`."""

    z: Places
    rest: Places
    keys: Numbers
    count: Numbers
    sums: Numbers
    products: Numbers
    total: Numbers


def condensed(squares: Squares, z: Sequence[Places], of_kept: Sequence[Places]) -> Tree | None:
    """The same criterion at the cost of cells (`stats.cells`); None where they would not be few.

    Only where the clients have no level above them: sums by therapist leave few clients to a cell.
    """
    n = squares.kept.size
    if len(z) != 1 or n < MANY or of_kept[0][-1] + 1 < n:
        return None
    room = _room(n // (EACH * z[0].size * squares.k), z[0], squares.k)
    cells = (_gather if is_compiled() else _gather_plainly)(squares, room)
    if not cells:
        return None
    return Tree(None, room.total[None], (), (), _cells(room, cells))


def _room(most: int, z: Places, k: int) -> Room:
    q, rest = z.size, np.setdiff1d(np.arange(k), z)
    r = -(-q * rest.size // STEP) * STEP
    keys, sums = np.empty((most, q * (q + 1) // 2)), np.zeros((most, r))
    return Room(z, rest, keys, np.zeros(most), sums, np.zeros((most, r, r)), np.zeros((k, k)))


def _gather(squares: Squares, room: Room) -> int:
    filled = (room.keys, room.count, room.sums, room.products, room.total)
    given = (squares.sums.cross, squares.kept, squares.entries(), NOTHING)
    return gather(*given, room.z, room.rest, *filled)


def _gather_plainly(squares: Squares, room: Room) -> int:
    """`cells_compiled.gather` in NumPy."""
    row, column = np.triu_indices(room.z.size)
    keys = np.concatenate([s[room.z[row], room.z[column]] for _, s in squares.chunks()], axis=-1)
    _, first, inverse = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    seen = np.append(np.arange(AT_ONCE, inverse.size, AT_ONCE), inverse.size)
    is_many = np.searchsorted(np.sort(first), seen) > FEW + seen // SHARE
    if first.size > room.count.size or is_many.any():
        return 0
    cells = np.argsort(np.argsort(first))[inverse.ravel()]
    room.keys[: first.size] = keys[:, np.sort(first)].T
    room.count[: first.size] = np.bincount(cells)
    for chunk, some in squares.chunks():
        rows = some[np.ix_(room.z, room.rest)].reshape(-1, some.shape[-1]).T
        r = rows.shape[1]
        np.add.at(room.sums[:, :r], cells[chunk], rows)
        np.add.at(room.products[:, :r, :r], cells[chunk], rows[:, :, None] * rows[:, None])
        room.total[:] += some.sum(axis=-1)
    return first.size


def _cells(room: Room, cells: int) -> Cells:
    """All products of the cells' S_z: in the columns of z it is S_zz, which is theirs together."""
    q, k, rest = room.z.size, len(room.total), room.rest
    szz, count, r = _szz(room, cells), room.count[:cells].copy(), q * rest.size
    sums, products = np.empty((cells, q, k)), np.empty((cells, q, k, q, k))
    sums[..., room.z] = szz * count[:, None, None]
    sums[..., rest] = room.sums[:cells, :r].reshape(cells, q, -1)
    products[:, :, room.z] = szz[..., None, None] * sums[:, None, None]
    products[..., room.z] = sums[..., None, None] * szz[:, None, None]
    of_rest = room.products[:cells, :r, :r].reshape(cells, q, rest.size, q, rest.size)
    products[:, :, rest[:, None, None], np.arange(q)[:, None], rest] = of_rest
    return Cells(szz, count, products.swapaxes(2, 3).reshape(-1, k * k), room.z)


def _szz(room: Room, cells: int) -> Numbers:
    q = room.z.size
    row, column = np.triu_indices(q)
    szz = np.empty((cells, q, q))
    szz[:, row, column] = szz[:, column, row] = room.keys[:cells]
    return szz
