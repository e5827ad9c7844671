"""Cross-products of each client: all that a Gaussian model needs to know of the rows.

One pass over the rows adds up, for each group of the finest level, the products of every two raw
columns (`Sums.products`: 1, x, t, x t, ..., the outcome) over the rows that are used, and count
and total of the columns whose means are wanted over all rows where they are there. Parts within and
between groups are formed from these afterwards (`stats.working`).

Columns that are whole in some unit (scores, counts, flags) are summed as integers, exactly:
`exact_columns` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, NoResult
from lacrima.stats.columns import CHUNK, Scale, as_column, in_scale, look_at, scale_seen, scaled
from lacrima.stats.compiled import is_compiled, large_job
from lacrima.stats.expansion import Columns, expanded
from lacrima.stats.groups import Forest, Labels, forest_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.model import Model, Rows
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped
from lacrima.stats.serial import SerialSums, serial_sums
from lacrima.stats.sums_compiled import (
    add_products,
    add_products_plainly,
    add_totals,
    add_totals_plainly,
)
from lacrima.stats.tiles_compiled import TILE, add_tiles

EXACT_BELOW = 2.0**53
LARGE = 200_000  # rows; a table that is likely to be asked more than once
# Rows of a client that stand together are few below this.
SHORT = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of n groups of the finest level.

    products: the r raw columns, each a product of named columns; the first is 1, the last the
    outcome. cross (n, r (r + 1)/2): sums of products of every two of them, the upper triangle by
    rows. means: the b columns of which all rows count; count, total (n, b). scales: of each column.
    names, labels, parents: the groupings, see `groups.Forest`.
    """

    outcome: str
    products: tuple[Columns, ...]
    scales: Mapping[str, Scale]
    cross: Numbers
    means: Columns
    count: Numbers
    total: Numbers
    names: tuple[str, ...]
    labels: tuple[Labels, ...]
    parents: tuple[Places, ...]
    rows_read: int
    dropped: tuple[Dropped, ...]
    serial: SerialSums | None = None

    @property
    def n(self) -> Numbers:
        """How many rows of each group are used."""
        return self.cross[:, 0]

    @property
    def rows_used(self) -> int:
        """How many rows are used in all."""
        return int(self.n.sum())

    @property
    def exact_columns(self) -> Columns:
        """The columns whose sums are exact: whole numbers of a unit, and not too large."""
        most = float(self.n.max(initial=0.0))
        return tuple(
            name
            for name, scale in self.scales.items()
            if scale.units is not None and scale.most**2 * most < EXACT_BELOW
        )


def sums_of(
    rows: Rows, model: Model, *, ar1: bool = False, scales: Mapping[str, Scale] | None = None
) -> Sums:
    """Add up, in one pass over the rows, what `model` needs.

    A row is used when the outcome, every column of the model and every id are there; what is left
    out is counted in `dropped`, each row under the first reason that holds. Means of within and
    between run over all rows that have the column and the ids, with an outcome or without.

    ar1: keep the products of neighbouring sessions too; needs `rows.order`. scales: of columns,
    when sums of several places are to be put together; else from the rows themselves.

    Raises BadInput for text or infinite numbers in a column, a column or grouping that is not
    there, and groups that are not nested; NoResult when no row can be used.

    >>> import numpy as np
    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows, within
    >>> rows = Rows({"score": np.array([1.0, 5.0, 4.0]), "shed": np.array([0, 1, 1])},
    ...             {"client": np.array(["a", "a", "b"])})
    >>> model = Model("score", (INTERCEPT, within("shed", "client")), (Level("client"),))
    >>> found = sums_of(rows, model)
    >>> found.products, found.cross[0].tolist(), found.total.ravel().tolist()
    (((), ('shed',), ('score',)), [2.0, 1.0, 6.0, 1.0, 5.0, 26.0], [1.0, 1.0])
    """
    large_job(rows.n, LARGE)
    names = tuple(dict.fromkeys((*model.columns, model.outcome)))
    columns = {name: _column(rows, name) for name in names}
    known, gappy = _scales(columns, scales or {})
    forest = forest_of(rows.ids, model.groupings, rows.n)
    gathering = _Gathering(model, columns, known, gappy, forest)
    gathering.run()
    used = int(gathering.cross[:, 0].sum())
    if not used:
        raise NoResult("no row with everything that the model needs", expected="complete rows")
    return Sums(
        outcome=model.outcome,
        products=gathering.products,
        scales=known,
        cross=gathering.cross,
        means=gathering.means,
        count=gathering.count,
        total=gathering.total,
        names=forest.names,
        labels=forest.labels,
        parents=forest.parents,
        rows_read=rows.n,
        dropped=tuple(gathering.dropped(used)),
        serial=gathering.serial(rows.order) if ar1 else None,
    )


def products_of(model: Model, scales: Mapping[str, Scale]) -> tuple[Columns, ...]:
    """The raw columns that a model's terms are sums of: 1 first, the outcome last."""
    shifted = [name for name, scale in scales.items() if scale.shift]
    monomials = chain.from_iterable(expanded(term, shifted) for term in model.terms)
    found = {monomial.columns for monomial in monomials} - {(), (model.outcome,)}
    return ((), *sorted(found, key=lambda each: (len(each), each)), (model.outcome,))


