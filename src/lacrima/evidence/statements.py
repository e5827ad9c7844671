"""What is said on the ground of what was read: claims, questions, arguments, advice, notes.

No claim without a grade of support, and no grade that rests on nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lacrima.evidence.checks import check_id, need
from lacrima.evidence.conditions import When
from lacrima.evidence.words import SAID_OF_GRADE, SAID_OF_SIDE, Grade, Side, Topic

CLAIMS, QUESTIONS = 75, 14
ARTICLES = {1, 2, 3}


@dataclass(frozen=True, slots=True)
class Support:
    """One grade, with its reason; and its scope where a claim has several."""

    grade: Grade
    why: str
    scope: str = ""

    @property
    def says(self) -> str:
        """Its words, for the search."""
        return f"{self.scope} {self.why} {SAID_OF_GRADE[self.grade]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a statement rests on: entries of the other files, by their ids."""

    figures: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is named at all."""
        return not (self.figures or self.studies or self.claims)


def _all_says(support: Iterable[Support]) -> str:
    return " ".join(one.says for one in support)


def _check_support(support: tuple[Support, ...]) -> None:
    need(bool(support), "no grade of support", "at least one: supported, mixed, ...")
    is_scoped = len(support) == 1 or all(one.scope for one in support)
    need(is_scoped, "several grades without their scopes", "a scope for each")


def _check_basis(support: tuple[Support, ...], basis: Basis) -> None:
    is_open = all(one.grade is Grade.UNSTUDIED for one in support)
    need(is_open or not basis.is_empty, "a grade that rests on nothing", "figures or studies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something the public debate says, by its number; in which of the three articles."""

    number: int
    text: str
    topic: Topic
    articles: tuple[int, ...]
    support: tuple[Support, ...]
    basis: Basis
    watch: str = ""

    def __post_init__(self) -> None:
        """Refuse a claim without grade, or with a grade that rests on nothing."""
        need(1 <= self.number <= CLAIMS, f"the number {self.number}", f"1 to {CLAIMS}")
        in_range = bool(self.articles) and set(self.articles) <= ARTICLES
        need(in_range, "an article that is not there", "of the articles 1, 2, 3")
        _check_support(self.support)
        _check_basis(self.support, self.basis)

    @property
    def id(self) -> str:
        """Its number, as entries name it."""
        return str(self.number)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grades, in their order."""
        return tuple(one.grade for one in self.support)

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.text

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"claim {self.number} {_all_says(self.support)} {self.watch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the questions people ask about such a moment, and what is known about each."""

    id: str
    title: str
    asks: str
    known: str
    topic: Topic
    support: tuple[Support, ...]
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse a question without grade."""
        check_id(self.id)
        _check_support(self.support)
        _check_basis(self.support, self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grades, in their order."""
        return tuple(one.grade for one in self.support)

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.title

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"{self.asks} {self.known} {_all_says(self.support)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A consideration for or against, and the facts of a moment that make it relevant."""

    id: str
    side: Side
    text: str
    topic: Topic
    grade: Grade
    basis: Basis
    questions: tuple[str, ...] = ()
    when: tuple[When, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an argument that nothing would ever choose, or that rests on nothing."""
        check_id(self.id)
        need(
            bool(self.when),
            "an argument without a condition",
            "always = true, or [[argument.when]]",
        )
        _check_basis((Support(self.grade, ""),), self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grade, as a list like those of the other entries."""
        return (self.grade,)

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.text

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"{SAID_OF_SIDE[self.side]} {SAID_OF_GRADE[self.grade]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A step after tears, or a condition that asks for more care, with what it rests on."""

    id: str
    title: str
    text: str
    topic: Topic
    grade: Grade
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse advice that rests on nothing and does not say so."""
        check_id(self.id)
        _check_basis((Support(self.grade, ""),), self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grade, as a list like those of the other entries."""
        return (self.grade,)

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.title

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"{self.text} {SAID_OF_GRADE[self.grade]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Where sources disagree (a conflict), or what nobody has studied (a gap)."""

    id: str
    title: str
    text: str
    topic: Topic
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse an id of another shape."""
        check_id(self.id)

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.title

    @property
    def says(self) -> str:
        """All else, for the search."""
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """Some figures of a picture under one heading."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Figures of one unit that are drawn on one scale, with what to see in them."""

    id: str
    title: str
    text: str
    topic: Topic
    highest: float
    lowest: float
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        """Refuse a picture of nothing."""
        check_id(self.id)
        need(bool(self.rows), "a picture without rows", "[[picture.row]] tables")
        need(self.lowest < self.highest, "a scale that does not rise", "lowest below highest")

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.title

    @property
    def says(self) -> str:
        """All else, for the search."""
        return self.text
