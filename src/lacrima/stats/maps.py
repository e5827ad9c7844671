"""Each client's linear map from the raw columns that were summed to a model's working columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.basis import shifts_of
from lacrima.stats.borders import Flags
from lacrima.stats.expansion import Columns, Weight, expanded
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.model import Model, Part, Term, whole
from lacrima.stats.numbers import Numbers
from lacrima.stats.sums import Sums

# What is left of a sum of squares within a client where nothing varies is rounding alone.
NOTHING = 64 * float(np.finfo(np.float64).eps)

Line = Mapping[int, "float | Numbers"]


class Entries(NamedTuple):
    """The lines of all maps, entry by entry, in the order in which `maps_compiled` takes them.

    Column i of k has the entries starts[i] to starts[i + 1]: with weights[e], or varying[which[e]]
    of each client where which[e] is not -1. used: the pairs of raw columns that are needed; pair
    (entries, entries): where among them the products of two entries' raw columns stand.
    is_within (k): 1 where a column may be exactly nothing in a client.
    """

    starts: Places
    pair: Places
    used: Places
    weights: Numbers
    which: Places
    varying: Numbers
    is_within: Places


@dataclass(frozen=True, slots=True)
class Maps:
    """The maps of all clients.

    lines: for each of k working columns, the weight of each raw column: one number, or one a
    client. is_within (k): whether a column may be exactly nothing in a client. shift (k): the
    constants that the working columns are without.
    """

    lines: tuple[Line, ...]
    is_within: tuple[bool, ...]
    shift: Numbers
    raw: int

    def squares(self, cross: Numbers, groups: Places, nothing: Flags) -> Numbers:
        """M = T' M_raw T of b clients: cross (b, pairs) becomes (k, k, b).

        groups (b): which clients they are. nothing (k, b): from `nothing_of`.
        """
        pairs = np.ascontiguousarray(cross.T)
        lines = [_of(line, groups) for line in self.lines]
        k = len(lines)
        squares = np.empty((k, k, cross.shape[0]))
        for i in range(k):
            for j in range(i, k):
                squares[i, j] = self._product(lines[i], lines[j], pairs)
                squares[j, i] = squares[i, j]
        for i in _places(self.is_within):
            squares[i][:, nothing[i]] = 0.0
            squares[:, i, nothing[i]] = 0.0
        return squares

    def nothing_of(self, cross: Numbers, groups: Places) -> Flags:
        """Where a column within clients does not vary at all in a client: (k, b).

        What is left of such a sum of squares is rounding, and would become a slope.
        """
        pairs = np.ascontiguousarray(cross.T)
        nothing = np.zeros((len(self.lines), cross.shape[0]), dtype=np.bool_)
        for i in _places(self.is_within):
            line = _of(self.lines[i], groups)
            sizes = self._product(line, line, pairs, is_size=True)
            nothing[i] = self._product(line, line, pairs) <= NOTHING * sizes
        return nothing

    def _product(
        self, left: Line, right: Line, pairs: Numbers, *, is_size: bool = False
    ) -> Numbers:
        """The cross-products of two working columns (b); is_size: of all parts' sizes."""
        total = np.zeros(pairs.shape[1])
        for a, one in left.items():
            for b, two in right.items():
                part = one * two * pairs[self.pair(a, b)]
                total += np.abs(part) if is_size else part
        return total

    def entries(self, n: int) -> Entries:
        """The lines as arrays, over n clients."""
        flat = [(raw, weight) for line in self.lines for raw, weight in line.items()]
        own = [weight for _, weight in flat if not isinstance(weight, float)]
        which, seen = np.full(len(flat), -1), 0
        for place, (_, weight) in enumerate(flat):
            if not isinstance(weight, float):
                which[place], seen = seen, seen + 1
        pair = np.array([[self.pair(a, b) for b, _ in flat] for a, _ in flat], dtype=np.int64)
        used, among = np.unique(pair, return_inverse=True)
        return Entries(
            starts=np.cumsum([0, *(len(line) for line in self.lines)]),
            pair=among.reshape(pair.shape),
            used=used,
            weights=np.array([w if isinstance(w, float) else 0.0 for _, w in flat]),
            which=which,
            varying=np.stack(own) if own else np.zeros((0, n)),
            is_within=np.array(self.is_within, dtype=np.int64),
        )

    def pair(self, a: int, b: int) -> int:
        """Where the products of raw columns a and b stand."""
        low, high = min(a, b), max(a, b)
        return low * self.raw - low * (low - 1) // 2 + high - low


