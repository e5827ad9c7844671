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
    logdet, parent = 0.0, 0
    for block in range(sz.shape[0]):
        logdet += solve(sz[block], z, lam, w, u, low, solved[block], taken, first, block, parent)
        start, end = block * BLOCK, min((block + 1) * BLOCK, first[-1])
        while start < end:
            until = min(end, first[parent + 1])
            low_end, high_end = start - block * BLOCK, until - block * BLOCK
            if slopes.shape[1] > 0:
                add_slopes(solved[block], low_end, high_end, slopes[parent])
            start = until
            if until == first[parent + 1]:
                parent += 1
    mirror(taken)
    for place in range(slopes.shape[1]):
        mirror(slopes[:, place])
    return logdet


@compiled
def solve(
    s: Numbers,
    z: Places,
    lam: Numbers,
    w: Numbers,
    u: Numbers,
    low: Numbers,
    c: Numbers,
    taken: Numbers,
    first: Places,
    block: int,
    parent: int,
) -> float:
    """One block: W, L, U, what is taken, H, C; twice the sum of the logarithms of L's diagonal."""
    project(s, lam, w)
    factorise(w, z, lam, low)
    forward(low, w, u)
    take(u, taken, first, block, parent)
    backward(low, u)
    subtract(s, w, z, u, c)
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
    """The last step of an entry of L."""
    if a == b:
        for i in range(BLOCK):
            low[a, a, i] = np.sqrt(low[a, a, i])
    else:
        for i in range(BLOCK):
            low[a, b, i] /= low[b, b, i]


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
                u[a, v, i] /= low[a, a, i]


@compiled
def backward(low: Numbers, u: Numbers) -> None:
    """H = L'^-1 U, in place of U."""
    q, k = u.shape[0], u.shape[1]
    for a in range(q - 1, -1, -1):
        for v in range(k):
            for b in range(a + 1, q):
                for i in range(BLOCK):
                    u[a, v, i] -= low[b, a, i] * u[b, v, i]
            for i in range(BLOCK):
                u[a, v, i] /= low[a, a, i]


@compiled
def subtract(s: Numbers, w: Numbers, z: Places, h: Numbers, c: Numbers) -> None:
    """C = S_z - (Lambda' S_zz)' H."""
    q, k = s.shape[0], s.shape[1]
    for a in range(q):
        column = z[a]
        for v in range(k):
            for i in range(BLOCK):
                c[a, v, i] = s[a, v, i]
            for b in range(q):
                for i in range(BLOCK):
                    c[a, v, i] -= w[b, column, i] * h[b, v, i]


@compiled
def logarithms(low: Numbers) -> float:
    """The sum over a block of log |I + S_zz Psi|."""
    total = 0.0
    for i in range(BLOCK):
        product = 1.0
        for a in range(low.shape[0]):
            product *= low[a, a, i]
        total += np.log(product)
    return 2.0 * total


@compiled
def take(u: Numbers, taken: Numbers, first: Places, block: int, parent: int) -> None:
    """Add U'U of the block's clients to their parents, above the diagonal."""
    q, k = u.shape[0], u.shape[1]
    start, end = block * BLOCK, min((block + 1) * BLOCK, first[-1])
    while start < end:
        until = min(end, first[parent + 1])
        low_end, high_end = start - block * BLOCK, until - block * BLOCK
        for a in range(q):
            for x in range(k):
                for v in range(x, k):
                    taken[parent, x, v] += dot(u[a, x], u[a, v], low_end, high_end)
        start = until
        parent += 1


@compiled
def add_slopes(c: Numbers, low_end: int, high_end: int, slopes: Numbers) -> None:
    """Add C'E_r C of a parent's clients in one block, above the diagonal."""
    q, k = c.shape[0], c.shape[1]
    place = 0
    for b in range(q):
        for a in range(b, q):
            for x in range(k):
                for v in range(x, k):
                    total = dot(c[a, x], c[b, v], low_end, high_end)
                    if a != b:
                        total += dot(c[b, x], c[a, v], low_end, high_end)
                    slopes[place, x, v] += total
            place += 1


@compiled
def dot(x: Numbers, y: Numbers, start: int, end: int) -> float:
    """The sum of products over a part of a block."""
    total = 0.0
    for i in range(start, end):
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
        turn(c[a], above, image, start, end)
        for b in range(a + 1):
            total = spread[a, b]
            total[start:end] = 0.0
            for v in range(c.shape[1]):
                for i in range(start, end):
                    total[i] += image[v, i] * c[b, v, i]
            spread[b, a, start:end] = total[start:end]


@compiled
def turn(c: Numbers, above: Numbers, image: Numbers, start: int, end: int) -> None:
    """One row of C P."""
    k = c.shape[0]
    for v in range(k):
        image[v, start:end] = 0.0
        for x in range(k):
            factor = above[x, v]
            for i in range(start, end):
                image[v, i] += factor * c[x, i]


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
                    gg[a, b, e, f] += dot(own, c[e, z[f]], 0, end)
                    gd[a, b, e, f] += dot(own, spread[e, f], 0, end)
