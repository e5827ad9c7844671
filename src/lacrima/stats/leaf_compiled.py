"""The pass up over blocks of clients, compiled. See `stats.leaf` for what it computes.

Every array of a block ends in its clients, and every innermost loop runs over them. Such a loop
takes as many rows at once as it has use for: what is not written does not have to be read again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled
from lacrima.stats.numbers import Numbers

Places = npt.NDArray[np.int64]


@compiled
def climb(
    sz: Numbers,
    z: Places,
    lam: Numbers,
    begins: Places,
    taken: Numbers,
    slopes: Numbers,
    solved: Numbers,
) -> float:
    """The pass up; fills taken, slopes and solved, and gives the logarithm of the determinants.

    Where no slopes are asked for, solved stays as it is.
    """
    _, q, k, n = sz.shape
    small, u = np.zeros((4, q, q, n)), np.empty((k, q, n))
    gram = np.empty((q * k, q * k))
    logdet = 0.0
    for parent in range(begins.size - 1):
        gram[:] = 0.0
        for block in range(begins[parent], begins[parent + 1]):
            logdet += factors(sz[block], z, lam, small)
            apply(small[1], sz[block], u)
            add_gram(u.reshape(k, q * n), taken[parent])
            if slopes.shape[1] > 0:
                remain(sz[block], z, small[2], small[3])
                multiply(small[3], sz[block], solved[block])
                add_gram(solved[block].reshape(q * k, n), gram)
        mirror(taken[parent])
        if slopes.shape[1] > 0:
            unfold(gram, q, slopes[parent])
    return logdet


@compiled
def factors(s: Numbers, z: Places, lam: Numbers, small: Numbers) -> float:
    """The q x q matrices of one block; the sum of the logarithms of its determinants.

    small (4, q, q, n): L, as `factorise` leaves it, F = L^-1 Lambda', K = F'F; then room for B.
    """
    factorise(s, z, lam, small[0])
    divide(small[0], lam, small[1])
    square(small[1], small[2])
    return logarithms(small[0])


@compiled
def factorise(s: Numbers, z: Places, lam: Numbers, low: Numbers) -> None:
    """L, the Cholesky factor of I + Lambda' S_zz Lambda; of its diagonal the reciprocals."""
    q, n = low.shape[0], low.shape[2]
    for a in range(q):
        for b in range(a + 1):
            entry = low[a, b]
            sandwich(s, z, lam, a, b, entry)
            for e in range(b):
                left, right = low[a, e], low[b, e]
                for i in range(n):
                    entry[i] -= left[i] * right[i]
            if a == b:
                for i in range(n):
                    entry[i] = 1.0 / np.sqrt(entry[i])
            else:
                pivot = low[b, b]
                for i in range(n):
                    entry[i] *= pivot[i]


@compiled
def sandwich(s: Numbers, z: Places, lam: Numbers, a: int, b: int, entry: Numbers) -> None:
    """One entry of I + Lambda' S_zz Lambda."""
    start = 1.0 if a == b else 0.0
    for i in range(entry.size):
        entry[i] = start
    for c in range(a, z.size):
        for d in range(b, z.size):
            factor = lam[c, a] * lam[d, b]
            if factor != 0.0:
                row = s[c, z[d]]
                for i in range(entry.size):
                    entry[i] += factor * row[i]


@compiled
def divide(low: Numbers, lam: Numbers, quotient: Numbers) -> None:
    """F = L^-1 Lambda'."""
    q, n = low.shape[0], low.shape[2]
    for a in range(q):
        pivot = low[a, a]
        for b in range(q):
            entry, start = quotient[a, b], lam[b, a]
            for i in range(n):
                entry[i] = start
            for e in range(a):
                left, right = low[a, e], quotient[e, b]
                for i in range(n):
                    entry[i] -= left[i] * right[i]
            for i in range(n):
                entry[i] *= pivot[i]


