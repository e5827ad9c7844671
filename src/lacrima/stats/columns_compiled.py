"""Whether numbers are whole, compiled. See `stats.columns`."""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.numbers import Numbers

# At this size neighbouring numbers are 1 apart, so that adding it leaves no part of a smaller one.
SPACED, HUGE = 1.5 * 2.0**52, 2.0**51


@compiled_as_written
def are_surely_whole(values: Numbers) -> bool:
    """Whether all are whole. Of huge numbers and of what is missing (NaN) it is not sure."""
    broken = 0
    for place in range(values.size):
        value = values[place]
        broken += ((value + SPACED) - SPACED != value) | (np.abs(value) > HUGE)
    return broken == 0
