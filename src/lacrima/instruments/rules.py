"""What is read out of answers and totals: bands, flags, patterns, subscales, norms; licences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lacrima.instruments.counting import Counting
from lacrima.instruments.scale import check


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of totals, both ends included, with its source."""

    minimum: Decimal
    maximum: Decimal
    name: str
    source: str


def band_of(bands: Sequence[Band], total: Decimal) -> str | None:
    """The name of the band a total lies in; None where there are none."""
    return next((band.name for band in bands if band.minimum <= total <= band.maximum), None)


def check_bands(
    bands: Sequence[Band], minimum: Decimal, maximum: Decimal, *, decimals: int
) -> None:
    """Refuse bands that do not cover the range once, lowest first."""
    if not bands:
        return
    step = Decimal(1).scaleb(-decimals)
    edges = [minimum - step, *(band.maximum for band in bands)]
    starts = [band.minimum for band in bands]
    is_whole = starts == [edge + step for edge in edges[:-1]] and edges[-1] == maximum
    check(is_whole, "bands with a gap or an overlap", "bands that cover the range once")


@dataclass(frozen=True, slots=True)
class FlagRule:
    """An answer that a person must see at once, whatever the total."""

    item: str
    at_least: int
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pattern: at least `count` of these items answered `at_least` or higher."""

    items: tuple[str, ...]
    count: int
    at_least: int

    def __post_init__(self) -> None:
        """Refuse a part that no answers can meet, or that every answer meets."""
        check(
            1 <= self.count <= len(self.items),
            "a part of a pattern with a count that does not fit",
            "count from 1 to the number of its items",
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A published rule over single items, met when all its parts are met. Never a diagnosis."""

    name: str
    parts: tuple[Part, ...]
    source: str

    def __post_init__(self) -> None:
        """Refuse an empty pattern."""
        check(bool(self.parts), f"the pattern {self.name!r} without parts", "[[pattern.part]]")


@dataclass(frozen=True, slots=True)
class Subscale:
    """A number made of some of the items, with a missing rule and bands of its own."""

    slug: str
    name: str
    counting: Counting
    higher_is_better: bool
    missing_source: str
    source: str
    bands: tuple[Band, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bands that do not fit the range."""
        check_bands(self.bands, self.minimum, self.maximum, decimals=self.counting.decimals)

    @property
    def minimum(self) -> Decimal:
        """The lowest number it can give."""
        return self.counting.range[0]

    @property
    def maximum(self) -> Decimal:
        """The highest number it can give."""
        return self.counting.range[1]

    def band(self, total: Decimal) -> str | None:
        """The name of the band a number lies in; None where it has none."""
        return band_of(self.bands, total)


@dataclass(frozen=True, slots=True)
class Norm:
    """The numbers of one sample, from which change is judged; each norm names its own source.

    `reliable_change` is the published whole-point rule; beside it stand the SD, reliability and
    confidence that it follows from, so that nobody has to trust a bare "6". A norm without them
    has None there, and then no reliable change either. `tie` says whether a total exactly on the
    cut-off is a clinical one (inclusive) or neither (strict).
    """

    name: str
    population: str
    source: str
    tie: str
    cut_off: Decimal | None = None
    sd: Decimal | None = None
    reliability: Decimal | None = None
    reliability_kind: str = ""
    confidence: Decimal | None = None
    rounding: str = ""
    reliable_change: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a reliable change whose derivation is not given, and values out of range."""
        derived_from = (self.sd, self.reliability, self.confidence)
        check(
            self.reliable_change is None or all(value is not None for value in derived_from),
            f"norm {self.name!r} with a reliable change and without its derivation",
            "sd, reliability and confidence beside it",
        )
        check(self.sd is None or self.sd > 0, f"norm {self.name!r} with sd 0", "sd above 0")
        for value in (self.reliability, self.confidence):
            check(value is None or 0 <= value < 1, f"norm {self.name!r}", "values from 0 to 1")


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether the text may be shown and passed on, in the owner's words, and where they stand."""

    text: str
    source: str
    must_show: str = ""
