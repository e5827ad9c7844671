"""From columns and a formula to what a model is fitted to: outcome, columns, groups.

Nothing is filled in, and no row is left out silently: each that cannot be used is counted under
one reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lacrima.analyses.formula import Formula, Group, Piece, RandomPart, group_name
from lacrima.analyses.model_columns import (
    MISSING,
    Codes,
    ColumnOf,
    Columns,
    Words,
    order_of,
)
from lacrima.analyses.model_groups import (
    Groupings,
    Sequence,
    check_nesting,
    finest,
    groupings,
    sequence,
)
from lacrima.analyses.model_pieces import Pieces
from lacrima.analyses.model_terms import Factor, Matrix, factor_of, matrix
from lacrima.errors import NoResult
from lacrima.stats.borders import Flags
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Dropped:
    """So many rows could not be used, for this reason."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Level:
    """What varies by one group.

    codes: the group of each row used, 0 to n - 1. labels: the n groups' names. matrix: the
    columns whose coefficients differ from group to group.
    """

    group: Group
    codes: Codes
    labels: tuple[str, ...]
    matrix: Matrix

    @property
    def name(self) -> str:
        """What it is called: `client`, `therapist/client`."""
        return group_name(self.group)

    @property
    def n(self) -> int:
        """How many groups."""
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class ModelTable:
    """What a model is fitted to, over the n rows that can be used.

    outcome: n numbers. fixed: n rows x p columns, with names such as `(Intercept)`, `a:b`,
    `word[level]`. levels: in the order of the formula, two for one group where it has two parts.
    rows: which rows of the table these are, counted from 0; rising, or, with an order, group by
    group (the finest) and in their order inside it. order: their places, where one was named.
    dropped: the other rows, by their first reason.
    """

    formula: Formula
    outcome: Numbers
    fixed: Matrix
    levels: tuple[Level, ...]
    rows: Codes
    order: Numbers | None
    factors: tuple[Factor, ...]
    rows_read: int
    dropped: tuple[Dropped, ...]

    @property
    def rows_used(self) -> int:
        """How many rows the model is fitted to."""
        return len(self.outcome)


def model_table(formula: Formula, columns: Columns, *, order: str | None = None) -> ModelTable:
    """Which numbers does this formula make of these columns?

    columns: what `model_columns` gives for `formula.columns()` (and `order`); every group a
    column of words. order: the column along which rows of the finest group follow each other.

    A row is used when it has its groups, its order (where one is named), the outcome and all
    that stands in a term. `between(x, client)` is the mean over all rows of the client in which
    x stands, used or not; `next(x)` is x in the very next row of the finest group, and missing
    where it is missing there: no row is leapt over. Rows that are the same are counted as often
    as they stand there; with an order, two at the same place of one group are refused.

    Raises BadInput for groups that are not one inside the other, for words where numbers are
    needed, for a logarithm of 0 or less, and for next or prior without order; NoResult where no
    row can be used. Whether columns are constant or say the same is asked by the fit.

    >>> from lacrima.analyses.formula_reading import read_formula
    >>> from lacrima.analyses.model_columns import columns_of_arrays
    >>> read = read_formula("next(y) ~ within(x, who) + word + (1 | who)")
    >>> columns = columns_of_arrays({
    ...     "who": ["a", "a", "a", "b", "b"], "t": [1, 2, 3, 1, 2], "y": [5.0, 4, 2, 3, 1],
    ...     "x": [0, 1, 1, 0, 0], "word": ["no", "yes", "no", "no", "no"],
    ... }, names=[*read.columns(), "t"], ids=["who"])
    >>> made = model_table(read, columns, order="t")
    >>> made.outcome.tolist(), made.fixed.names
    ([4.0, 2.0, 1.0], ('(Intercept)', 'within(x, who)', 'word[yes]'))
    >>> made.fixed.columns[:, 1].round(3).tolist(), made.dropped
    ([-0.667, 0.333, 0.0], (Dropped(reason='no later row for next(y)', n=2),))
    """
    found = groupings(columns, formula.named_groups())
    check_nesting(formula, found)
    places = None if order is None else order_of(order, columns[order])
    sequenced = _sequence(found, places, order)
    pieces = Pieces(columns, found, sequenced)
    is_used, dropped = _used(formula, pieces, found, places, order)
    rows = _rows(is_used, sequenced)
    if not len(rows):
        raise NoResult(
            "no row that can be used",
            where="; ".join(f"{each.reason}: {each.n}" for each in dropped),
            expected="rows with outcome, terms and groups",
        )
    only = _Only(pieces, rows)
    return ModelTable(
        formula=formula,
        outcome=pieces.numbers(formula.outcome, asked_by="an outcome")[rows],
        fixed=matrix(formula.fixed, only.of, len(rows)),
        levels=tuple(_level(part, found, only) for part in formula.parts),
        rows=rows,
        order=None if places is None else places[rows],
        factors=tuple(only.factors(formula)),
        rows_read=len(is_used),
        dropped=dropped,
    )


