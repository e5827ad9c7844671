"""A formula as the engine takes it: what is looked up or moved is a column, means are symbols.

`log`, `next`, `prior` and words are worked out row by row and become columns. `within` and
`between` stay what they are: the engine takes a group's mean out of its own sums, over all rows
in which the column stands, and so the rows without an outcome come along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.analyses.formula import Call, Formula, Piece, group_name
from lacrima.analyses.model_columns import MISSING, Columns
from lacrima.analyses.model_groups import Grouping
from lacrima.analyses.model_prepared import Prepared, prepare
from lacrima.analyses.model_terms import Cell, Factor, Product, cell_values, products
from lacrima.stats.model import Level, Model, Part, Rows, Term
from lacrima.stats.model import Piece as Symbol
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped


@dataclass(frozen=True, slots=True)
class Question:
    """A model, and all rows of a table, used or not.

    rows: columns by their names in the model, NaN where missing; ids: codes 0 to n - 1 by the
    group's name, NaN where missing, whose words stand in `labels`. dropped: why rows cannot be
    used, by the first reason; they are those in which something the model needs is missing.
    """

    model: Model
    rows: Rows
    labels: dict[str, tuple[str, ...]]
    factors: tuple[Factor, ...]
    dropped: tuple[Dropped, ...]


def question(formula: Formula, columns: Columns, *, order: str | None = None) -> Question:
    """What does the engine have to fit? Input and errors as `model_table.model_table`.

    >>> from lacrima.analyses.formula_reading import read_formula
    >>> from lacrima.analyses.model_columns import columns_of_arrays
    >>> read = read_formula("next(y) ~ within(x, who) + (1 | who)")
    >>> columns = columns_of_arrays(
    ...     {"who": ["a", "a", "b"], "t": [1, 2, 1], "y": [5.0, 4, 2], "x": [0, 1, 1]},
    ...     names=[*read.columns(), "t"], ids=["who"])
    >>> asked = question(read, columns, order="t")
    >>> asked.model.outcome, [term.name for term in asked.model.fixed]
    ('next(y)', ['(Intercept)', 'within(x, who)'])
    >>> asked.rows.columns["next(y)"].tolist(), asked.labels
    ([4.0, nan, nan], {'who': ('a', 'b')})
    """
    ready = prepare(formula, columns, order=order)
    fixed = products(formula.fixed, ready.only.of)
    parts = [(part.group, products(part.sum, ready.only.of)) for part in formula.parts]
    finest_first = sorted(parts, key=lambda part: -ready.groups[part[0]].n)
    model = Model(
        str(formula.outcome),
        fixed=tuple(map(_term, fixed)),
        levels=tuple(Level(group_name(g), tuple(map(_term, terms))) for g, terms in finest_first),
    )
    terms = [*fixed, *(one for _, each in parts for one in each)]
    cells = sorted({cell for one in terms for cell in one}, key=lambda cell: cell.name)
    return Question(
        model=model,
        rows=Rows(
            columns={
                **dict(_column(ready, cell) for cell in cells),
                str(formula.outcome): _outcome(ready, formula.outcome),
            },
            ids={group_name(group): _ids(one) for group, one in ready.groups.items()},
            order=_session_numbers(ready),
        ),
        labels={group_name(group): one.labels for group, one in ready.groups.items()},
        factors=ready.factors,
        dropped=ready.dropped,
    )


def _session_numbers(ready: Prepared) -> Numbers | None:
    """The places of rows as session numbers, for residuals that remember the session before.

    Where the order counts sessions (whole numbers, mostly one apart) it is taken as it is, and a
    session that is not in the table is a gap. Where it is a date or something else, the rows of a
    group are counted through.
    """
    if ready.places is None or ready.sequence is None:
        return ready.places
    rows, is_first = ready.sequence.rows, ready.sequence.is_first
    places = ready.places[rows]
    steps = np.diff(places)[~is_first[1:]]
    is_count = bool((places == np.rint(places)).all()) and len(steps) > 0
    if is_count and float(np.median(steps)) <= 1:
        return ready.places
    starts = np.maximum.accumulate(np.where(is_first, np.arange(len(rows)), 0))
    numbers = np.full(ready.rows_read, np.nan)
    numbers[rows] = np.arange(len(rows)) - starts + 1
    return numbers


def _term(product: Product) -> Term:
    return Term(tuple(map(_symbol, product)))


def _symbol(cell: Cell) -> Symbol:
    call = cell.piece
    if isinstance(call, Call) and call.function.is_by_group:
        return Symbol(str(call.of), Part(call.function.value), group_name(call.group))
    return Symbol(cell.name)


def _column(ready: Prepared, cell: Cell) -> tuple[str, Numbers]:
    call = cell.piece
    if isinstance(call, Call) and call.function.is_by_group:
        return str(call.of), _whole(ready, call.of)
    return cell.name, cell_values(cell, ready.pieces.of(cell.piece))


def _whole(ready: Prepared, piece: Piece) -> Numbers:
    return ready.pieces.numbers(piece, asked_by="a mean")


def _outcome(ready: Prepared, piece: Piece) -> Numbers:
    """The outcome where the row is used: the engine shall leave out the very same rows."""
    found = np.full(ready.rows_read, np.nan)
    found[ready.rows] = _whole(ready, piece)[ready.rows]
    return found


def _ids(grouping: Grouping) -> npt.NDArray[np.float64] | npt.NDArray[np.int64]:
    is_missing = grouping.codes == MISSING
    return np.where(is_missing, np.nan, grouping.codes) if is_missing.any() else grouping.codes
