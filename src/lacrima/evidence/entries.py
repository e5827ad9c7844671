"""What was read: sources, studies and their figures. Values that refuse to be wrong.

Every sentence is in our own words. A figure cannot exist without its source. What rests on
these stands in `statements.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lacrima.evidence.checks import check_id, need
from lacrima.evidence.words import SAID_OF_TOPIC, Read, Topic, Unit

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


@dataclass(frozen=True, slots=True)
class Source:
    """A page or paper that was read: `key` is what entries name it by."""

    key: str
    what: str
    where: str

    def __post_init__(self) -> None:
        """Refuse a key of another shape."""
        need(
            bool(_KEY.fullmatch(self.key)), f"the key {self.key!r}", "S and a number, such as S13b"
        )

    @property
    def id(self) -> str:
        """Its key, as entries name it."""
        return self.key

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.what

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"{self.key} {self.where}"


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
        check_id(self.id)
        need(bool(self.sources), "a study without a source", "at least one key of sources.toml")
        need(self.year is None or 1900 <= self.year <= 2100, "an impossible year", "1900 to 2100")
        need(self.people is None or self.people > 0, "a study of nobody", "people above 0")
        need(self.read is not Read.DERIVED, "a study worked out here", "paper, about or weak")

    @property
    def called(self) -> str:
        """Its name in a list."""
        return f"{self.title} ({self.year})" if self.year else self.title

    @property
    def says(self) -> str:
        """All else, for the search."""
        told = (self.kind, self.who, self.found, self.limits, self.cited)
        return " ".join((*told, SAID_OF_TOPIC[self.topic]))


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
        check_id(self.id)
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
    def called(self) -> str:
        """Its name in a list."""
        return f"{self.label}: {self.said}"

    @property
    def says(self) -> str:
        """All else, for the search."""
        return f"{self.who} {self.meaning}"

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
    after = {
        Unit.PERCENT: "\N{NO-BREAK SPACE}%",
        Unit.POINTS: " points",
        Unit.TIMES: " times",
        Unit.MINUTES: " min",
    }
    before = {
        Unit.CORRELATION: "r = ",
        Unit.DIFFERENCE: "d = ",
        Unit.ODDS_RATIO: "odds ratio ",
        Unit.RELIABILITY: "reliability ",
    }
    return f"{before.get(unit, '')}{number}{after.get(unit, '')}"
