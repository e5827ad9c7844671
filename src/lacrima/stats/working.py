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
from lacrima.stats.condensed import condensed
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import Maps, ancestors, maps_of
from lacrima.stats.model import Model
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import SerialSums
from lacrima.stats.squares import Squares
from lacrima.stats.sums import Sums
from lacrima.stats.tree import Tree

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


def working(sums: Sums, model: Model, *, is_condensed: bool = False) -> Working:
    """The tree of `model`; under AR(1) where the sums hold neighbouring sessions.

    is_condensed: with cells in place of clients where they are few (`stats.condensed`), for whoever
    does not ask about single clients.

    Raises BadInput where the sums were not made for what the model needs.
    """
    squares = Squares(sums, maps_of(sums, model), np.flatnonzero(sums.n > 0))
    order, of_kept, bands = _levels(sums, model, squares.kept)
    z = [_places(model, place) for place in order]
    if sums.serial is not None:
        made = squares.of_each(sums.cross)
        of_kept, z = [np.arange(squares.kept.size), *of_kept], [np.empty(0, np.int64), *z]
        tree = Tree(None, made, tuple(z), tuple(_first(of_kept)))
        found = Working(tree, _unit(model, squares.maps), 0, bands, made.sum(axis=0), made)
        found = replace(found, serial=_mapped(sums.serial, squares))
    else:
        cells = condensed(squares, z, of_kept) if is_condensed else None
        tree = cells or squares.tree(z, _together(_first(of_kept)), of_kept)
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


def _first(of_kept: Sequence[Places]) -> list[Places]:
    """Where the children of each group of each level begin, and at last the root's."""
    return [_starts(inner, outer) for inner, outer in _steps(of_kept)]


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


def _together(first: list[Places]) -> list[Places]:
    """The same, but clients that have no parents but the root are added up some at a time."""
    if len(first) != 1:
        return first
    return [np.append(np.arange(0, first[0][-1], TOGETHER), first[0][-1])]


def _unit(model: Model, maps: Maps) -> Basis:
    z = tuple(_places(model, place) for place in range(len(model.levels)))
    return Basis(model.terms, len(model.fixed), z, maps.shift, np.ones(maps.shift.size))


def _mapped(serial: SerialSums, squares: Squares) -> SerialSums:
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
    if tree.leaf is not None:
        tree.leaf.sz[:] *= both[tree.leaf.z][..., None]
    if tree.cells is not None:
        tree = replace(tree, cells=tree.cells.scaled(scale))
    if serial is not None:
        serial = replace(serial, ends=serial.ends * both, lagged=serial.lagged * both)
    return replace(
        found,
        tree=replace(tree, totals=tree.totals * both),
        basis=replace(found.basis, scale=scale),
        total=found.total * both,
        values=None if values is None else values * both,
        serial=serial,
    )
