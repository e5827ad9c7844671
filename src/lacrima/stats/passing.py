"""What a group knows of itself, where that was not kept on the way up: its own part, climbed again.

Of very many clients with very many groups above them, keeping what each group knows at each point
would fill the memory. But a group's cross-products follow from those who lie in it alone, so they
are worked out again for the one group that is asked about, a few points at a time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.stats.nested import Nested, climb
from lacrima.stats.numbers import Numbers
from lacrima.stats.scales import Scales

CELLS_AT_ONCE = 4_000_000


def inside_of(family: Nested, level: int, group: int) -> Nested:
    """The family of those who lie in one group of a level (1 or above), below that level.

    >>> from lacrima.stats.nested import nested
    >>> client, therapist = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])
    >>> whole = nested(np.ones((4, 1)), np.arange(4.0), [(client, [0]), (therapist, [0])])
    >>> inside_of(whole, 1, 0).sz.tolist(), inside_of(whole, 1, 1).totals.tolist()
    ([[[2.0, 1.0]], [[1.0, 2.0]]], [[[1.0, 3.0], [3.0, 9.0]]])
    """
    first, low, high = [], group, group + 1
    for starts in reversed(family.first[:level]):
        parents = (low, high)
        first.append(starts[low : high + 1] - starts[low])
        low, high = int(starts[low]), int(starts[high])
    clients, parts = slice(low, high), slice(*parents)
    beside = family.neighbours
    if beside is not None:
        sz, totals = beside.sz[:, clients], beside.totals[:, parts]
        beside = replace(beside, sz=sz, totals=totals)
    return replace(
        family,
        sz=family.sz[clients],
        totals=family.totals[parts],
        z=family.z[:level],
        first=tuple(reversed(first)),
        neighbours=beside,
    )


def rows_again(
    family: Nested, lambdas: tuple[Numbers, ...], scales: Scales, level: int, group: int
) -> Numbers:
    """The rows of cross-products of one group's random coefficients at every point: (m, q, k).

    family, level (1 or above), group: as above. lambdas: each level's factors in the family's own
    columns (m, q, q), of which those below `level` count; scales: the points (m).
    """
    part = inside_of(family, level, group)
    cells = max(len(part.sz), 1) * part.sizes[0] * part.k
    at_once = max(1, CELLS_AT_ONCE // cells)
    found = []
    for start in range(0, len(scales.sigma), at_once):
        some = slice(start, start + at_once)
        memory = None if scales.memory is None else scales.memory[some]
        below = [lam[some] for lam in lambdas[:level]]
        came = climb(part, below, len(below[0]), memory)
        found.append(came.root[:, family.z[level]])
    return np.concatenate(found)
