"""What stands in a term, worked out row by row: log, next, prior, within, between."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lacrima.analyses.formula import Call, Column, Function, Piece, calls, column_of
from lacrima.analyses.model_columns import FIRST_ROW, MISSING, ColumnOf, Columns, Words
from lacrima.analyses.model_groups import Grouping, Groupings, Sequence
from lacrima.errors import BadInput
from lacrima.stats.borders import Flags
from lacrima.stats.numbers import Numbers


@dataclass(slots=True)
class Pieces:
    """Works out pieces over all rows of a table, each once."""

    columns: Columns
    groupings: Groupings
    sequence: Sequence | None
    _known: dict[Piece, ColumnOf] = field(default_factory=dict)

    def of(self, piece: Piece) -> ColumnOf:
        """The values of a piece, one a row; NaN, or the code -1, where there is none."""
        if piece not in self._known:
            self._known[piece] = (
                self.columns[piece.name] if isinstance(piece, Column) else self._called(piece)
            )
        return self._known[piece]

    def numbers(self, piece: Piece, *, asked_by: str) -> Numbers:
        """The same, where it is of numbers. Raises BadInput."""
        found = self.of(piece)
        if isinstance(found, Words):
            raise BadInput(
                f"{asked_by} of words",
                where=f"column {str(piece)!r}",
                expected="a column of numbers",
            )
        return found

    def _called(self, call: Call) -> Numbers:
        values = self.numbers(call.of, asked_by=call.function)
        if call.function is Function.LOG:
            return _log(values, call)
        if call.function.is_by_group:
            between, within = parted(values, self.groupings[call.group])
            other = Function.WITHIN if call.function is Function.BETWEEN else Function.BETWEEN
            both = {Function.BETWEEN: between, Function.WITHIN: within}
            self._known[Call(other, call.of, call.group)] = both[other]
            return both[call.function]
        return self._moved(values, call)

    def _moved(self, values: Numbers, call: Call) -> Numbers:
        sequence, found = _ordered(self.sequence, call), np.full(len(values), np.nan)
        rows, is_next = sequence.rows, call.function is Function.NEXT
        ahead, behind = rows[1:], rows[:-1]
        to, source = (behind, ahead) if is_next else (ahead, behind)
        is_one_group = ~sequence.is_first[1:]
        found[to[is_one_group]] = values[source[is_one_group]]
        return found

    def is_there(self, piece: Piece) -> Flags:
        """In which rows a piece has a value; for means it need not be worked out."""
        if isinstance(piece, Call) and piece.group:
            self.numbers(piece.of, asked_by=piece.function)
            has_group = self.groupings[piece.group].codes != MISSING
            return np.asarray(self.is_there(piece.of) & has_group)
        found = self.of(piece)
        return found.codes != MISSING if isinstance(found, Words) else ~np.isnan(found)

    def is_at_end(self, piece: Piece) -> Flags:
        """In which rows a piece asks for a next, or previous, row that there is not."""
        heart = self.columns[column_of(piece)]
        at_end = np.zeros(_length(heart), dtype=np.bool_)
        for call in calls(piece):
            if call.function in {Function.NEXT, Function.PRIOR}:
                sequence = _ordered(self.sequence, call)
                is_next = call.function is Function.NEXT
                at_end[sequence.rows[sequence.is_last if is_next else sequence.is_first]] = True
        return at_end


def parted(values: Numbers, grouping: Grouping) -> tuple[Numbers, Numbers]:
    """A column as the mean of each row's group, and the distance from it.

    The mean is over all rows of the group in which the value stands, whatever else is missing
    there. Where a group has one value throughout, its distances are 0 and not merely near 0:
    each group is measured from its first value. NaN in rows without value or group.
    """
    is_known = (grouping.codes != MISSING) & ~np.isnan(values)
    codes, known = grouping.codes[is_known], values[is_known]
    first = np.zeros(grouping.n)
    first[codes[::-1]] = known[::-1]
    away = known - first[codes]
    counts = np.bincount(codes, minlength=grouping.n)
    mean = np.bincount(codes, weights=away, minlength=grouping.n) / np.maximum(counts, 1)
    between = _only_there(first[codes] + mean[codes], is_known)
    return between, _only_there(away - mean[codes], is_known)


def _only_there(values: Numbers, is_there: Flags) -> Numbers:
    found: npt.NDArray[np.float64] = np.full(len(is_there), np.nan)
    found[is_there] = values
    return found


def _log(values: Numbers, call: Call) -> Numbers:
    below = np.flatnonzero(values <= 0)
    if len(below):
        raise BadInput(
            f"{call} of a value that is not above 0",
            where=f"row {int(below[0]) + FIRST_ROW}",
            expected="values above 0",
        )
    return np.log(values)


def _ordered(sequence: Sequence | None, call: Call) -> Sequence:
    if sequence is None:
        raise BadInput(
            f"{call} without an order of the rows, or without a group",
            where="formula",
            expected="--order COLUMN, and a group such as (1 | client)",
        )
    return sequence


def _length(column: ColumnOf) -> int:
    return len(column.codes if isinstance(column, Words) else column)
