"""One look at all numbers of a column, compiled. See `stats.columns`."""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.numbers import Numbers

# At this size neighbouring numbers are 1 apart, so that adding it leaves no part of a smaller one.
SPACED, HUGE = 1.5 * 2.0**52, 2.0**51
# All bits but the sign. With them turned round where a number is negative, the bits of doubles,
# read as integers, are in the order of the doubles; the least of integers is found many at a time.
BITS = 2**63 - 1


@compiled_as_written
def look(values: Numbers) -> tuple[float, float, int, bool]:
    """The smallest and the largest, how many are missing (NaN), and whether all are surely whole.

    Infinite where nothing is there. Of huge numbers it is not sure whether they are whole.
    """
    bits, low, high, gaps, broken = values.view(np.int64), BITS, -BITS, 0, 0
    for place in range(values.size):
        value, is_gap = values[place], np.isnan(values[place])
        key = bits[place] ^ ((bits[place] >> 63) & BITS)
        low, high = min(low, BITS if is_gap else key), max(high, -BITS if is_gap else key)
        gaps += is_gap
        broken += ((value + SPACED) - SPACED != value) | (np.abs(value) > HUGE)
    if gaps == values.size:
        return np.inf, -np.inf, gaps, True
    ends = np.array([low, high])
    ends = (ends ^ ((ends >> 63) & BITS)).view(np.float64)
    return ends[0], ends[1], gaps, broken == gaps
