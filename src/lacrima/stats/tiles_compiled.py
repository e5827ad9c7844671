"""Products of four columns at a time, whose sums stay in the processor while rows go by.

The same as `sums_compiled.add_products`, to the last bit, and quicker where a client's rows stand
together. A run is the rows start to end of one client; her sums are the upper triangle by rows.
"""

from __future__ import annotations

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers

TILE = 4


@compiled_as_written
def add_tiles(raw: Numbers, of_row: Places, cross: Numbers) -> None:
    """Add w_i w_j of every row, i <= j, to its client's sums; rows at -1 are left out.

    raw (r, rows), of which the first is 1; of_row (rows); cross (clients, r (r + 1) / 2).
    """
    start, tiled = 0, 1 + (raw.shape[0] - 1) // TILE * TILE
    while start < of_row.size:
        client, end = of_row[start], end_of(of_row, start)
        if client >= 0:
            sums = cross[client]
            sums[0] += end - start
            for left in range(1, tiled, TILE):
                add_tile(raw, left, start, end, sums)
                for right in range(left + TILE, tiled, TILE):
                    add_across(raw, left, right, start, end, sums)
            for column in range(tiled, raw.shape[0]):
                for left in range(1, tiled, TILE):
                    add_beside(raw, left, column, start, end, sums)
                for other in range(tiled, column):
                    add_pair(raw, other, column, start, end, sums)
                add_alone(raw, column, start, end, sums)
        start = end


@compiled_as_written
def end_of(of_row: Places, start: int) -> int:
    """Where a run ends."""
    end = start + 1
    while end < of_row.size and of_row[end] == of_row[start]:
        end += 1
    return end


@compiled_as_written
def place_of(i: int, j: int, columns: int) -> int:
    """Where the sum of the products of columns i and j stands, i <= j."""
    return i * columns - i * (i - 1) // 2 + j - i


@compiled_as_written
def add_tile(raw: Numbers, left: int, start: int, end: int, sums: Numbers) -> None:
    """Four columns from `left` on: each by itself (by 1), and by each of the four."""
    r, a, b, c, d = raw.shape[0], raw[left], raw[left + 1], raw[left + 2], raw[left + 3]
    alone, by_a = sums[left : left + TILE], sums[place_of(left, left, r) :]
    by_b, by_c = (
        sums[place_of(left + 1, left + 1, r) :],
        sums[place_of(left + 2, left + 2, r) :],
    )
    by_d = sums[place_of(left + 3, left + 3, r) :]
    sa, sb, sc, sd = alone[0], alone[1], alone[2], alone[3]
    aa, ab, ac, ad = by_a[0], by_a[1], by_a[2], by_a[3]
    bb, bc, bd = by_b[0], by_b[1], by_b[2]
    cc, cd, dd = by_c[0], by_c[1], by_d[0]
    for row in range(start, end):
        x, y, z, w = a[row], b[row], c[row], d[row]
        sa, sb, sc, sd = sa + x, sb + y, sc + z, sd + w
        aa, ab, ac, ad = aa + x * x, ab + x * y, ac + x * z, ad + x * w
        bb, bc, bd = bb + y * y, bc + y * z, bd + y * w
        cc, cd, dd = cc + z * z, cd + z * w, dd + w * w
    alone[0], alone[1], alone[2], alone[3] = sa, sb, sc, sd
    by_a[0], by_a[1], by_a[2], by_a[3] = aa, ab, ac, ad
    by_b[0], by_b[1], by_b[2] = bb, bc, bd
    by_c[0], by_c[1], by_d[0] = cc, cd, dd


@compiled_as_written
def add_across(raw: Numbers, left: int, right: int, start: int, end: int, sums: Numbers) -> None:
    """Four columns from `left` on by four from `right` on."""
    r, a, b, c, d = raw.shape[0], raw[left], raw[left + 1], raw[left + 2], raw[left + 3]
    e, f, g, h = raw[right], raw[right + 1], raw[right + 2], raw[right + 3]
    by_a, by_b = sums[place_of(left, right, r) :], sums[place_of(left + 1, right, r) :]
    by_c, by_d = sums[place_of(left + 2, right, r) :], sums[place_of(left + 3, right, r) :]
    ae, af, ag, ah = by_a[0], by_a[1], by_a[2], by_a[3]
    be, bf, bg, bh = by_b[0], by_b[1], by_b[2], by_b[3]
    ce, cf, cg, ch = by_c[0], by_c[1], by_c[2], by_c[3]
    de, df, dg, dh = by_d[0], by_d[1], by_d[2], by_d[3]
    for row in range(start, end):
        x, y, z, w = a[row], b[row], c[row], d[row]
        p, q, s, t = e[row], f[row], g[row], h[row]
        ae, be, ce, de = ae + x * p, be + y * p, ce + z * p, de + w * p
        af, bf, cf, df = af + x * q, bf + y * q, cf + z * q, df + w * q
        ag, bg, cg, dg = ag + x * s, bg + y * s, cg + z * s, dg + w * s
        ah, bh, ch, dh = ah + x * t, bh + y * t, ch + z * t, dh + w * t
    by_a[0], by_a[1], by_a[2], by_a[3] = ae, af, ag, ah
    by_b[0], by_b[1], by_b[2], by_b[3] = be, bf, bg, bh
    by_c[0], by_c[1], by_c[2], by_c[3] = ce, cf, cg, ch
    by_d[0], by_d[1], by_d[2], by_d[3] = de, df, dg, dh


@compiled_as_written
def add_beside(raw: Numbers, left: int, column: int, start: int, end: int, sums: Numbers) -> None:
    """Four columns from `left` on by one after them."""
    r, a, b, c, d = raw.shape[0], raw[left], raw[left + 1], raw[left + 2], raw[left + 3]
    e = raw[column]
    by_a, by_b = sums[place_of(left, column, r) :], sums[place_of(left + 1, column, r) :]
    by_c, by_d = sums[place_of(left + 2, column, r) :], sums[place_of(left + 3, column, r) :]
    ae, be, ce, de = by_a[0], by_b[0], by_c[0], by_d[0]
    for row in range(start, end):
        p = e[row]
        ae, be, ce, de = ae + a[row] * p, be + b[row] * p, ce + c[row] * p, de + d[row] * p
    by_a[0], by_b[0], by_c[0], by_d[0] = ae, be, ce, de


@compiled_as_written
def add_pair(raw: Numbers, one: int, two: int, start: int, end: int, sums: Numbers) -> None:
    """One column by another after it."""
    place = place_of(one, two, raw.shape[0])
    a, b, total = raw[one], raw[two], sums[place]
    for row in range(start, end):
        total += a[row] * b[row]
    sums[place] = total


@compiled_as_written
def add_alone(raw: Numbers, column: int, start: int, end: int, sums: Numbers) -> None:
    """One column by 1 and by itself."""
    place = place_of(column, column, raw.shape[0])
    a, alone, total = raw[column], sums[column], sums[place]
    for row in range(start, end):
        alone += a[row]
        total += a[row] * a[row]
    sums[column], sums[place] = alone, total
