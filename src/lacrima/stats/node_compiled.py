"""The loops of `stats.node` over groups, compiled. See there for what they compute."""

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


@compiled
def pass_below(
    above: Numbers,
    first: Places,
    z: Places,
    divided: Numbers,
    shrunk: Numbers,
    weight: float,
    down: Numbers,
) -> None:
    """T P T' + w E_z K E_z' for every group; above: the P of each parent."""
    for parent in range(first.size - 1):
        for g in range(first[parent], first[parent + 1]):
            turn_rows(above[parent], z, divided[g], down[g])
            turn_columns(z, divided[g], down[g])
            for a in range(z.size):
                for b in range(z.size):
                    down[g, z[a], z[b]] += weight * shrunk[g, a, b]


@compiled
def turn_rows(above: Numbers, z: Places, divided: Numbers, half: Numbers) -> None:
    """T P of one group."""
    k = above.shape[0]
    for x in range(k):
        for v in range(k):
            half[x, v] = above[x, v]
    for a in range(z.size):
        for x in range(k):
            factor = divided[a, x]
            for v in range(k):
                half[z[a], v] -= factor * above[x, v]


@compiled
def turn_columns(z: Places, divided: Numbers, half: Numbers) -> None:
    """(T P) T' of one group, in place; what T leaves alone is read before it is written."""
    k, q = half.shape[0], z.size
    pull = np.empty(q)
    for x in range(k):
        for a in range(q):
            pull[a] = 0.0
            for v in range(k):
                pull[a] += half[x, v] * divided[a, v]
        for a in range(q):
            half[x, z[a]] -= pull[a]


@compiled
def curve_groups(
    above: Numbers,
    first: Places,
    z: Places,
    solved: Numbers,
    shrunk: Numbers,
    weights: Numbers,
    below: Numbers,
    inner: Numbers,
    weight: float,
    of_below: Numbers,
    mixed: Numbers,
    spread: Numbers,
) -> None:
    """The second derivatives of parameters from below; fills D = C P C' (n, q, q) as well."""
    m, q, k = below.shape[1:]
    image, half, pull = np.empty((m, q, k)), np.empty((m, q, k)), np.empty((m, q, q))
    own = np.empty((q, k))
    for parent in range(first.size - 1):
        p = above[parent]
        for g in range(first[parent], first[parent + 1]):
            product(solved[g], p, own)
            across(own, solved[g], 1.0, spread[g])
            for i in range(m):
                product(below[g, i], p, image[i])
                product(shrunk[g], below[g, i], half[i])
                product(shrunk[g], inner[g, i], pull[i])
                add_mixed(weights[g], image[i], solved[g], inner[g, i], weight, mixed[i])
            add_below(image, half, pull, weight, of_below)
    mirror(of_below)


@compiled
def add_below(
    image: Numbers, half: Numbers, pull: Numbers, weight: float, of_below: Numbers
) -> None:
    """What two parameters from below give in one group, added above the diagonal."""
    m, q, k = image.shape
    for i in range(m):
        for j in range(i, m):
            entry = 0.0
            for a in range(q):
                for v in range(k):
                    entry -= 2.0 * image[i, a, v] * half[j, a, v]
                for b in range(q):
                    entry -= weight * pull[i, a, b] * pull[j, b, a]
            of_below[i, j] += entry


@compiled
def product(left: Numbers, right: Numbers, made: Numbers) -> None:
    """A product of two matrices."""
    for a in range(left.shape[0]):
        for v in range(right.shape[1]):
            made[a, v] = 0.0
        for x in range(right.shape[0]):
            factor = left[a, x]
            for v in range(right.shape[1]):
                made[a, v] += factor * right[x, v]


@compiled
def across(left: Numbers, right: Numbers, factor: float, made: Numbers) -> None:
    """The product of a matrix and another one transposed, times a factor."""
    for a in range(left.shape[0]):
        for b in range(right.shape[0]):
            entry = 0.0
            for v in range(left.shape[1]):
                entry += left[a, v] * right[b, v]
            made[a, b] = factor * entry


@compiled
def add_mixed(
    weights: Numbers, image: Numbers, solved: Numbers, inner: Numbers, weight: float, mixed: Numbers
) -> None:
    """B (w dS_zz B' - 2 X P C') of one group and one parameter from below."""
    q = weights.shape[0]
    middle, one = np.empty((q, q)), np.empty((q, q))
    across(image, solved, -2.0, middle)
    across(inner, weights, weight, one)
    for a in range(q):
        for b in range(q):
            for e in range(q):
                mixed[a, b] += weights[a, e] * (middle[e, b] + one[e, b])
