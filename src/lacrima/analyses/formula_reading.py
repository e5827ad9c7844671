"""Reads the text of a formula. The grammar, one function each:

formula   piece ~ sum
sum       [-] product, then + or - and a product, again and again
product   crossing * crossing ...
crossing  atom : atom ...
atom      0 | 1 | piece | ( sum ) | ( sum | groups )
piece     name | log(piece) | next(piece) | prior(piece) | within(piece, group) | between(...)
groups    name / name ...         (a name may be name:name, one inside the other)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from lacrima.analyses.formula import (
    Call,
    Column,
    Formula,
    Function,
    Group,
    Piece,
    RandomPart,
    Sum,
    Term,
)
from lacrima.analyses.formula_words import Kind, Word, at, words_of
from lacrima.errors import BadFormula

MOST_TERMS = 500
DEEPEST = 40
ONE = Term(())  # the empty product: the intercept
FUNCTIONS = ", ".join(f"{function}()" for function in Function)
NOT_READ = {
    "I": "a column of its own for what is worked out",
    "poly": "a column of its own for each power",
    "factor": "a column of words, which is a factor by itself",
    "C": "a column of words, which is a factor by itself",
}


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read: terms in order (ONE where it was written), parts, and whether 0 was said."""

    terms: tuple[Term, ...] = ()
    parts: tuple[RandomPart, ...] = ()
    takes_intercept: bool = False

    def as_sum(self) -> Sum:
        """The terms with the intercept that is there unless told; products after single ones."""
        terms = sorted((term for term in self.terms if term != ONE), key=_size)
        return Sum(not self.takes_intercept, tuple(terms))


class _Gathered:
    """The terms of a sum as they come; what is said last of the intercept holds."""

    def __init__(self) -> None:
        self._terms: dict[Term, None] = {}
        self._parts: list[RandomPart] = []
        self._takes_intercept = False

    def add(self, read: _Read) -> None:
        self._terms.update(dict.fromkeys(read.terms))
        self._parts += read.parts
        if read.takes_intercept or ONE in read.terms:
            self._takes_intercept = read.takes_intercept

    def leave_out(self, read: _Read, place: int) -> None:
        if read.parts or read.takes_intercept:
            raise BadFormula(
                "a minus before what cannot be left out",
                where=at(place),
                expected="a term or 1 after the minus",
            )
        for term in read.terms:
            if term != ONE and term not in self._terms:
                raise BadFormula(
                    f"{term} left out, which was not there",
                    where=at(place),
                    expected="a term that stands before it",
                )
            self._terms.pop(term, None)
        self._takes_intercept = self._takes_intercept or ONE in read.terms

    def read(self) -> _Read:
        return _Read(tuple(self._terms), tuple(self._parts), self._takes_intercept)


def read_formula(text: str) -> Formula:
    """What does this formula ask for?

    Products of more pieces stand after those of fewer, as in R. Whether the columns exist is not
    asked here. Raises BadFormula, with the character, where the text is no formula: nothing is
    guessed, and what other programs read and we do not (powers, `I()`, `||`) is named.

    The way of writing is that of Bates, Maechler, Bolker and Walker 2015,
    10.18637/jss.v067.i01; within, between, next and prior are our own.

    >>> found = read_formula("next(score) ~ a*b - b + (1 + a | therapist/client)")
    >>> str(found.outcome), [str(term) for term in found.fixed.terms]
    ('next(score)', ['a', 'a:b'])
    >>> [str(part) for part in found.parts]
    ['(1 + a | therapist)', '(1 + a | therapist:client)']
    >>> read_formula("y ~ x + (1 | client")
    Traceback (most recent call last):
    lacrima.errors.BadFormula: formula, character 20: the end. Expected: ')' to close the bracket.
    """
    return _Reader(words_of(text)).formula()


