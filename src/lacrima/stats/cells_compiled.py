"""One pass over clients that puts those together whose S_zz is the same. See `stats.cells`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled
from lacrima.stats.leaf_compiled import Places, mirror
from lacrima.stats.maps_compiled import AT_ONCE, Flat, add_total, space, square
from lacrima.stats.numbers import Numbers

Bits = npt.NDArray[np.int64]
# Some odd number whose bits look like chance: multiplied by it neighbours come to lie apart.
APART = np.uint64(0x9E3779B97F4A7C15)
# So many cells more than a quarter of the clients seen, and it is not worth going on.
FEW, SHARE = 256, 4
# So many rows of products are added to at a time: their number is a multiple of it.
STEP = 4


@compiled
def gather(
    cross: Numbers,
    kept: Places,
    entries: Flat,
    nothing: float,
    z: Places,
    rest: Places,
    keys: Numbers,
    count: Numbers,
    sums: Numbers,
    products: Numbers,
    total: Numbers,
) -> int:
    """How many cells the kept clients make; 0 where they are more than there is room for, or so
    many among the first clients that they will be.

    Fills of each cell, in the order they come: keys (cells, q (q + 1) / 2), its S_zz above the
    diagonal by rows; count (cells); and with s the rows of a client's S_z in the columns `rest`,
    all but z, one after the other and zeros up to r: sums (cells, r) of s, products (cells, r, r)
    of s s'. All of every client is added to total (k, k). The others as in `maps_compiled.fill`.
    """
    room, table = space(entries), np.full(slots(count.size), -1)
    rows, cells, found = np.zeros((AT_ONCE, products.shape[1])), np.empty(AT_ONCE, np.int64), 0
    for start in range(0, kept.size, AT_ONCE):
        some = kept[start : start + AT_ONCE]
        square(cross, some, entries, nothing, room)
        found = number(room[2], z, table, keys, found, cells[: some.size])
        if found > count.size or found > FEW + (start + some.size) // SHARE:
            return 0
        spread(room[2], z, rest, rows[: some.size])
        for client in range(some.size):
            cell = cells[client]
            count[cell] += 1.0
            add_outer(rows[client], sums[cell], products[cell])
        add_total(room[2], 0, some.size, total)
    for cell in range(found):
        mirror(products[cell])
    return found


@compiled
def slots(most: int) -> int:
    """A power of two, at least twice as large."""
    size = 16
    while size < 2 * most:
        size *= 2
    return size


@compiled
def number(
    squares: Numbers, z: Places, table: Places, keys: Numbers, found: int, cells: Places
) -> int:
    """Fill in the cell of each client of squares (k, k, clients); how many are found now.

    table: the number of the cell in each slot, -1 where there is none yet. One more than keys has
    room for is the last that is counted.
    """
    key = np.empty(keys.shape[1])
    for client in range(cells.size):
        place = 0
        for a in range(z.size):
            for b in range(a, z.size):
                key[place] = squares[min(z[a], z[b]), max(z[a], z[b]), client]
                place += 1
        slot = mixed(key.view(np.int64)) & (table.size - 1)
        while table[slot] >= 0 and not is_same(keys[table[slot]], key):
            slot = (slot + 1) & (table.size - 1)
        if table[slot] < 0:
            if found == keys.shape[0]:
                return found + 1
            keys[found], table[slot] = key, found
            found += 1
        cells[client] = table[slot]
    return found


@compiled
def mixed(bits: Bits) -> int:
    """A number made of all bits."""
    total = np.uint64(0)
    for each in bits:
        total = (total ^ np.uint64(each)) * APART
        total ^= total >> np.uint64(32)
    return int(np.int64(total >> np.uint64(1)))


@compiled
def is_same(one: Numbers, two: Numbers) -> bool:
    """Whether two keys are the same."""
    differing = 0
    for place in range(one.size):
        differing += one[place] != two[place]
    return differing == 0


@compiled
def spread(squares: Numbers, z: Places, rest: Places, rows: Numbers) -> None:
    """The rows of S_z of each client in the columns `rest`, one after the other."""
    place = 0
    for a in z:
        for v in rest:
            here = squares[min(a, v), max(a, v)]
            for client in range(rows.shape[0]):
                rows[client, place] = here[client]
            place += 1


@compiled
def add_outer(s: Numbers, total: Numbers, product: Numbers) -> None:
    """Add s, and s s' above the diagonal and a little below it: STEP rows at a time."""
    for x in range(0, s.size, STEP):
        one, two, three, four = s[x], s[x + 1], s[x + 2], s[x + 3]
        first, second, third, fourth = product[x], product[x + 1], product[x + 2], product[x + 3]
        for v in range(x, s.size):
            factor = s[v]
            first[v] += one * factor
            second[v] += two * factor
            third[v] += three * factor
            fourth[v] += four * factor
    for v in range(s.size):
        total[v] += s[v]