@compiled
def square(factor: Numbers, squared: Numbers) -> None:
    """K = F'F."""
    q, n = factor.shape[0], factor.shape[2]
    for a in range(q):
        for b in range(a + 1):
            entry, other = squared[a, b], squared[b, a]
            for i in range(n):
                entry[i] = factor[0, a, i] * factor[0, b, i]
            for e in range(1, q):
                left, right = factor[e, a], factor[e, b]
                for i in range(n):
                    entry[i] += left[i] * right[i]
            if a != b:
                for i in range(n):
                    other[i] = entry[i]


@compiled
def remain(s: Numbers, z: Places, shrunk: Numbers, rest: Numbers) -> None:
    """B = I - S_zz K."""
    q, n = shrunk.shape[0], shrunk.shape[2]
    for a in range(q):
        for b in range(q):
            entry, start = rest[a, b], 1.0 if a == b else 0.0
            for i in range(n):
                entry[i] = start
            for e in range(q):
                left, right = s[a, z[e]], shrunk[e, b]
                for i in range(n):
                    entry[i] -= left[i] * right[i]


@compiled
def apply(factor: Numbers, s: Numbers, u: Numbers) -> None:
    """U = F S_z, a column's rows side by side: (k, q, n)."""
    q, k, n = s.shape
    for a in range(q):
        for v in range(k):
            weight, row, total = factor[a, 0], s[0, v], u[v, a]
            for i in range(n):
                total[i] = weight[i] * row[i]
            for b in range(1, q):
                weight, row = factor[a, b], s[b, v]
                for i in range(n):
                    total[i] += weight[i] * row[i]


@compiled
def multiply(rest: Numbers, s: Numbers, c: Numbers) -> None:
    """C = B S_z."""
    q, k, n = s.shape
    for a in range(q):
        for v in range(k):
            weight, row, total = rest[a, 0], s[0, v], c[a, v]
            for i in range(n):
                total[i] = weight[i] * row[i]
            for b in range(1, q):
                weight, row = rest[a, b], s[b, v]
                for i in range(n):
                    total[i] += weight[i] * row[i]


@compiled
def logarithms(low: Numbers) -> float:
    """The sum over a block of log |I + S_zz Psi|; four clients to a logarithm."""
    total = 0.0
    for i in range(0, low.shape[2], 4):
        product = 1.0
        for a in range(low.shape[0]):
            for each in range(i, i + 4):
                product *= low[a, a, each]
        total -= np.log(product)
    return 2.0 * total


@compiled
def add_gram(rows: Numbers, gram: Numbers) -> None:
    """Add the inner products of every two rows (r, n), above the diagonal: 2 x 2 rows at a time.

    Where r is odd the last row stands for the one after it, and what that gives is not added.
    """
    last = rows.shape[0] - 1
    for x in range(0, last + 1, 2):
        y = min(x + 1, last)
        one, two = rows[x], rows[y]
        for v in range(x, last + 1, 2):
            w = min(v + 1, last)
            three, four = rows[v], rows[w]
            xv, xw, yv, yw = 0.0, 0.0, 0.0, 0.0
            for i in range(rows.shape[1]):
                xv += one[i] * three[i]
                xw += one[i] * four[i]
                yv += two[i] * three[i]
                yw += two[i] * four[i]
            gram[x, v] += xv
            if w > v:
                gram[x, w] += xw
            if y > x:
                gram[y, v] += yv
            if w > v and y > x:
                gram[y, w] += yw


@compiled
def mirror(matrix: Numbers) -> None:
    """What stands above the diagonal, below it too."""
    for x in range(matrix.shape[0]):
        for v in range(x):
            matrix[x, v] = matrix[v, x]


@compiled
def unfold(gram: Numbers, q: int, slopes: Numbers) -> None:
    """-C'E_r C for every element r of Psi, from the products of every two rows of C."""
    k, place = slopes.shape[1], 0
    for b in range(q):
        for a in range(b, q):
            for x in range(k):
                for v in range(k):
                    entry = gram[b * k + x, a * k + v]
                    if a != b:
                        entry += gram[b * k + v, a * k + x]
                    elif x > v:
                        entry = gram[a * k + v, a * k + x]
                    slopes[place, x, v] = -entry
            place += 1