def _sequence(found: Groupings, places: Numbers | None, order: str | None) -> Sequence | None:
    group = finest(found)
    if places is None or order is None or group is None:
        return None
    return sequence(found[group], places, name=order, group=group)


def _used(
    formula: Formula, pieces: Pieces, found: Groupings, places: Numbers | None, order: str | None
) -> tuple[Flags, tuple[Dropped, ...]]:
    """Which rows can be used, and how many cannot, by the first reason that holds."""
    reasons: list[tuple[str, Flags]] = []
    for group in formula.named_groups():
        reasons.append((f"missing {group_name(group)}", found[group].codes == MISSING))
    if places is not None:
        reasons.append((f"missing {order}", np.isnan(places)))
    for piece in formula.pieces():
        reasons += _reasons(piece, pieces)
    is_left = np.ones(len(reasons[-1][1]), dtype=np.bool_)
    counts: dict[str, int] = {}
    for reason, holds in reasons:
        counts[reason] = counts.get(reason, 0) + int((is_left & holds).sum())
        is_left &= ~holds
    return is_left, tuple(Dropped(reason, n) for reason, n in counts.items() if n)


def _reasons(piece: Piece, pieces: Pieces) -> Iterator[tuple[str, Flags]]:
    is_at_end = pieces.is_at_end(piece)
    if is_at_end.any():
        way = "later" if "next(" in str(piece) else "earlier"
        yield f"no {way} row for {piece}", is_at_end
    yield f"missing {piece}", ~pieces.is_there(piece)


def _rows(is_used: Flags, sequenced: Sequence | None) -> Codes:
    if sequenced is None:
        return np.flatnonzero(is_used).astype(np.int64)
    return sequenced.rows[is_used[sequenced.rows]].astype(np.int64)


class _Only:
    """The values of pieces in the rows used, each cut out once."""

    def __init__(self, pieces: Pieces, rows: Codes) -> None:
        self._pieces = pieces
        self.rows = rows
        self._known: dict[Piece, ColumnOf] = {}

    def of(self, piece: Piece) -> ColumnOf:
        if piece not in self._known:
            found = self._pieces.of(piece)
            self._known[piece] = (
                Words(found.codes[self.rows], found.levels)
                if isinstance(found, Words)
                else found[self.rows]
            )
        return self._known[piece]

    def factors(self, formula: Formula) -> Iterator[Factor]:
        for piece in formula.pieces()[1:]:
            found = self.of(piece)
            if isinstance(found, Words):
                yield factor_of(piece, found)


def _level(part: RandomPart, found: Groupings, only: _Only) -> Level:
    grouping = found[part.group]
    met, codes = np.unique(grouping.codes[only.rows], return_inverse=True)
    return Level(
        group=part.group,
        codes=codes.astype(np.int64),
        labels=tuple(grouping.labels[code] for code in met),
        matrix=matrix(part.sum, only.of, len(only.rows)),
    )
