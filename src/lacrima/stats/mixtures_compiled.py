"""How much of a mixture lies below some places, compiled; `stats.mixtures` has it in NumPy."""

from __future__ import annotations

import math

import numpy as np

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.numbers import Numbers

_ROOT_2, _ROOT_2_PI = math.sqrt(2.0), math.sqrt(2.0 * math.pi)


@compiled_as_written
def below(x: Numbers, means: Numbers, sds: Numbers, weights: Numbers) -> Numbers:
    """At each x: the share below it, the density, and the slope of the density (3, x)."""
    found = np.zeros((3, x.size))
    for place in range(x.size):
        for part in range(means.size):
            away = (x[place] - means[part]) / sds[part]
            density = weights[part] * math.exp(-0.5 * away * away) / (_ROOT_2_PI * sds[part])
            found[0, place] += 0.5 * weights[part] * math.erfc(-away / _ROOT_2)
            found[1, place] += density
            found[2, place] -= away * density / sds[part]
    return found
