"""What a model is asked for, as a value: an outcome, terms for everybody, terms that vary by group.

    next(score) ~ within(shed, client) + score + (1 + within(shed, client) | client)

`read_formula` makes it from text; `analyses.model_table` makes columns of numbers from it.

| written | is |
|---|---|
| `y ~ x + z` | outcome, and what it is held against; an intercept is there unless told |
| `1`, `0`, `- 1` | with the intercept, without it, without it |
| `a:b` | the product of two terms |
| `a*b` | `a + b + a:b` |
| `a*b - a` | the same without `a` |
| `log(x)` | the natural logarithm |
| `next(x)`, `prior(x)` | the value in the next, or the previous, row of the finest group |
| `between(x, client)` | the client's mean over all rows in which `x` stands |
| `within(x, client)` | the distance from it |
| a column of words | a column of 0 and 1 for each word but the first (the reference) |
| `` `my column` `` | a column whose name is not one plain word |
| `(1 + x | client)`, `(x | client)` | intercept and slope vary by client, and may go together |
| `(0 + x | client)` | the slope alone varies |
| `(1 | therapist/client)` | `(1 | therapist)` and a client who is one of that therapist's |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from lacrima.errors import BadFormula

INTERCEPT = "(Intercept)"
PLAIN = re.compile(r"\.?[^\W\d_][\w.]*\Z|_[\w.]*\Z")

Group: TypeAlias = tuple[str, ...]
"""The columns that say which group a row is of, the coarsest first: ("therapist", "client")."""


class Function(StrEnum):
    """What can be asked of a column."""

    LOG = "log"
    NEXT = "next"
    PRIOR = "prior"
    WITHIN = "within"
    BETWEEN = "between"

    @property
    def is_by_group(self) -> bool:
        """Whether it needs the name of a group."""
        return self in {Function.WITHIN, Function.BETWEEN}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table, by its name."""

    name: str

    def __str__(self) -> str:
        """As it is written in a formula."""
        return spelled(self.name)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a column, or of another function. group: of `within` and `between` alone."""

    function: Function
    of: Piece
    group: Group = ()

    def __post_init__(self) -> None:
        """Refuse a mean of means, and a group where none is needed."""
        if bool(self.group) != self.function.is_by_group:
            raise BadFormula(f"{self.function} with a group that does not fit", where="formula")
        if isinstance(self.of, Call) and self.of.function.is_by_group:
            raise BadFormula(
                f"{self.of.function} inside {self.function}",
                where="formula",
                expected="within and between outside, log, next and prior inside",
            )

    def __str__(self) -> str:
        """As it is written in a formula."""
        by = f", {group_name(self.group)}" if self.group else ""
        return f"{self.function}({self.of}{by})"


Piece: TypeAlias = Column | Call


@dataclass(frozen=True, slots=True)
class Term:
    """A product of pieces; two are the same whatever their order."""

    pieces: tuple[Piece, ...] = field(compare=False)
    _same: frozenset[Piece] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Each piece once: as everywhere with formulas, x:x is x."""
        once = tuple(dict.fromkeys(self.pieces))
        object.__setattr__(self, "pieces", once)
        object.__setattr__(self, "_same", frozenset(once))

    def __str__(self) -> str:
        """As it is written in a formula, and as its coefficient is called."""
        return ":".join(map(str, self.pieces))


@dataclass(frozen=True, slots=True)
class Sum:
    """An intercept or none, and terms: single ones first, then products of two, and so on."""

    has_intercept: bool
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        """As it is written in a formula."""
        return " + ".join(["1" if self.has_intercept else "0", *map(str, self.terms)])


@dataclass(frozen=True, slots=True)
class RandomPart:
    """What varies by group, its members correlated with each other."""

    sum: Sum
    group: Group

    def __post_init__(self) -> None:
        """Refuse a part in which nothing varies."""
        if not (self.sum.has_intercept or self.sum.terms):
            raise BadFormula(
                f"nothing that varies by {group_name(self.group)}",
                where="formula",
                expected="1, a column, or both before the bar",
            )

    def __str__(self) -> str:
        """As it is written in a formula."""
        return f"({self.sum} | {':'.join(map(spelled, self.group))})"


@dataclass(frozen=True, slots=True)
class Formula:
    """A model: `outcome` by `fixed` terms, and `parts` that vary by group."""

    outcome: Piece
    fixed: Sum
    parts: tuple[RandomPart, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no data could answer: itself by itself, or the same varying twice."""
        _check_outcome(self.outcome, self.pieces()[1:])
        seen: set[tuple[Group, Term | None]] = set()
        for part in self.parts:
            members: list[Term | None] = [*part.sum.terms, *[None] * part.sum.has_intercept]
            for term in members:
                if (part.group, term) in seen:
                    raise BadFormula(
                        f"{term or 'the intercept'} varies twice by {group_name(part.group)}",
                        where="formula",
                        expected="each once a group",
                    )
                seen.add((part.group, term))

    def __str__(self) -> str:
        """The whole formula, written out."""
        return f"{self.outcome} ~ " + " + ".join([str(self.fixed), *map(str, self.parts)])

    def groups(self) -> tuple[Group, ...]:
        """The groups by which something varies, each once, in the order of the formula."""
        return tuple(dict.fromkeys(part.group for part in self.parts))

    def pieces(self) -> tuple[Piece, ...]:
        """The outcome, then whatever stands in a term, each of these once."""
        sums = [self.fixed, *(part.sum for part in self.parts)]
        inside = (piece for each in sums for term in each.terms for piece in term.pieces)
        return (self.outcome, *dict.fromkeys(inside))

    def named_groups(self) -> tuple[Group, ...]:
        """Those of `groups`, and those that within and between name."""
        named = [call.group for piece in self.pieces() for call in calls(piece) if call.group]
        return tuple(dict.fromkeys([*self.groups(), *named]))

    def columns(self) -> tuple[str, ...]:
        """The columns that the table has to have, each once."""
        values = [column_of(piece) for piece in self.pieces()]
        ids = [name for group in self.named_groups() for name in group]
        return tuple(dict.fromkeys([*values, *ids]))

    @property
    def needs_order(self) -> bool:
        """Whether it asks for a next or a previous row."""
        ordered = {Function.NEXT, Function.PRIOR}
        return any(call.function in ordered for piece in self.pieces() for call in calls(piece))


def _check_outcome(outcome: Piece, others: tuple[Piece, ...]) -> None:
    inside = {piece.of for piece in others if isinstance(piece, Call) and piece.group}
    if outcome in others or outcome in inside:
        raise BadFormula(f"the outcome {outcome} on both sides of ~", where="formula")
    if isinstance(outcome, Call) and outcome.function.is_by_group:
        raise BadFormula(
            f"{outcome.function} of the outcome",
            where="formula",
            expected="a column, or log, next or prior of one, before ~",
        )


def spelled(name: str) -> str:
    """A name as it is written in a formula: in backticks unless it is one plain word.

    >>> spelled("score"), spelled("my score")
    ('score', '`my score`')
    """
    return name if PLAIN.match(name) else f"`{name}`"


def group_name(group: Group) -> str:
    """What a group is called: `client`, or `therapist/client` where it is one inside the other."""
    return "/".join(map(spelled, group))


def calls(piece: Piece) -> Iterator[Call]:
    """The functions of a piece, from the outside to the inside."""
    while isinstance(piece, Call):
        yield piece
        piece = piece.of


def column_of(piece: Piece) -> str:
    """The column at the heart of a piece."""
    while isinstance(piece, Call):
        piece = piece.of
    return piece.name
