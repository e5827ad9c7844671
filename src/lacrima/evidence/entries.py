"""What evidence is made of: sources, studies, figures, claims. Values that refuse to be wrong.

Every sentence is in our own words. A figure cannot exist without its source, nor a claim without
a grade of support.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from lacrima.errors import BadEvidence
from lacrima.evidence.conditions import When
from lacrima.evidence.words import Grade, Read, Side, Topic, Unit

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY = re.compile(r"S[0-9]{1,3}[a-z]?")
_BOUNDS = {
    Unit.PERCENT: (0.0, 100.0),
    Unit.CORRELATION: (-1.0, 1.0),
    Unit.RELIABILITY: (0.0, 1.0),
    Unit.COUNT: (0.0, math.inf),
    Unit.ODDS_RATIO: (0.0, math.inf),
    Unit.TIMES: (0.0, math.inf),
    Unit.MINUTES: (0.0, math.inf),
}
CLAIMS, QUESTIONS = 75, 14


def need(holds: bool, found: str, expected: str) -> None:
    """Refuse an entry that does not hold; the reader adds file and line."""
    if not holds:
        raise BadEvidence(found, expected=expected)


def _check_id(told: str) -> None:
    need(bool(_ID.fullmatch(told)), f"the id {told!r}", "small letters, digits and single hyphens")


@dataclass(frozen=True, slots=True)
class Source:
    """A page or paper that was read: `key` is what entries name it by."""

    key: str
    what: str
    where: str

    def __post_init__(self) -> None:
        """Refuse a key of another shape."""
        need(bool(_KEY.fullmatch(self.key)), f"the key {self.key!r}", "S and a number, such as S13b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study, review or scale: who was asked what, and what came out, with its limits."""

    id: str
    title: str
    topic: Topic
    kind: str
    who: str
    found: str
    limits: str
    read: Read
    sources: tuple[str, ...]
    year: int | None = None
    people: int | None = None
    cited: str = ""

    def __post_init__(self) -> None:
        """Refuse a study without source, or of impossible year or size."""
        _check_id(self.id)
        need(bool(self.sources), "a study without a source", "at least one key of sources.toml")
        need(self.year is None or 1900 <= self.year <= 2100, "an impossible year", "1900 to 2100")
        need(self.people is None or self.people > 0, "a study of nobody", "people above 0")
        need(self.read is not Read.DERIVED, "a study worked out here", "paper, about or weak")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with what it means, in whom, and how it was read.

    `low` and `high` are an interval; `derived` gives the arithmetic where the number or its
    interval was worked out here. `n` is how many the number rests on.
    """

    id: str
    label: str
    value: float
    unit: Unit
    who: str
    meaning: str
    read: Read
    sources: tuple[str, ...]
    study: str = ""
    n: int | None = None
    low: float | None = None
    high: float | None = None
    derived: str = ""
    is_rough: bool = False
    is_at_most: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers off their scale, half an interval, and arithmetic that is not shown."""
        _check_id(self.id)
        need(bool(self.sources), "a figure without a source", "at least one key of sources.toml")
        need(self.n is None or self.n > 0, "a figure of nobody", "n above 0")
        self._check_interval()
        low, high = _BOUNDS.get(self.unit, (-math.inf, math.inf))
        for number in (self.value, self.low, self.high):
            fits = number is None or low <= number <= high
            need(fits, f"{number} as {self.unit.value}", f"{low:g} to {high:g}")
        is_shown = self.read is not Read.DERIVED or bool(self.derived)
        need(is_shown, "a number worked out here without its arithmetic", "the key derived")

    def _check_interval(self) -> None:
        pairs = (self.low is None) == (self.high is None)
        need(pairs, "half an interval", "low and high, or neither")
        if self.low is not None and self.high is not None:
            fits = self.low <= self.value <= self.high
            need(fits, "a number outside its own interval", "low, value, high in rising order")

    @property
    def said(self) -> str:
        """The number with its unit and interval: `56.5 % (52 to 61)`."""
        rough = "at most " if self.is_at_most else "about " if self.is_rough else ""
        number = _with_unit(number_words(self.value), self.unit)
        if self.low is None or self.high is None:
            return f"{rough}{number}"
        return f"{rough}{number} ({number_words(self.low)} to {number_words(self.high)})"


def number_words(number: float) -> str:
    """A number as people write it: `0.28`, `-0.16` with a real minus, no trailing zeros."""
    text = f"{abs(number):.10g}"
    return f"\N{MINUS SIGN}{text}" if number < 0 else text


def _with_unit(number: str, unit: Unit) -> str:
    after = {Unit.PERCENT: " %", Unit.POINTS: " points", Unit.TIMES: " times", Unit.MINUTES: " min"}
    before = {
        Unit.CORRELATION: "r = ",
        Unit.DIFFERENCE: "d = ",
        Unit.ODDS_RATIO: "odds ratio ",
        Unit.RELIABILITY: "reliability ",
    }
    return f"{before.get(unit, '')}{number}{after.get(unit, '')}"


@dataclass(frozen=True, slots=True)
class Support:
    """One grade, with its reason; and its scope where a claim has several."""

    grade: Grade
    why: str
    scope: str = ""


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
        in_range = bool(self.articles) and set(self.articles) <= {1, 2, 3}
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
        _check_id(self.id)
        _check_support(self.support)
        _check_basis(self.support, self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grades, in their order."""
        return tuple(one.grade for one in self.support)


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
    when: tuple[When, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse an argument that nothing would ever choose, or that rests on nothing."""
        _check_id(self.id)
        need(bool(self.when), "an argument without a condition", "always = true, or [[argument.when]]")
        _check_basis((Support(self.grade, ""),), self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grade, as a list like those of the other entries."""
        return (self.grade,)


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
        _check_id(self.id)
        _check_basis((Support(self.grade, ""),), self.basis)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Its grade, as a list like those of the other entries."""
        return (self.grade,)


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
        _check_id(self.id)


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
        _check_id(self.id)
        need(bool(self.rows), "a picture without rows", "[[picture.row]] tables")
        need(self.lowest < self.highest, "a scale that does not rise", "lowest below highest")
