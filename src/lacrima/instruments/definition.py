"""What an instrument is: items, anchors, scoring, norms, licence. Values that refuse to be wrong.

An instrument is one data file (`data/*.toml`); `reading.py` turns the file into these values.
No number stands here without the source it was read in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lacrima.errors import BadInstrument


class When(StrEnum):
    """When an instrument is filled in."""

    BEFORE_SESSION = "before_session"
    AFTER_SESSION = "after_session"
    ANY_TIME = "any_time"


class ScoreRule(StrEnum):
    """How items make a total."""

    SUM = "sum"
    MEAN = "mean"


class MissingRule(StrEnum):
    """What happens to the total when items are missing. A missing item is never 0.

    *Refuse*: no total. *Prorate*: with at most `at_most` missing, each missing item counts as
    the mean of those answered; with more, no total.
    """

    REFUSE = "refuse"
    PRORATE = "prorate"


def _check(is_right: bool, found: str, expected: str) -> None:
    if not is_right:
        raise BadInstrument(found, expected=expected)


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
        _check(self.minimum < self.maximum, f"scale {self.name!r} without a range", "low < high")
        values = [choice.value for choice in self.choices]
        _check(len(set(values)) == len(values), f"a value twice in scale {self.name!r}", "once")
        _check(
            not values or (min(values), max(values)) == (self.minimum, self.maximum),
            f"choices of scale {self.name!r} that do not span its range",
            "choices from the lowest to the highest value",
        )

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


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of totals, both ends included, with its source."""

    minimum: Decimal
    maximum: Decimal
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class FlagRule:
    """An answer that a person must see at once, whatever the total."""

    item: str
    at_least: int
    name: str
    source: str


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
        _check(
            self.reliable_change is None or all(value is not None for value in derived_from),
            f"norm {self.name!r} with a reliable change and without its derivation",
            "sd, reliability and confidence beside it",
        )
        _check(self.sd is None or self.sd > 0, f"norm {self.name!r} with sd 0", "sd above 0")
        for value in (self.reliability, self.confidence):
            _check(value is None or 0 <= value < 1, f"norm {self.name!r}", "values from 0 to 1")


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether the text may be shown and passed on, in the owner's words, and where they stand."""

    text: str
    source: str
    must_show: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one questionnaire.

    Totals run from `minimum` to `maximum` in steps of `decimals` places. `recall_days` is the
    stretch of time asked about (0: this session). `sources` name at least two readable texts
    that the items were checked against; for our own instruments, ourselves.
    """

    slug: str
    version: str
    name: str
    title: str
    instruction: str
    language: str
    recall_days: int
    when: When
    higher_is_better: bool
    is_validated: bool
    items: tuple[Item, ...]
    score_rule: ScoreRule
    decimals: int
    minimum: Decimal
    maximum: Decimal
    missing_rule: MissingRule
    missing_at_most: int
    missing_source: str
    licence: Licence
    sources: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    norms: tuple[Norm, ...] = ()
    loinc_panel: str | None = None
    loinc_total: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an instrument that contradicts itself."""
        _check_unique((item.id for item in self.items), "item")
        _check(bool(self.scored_items), "no item that counts", "at least one scored item")
        _check(
            len(self.sources) >= 2 or not self.is_validated, "one source", "two readable sources"
        )
        _check(
            self._range() == (self.minimum, self.maximum),
            "a range the items do not give",
            "the lowest and highest total that the items can give",
        )
        _check(
            self.is_validated or not (self.bands or self.norms),
            "cut-offs for an instrument labelled unvalidated",
            "no bands and no norms",
        )
        self._check_missing()
        self._check_bands()
        for flag in self.flags:
            _check(self.item(flag.item) is not None, f"a flag on {flag.item!r}", "a known item")

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that make the total, in order."""
        return tuple(item for item in self.items if item.is_scored)

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    def band(self, total: Decimal) -> str | None:
        """The name of the band a total lies in; None where the instrument has none."""
        inside = (band.name for band in self.bands if band.minimum <= total <= band.maximum)
        return next(inside, None)

    def _range(self) -> tuple[Decimal, Decimal]:
        low = sum(item.scale.minimum for item in self.scored_items)
        high = sum(item.scale.maximum for item in self.scored_items)
        divisor = len(self.scored_items) if self.score_rule is ScoreRule.MEAN else 1
        return Decimal(low) / divisor, Decimal(high) / divisor

    def _check_missing(self) -> None:
        is_refusing = self.missing_rule is MissingRule.REFUSE
        is_count_right = 1 <= self.missing_at_most < len(self.scored_items)
        _check(
            self.missing_at_most == 0 if is_refusing else is_count_right,
            "a missing rule whose count does not fit",
            "at_most only with prorate, from 1 to one less than the scored items",
        )

    def _check_bands(self) -> None:
        if not self.bands:
            return
        step = Decimal(1).scaleb(-self.decimals)
        edges = [self.minimum - step, *(band.maximum for band in self.bands)]
        starts = [band.minimum for band in self.bands]
        is_whole = starts == [edge + step for edge in edges[:-1]] and edges[-1] == self.maximum
        _check(is_whole, "bands with a gap or an overlap", "bands that cover the range once")


def _check_unique(ids: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for each in ids:
        _check(each not in seen, f"the {what} {each!r} twice", "each id once")
        seen.add(each)