def maps_of(sums: Sums, model: Model) -> Maps:
    """The maps for `model`. Raises BadInput where the sums lack a product, mean or grouping."""
    if sums.outcome != model.outcome:
        raise BadInput(f"sums of {sums.outcome!r}", where="sums", expected=model.outcome)
    lacking = [name for name in model.columns if name not in sums.scales]
    lacking += [name for name in model.groupings if name not in sums.names]
    if lacking:
        found = f"nothing of {', '.join(map(repr, lacking))}"
        raise BadInput(found, where="sums", expected="sums made for this model")
    shift = shifts_of(model, sums.scales)
    terms = (*model.terms, whole(model.outcome))
    lines = tuple(_line(sums, term, bool(c)) for term, c in zip(terms, shift, strict=True))
    is_within = tuple(any(each.part is Part.WITHIN for each in term.pieces) for term in terms)
    return Maps(lines, is_within, shift, len(sums.products))


def _line(sums: Sums, term: Term, is_without_shift: bool) -> Line:
    shifted = [] if is_without_shift else [name for name, s in sums.scales.items() if s.shift]
    line: dict[int, float | Numbers] = {}
    for monomial in expanded(term, shifted):
        place = _place(sums, monomial.columns)
        weight = _weight(sums, monomial.columns, monomial.weights)
        line[place] = line[place] + weight if place in line else weight
    return line


def _place(sums: Sums, columns: Columns) -> int:
    if columns not in sums.products:
        name = ":".join(columns)
        raise BadInput(f"no product {name!r}", where="sums", expected="sums made for this model")
    return sums.products.index(columns)


def _weight(sums: Sums, columns: Columns, weights: tuple[Weight, ...]) -> float | Numbers:
    total: float | Numbers = 1.0
    for column in columns:
        total = total * sums.scales[column].size
    for weight in weights:
        if weight.level:
            total = total * (weight.sign * mean_of(sums, weight.column, weight.level))
        else:
            total = total * sums.scales[weight.column].middle
    return total


def mean_of(sums: Sums, column: str, level: str) -> Numbers:
    """A column's mean (without its shift) over each group of a level, for each finest group (n)."""
    if column not in sums.means or level not in sums.names:
        name = f"{column}, {level}"
        raise BadInput(f"no means of ({name})", where="sums", expected="sums made for this model")
    place, of_leaf = sums.means.index(column), ancestors(sums, level)
    is_finest = level == sums.names[0]  # where every group is its own
    count, total = (
        each[:, place] if is_finest else np.asarray(np.bincount(of_leaf, each[:, place]), float)
        for each in (sums.count, sums.total)
    )
    means = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return np.asarray((means if is_finest else means[of_leaf]) * sums.scales[column].size)


def ancestors(sums: Sums, level: str) -> Places:
    """The group at a level in which each finest group lies."""
    of_leaf = np.arange(sums.cross.shape[0])
    for parents in sums.parents[: sums.names.index(level)]:
        of_leaf = parents[of_leaf]
    return of_leaf


def _places(flags: tuple[bool, ...]) -> list[int]:
    return [place for place, flag in enumerate(flags) if flag]


def _of(line: Line, groups: Places) -> Line:
    return {
        place: weight if isinstance(weight, float) else weight[groups]
        for place, weight in line.items()
    }
