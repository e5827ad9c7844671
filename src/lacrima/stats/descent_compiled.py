"""The pass down over blocks of clients, compiled. See `stats.leaf` for what it computes."""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled
from lacrima.stats.leaf_compiled import Places, add_gram
from lacrima.stats.numbers import Numbers


@compiled
def descend(
    solved: Numbers, z: Places, begins: Places, adjoint: Numbers, sums: Numbers, products: Numbers
) -> None:
    """The pass down over G and D, the t elements of each below the diagonal, row by row.

    Adds to the sums of both (2 t) and to the products of every two (2 t, 2 t), above the diagonal.
    """
    q, k, n = solved.shape[1:]
    size = q * (q + 1) // 2
    both, image = np.empty((2 * size, n)), np.empty(n)
    for parent in range(begins.size - 1):
        for block in range(begins[parent], begins[parent + 1]):
            c = solved[block]
            gather(c, z, both)
            for a in range(q):
                for v in range(k):
                    turn(adjoint[parent, v], c[a], image)
                    meet(image, c, v, both[size + a * (a + 1) // 2 :], a + 1)
            add_up(both, sums)
            add_gram(both, products)


@compiled
def gather(c: Numbers, z: Places, both: Numbers) -> None:
    """G, and nothing yet of D."""
    size = both.shape[0] // 2
    place = 0
    for a in range(z.size):
        for b in range(a + 1):
            row, entry, other = c[a, z[b]], both[place], both[size + place]
            for i in range(row.size):
                entry[i] = row[i]
                other[i] = 0.0
            place += 1


@compiled
def turn(factors: Numbers, rows: Numbers, image: Numbers) -> None:
    """The sum of factors x rows (k, n), four of them at a time: one row of P C'."""
    k, n = rows.shape
    for i in range(n):
        image[i] = 0.0
    for x in range(0, k - 3, 4):
        w, one, two, three, four = (
            factors[x : x + 4],
            rows[x],
            rows[x + 1],
            rows[x + 2],
            rows[x + 3],
        )
        for i in range(n):
            image[i] += w[0] * one[i] + w[1] * two[i] + w[2] * three[i] + w[3] * four[i]
    for x in range(k - k % 4, k):
        factor, row = factors[x], rows[x]
        for i in range(n):
            image[i] += factor * row[i]


@compiled
def meet(image: Numbers, c: Numbers, v: int, spread: Numbers, rows: int) -> None:
    """Add what one column gives to a row of D = (C P) C'."""
    for b in range(rows):
        entry, row = spread[b], c[b, v]
        for i in range(image.size):
            entry[i] += image[i] * row[i]


@compiled
def add_up(rows: Numbers, sums: Numbers) -> None:
    """Add the sum of each row."""
    for x in range(rows.shape[0]):
        total = 0.0
        for i in range(rows.shape[1]):
            total += rows[x, i]
        sums[x] += total
