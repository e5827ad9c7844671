"""How clients lie in memory: side by side in blocks, each block of one parent's clients.

A block is an array whose last axis runs over its clients, its *lanes*, so that the processor does
each step for several clients in one instruction. Since no block holds clients of two parents, sums
over a parent's clients are sums over whole blocks. A parent's last block is filled up with clients
of whom nothing is known: zeros, which add nothing to any sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers

# A width is a multiple of what the processor takes at once; more than the widest leaves its cache.
STEP, WIDEST = 8, 64
# What a block costs besides its lanes, in lanes.
OVERHEAD = 12


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where the clients of P parents lie.

    first (P + 1): where each parent's clients begin. begins (P + 1): the same for blocks. width:
    how many lanes a block has.
    """

    first: Places
    begins: Places
    width: int

    @property
    def parents(self) -> Places:
        """The parent of each block."""
        return np.repeat(np.arange(self.begins.size - 1), np.diff(self.begins))

    @property
    def places(self) -> Places:
        """The lane of each client, counted through all blocks."""
        shift = self.begins[:-1] * self.width - self.first[:-1]
        return np.arange(self.first[-1]) + np.repeat(shift, np.diff(self.first))

    def by_client(self, blocked: Numbers) -> Numbers:
        """An array of blocks (blocks, ..., width) as one with a row a client (n, ...)."""
        rows = np.moveaxis(blocked, -1, 1)
        return rows.reshape(-1, *rows.shape[2:])[self.places]

    def cut(self, parents: int) -> Blocks:
        """The first so many parents alone."""
        return Blocks(self.first[: parents + 1], self.begins[: parents + 1], self.width)


def blocks_of(first: Places) -> Blocks:
    """The blocks in which the clients of each parent cost least.

    >>> found = blocks_of(np.array([0, 3, 10]))
    >>> found.width, found.begins.tolist(), found.places.tolist()
    (8, [0, 1, 2], [0, 1, 2, 8, 9, 10, 11, 12, 13, 14])
    """
    counts = np.diff(first)
    widths = np.arange(STEP, WIDEST + 1, STEP)
    costs = [int((-(-counts // width)).sum()) * (width + OVERHEAD) for width in widths]
    width = int(widths[int(np.argmin(costs))])
    begins = np.concatenate([[0], np.cumsum(-(-counts // width))])
    return Blocks(first, begins.astype(np.int64), width)