class _Gathering:
    """The pass over the rows, chunk by chunk, so that what is at work fits the cache."""

    def __init__(
        self,
        model: Model,
        columns: Mapping[str, npt.NDArray[np.generic]],
        scales: Mapping[str, Scale],
        gappy: Set[str],
        forest: Forest,
    ) -> None:
        self.model, self.columns, self.scales, self.forest = model, columns, scales, forest
        self.gappy = gappy
        self.products = products_of(model, scales)
        pieces = chain.from_iterable(term.pieces for term in model.terms)
        self.means = tuple(dict.fromkeys(piece.column for piece in pieces if piece.level))
        groups, r = forest.labels[0].shape[0], len(self.products)
        self.cross = np.zeros((groups, r * (r + 1) // 2))
        self.count, self.total = (np.zeros((groups, len(self.means))) for _ in range(2))
        self.used = forest.of_row
        self.missing = dict.fromkeys((model.outcome, *model.columns), 0)

    def run(self) -> None:
        """Add up everything."""
        products = self._adding()
        raw = np.ones((len(self.products), CHUNK))
        is_apart = bool(self.means) and not self._is_in_products()
        for start in range(0, self.forest.of_row.size, CHUNK):
            chunk = slice(start, start + CHUNK)
            values = self._values(chunk)
            of_row = self.forest.of_row[chunk]
            if is_apart:
                self._add_totals(values, of_row)
            if of_row.size < CHUNK:
                raw = np.ones((len(self.products), of_row.size))
            self._fill(raw, values)
            products(raw, self._complete(values, of_row, chunk), self.cross)
        if self.means and not is_apart:
            self._take_totals()

    def _adding(self) -> Callable[[Numbers, Places, Numbers], None]:
        """Which loop is the quickest for these rows: all give the same, to the last bit."""
        if not is_compiled():
            return add_products_plainly
        some = self.forest.of_row[:CHUNK]
        is_by_client = np.count_nonzero(some[1:] != some[:-1]) * SHORT <= some.size
        is_all_tiles = (len(self.products) - 1) % TILE == 0
        return add_tiles if is_by_client or is_all_tiles else add_products

    def _is_in_products(self) -> bool:
        """Whether counts and totals stand among the products: where nothing at all is missing."""
        return not self.gappy and all((name,) in self.products for name in self.means)

    def _take_totals(self) -> None:
        """Counts and totals from the products with 1, the same numbers added in the same order."""
        self.count[:] = self.cross[:, :1]
        places = [self.products.index((name,)) for name in self.means]
        self.total[:] = self.cross[:, places]

    def _add_totals(self, values: Mapping[str, Numbers], of_row: Places) -> None:
        """Counts and totals of a chunk."""
        totals = add_totals if is_compiled() else add_totals_plainly
        table = np.stack([values[name] for name in self.means])
        totals(table, of_row, self.count, self.total)

    def _values(self, chunk: slice) -> dict[str, Numbers]:
        return {
            name: scaled(column[chunk], self.scales[name]) for name, column in self.columns.items()
        }

    def _raw(self, values: Mapping[str, Numbers]) -> Numbers:
        """The raw columns of some rows: (r, rows)."""
        raw = np.ones((len(self.products), len(values[self.model.outcome])))
        self._fill(raw, values)
        return raw

    def _fill(self, raw: Numbers, values: Mapping[str, Numbers]) -> None:
        """The same in place of other rows'; what is 1 everywhere stays."""
        for place, columns in enumerate(self.products):
            if columns:
                raw[place] = values[columns[0]]
            for column in columns[1:]:
                raw[place] *= values[column]

    def _complete(self, values: Mapping[str, Numbers], of_row: Places, chunk: slice) -> Places:
        """Each row's group, -1 where something is missing; the reasons are counted."""
        for name in [each for each in self.missing if each in self.gappy]:
            is_gone = np.isnan(values[name]) & (of_row >= 0)
            if is_gone.any():
                self.missing[name] += int(np.count_nonzero(is_gone))
                of_row = np.where(is_gone, -1, of_row)
                if self.used is self.forest.of_row:
                    self.used = self.forest.of_row.copy()
                self.used[chunk] = of_row
        return of_row

    def serial(self, order: npt.NDArray[np.generic] | None) -> SerialSums:
        """Sums of neighbouring sessions, for which all rows must be there at once."""
        raw = self._raw(self._values(slice(None)))
        return serial_sums(raw, self.used, order, self.cross.shape[0])

    def dropped(self, used: int) -> list[Dropped]:
        """Reasons with the number of rows, those that occur; without a group is what is left."""
        lacking = self.forest.of_row.size - used - sum(self.missing.values())
        reasons = {"no group": lacking} | {
            f"no {name}": number for name, number in self.missing.items()
        }
        return [Dropped(reason, number) for reason, number in reasons.items() if number]


def _column(rows: Rows, name: str) -> npt.NDArray[np.generic]:
    if name not in rows.columns:
        there: Sequence[str] = tuple(rows.columns)
        raise BadInput(f"no column {name!r}", where="model", expected=", ".join(there))
    return as_column(name, rows.columns[name])


def _scales(
    columns: Mapping[str, npt.NDArray[np.generic]], given: Mapping[str, Scale]
) -> tuple[dict[str, Scale], set[str]]:
    """The scale of each column, and the columns in which a value is missing."""
    known, gappy = {}, set()
    for name, values in columns.items():
        seen = look_at(name, values)
        is_given = name in given
        known[name] = in_scale(name, values, given[name]) if is_given else scale_seen(seen, values)
        if seen.has_gaps:
            gappy.add(name)
    return known, gappy
