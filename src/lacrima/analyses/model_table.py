"""From columns and a formula to what a model is fitted to: outcome, columns, groups.

Nothing is filled in, and no row is left out silently: each that cannot be used is counted under
one reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.analyses.formula import Formula, Group, RandomPart, group_name
from lacrima.analyses.model_columns import Codes, Columns
from lacrima.analyses.model_prepared import Prepared, prepare
from lacrima.analyses.model_terms import Factor, Matrix, matrix
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped


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
    ready = prepare(formula, columns, order=order)
    n, only = len(ready.rows), ready.only
    return ModelTable(
        formula=formula,
        outcome=ready.pieces.numbers(formula.outcome, asked_by="an outcome")[ready.rows],
        fixed=matrix(formula.fixed, only.of, n),
        levels=tuple(_level(part, ready) for part in formula.parts),
        rows=ready.rows,
        order=None if ready.places is None else ready.places[ready.rows],
        factors=ready.factors,
        rows_read=ready.rows_read,
        dropped=ready.dropped,
    )


def _level(part: RandomPart, ready: Prepared) -> Level:
    grouping = ready.groups[part.group]
    met, codes = np.unique(grouping.codes[ready.rows], return_inverse=True)
    return Level(
        group=part.group,
        codes=codes.astype(np.int64),
        labels=tuple(grouping.labels[code] for code in met),
        matrix=matrix(part.sum, ready.only.of, len(ready.rows)),
    )
