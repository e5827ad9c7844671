"""Terms as columns of numbers, each with its name; words become columns of 0 and 1.

A column of words with the levels a, b, c stands for two columns, `word[b]` and `word[c]`, held
against the reference a; three where nothing else in the sum spans their total. Which of the two
is decided as in formulaic and patsy, by what the terms before span already, so that no column is
a sum of others by its making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import NamedTuple, TypeAlias

import numpy as np

from lacrima.analyses.formula import INTERCEPT, Call, Piece, Sum, Term, column_of
from lacrima.analyses.model_columns import Words
from lacrima.errors import BadInput
from lacrima.stats.numbers import Numbers

MOST_LEVELS = 100

Coded: TypeAlias = tuple[Piece, bool]
"""A column of words, and whether all its levels get a column (True), or all but the reference."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A column of words in a model: its levels among the rows used, the reference first."""

    column: str
    levels: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What the other levels are held against."""
        return self.levels[0]


class Cell(NamedTuple):
    """What one column multiplies: a piece as it is, or whether a piece of words says `level`."""

    piece: Piece
    level: str | None = None

    @property
    def name(self) -> str:
        """`x`, or `word[level]`."""
        return str(self.piece) if self.level is None else f"{self.piece}[{self.level}]"


Product: TypeAlias = tuple[Cell, ...]
"""One column of a model: the product of its cells; of none, the intercept."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Columns and their names, in the order of the sum. columns: n rows x p columns."""

    columns: Numbers
    names: tuple[str, ...]


Values: TypeAlias = Callable[[Piece], Numbers | Words]


def factor_of(piece: Piece, words: Words) -> Factor:
    """The levels that occur. Raises BadInput for one alone, or for very many."""
    used = np.unique(words.codes)
    name = column_of(piece)
    if len(used) < 2:
        raise BadInput(
            "the same word in every row", where=f"column {name!r}", expected="two words at least"
        )
    if len(used) > MOST_LEVELS:
        raise BadInput(
            f"{len(used)} different words",
            where=f"column {name!r}",
            expected=f"at most {MOST_LEVELS}; an id belongs behind a bar: (1 | {name})",
        )
    return Factor(name, tuple(words.levels[code] for code in used))


def product_name(product: Product) -> str:
    """What the coefficient of a column is called."""
    return ":".join(cell.name for cell in product) or INTERCEPT


def products(asked: Sum, values: Values) -> list[Product]:
    """The columns that a sum stands for, in its order.

    values: of each piece, over the rows in which a level of words has to occur to count.
    """
    pieces = {piece for term in asked.terms for piece in term.pieces}
    is_word = {piece: _is_word(piece, values) for piece in pieces}
    return [
        each
        for term, coded in _codings(asked, is_word)
        for each in product(*_choices(term, dict(coded), values))
    ]


def _is_word(piece: Piece, values: Values) -> bool:
    """Only a column as it is can be of words; what is called upon one is a number."""
    return not isinstance(piece, Call) and isinstance(values(piece), Words)


def _choices(term: Term, is_full: dict[Piece, bool], values: Values) -> Iterator[list[Cell]]:
    for piece in term.pieces:
        found = None if isinstance(piece, Call) else values(piece)
        if not isinstance(found, Words):
            yield [Cell(piece)]
            continue
        used = [found.levels[code] for code in np.unique(found.codes)]
        yield [Cell(piece, level) for level in (used if is_full[piece] else used[1:])]


def matrix(asked: Sum, values: Values, n: int) -> Matrix:
    """The columns of a sum over n rows, of which no value is missing."""
    wanted = products(asked, values)
    columns = np.ones((n, len(wanted)), order="F")
    for place, each in enumerate(wanted):
        for cell in each:
            columns[:, place] *= cell_values(cell, values(cell.piece))
    return Matrix(columns, tuple(map(product_name, wanted)))


def cell_values(cell: Cell, values: Numbers | Words) -> Numbers:
    """The numbers of a cell; of words 1 where they say its level, else 0, NaN where missing."""
    if not isinstance(values, Words):
        return values
    says = np.array([float(level == cell.level) for level in values.levels] + [np.nan])
    return says[values.codes]


def _codings(asked: Sum, is_word: dict[Piece, bool]) -> Iterator[tuple[Term, list[Coded]]]:
    """The terms in their order, one that has words as often as it takes to code them."""
    spanned: set[tuple[frozenset[Piece], frozenset[Piece]]] = set()
    for term in [*[Term(())] * asked.has_intercept, *asked.terms]:
        of_words = [piece for piece in term.pieces if is_word[piece]]
        of_numbers = [piece for piece in term.pieces if not is_word[piece]]
        key = frozenset(of_numbers)
        new = [some for some in _subsets(of_words) if (key, frozenset(some)) not in spanned]
        spanned |= {(key, frozenset(some)) for some in new}
        for coded in _joined(new):
            members = {piece for piece, _ in coded} | key
            yield Term(tuple(piece for piece in term.pieces if piece in members)), coded


def _subsets(pieces: list[Piece]) -> Iterator[tuple[Piece, ...]]:
    return chain.from_iterable(combinations(pieces, size) for size in range(len(pieces) + 1))


def _joined(new: Iterable[tuple[Piece, ...]]) -> list[list[Coded]]:
    """The fewest products that span these: a with its reference is 1 and a without it.

    As patsy does it (patsy/redundancy.py): as long as one product is another with one column of
    words more, which leaves its reference out, the two are that product with all of its levels.
    """
    found: list[list[Coded]] = [[(piece, False) for piece in some] for some in new]
    while True:
        pair = next(
            (
                (small, large)
                for small in found
                for large in found
                if len(large) == len(small) + 1
                and set(small) < set(large)
                and not next(iter(set(large) - set(small)))[1]
            ),
            None,
        )
        if pair is None:
            return found
        small, large = pair
        more = next(iter(set(large) - set(small)))
        found[found.index(large)] = [(more[0], True) if each == more else each for each in large]
        found.remove(small)
