"""Clients' cross-products brought into a model's columns and put where they lie, compiled.

The same as `maps.Maps.squares`, to the last bit, and added up as in `stats.working`: some clients
at a time, side by side, so that what is at work stays in the processor's cache.
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled, compiled_as_written
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers

AT_ONCE, FEW = 64, 8
# `maps.Entries` in their order, and room for some clients: what numba calls tuples.
Flat = tuple[Places, Places, Places, Numbers, Places, Numbers, Places]
Room = tuple[Numbers, Numbers, Numbers, Numbers]


@compiled_as_written
def fill(
    cross: Numbers,
    kept: Places,
    entries: Flat,
    nothing: float,
    lanes: Places,
    parents: Places,
    z: Places,
    sz: Numbers,
    totals: Numbers,
) -> None:
    """Add what varies of each kept client to sz, and all of her to her parent's total.

    cross (n, pairs): of raw columns. entries: `maps.Entries` as a plain tuple. nothing: see
    `maps.Maps.nothing_of`. lanes, parents: of each kept client; z, sz: as in `leaf.Leaf`.
    """
    room = space(entries)
    start = 0
    while start < kept.size:
        end = neighbours(lanes, start, sz.shape[3])
        square(cross, kept[start:end], entries, nothing, room)
        put(room[2], lanes[start:end], parents[start:end], z, sz, totals)
        start = end


@compiled_as_written
def space(entries: Flat) -> Room:
    """Room for AT_ONCE clients: their pairs, weights, squares, and one number of each."""
    starts, _, used, weights, _, _, _ = entries
    k = starts.size - 1
    pairs, of_entry = np.empty((used.size, AT_ONCE)), np.empty((weights.size, AT_ONCE))
    return pairs, of_entry, np.empty((k, k, AT_ONCE)), np.empty(AT_ONCE)


@compiled_as_written
def square(cross: Numbers, some: Places, entries: Flat, nothing: float, room: Room) -> None:
    """The cross-products of some clients, above the diagonal: the third in the room is filled."""
    starts, pair, used, weights, which, varying, is_within = entries
    pairs, of_entry, squares, size = room
    take(cross, some, used, pairs)
    weigh(weights, which, varying, some, of_entry)
    for i in range(squares.shape[0]):
        for j in range(i, squares.shape[0]):
            of_lines = (starts, i, j, pair, weights, which, of_entry, pairs)
            multiply(*of_lines, some.size, squares[i, j])
    for i in range(squares.shape[0]):
        if is_within[i]:
            measure(starts, i, pair, of_entry, pairs, some.size, size)
            clear(squares, i, nothing, size, some.size)


@compiled_as_written
def neighbours(lanes: Places, start: int, width: int) -> int:
    """Where the neighbours of one client end that lie in her block; or some, where they are few."""
    most = min(start + AT_ONCE, lanes.size)
    end = run_end(lanes, start, most, width)
    return end if end - start >= FEW else most


@compiled_as_written
def run_end(lanes: Places, start: int, most: int, width: int) -> int:
    """Where a run of neighbours in one block ends.

    In a block lanes rise by one or, where several belong to one lane, by nothing: so a run that has
    risen by its length less one has no gap, and need not be walked through.
    """
    rest = width - lanes[start] % width
    until = min(most, start + rest)
    risen = lanes[until - 1] - lanes[start]
    end = until if risen == until - 1 - start and risen < rest else start + 1
    while end < until and lanes[end] == lanes[end - 1] + 1:
        end += 1
    return end


@compiled_as_written
def take(cross: Numbers, some: Places, used: Places, pairs: Numbers) -> None:
    """The cross-products of some clients, side by side."""
    for place in range(used.size):
        row, column = pairs[place], used[place]
        for i in range(some.size):
            row[i] = cross[some[i], column]


@compiled_as_written
def weigh(
    weights: Numbers, which: Places, varying: Numbers, some: Places, of_entry: Numbers
) -> None:
    """The weight of each entry for each of some clients."""
    for entry in range(weights.size):
        row, weight = of_entry[entry], weights[entry]
        if which[entry] < 0:
            for i in range(some.size):
                row[i] = weight
        else:
            values = varying[which[entry]]
            for i in range(some.size):
                row[i] = values[some[i]]


@compiled_as_written
def multiply(
    starts: Places,
    i: int,
    j: int,
    pair: Places,
    weights: Numbers,
    which: Places,
    of_entry: Numbers,
    pairs: Numbers,
    clients: int,
    total: Numbers,
) -> None:
    """The cross-products of two of the model's columns."""
    for c in range(clients):
        total[c] = 0.0
    for a in range(starts[i], starts[i + 1]):
        for b in range(starts[j], starts[j + 1]):
            part = pairs[pair[a, b]]
            if which[a] < 0 and which[b] < 0:
                weight = weights[a] * weights[b]
                for c in range(clients):
                    total[c] += weight * part[c]
            else:
                one, two = of_entry[a], of_entry[b]
                for c in range(clients):
                    total[c] += one[c] * two[c] * part[c]


@compiled_as_written
def measure(
    starts: Places,
    i: int,
    pair: Places,
    of_entry: Numbers,
    pairs: Numbers,
    clients: int,
    total: Numbers,
) -> None:
    """How large the parts are that the square of one column is the sum of."""
    for c in range(clients):
        total[c] = 0.0
    for a in range(starts[i], starts[i + 1]):
        for b in range(starts[i], starts[i + 1]):
            one, two, part = of_entry[a], of_entry[b], pairs[pair[a, b]]
            for c in range(clients):
                total[c] += np.abs(one[c] * two[c] * part[c])


@compiled_as_written
def clear(squares: Numbers, i: int, nothing: float, size: Numbers, clients: int) -> None:
    """Make nothing of a column where what is left of its square is rounding alone."""
    for c in range(clients):
        if squares[i, i, c] <= nothing * size[c]:
            for j in range(squares.shape[0]):
                squares[min(i, j), max(i, j), c] = 0.0


@compiled
def put(
    squares: Numbers, lanes: Places, parents: Places, z: Places, sz: Numbers, totals: Numbers
) -> None:
    """Add clients to where they lie; neighbours of one block at once."""
    width, start = sz.shape[3], 0
    while start < lanes.size:
        end, block = run_end(lanes, start, lanes.size, width), lanes[start] // width
        lane = lanes[start] - block * width
        add_varying(squares, start, end, z, sz[block], lane)
        add_total(squares, start, end, totals[parents[start]])
        start = end


@compiled
def add_varying(
    squares: Numbers, start: int, end: int, z: Places, block: Numbers, lane: int
) -> None:
    """What varies of neighbours of one block."""
    for a in range(z.size):
        for v in range(block.shape[1]):
            here = squares[min(z[a], v), max(z[a], v)][start:end]
            there = block[a, v][lane : lane + end - start]
            for c in range(end - start):
                there[c] += here[c]


@compiled
def add_total(squares: Numbers, start: int, end: int, total: Numbers) -> None:
    """All of neighbours of one parent."""
    for i in range(total.shape[0]):
        for j in range(i, total.shape[0]):
            here, added = squares[i, j][start:end], 0.0
            for c in range(end - start):
                added += here[c]
            total[i, j] += added
            if j > i:
                total[j, i] += added
