"""The loops of `stats.leaf` over blocks of clients, compiled. See there for what they compute.

Every array of a block ends in its 64 clients, and every innermost loop runs over them. Sums over a
parent's clients are taken over the part of a block that is the parent's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled
from lacrima.stats.numbers import Numbers

Places = npt.NDArray[np.int64]

BLOCK = 64


@compiled
def climb(
    sz: Numbers,
    z: Places,
    lam: Numbers,
    first: Places,
    taken: Numbers,
    slopes: Numbers,
    solved: Numbers,
) -> float:
    """The pass up; fills taken, slopes and solved, and gives the logarithm of the determinants."""
    q, k = sz.shape[1], sz.shape[2]
    w, u, low = np.empty((q, k, BLOCK)), np.empty((q, k, BLOCK)), np.empty((q, q, BLOCK))
    row = np.empty(BLOCK)
    logdet, parent = 0.0, 0
    for block in range(sz.shape[0]):
        c = solved[block]
        logdet += solve(sz[block], z, lam, w, u, low, c)
        start, end = block * BLOCK, min((block + 1) * BLOCK, first[-1])
        while start < end:
            until = min(end, first[parent + 1])
            ends = (start - block * BLOCK, until - block * BLOCK)
            add_squares(u, ends, row, taken[parent])
            if slopes.shape[1] > 0:
                add_slopes(c, ends, row, slopes[parent])
            start = until
            if until == first[parent + 1]:
                parent += 1
    mirror(taken)
    finish(slopes, q)
    return logdet


@compiled
def solve(
    s: Numbers, z: Places, lam: Numbers, w: Numbers, u: Numbers, low: Numbers, c: Numbers
) -> float:
    """W, L, U and C of one block; the sum of the logarithms of its determinants."""
    project(s, lam, w)
    factorise(w, z, lam, low)
    forward(low, w, u)
    backward(low, u, c)
    subtract(s, w, z, c)
    return logarithms(low)


@compiled
def project(s: Numbers, lam: Numbers, w: Numbers) -> None:
    """W = Lambda' S_z."""
    q, k = s.shape[0], s.shape[1]
    for a in range(q):
        for v in range(k):
            for i in range(BLOCK):
                w[a, v, i] = lam[a, a] * s[a, v, i]
            for b in range(a + 1, q):
                factor = lam[b, a]
                for i in range(BLOCK):
                    w[a, v, i] += factor * s[b, v, i]


@compiled
def factorise(w: Numbers, z: Places, lam: Numbers, low: Numbers) -> None:
    """L, the Cholesky factor of I + (Lambda' S_zz) Lambda."""
    for a in range(w.shape[0]):
        for b in range(a + 1):
            product(w[a], z, lam[:, b], b, low[a, b], 1.0 if a == b else 0.0)
            for e in range(b):
                for i in range(BLOCK):
                    low[a, b, i] -= low[a, e, i] * low[b, e, i]
            divide(low, a, b)


@compiled
def product(
    w: Numbers, z: Places, factor: Numbers, start: int, entry: Numbers, identity: float
) -> None:
    """One entry of I + (Lambda' S_zz) Lambda."""
    for i in range(BLOCK):
        entry[i] = identity
    for e in range(start, z.size):
        for i in range(BLOCK):
            entry[i] += w[z[e], i] * factor[e]


@compiled
def divide(low: Numbers, a: int, b: int) -> None:
    """The last step of an entry of L; on the diagonal its reciprocal is kept."""
    if a == b:
        for i in range(BLOCK):
            low[a, a, i] = 1.0 / np.sqrt(low[a, a, i])
    else:
        for i in range(BLOCK):
            low[a, b, i] *= low[b, b, i]


@compiled
def forward(low: Numbers, w: Numbers, u: Numbers) -> None:
    """U = L^-1 W."""
    q, k = w.shape[0], w.shape[1]
    for a in range(q):
        for v in range(k):
            for i in range(BLOCK):
                u[a, v, i] = w[a, v, i]
            for b in range(a):
                for i in range(BLOCK):
                    u[a, v, i] -= low[a, b, i] * u[b, v, i]
            for i in range(BLOCK):
                u[a, v, i] *= low[a, a, i]


@compiled
def backward(low: Numbers, u: Numbers, h: Numbers) -> None:
    """H = L'^-1 U."""
    q, k = u.shape[0], u.shape[1]
    for a in range(q - 1, -1, -1):
        for v in range(k):
            for i in range(BLOCK):
                h[a, v, i] = u[a, v, i]
            for b in range(a + 1, q):
                for i in range(BLOCK):
                    h[a, v, i] -= low[b, a, i] * h[b, v, i]
            for i in range(BLOCK):
                h[a, v, i] *= low[a, a, i]


@compiled
def subtract(s: Numbers, w: Numbers, z: Places, h: Numbers) -> None:
    """C = S_z - (Lambda' S_zz)' H, in place of H: column by column, since rows need each other."""
    q, k = s.shape[0], s.shape[1]
    old = np.empty((q, BLOCK))
    for v in range(k):
        for a in range(q):
            for i in range(BLOCK):
                old[a, i] = h[a, v, i]
        for a in range(q):
            column = z[a]
            for i in range(BLOCK):
                h[a, v, i] = s[a, v, i]
            for b in range(q):
                for i in range(BLOCK):
                    h[a, v, i] -= w[b, column, i] * old[b, i]


@compiled
def logarithms(low: Numbers) -> float:
    """The sum over a block of log |I + S_zz Psi|; four clients to a logarithm."""
    total = 0.0
    for i in range(0, BLOCK, 4):
        product = 1.0
        for a in range(low.shape[0]):
            for each in range(i, i + 4):
                product *= low[a, a, each]
        total -= np.log(product)
    return 2.0 * total


