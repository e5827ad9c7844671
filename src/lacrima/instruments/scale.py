"""Scales and items: what can be answered, and what an answer adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lacrima.errors import BadInstrument


def check(is_right: bool, found: str, expected: str) -> None:
    """Go on, or refuse the instrument: what was found, what was expected."""
    if not is_right:
        raise BadInstrument(found, expected=expected)


def check_unique(ids: Iterable[str], what: str) -> None:
    """Refuse a name that stands twice."""
    seen: set[str] = set()
    for each in ids:
        check(each not in seen, f"the {what} {each!r} twice", "each name once")
        seen.add(each)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked: its value, its words, its LOINC answer code."""

    value: int
    text: str
    loinc: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The answers of an item: either named choices, or a line with two named ends."""

    name: str
    minimum: int
    maximum: int
    choices: tuple[Choice, ...] = ()
    low_text: str = ""
    high_text: str = ""

    def __post_init__(self) -> None:
        """Refuse an empty range, a doubled value, or a choice outside the range."""
        check(self.minimum < self.maximum, f"scale {self.name!r} without a range", "low < high")
        values = [choice.value for choice in self.choices]
        check(len(set(values)) == len(values), f"a value twice in scale {self.name!r}", "once")
        check(
            not values or (min(values), max(values)) == (self.minimum, self.maximum),
            f"choices of scale {self.name!r} that do not span its range",
            "choices from the lowest to the highest value",
        )

    @property
    def values(self) -> tuple[int, ...]:
        """Every value that can be answered, lowest first."""
        if self.choices:
            return tuple(sorted(choice.value for choice in self.choices))
        return tuple(range(self.minimum, self.maximum + 1))

    @property
    def is_wordless(self) -> bool:
        """Whether it is bare numbers, as in a skeleton."""
        return not (self.choices or self.low_text or self.high_text)

    def has_value(self, value: int) -> bool:
        """Whether this value can be answered."""
        if self.choices:
            return any(choice.value == value for choice in self.choices)
        return self.minimum <= value <= self.maximum


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `is_reversed` items count backwards; unscored ones are asked, not counted."""

    id: str
    text: str
    scale: Scale
    is_reversed: bool = False
    is_scored: bool = True
    loinc: str | None = None

    def scored_value(self, value: int) -> int:
        """What an answer adds to the total."""
        if self.is_reversed:
            return self.scale.minimum + self.scale.maximum - value
        return value
