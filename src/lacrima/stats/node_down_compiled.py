"""The pass down over groups, compiled. See `stats.node` for what it computes."""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled
from lacrima.stats.leaf_compiled import Places, mirror
from lacrima.stats.numbers import Numbers


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