@compiled
def add_squares(u: Numbers, ends: tuple[int, int], row: Numbers, taken: Numbers) -> None:
    """Add U'U of a parent's clients in one block, above the diagonal."""
    q, k = u.shape[0], u.shape[1]
    for a in range(q):
        for x in range(k):
            cut(u[a, x], ends, row)
            for v in range(x, k):
                total = 0.0
                for i in range(BLOCK):
                    total += row[i] * u[a, v, i]
                taken[x, v] += total


@compiled
def add_slopes(c: Numbers, ends: tuple[int, int], row: Numbers, slopes: Numbers) -> None:
    """Add C_a' C_b of a parent's clients in one block: above the diagonal, or whole if a != b."""
    q, k = c.shape[0], c.shape[1]
    place = 0
    for b in range(q):
        for a in range(b, q):
            for x in range(k):
                cut(c[a, x], ends, row)
                for v in range(x if a == b else 0, k):
                    total = 0.0
                    for i in range(BLOCK):
                        total += row[i] * c[b, v, i]
                    slopes[place, x, v] += total
            place += 1


@compiled
def cut(values: Numbers, ends: tuple[int, int], row: Numbers) -> None:
    """A row of a block, nothing outside the part that is one parent's.

    So every sum runs over a whole block: its length is known, and costs less than its remainder.
    """
    for i in range(BLOCK):
        row[i] = 0.0
    for i in range(ends[0], ends[1]):
        row[i] = values[i]


@compiled
def finish(slopes: Numbers, q: int) -> None:
    """C'E_r C from C_a' C_b: with its transpose where a != b."""
    place = 0
    for b in range(q):
        for a in range(b, q):
            if slopes.shape[1] == 0:
                return
            if a == b:
                mirror(slopes[:, place])
            else:
                join(slopes[:, place])
            place += 1


@compiled
def join(matrices: Numbers) -> None:
    """Each matrix and its transpose, added."""
    for each in range(matrices.shape[0]):
        for x in range(matrices.shape[1]):
            matrices[each, x, x] *= 2.0
            for v in range(x):
                total = matrices[each, x, v] + matrices[each, v, x]
                matrices[each, x, v] = total
                matrices[each, v, x] = total


@compiled
def dot(x: Numbers, y: Numbers, end: int) -> float:
    """The sum of products over the first part of a block."""
    total = 0.0
    for i in range(end):
        total += x[i] * y[i]
    return total


@compiled
def mirror(matrices: Numbers) -> None:
    """What stands above the diagonal of each matrix, below it too."""
    for each in range(matrices.shape[0]):
        for x in range(matrices.shape[1]):
            for v in range(x):
                matrices[each, x, v] = matrices[each, v, x]


@compiled
def descend(
    solved: Numbers,
    z: Places,
    first: Places,
    adjoint: Numbers,
    g: Numbers,
    d: Numbers,
    gg: Numbers,
    gd: Numbers,
) -> None:
    """The pass down; adds to the sums of G, D and their products."""
    q, k = solved.shape[1], solved.shape[2]
    image, spread = np.empty((k, BLOCK)), np.empty((q, q, BLOCK))
    parent = 0
    for block in range(solved.shape[0]):
        c = solved[block]
        start, end = block * BLOCK, min((block + 1) * BLOCK, first[-1])
        while start < end:
            until = min(end, first[parent + 1])
            low_end, high_end = start - block * BLOCK, until - block * BLOCK
            spread_of(c, adjoint[parent], image, spread, low_end, high_end)
            start = until
            if until == first[parent + 1]:
                parent += 1
        add_products(c, z, spread, end - block * BLOCK, g, d, gg, gd)


@compiled
def spread_of(
    c: Numbers, above: Numbers, image: Numbers, spread: Numbers, start: int, end: int
) -> None:
    """D = C P C' of a parent's clients in one block."""
    for a in range(c.shape[0]):
        for v in range(c.shape[1]):
            turn(c[a], above, v, image[v])
        for b in range(a + 1):
            meet(image, c[b], spread[a, b], start, end)
            for i in range(start, end):
                spread[b, a, i] = spread[a, b, i]


@compiled
def turn(c: Numbers, above: Numbers, v: int, image: Numbers) -> None:
    """One column of one row of C P, for a whole block."""
    for i in range(BLOCK):
        image[i] = 0.0
    for x in range(c.shape[0]):
        factor = above[x, v]
        for i in range(BLOCK):
            image[i] += factor * c[x, i]


@compiled
def meet(image: Numbers, c: Numbers, spread: Numbers, start: int, end: int) -> None:
    """One element of D = (C P) C', for the clients of one parent."""
    for i in range(start, end):
        spread[i] = 0.0
    for v in range(c.shape[0]):
        for i in range(start, end):
            spread[i] += image[v, i] * c[v, i]


@compiled
def add_products(
    c: Numbers,
    z: Places,
    spread: Numbers,
    end: int,
    g: Numbers,
    d: Numbers,
    gg: Numbers,
    gd: Numbers,
) -> None:
    """The sums over one block."""
    q = c.shape[0]
    for a in range(q):
        for b in range(q):
            own = c[a, z[b]]
            for i in range(end):
                g[a, b] += own[i]
                d[a, b] += spread[a, b, i]
            for e in range(q):
                for f in range(q):
                    gg[a, b, e, f] += dot(own, c[e, z[f]], end)
                    gd[a, b, e, f] += dot(own, spread[e, f], end)
