"""The clients' cross-products in a model's columns, put where the passes will find them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from lacrima.stats.blocks import blocks_of
from lacrima.stats.compiled import is_compiled
from lacrima.stats.leaf import Leaf
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import NOTHING, Maps
from lacrima.stats.maps_compiled import Flat, fill
from lacrima.stats.numbers import Numbers
from lacrima.stats.sums import Sums
from lacrima.stats.tree import Tree

AT_ONCE = 4096


class Squares:
    """The clients' cross-products in a model's columns, some clients at a time."""

    def __init__(self, sums: Sums, maps: Maps, kept: Places) -> None:
        self.sums, self.maps, self.kept = sums, maps, kept
        self.k = len(maps.lines)

    def chunks(self, cross: Numbers | None = None) -> Iterator[tuple[slice, Numbers]]:
        """Which of the kept clients, and their (k, k, b). cross: other sums than the clients'."""
        cross = self.sums.cross if cross is None else cross
        for start in range(0, self.kept.size, AT_ONCE):
            chunk = slice(start, start + AT_ONCE)
            groups = self.kept[chunk]
            nothing = self.maps.nothing_of(self.sums.cross[groups], groups)
            yield chunk, self.maps.squares(cross[groups], groups, nothing)

    def of_each(self, cross: Numbers) -> Numbers:
        """All kept clients': (n, k, k)."""
        made = np.empty((self.kept.size, self.k, self.k))
        for chunk, squares in self.chunks(cross):
            made[chunk] = np.moveaxis(squares, -1, 0)
        return made

    def entries(self) -> Flat:
        """The maps as the loops take them."""
        return cast("Flat", tuple(self.maps.entries(self.sums.cross.shape[0])))

    def tree(self, z: Sequence[Places], first: Sequence[Places], of_kept: list[Places]) -> Tree:
        """The tree over the clients, of whom only what varies, and each parent's total, is kept."""
        if not z:
            total = sum(squares.sum(axis=-1) for _, squares in self.chunks())
            return Tree(None, np.asarray(total)[None], (), ())
        blocks, finest = blocks_of(first[0]), of_kept[0]
        lanes = blocks.places[finest]
        parents = np.repeat(np.arange(first[0].size - 1), np.diff(first[0]))[finest]
        sz = np.zeros((int(blocks.begins[-1]), z[0].size, self.k, blocks.width))
        totals = np.zeros((first[0].size - 1, self.k, self.k))
        put = self._fill if is_compiled() else self._fill_plainly
        put(lanes, parents, z[0], sz, totals)
        return Tree(Leaf(sz, z[0], blocks), totals, tuple(z[1:]), tuple(first[1:]))

    def _fill(
        self, lanes: Places, parents: Places, z: Places, sz: Numbers, totals: Numbers
    ) -> None:
        """Put what varies of every client where it lies, and add her to her parent's total."""
        where = (lanes, parents, z, sz, totals)
        fill(self.sums.cross, self.kept, self.entries(), NOTHING, *where)

    def _fill_plainly(
        self, lanes: Places, parents: Places, z: Places, sz: Numbers, totals: Numbers
    ) -> None:
        """`maps_compiled.fill` in NumPy. Clients may belong to one group and are added then."""
        by_lane = np.zeros((sz.shape[0] * sz.shape[3], z.size, self.k))
        for chunk, squares in self.chunks():
            _add(by_lane, lanes[chunk], squares[z])
            _add(totals, parents[chunk], squares)
        sz[:] = np.moveaxis(by_lane.reshape(sz.shape[0], -1, z.size, self.k), 1, -1)


def _add(sums: Numbers, groups: Places, squares: Numbers) -> None:
    """Add (..., b) to the sums (n, ...) of the b clients' groups, which are in order."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    sums[groups[starts]] += np.moveaxis(np.add.reduceat(squares, starts, axis=-1), -1, 0)