class _Reader:
    """Stands at one word of the formula and walks to its end."""

    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._next = 0
        self._depth = 0

    @property
    def word(self) -> Word:
        return self._words[self._next]

    def formula(self) -> Formula:
        if self._is_mark("~"):
            raise self._not("the outcome before ~")
        outcome = self.piece()
        self._take("~", "~ after the outcome")
        read = self.sum()
        if self.word.kind is not Kind.END:
            raise self._not("+ and another term, or the end")
        return Formula(outcome, read.as_sum(), read.parts)

    def sum(self) -> _Read:
        gathered = _Gathered()
        is_minus = self._is_mark("-")
        if is_minus or self._is_mark("+"):
            self._step()
        while True:
            place, read = self.word.place, self.product()
            if is_minus:
                gathered.leave_out(read, place)
            else:
                gathered.add(read)
            is_minus = self._is_mark("-")
            if not (is_minus or self._is_mark("+")):
                return gathered.read()
            self._step()

    def product(self) -> _Read:
        start, read = self.word, self.crossing()
        while self._is_mark("*"):
            self._step()
            other = self.crossing()
            crossed = _crossed(read, other, start)
            read = _Read(tuple(dict.fromkeys([*read.terms, *other.terms, *crossed.terms])))
        return read

    def crossing(self) -> _Read:
        start, read = self.word, self.atom()
        while self._is_mark(":"):
            self._step()
            read = _crossed(read, self.atom(), start)
        return read

    def atom(self) -> _Read:
        if self._is_mark("("):
            return self._bracket()
        if self.word.kind is not Kind.NUMBER:
            return _Read((Term((self.piece(),)),))
        number = self._step()
        if number.text not in {"0", "1"}:
            raise BadFormula(
                number.said(), where=at(number.place), expected="0 or 1, or the name of a column"
            )
        return _Read((ONE,)) if number.text == "1" else _Read(takes_intercept=True)

    def _bracket(self) -> _Read:
        self._deeper()
        self._step()
        inside = self.sum()
        if self._is_mark("|"):
            inside = self._varying(inside)
        self._take(")", "')' to close the bracket")
        self._depth -= 1
        return inside

    def _varying(self, members: _Read) -> _Read:
        bar = self._step()
        if self._is_mark("|"):
            raise self._not("one bar; for parts without correlation (1 | g) + (0 + x | g)")
        if members.parts:
            raise BadFormula("one part that varies inside another", where=at(bar.place))
        groups = self.groups()
        return _Read(parts=tuple(RandomPart(members.as_sum(), group) for group in groups))

    def groups(self) -> list[Group]:
        steps = [self._inside_each_other()]
        while self._is_mark("/"):
            self._step()
            steps.append(self._inside_each_other())
        return list(accumulate(steps))

    def _inside_each_other(self) -> Group:
        names = [self._name("the name of a group")]
        while self._is_mark(":"):
            self._step()
            names.append(self._name("the name of a group"))
        return tuple(names)

    def piece(self) -> Piece:
        word = self.word
        name = self._name("the name of a column")
        if word.is_quoted or not self._is_mark("("):
            return Column(name)
        if name not in set(Function):
            raise BadFormula(
                f"{name}()", where=at(word.place), expected=NOT_READ.get(name, f"{FUNCTIONS}")
            )
        return self._call(Function(name), word)

    def _call(self, function: Function, word: Word) -> Call:
        self._deeper()
        self._step()
        of = self.piece()
        group: Group = ()
        if function.is_by_group:
            self._take(",", f"a comma and a group, as in {function}(x, client)")
            group = self.groups()[-1]
        self._take(")", f"')' to close {function}(")
        self._depth -= 1
        try:
            return Call(function, of, group)
        except BadFormula as mistake:
            raise BadFormula(
                mistake.found, where=at(word.place), expected=mistake.expected
            ) from None

    def _name(self, expected: str) -> str:
        if self.word.kind is not Kind.NAME:
            raise self._not(expected)
        return self._step().text

    def _take(self, mark: str, expected: str) -> None:
        if not self._is_mark(mark):
            raise self._not(expected)
        self._step()

    def _is_mark(self, mark: str) -> bool:
        return self.word.kind is Kind.MARK and self.word.text == mark

    def _step(self) -> Word:
        self._next += 1
        return self._words[self._next - 1]

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._not(f"at most {DEEPEST} brackets inside each other")

    def _not(self, expected: str) -> BadFormula:
        return BadFormula(self.word.said(), where=at(self.word.place), expected=expected)


def _size(term: Term) -> int:
    return len(term.pieces)


def _crossed(one: _Read, other: _Read, start: Word) -> _Read:
    if one.parts or other.parts or one.takes_intercept or other.takes_intercept:
        raise BadFormula(
            "a product with what is no column",
            where=at(start.place),
            expected="columns, or brackets with columns, on both sides of : and *",
        )
    products = [Term((*a.pieces, *b.pieces)) for a in one.terms for b in other.terms]
    if len(products) > MOST_TERMS:
        raise BadFormula(
            f"{len(products)} products", where=at(start.place), expected=f"at most {MOST_TERMS}"
        )
    return _Read(tuple(dict.fromkeys(products)))
