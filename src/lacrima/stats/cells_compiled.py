"""Which clients have the same S_zz, and the sums of their products, compiled. See `stats.cells`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled, compiled_as_written
from lacrima.stats.leaf_compiled import Places, add_gram, mirror
from lacrima.stats.maps_compiled import AT_ONCE, add_total, space, square
from lacrima.stats.numbers import Numbers

Keys = npt.NDArray[np.int64]
# Twice the golden ratio's bits, as an odd number: multiplied by it neighbours come to lie apart.
APART = np.uint64(0x9E3779B97F4A7C15)


@compiled
def number(keys: Keys, most: int, places: Places) -> int:
    """Number the columns of keys (m, n), those that are the same alike, as they first come.

    Fills places (n) and gives how many numbers there are; 0 where they are over `most`.
    """
    size = 16
    while size < 4 * most:
        size *= 2
    table, heads, found = np.full(size, -1), np.empty(most, dtype=np.int64), 0
    for column in range(keys.shape[1]):
        slot = mixed(keys, column) & (size - 1)
        while table[slot] >= 0 and not is_same(keys, heads[table[slot]], column):
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            if found == most:
                return 0
            heads[found], table[slot] = column, found
            found += 1
        places[column] = table[slot]
    return found


@compiled
def mixed(keys: Keys, column: int) -> int:
    """A number made of all bits of a column."""
    total = np.uint64(0)
    for row in range(keys.shape[0]):
        total = (total ^ np.uint64(keys[row, column])) * APART
        total ^= total >> np.uint64(32)
    return int(np.int64(total >> np.uint64(1)))


@compiled
def is_same(keys: Keys, one: int, two: int) -> bool:
    """Whether two columns are the same."""
    differing = 0
    for row in range(keys.shape[0]):
        differing += keys[row, one] != keys[row, two]
    return differing == 0


@compiled
def sort(places: Places, first: Places) -> Places:
    """The order that puts the same numbers together, each number's in the order they come.

    first (numbers + 1): where those of each number begin.
    """
    order, next_of = np.empty(places.size, dtype=np.int64), first.copy()
    for column in range(places.size):
        order[next_of[places[column]]] = column
        next_of[places[column]] += 1
    return order


@compiled_as_written
def keys_of(
    cross: Numbers,
    kept: Places,
    starts: Places,
    pair: Places,
    used: Places,
    weights: Numbers,
    which: Places,
    varying: Numbers,
    is_within: Places,
    nothing: float,
    keys: Numbers,
) -> None:
    """Each kept client's squares, what is above the diagonal: keys (k (k + 1) / 2, n).

    The others as in `maps_compiled.fill`.
    """
    room = space(starts, weights, used)
    for start in range(0, kept.size, AT_ONCE):
        some = kept[start : start + AT_ONCE]
        entries = (starts, pair, used, weights, which, varying, is_within)
        square(cross, some, *entries, nothing, room)
        place = 0
        for i in range(starts.size - 1):
            for j in range(i, starts.size - 1):
                keys[place, start : start + some.size] = room[2][i, j, : some.size]
                place += 1


@compiled
def gather(
    cross: Numbers,
    kept: Places,
    starts: Places,
    pair: Places,
    used: Places,
    weights: Numbers,
    which: Places,
    varying: Numbers,
    is_within: Places,
    nothing: float,
    first: Places,
    z: Places,
    products: Numbers,
    total: Numbers,
) -> None:
    """Add s s', s all rows of a client's S_z, to her cell's products, and all of her to the total.

    first (cells + 1): where each cell's clients begin among the kept. products (cells, q k, q k),
    total (k, k). The others as in `maps_compiled.fill`.
    """
    k = starts.size - 1
    room, rows = space(starts, weights, used), np.empty((z.size * k, AT_ONCE))
    for cell in range(first.size - 1):
        for start in range(first[cell], first[cell + 1], AT_ONCE):
            some = kept[start : min(start + AT_ONCE, first[cell + 1])]
            entries = (starts, pair, used, weights, which, varying, is_within)
            square(cross, some, *entries, nothing, room)
            for a in range(z.size):
                for v in range(k):
                    here = room[2][min(z[a], v), max(z[a], v)]
                    rows[a * k + v, : some.size] = here[: some.size]
            add_gram(rows[:, : some.size], products[cell])
            add_total(room[2], 0, some.size, total)
        mirror(products[cell])


def number_plainly(keys: Keys, most: int, places: Places) -> int:
    """`number` in NumPy."""
    _, first, inverse = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    places[:] = np.argsort(np.argsort(first))[inverse.ravel()]
    return first.size if first.size <= most else 0


def sort_plainly(places: Places, first: Places) -> Places:
    """`sort` in NumPy."""
    return np.argsort(places, kind="stable")[: first[-1]]
