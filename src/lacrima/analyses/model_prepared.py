"""What has to be known of a table before a formula can be answered: groups, order, rows used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lacrima.analyses.formula import Call, Formula, Piece, group_name
from lacrima.analyses.model_columns import MISSING, Codes, ColumnOf, Columns, Words, order_of
from lacrima.analyses.model_groups import (
    Groupings,
    Sequence,
    check_nesting,
    finest,
    groupings,
    sequence,
)
from lacrima.analyses.model_pieces import Pieces
from lacrima.analyses.model_terms import Factor, factor_of
from lacrima.errors import NoResult
from lacrima.stats.borders import Flags
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table, prepared for a formula.

    rows: which can be used, counted from 0; rising, or, with an order, group by group (the
    finest) and in their order inside it. dropped: the others, by their first reason. places: the
    order of every row, where one was named; sequence: the rows in it. only: values in rows used.
    """

    groups: Groupings
    places: Numbers | None
    sequence: Sequence | None
    pieces: Pieces
    only: Only
    rows: Codes
    rows_read: int
    dropped: tuple[Dropped, ...]
    factors: tuple[Factor, ...]


def prepare(formula: Formula, columns: Columns, *, order: str | None) -> Prepared:
    """Groups, order and rows of a table. Raises as `model_table.model_table`."""
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
    pieces.numbers(formula.outcome, asked_by="an outcome")
    only = Only(pieces, rows)
    factors = tuple(only.factors(formula))
    return Prepared(found, places, sequenced, pieces, only, rows, len(is_used), dropped, factors)


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


class Only:
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
            found = None if isinstance(piece, Call) else self.of(piece)
            if isinstance(found, Words):
                yield factor_of(piece, found)
