"""A term as a sum of products of columns: what must be summed, and what is put in afterwards.

With x = x' + c (the column without its shared shift c) and m the mean of x' over a group's rows,

    x  =  x' + c,      within(x)  =  x' - m,      between(x)  =  m + c,

so a product of pieces is a sum of products of columns x', each with a weight that is a number of
its own for each client: that is the client's linear map. Only the products of columns are summed
over rows.

>>> from lacrima.stats.model import whole, within
>>> for monomial in expanded(within("x", "client") * whole("t"), shifted=("t",)):
...     print(monomial.columns, monomial.weights)
('t', 'x') ()
('x',) (Weight(column='t', level='', sign=1),)
('t',) (Weight(column='x', level='client', sign=-1),)
() (Weight(column='x', level='client', sign=-1), Weight(column='t', level='', sign=1))
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

from lacrima.stats.model import Part, Piece, Term

Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """A shift c (no level) or a group's mean m, with its sign."""

    column: str
    level: str
    sign: int


@dataclass(frozen=True, slots=True)
class Monomial:
    """A product of shifted columns, sorted, and the factors of its weight."""

    columns: Columns
    weights: tuple[Weight, ...]


Choice = tuple[Columns, tuple[Weight, ...]]


def expanded(term: Term, shifted: Collection[str]) -> tuple[Monomial, ...]:
    """The term as a sum. shifted: the columns whose shift is not zero."""
    choices = [_choices(piece, piece.column in shifted) for piece in term.pieces]
    return tuple(
        Monomial(
            tuple(sorted(column for columns, _ in chosen for column in columns)),
            tuple(weight for _, weights in chosen for weight in weights),
        )
        for chosen in product(*choices)
    )


def _choices(piece: Piece, is_shifted: bool) -> list[Choice]:
    itself: Choice = ((piece.column,), ())
    shift: Choice = ((), (Weight(piece.column, "", 1),))
    if piece.part is Part.WITHIN:
        return [itself, ((), (Weight(piece.column, piece.level, -1),))]
    first = ((), (Weight(piece.column, piece.level, 1),)) if piece.level else itself
    return [first, shift] if is_shifted else [first]
