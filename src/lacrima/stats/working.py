"""From kept sums to the tree of one model.

The k working columns are the model's terms (those of the fixed part first, then those that only
vary) and the outcome. They differ from the model's own in two harmless ways, undone in
`stats.basis`: a column may be without its shift where an intercept takes it up, and is scaled by a
power of two to a size near 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lacrima.stats.basis import Basis
from lacrima.stats.blocks import blocks_of
from lacrima.stats.compiled import IS_COMPILED
from lacrima.stats.leaf import Leaf
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import NOTHING, Maps, ancestors, maps_of
from lacrima.stats.maps_compiled import fill
from lacrima.stats.model import Model
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import SerialSums
from lacrima.stats.sums import Sums
from lacrima.stats.tree import Tree

AT_ONCE = 4096
# So many clients are added up together where they have no parents but the root.
TOGETHER = 1024


@dataclass(frozen=True, slots=True)
class Band:
    """One level of the tree: its place in the model and which groups of its grouping have rows."""

    place: int
    groups: Places


@dataclass(frozen=True, slots=True)
class Working:
    """A model's tree, and how its columns stand to the model's own.

    n: rows used. bands: the levels of the tree. total (k, k): of all cross-products. values
    (n, k, k), serial: of the clients, for AR(1) only.
    """

    tree: Tree
    basis: Basis
    n: int
    bands: tuple[Band, ...]
    total: Numbers
    values: Numbers | None = None
    serial: SerialSums | None = None


def working(sums: Sums, model: Model) -> Working:
    """The tree of `model`; under AR(1) where the sums hold neighbouring sessions.

    Raises BadInput where the sums were not made for what the model needs.
    """
    squares = _Squares(sums, maps_of(sums, model), np.flatnonzero(sums.n > 0))
    order, of_kept, bands = _levels(sums, model, squares.kept)
    z = [_places(model, place) for place in order]
    if sums.serial is not None:
        of_kept, z = [np.arange(squares.kept.size), *of_kept], [np.empty(0, np.int64), *z]
    first = [_starts(inner, outer) for inner, outer in _steps(of_kept)]
    if sums.serial is not None:
        made = squares.of_each(sums.cross)
        tree = Tree(None, made, tuple(z), tuple(first))
        found = Working(tree, _unit(model, squares.maps), 0, bands, made.sum(axis=0), made)
        found = replace(found, serial=_mapped(sums.serial, squares))
    else:
        tree = squares.tree(z, first, of_kept)
        found = Working(tree, _unit(model, squares.maps), 0, bands, tree.totals.sum(axis=0))
    return _rescaled(replace(found, n=sums.rows_used))


def _levels(
    sums: Sums, model: Model, kept: Places
) -> tuple[list[int], list[Places], tuple[Band, ...]]:
    """The model's levels from the finest up, each kept client's group there, and the bands."""
    order = [place for place, level in enumerate(model.levels) if level.terms]
    order.sort(key=lambda place: sums.names.index(model.levels[place].name))
    of_kept, bands = [], []
    for place in order:
        above = ancestors(sums, model.levels[place].name)[kept]
        is_head = np.diff(above, prepend=-1) != 0  # siblings stand side by side
        of_kept.append(np.cumsum(is_head) - 1)
        bands.append(Band(place, above[is_head]))
    return order, of_kept, tuple(bands)


def _places(model: Model, level: int) -> Places:
    return np.array([model.terms.index(term) for term in model.levels[level].terms], np.int64)


def _steps(of_kept: Sequence[Places]) -> Iterator[tuple[Places, Places]]:
    """Each level beside the next coarser one, the last beside the root."""
    if of_kept:
        yield from zip(of_kept, [*of_kept[1:], np.zeros(of_kept[0].size, np.int64)], strict=True)


def _starts(inner: Places, outer: Places) -> Places:
    """Where each outer group's children begin, and where the last one's end."""
    heads = np.flatnonzero(np.diff(inner, prepend=-1))
    parents = outer[heads]
    starts = np.flatnonzero(np.diff(parents, prepend=-1))
    return np.append(starts, parents.size).astype(np.int64)


def _unit(model: Model, maps: Maps) -> Basis:
    z = tuple(_places(model, place) for place in range(len(model.levels)))
    return Basis(model.terms, len(model.fixed), z, maps.shift, np.ones(maps.shift.size))


def _mapped(serial: SerialSums, squares: _Squares) -> SerialSums:
    ends, lagged = (
        np.array([squares.of_each(each) for each in sums]) for sums in (serial.ends, serial.lagged)
    )
    return replace(serial, ends=ends, lagged=lagged)


def _rescaled(found: Working) -> Working:
    """Every working column scaled by a power of two, so that its mean square is near 1."""
    size = np.sqrt(np.diagonal(found.total) / found.n)
    scale = np.where(size > 0, np.exp2(-np.rint(np.log2(np.where(size > 0, size, 1.0)))), 1.0)
    both = np.outer(scale, scale)
    tree, values, serial = found.tree, found.values, found.serial
    leaf = tree.leaf
    if leaf is not None:
        leaf.sz[:] *= both[leaf.z][..., None]
    if serial is not None:
        serial = replace(serial, ends=serial.ends * both, lagged=serial.lagged * both)
    return replace(
        found,
        tree=replace(tree, leaf=leaf, totals=tree.totals * both),
        basis=replace(found.basis, scale=scale),
        total=found.total * both,
        values=None if values is None else values * both,
        serial=serial,
    )


class _Squares:
    """The clients' cross-products in a model's columns, some clients at a time."""

    def __init__(self, sums: Sums, maps: Maps, kept: Places) -> None:
        self.sums, self.maps, self.kept = sums, maps, kept
        self.k = len(maps.lines)

    def chunks(self, cross: Numbers) -> Iterator[tuple[slice, Numbers]]:
        """Which of the kept clients, and their (k, k, b)."""
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

    def tree(self, z: Sequence[Places], first: Sequence[Places], of_kept: list[Places]) -> Tree:
        """The tree over the clients, of whom only what varies, and each parent's total, is kept."""
        if not z:
            total = sum(squares.sum(axis=-1) for _, squares in self.chunks(self.sums.cross))
            return Tree(None, np.asarray(total)[None], (), ())
        finest = of_kept[0]
        if len(z) == 1:
            first = [np.append(np.arange(0, finest[-1] + 1, TOGETHER), finest[-1] + 1)]
        blocks = blocks_of(first[0])
        lanes = blocks.places[finest]
        parents = np.repeat(np.arange(first[0].size - 1), np.diff(first[0]))[finest]
        sz = np.zeros((int(blocks.begins[-1]), z[0].size, self.k, blocks.width))
        totals = np.zeros((first[0].size - 1, self.k, self.k))
        put = self._fill if IS_COMPILED else self._fill_plainly
        put(lanes, parents, z[0], sz, totals)
        return Tree(Leaf(sz, z[0], blocks), totals, tuple(z[1:]), tuple(first[1:]))

    def _fill(
        self, lanes: Places, parents: Places, z: Places, sz: Numbers, totals: Numbers
    ) -> None:
        """Put what varies of every client where it lies, and add her to her parent's total."""
        entries = self.maps.entries(self.sums.cross.shape[0])
        where = (lanes, parents, z, sz, totals)
        fill(self.sums.cross, self.kept, *entries, NOTHING, *where)

    def _fill_plainly(
        self, lanes: Places, parents: Places, z: Places, sz: Numbers, totals: Numbers
    ) -> None:
        """`maps_compiled.fill` in NumPy. Clients may belong to one group and are added then."""
        by_lane = np.zeros((sz.shape[0] * sz.shape[3], z.size, self.k))
        for chunk, squares in self.chunks(self.sums.cross):
            _add(by_lane, lanes[chunk], squares[z])
            _add(totals, parents[chunk], squares)
        sz[:] = np.moveaxis(by_lane.reshape(sz.shape[0], -1, z.size, self.k), 1, -1)


def _add(sums: Numbers, groups: Places, squares: Numbers) -> None:
    """Add (..., b) to the sums (n, ...) of the b clients' groups, which are in order."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    sums[groups[starts]] += np.moveaxis(np.add.reduceat(squares, starts, axis=-1), -1, 0)
