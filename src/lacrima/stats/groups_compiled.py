"""Runs of rows with the same ids, compiled: where they begin, and one number for all their rows.

Both go through the rows without a branch, since nobody can foretell where a run ends.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.leaf_compiled import Places


@compiled_as_written
def heads_of(is_head: npt.NDArray[np.bool_], runs: int) -> Places:
    """The rows at which `runs` runs begin, as np.flatnonzero finds them."""
    rows, run = np.empty(runs + 1, np.int64), 0
    for row in range(is_head.size):
        rows[run] = row
        run += int(is_head[row])
    return rows[:runs]


@compiled_as_written
def spread(values: Places, is_head: npt.NDArray[np.bool_]) -> Places:
    """The value of its run for each row; the first row is the head of the first run."""
    rows, run = np.empty(is_head.size, np.int64), -1
    for row in range(is_head.size):
        run += int(is_head[row])
        rows[row] = values[run]
    return rows


def spread_plainly(values: Places, is_head: npt.NDArray[np.bool_]) -> Places:
    """`spread` in NumPy."""
    rows: Places = values[np.cumsum(is_head) - 1]
    return rows
