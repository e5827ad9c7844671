"""The loop over rows, compiled, and its NumPy twin: products added to each client's sums.

Both add in the order of the rows, so that they give the same numbers to the last bit.
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.compiled import compiled_as_written
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers


@compiled_as_written
def add_products(raw: Numbers, of_row: Places, cross: Numbers) -> None:
    """Add w_i w_j of every row, i <= j, to its client's sums; rows at -1 are left out.

    raw (r, rows), of_row (rows), cross (clients, r (r + 1) / 2).
    """
    row, last = 0, raw.shape[1] - 4
    while row < raw.shape[1]:
        client = of_row[row]
        is_four = row <= last and of_row[row + 1] == client
        if client < 0:
            row += 1
        elif is_four and of_row[row + 2] == client and of_row[row + 3] == client:
            add_four(raw, row, client, cross)
            row += 4
        else:
            add_one(raw, row, client, cross)
            row += 1


@compiled_as_written
def add_four(raw: Numbers, row: int, client: int, cross: Numbers) -> None:
    """Four rows of one client, one after the other, while each sum is in hand."""
    place = 0
    for i in range(raw.shape[0]):
        one, two, three, four = raw[i, row], raw[i, row + 1], raw[i, row + 2], raw[i, row + 3]
        for j in range(i, raw.shape[0]):
            total = cross[client, place] + one * raw[j, row]
            total += two * raw[j, row + 1]
            total += three * raw[j, row + 2]
            total += four * raw[j, row + 3]
            cross[client, place] = total
            place += 1


@compiled_as_written
def add_one(raw: Numbers, row: int, client: int, cross: Numbers) -> None:
    """One row."""
    place = 0
    for i in range(raw.shape[0]):
        left = raw[i, row]
        for j in range(i, raw.shape[0]):
            cross[client, place] += left * raw[j, row]
            place += 1


@compiled_as_written
def add_totals(values: Numbers, of_row: Places, count: Numbers, total: Numbers) -> None:
    """Count and add up what is there (not NaN), by client: values (b, rows), sums (clients, b)."""
    for row in range(values.shape[1]):
        client = of_row[row]
        if client < 0:
            continue
        for i in range(values.shape[0]):
            if not np.isnan(values[i, row]):
                count[client, i] += 1.0
                total[client, i] += values[i, row]


def add_products_plainly(raw: Numbers, of_row: Places, cross: Numbers) -> None:
    """`add_products` in NumPy."""
    rows, place = np.flatnonzero(of_row >= 0), 0
    clients, kept = of_row[rows], raw[:, rows]
    for i in range(raw.shape[0]):
        for j in range(i, raw.shape[0]):
            with np.errstate(over="ignore", invalid="ignore"):
                np.add.at(cross[:, place], clients, kept[i] * kept[j])
            place += 1


def add_totals_plainly(values: Numbers, of_row: Places, count: Numbers, total: Numbers) -> None:
    """`add_totals` in NumPy."""
    for i in range(values.shape[0]):
        rows = np.flatnonzero((of_row >= 0) & ~np.isnan(values[i]))
        np.add.at(count[:, i], of_row[rows], 1.0)
        np.add.at(total[:, i], of_row[rows], values[i, rows])
