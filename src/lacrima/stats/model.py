"""What a multilevel model is: terms, levels and rows, as values that refuse to be wrong.

A *term* is a product of pieces; a *piece* is a column as it is, its deviation from a group's mean,
or that mean. The pieces stay symbols until a client's cross-products are known: means are taken
over every row where the column is there, whether or not the row has an outcome, and enter by a
linear map of the client's own (`stats.mapping`), without a second pass over the rows.

>>> shed, time = within("shed", "client"), whole("time")
>>> (shed * time).name, INTERCEPT.name
('within(shed, client):time', '(Intercept)')
>>> Model("score", fixed=(INTERCEPT, shed), levels=(Level("client", (INTERCEPT, shed)),)).terms
(Term((Intercept)), Term(within(shed, client)))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput


class Part(StrEnum):
    """Which part of a column a piece is."""

    WHOLE = "whole"
    WITHIN = "within"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Piece:
    """A column, or its part within or between the groups of a level."""

    column: str
    part: Part = Part.WHOLE
    level: str = ""

    def __post_init__(self) -> None:
        """Within and between need a level; the whole has none."""
        if not self.column or (self.part is Part.WHOLE) != (not self.level):
            raise BadInput("a piece that is not whole", where="term", expected="column, level")

    @property
    def name(self) -> str:
        """As a formula writes it."""
        if self.part is Part.WHOLE:
            return self.column
        return f"{self.part}({self.column}, {self.level})"


@dataclass(frozen=True, slots=True)
class Term:
    """A product of pieces; of none: the intercept. `name` is what the coefficient is called."""

    pieces: tuple[Piece, ...] = ()

    @property
    def name(self) -> str:
        """`(Intercept)`, `x`, `within(x, client)`, `a:b`."""
        return ":".join(piece.name for piece in self.pieces) or "(Intercept)"

    def __mul__(self, other: Term) -> Term:
        """The interaction of two terms."""
        return Term(self.pieces + other.pieces)

    def __repr__(self) -> str:
        """Short, since models hold many."""
        return f"Term({self.name})"


INTERCEPT = Term()


def whole(column: str) -> Term:
    """The column as it is."""
    return Term((Piece(column),))


def within(column: str, level: str) -> Term:
    """Each row's deviation from the mean of its group at that level."""
    return Term((Piece(column, Part.WITHIN, level),))


def between(column: str, level: str) -> Term:
    """The mean of the row's group at that level."""
    return Term((Piece(column, Part.BETWEEN, level),))


@dataclass(frozen=True, slots=True)
class Level:
    """A grouping (clients, therapists, clinics) and the terms whose coefficients vary over it.

    The coefficients of one level are correlated freely. Two levels may have one name: then each
    block has a covariance of its own, as in `(1 | client) + (0 + x | client)`.
    """

    name: str
    terms: tuple[Term, ...] = (INTERCEPT,)

    def __post_init__(self) -> None:
        """Every term once."""
        _once(self.terms, f"level {self.name}")


@dataclass(frozen=True, slots=True)
class Model:
    """`outcome ~ fixed + levels`. levels: from the finest (clients) to the coarsest (clinics)."""

    outcome: str
    fixed: tuple[Term, ...]
    levels: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        """At least one fixed term, every term once."""
        _once(self.fixed, "fixed part")
        if not self.fixed:
            raise BadInput("a model without a fixed term", where="model", expected="an intercept")

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, each once: the fixed ones first, then those that only vary."""
        varying = chain.from_iterable(level.terms for level in self.levels)
        return tuple(dict.fromkeys((*self.fixed, *varying)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the terms are made of, each once."""
        pieces = chain.from_iterable(term.pieces for term in self.terms)
        return tuple(dict.fromkeys(piece.column for piece in pieces))

    @property
    def groupings(self) -> tuple[str, ...]:
        """Names of all groupings that random coefficients or means need, each once."""
        pieces = chain.from_iterable(term.pieces for term in self.terms)
        means = (piece.level for piece in pieces if piece.level)
        return tuple(dict.fromkeys((*(level.name for level in self.levels), *means)))


@dataclass(frozen=True, slots=True)
class Rows:
    """The data: one row a session, every array of n rows.

    columns: numbers by name, the outcome among them; NaN is missing. ids: the group of each row by
    the grouping's name: integers or text; None, NaN and empty text are missing. order: for
    AR(1): the number of the session within its client, whole, each once a client.
    """

    columns: Mapping[str, npt.NDArray[Any]]
    ids: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    order: npt.NDArray[Any] | None = None

    def __post_init__(self) -> None:
        """All arrays have one length."""
        arrays = [*self.columns.values(), *self.ids.values()]
        arrays += [] if self.order is None else [self.order]
        if not arrays or {np.shape(each) for each in arrays} != {(len(arrays[0]),)}:
            raise BadInput("columns of different lengths", where="rows", expected="one length")

    @property
    def n(self) -> int:
        """How many rows there are, used or not."""
        return len(next(iter([*self.columns.values(), *self.ids.values()])))


def rows_of_matrix(
    matrix: npt.ArrayLike,
    names: tuple[str, ...],
    outcome: npt.ArrayLike,
    ids: Mapping[str, npt.ArrayLike],
) -> Rows:
    """A finished design matrix (n x p) and its outcome as rows; the outcome is called `y`.

    >>> rows_of_matrix([[1.0], [2.0]], ("x",), [3.0, 4.0], {"client": ["a", "b"]}).n
    2
    """
    table = np.asarray(matrix, dtype=np.float64)
    columns = {name: table[:, place] for place, name in enumerate(names)}
    columns["y"] = np.asarray(outcome, dtype=np.float64)
    return Rows(columns, {name: np.asarray(each) for name, each in ids.items()})


def _once(terms: tuple[Term, ...], where: str) -> None:
    if len(set(terms)) != len(terms):
        raise BadInput("a term that stands there twice", where=where, expected="each term once")
