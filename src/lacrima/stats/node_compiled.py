"""The pass up over groups, compiled. See `stats.node` for what it computes."""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled
from lacrima.stats.leaf_compiled import Places, mirror
from lacrima.stats.numbers import Numbers


@compiled
def climb_groups(
    s: Numbers,
    ds: Numbers,
    z: Places,
    lam: Numbers,
    first: Places,
    passed: Numbers,
    slopes: Numbers,
    solved: Numbers,
    divided: Numbers,
    shrunk: Numbers,
    weights: Numbers,
    below: Numbers,
) -> float:
    """The pass up; fills all from passed on, and gives the logarithm of the determinants.

    slopes (P, m or m + own, k, k): with the level's own where there is place for them.
    """
    m, k, q = ds.shape[1], s.shape[1], z.size
    factor, half, through = np.zeros((q, q)), np.empty((q, k)), np.empty((k, k))
    logdet = 0.0
    for parent in range(first.size - 1):
        for g in range(first[parent], first[parent + 1]):
            logdet += factorise(s[g], z, lam, factor)
            remain(s[g], z, factor, shrunk[g], weights[g])
            rows_times(factor, s[g], z, half)
            rows_times(shrunk[g], s[g], z, divided[g])
            rows_times(weights[g], s[g], z, solved[g])
            pass_up(s[g], half, passed[parent])
            for p in range(m):
                take_out(ds[g, p], z, divided[g], through, below[g, p])
                add_through(through, divided[g], below[g, p], slopes[parent, p])
            if slopes.shape[1] > m:
                add_own(solved[g], slopes[parent, m:])
        mirror(passed[parent])
        for p in range(slopes.shape[1]):
            mirror(slopes[parent, p])
    return logdet


@compiled
def rows_times(left: Numbers, s: Numbers, z: Places, made: Numbers) -> None:
    """A q x q matrix times the rows of S that vary."""
    for a in range(z.size):
        for v in range(s.shape[1]):
            made[a, v] = 0.0
        for b in range(z.size):
            factor, row = left[a, b], s[z[b]]
            for v in range(row.size):
                made[a, v] += factor * row[v]


@compiled
def pass_up(s: Numbers, half: Numbers, passed: Numbers) -> None:
    """A of one group, added above the diagonal."""
    for x in range(s.shape[0]):
        for v in range(x, s.shape[0]):
            entry = s[x, v]
            for a in range(half.shape[0]):
                entry -= half[a, x] * half[a, v]
            passed[x, v] += entry


@compiled
def factorise(s: Numbers, z: Places, lam: Numbers, factor: Numbers) -> float:
    """L^-1 Lambda' of one group, L the Cholesky factor of I + Lambda' S_zz Lambda; log |L L'|."""
    q = z.size
    low = np.zeros((q, q))
    logdet = 0.0
    for a in range(q):
        for b in range(a + 1):
            entry = 1.0 if a == b else 0.0
            for c in range(a, q):
                for d in range(b, q):
                    entry += lam[c, a] * lam[d, b] * s[z[c], z[d]]
            for e in range(b):
                entry -= low[a, e] * low[b, e]
            low[a, b] = np.sqrt(entry) if a == b else entry / low[b, b]
        logdet += np.log(low[a, a])
        for b in range(q):
            entry = lam[b, a]
            for e in range(a):
                entry -= low[a, e] * factor[e, b]
            factor[a, b] = entry / low[a, a]
    return 2.0 * logdet


@compiled
def remain(s: Numbers, z: Places, factor: Numbers, shrunk: Numbers, weights: Numbers) -> None:
    """K = F'F and B = I - S_zz K."""
    q = z.size
    for a in range(q):
        for b in range(q):
            entry = 0.0
            for e in range(q):
                entry += factor[e, a] * factor[e, b]
            shrunk[a, b] = entry
    for a in range(q):
        for b in range(q):
            entry = 1.0 if a == b else 0.0
            for e in range(q):
                entry -= s[z[a], z[e]] * shrunk[e, b]
            weights[a, b] = entry


@compiled
def take_out(ds: Numbers, z: Places, divided: Numbers, through: Numbers, below: Numbers) -> None:
    """dS T of one group, and X = E_z' dS T."""
    k = ds.shape[0]
    for x in range(k):
        for v in range(k):
            through[x, v] = ds[x, v]
        for a in range(z.size):
            factor = ds[x, z[a]]
            for v in range(k):
                through[x, v] -= factor * divided[a, v]
    for a in range(z.size):
        for v in range(k):
            below[a, v] = through[z[a], v]


@compiled
def add_through(through: Numbers, divided: Numbers, below: Numbers, slopes: Numbers) -> None:
    """T' dS T of one group, added above the diagonal."""
    for x in range(through.shape[0]):
        for v in range(x, through.shape[0]):
            entry = through[x, v]
            for a in range(divided.shape[0]):
                entry -= divided[a, x] * below[a, v]
            slopes[x, v] += entry


@compiled
def add_own(solved: Numbers, slopes: Numbers) -> None:
    """-C'E_r C of one group for every element r of Psi, added above the diagonal."""
    q, k = solved.shape
    place = 0
    for b in range(q):
        for a in range(b, q):
            for x in range(k):
                for v in range(x, k):
                    entry = solved[a, x] * solved[b, v]
                    if a != b:
                        entry += solved[b, x] * solved[a, v]
                    slopes[place, x, v] -= entry
            place += 1
