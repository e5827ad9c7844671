"""What an instrument is: items, anchors, scoring, norms, licence. Values that refuse to be wrong.

An instrument is one data file (`data/*.toml`); `reading.py` turns the file into these values.
No number stands here without the source it was read in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lacrima.instruments.counting import Counting, MissingRule, ScoreRule
from lacrima.instruments.rules import (
    Band,
    FlagRule,
    Licence,
    Norm,
    Part,
    Pattern,
    Subscale,
    band_of,
    check_bands,
)
from lacrima.instruments.scale import Choice, Item, Scale, check, check_unique

__all__ = [
    "Band",
    "Choice",
    "Counting",
    "FlagRule",
    "Instrument",
    "Item",
    "Licence",
    "MissingRule",
    "Norm",
    "Part",
    "Pattern",
    "Scale",
    "ScoreRule",
    "Subscale",
    "When",
    "Who",
]


class When(StrEnum):
    """When an instrument is filled in."""

    BEFORE_SESSION = "before_session"
    AFTER_SESSION = "after_session"
    ANY_TIME = "any_time"


class Who(StrEnum):
    """Who answers, or whom the answers are about."""

    CLIENT = "client"
    THERAPIST = "therapist"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one questionnaire.

    Totals run from `minimum` to `maximum` in steps of `decimals` places; with the rule *none*
    that is the range of its subscales together. `recall_days` is the stretch of time asked about
    (0: this session; None: the form names none). `who` answers it, `about` is whom the answers
    are about. A *skeleton* has its items, range, reversal and scoring, and no words: a practice
    that may use them types them in. `sources` name at least two readable texts that the items
    (of a skeleton: its numbers) were checked against; for our own instruments, ourselves.
    """

    slug: str
    version: str
    name: str
    title: str
    instruction: str
    language: str
    recall_days: int | None
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
    who: Who = Who.CLIENT
    about: Who = Who.CLIENT
    is_skeleton: bool = False
    times: int = 1
    subscales: tuple[Subscale, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an instrument that contradicts itself."""
        check_unique((item.id for item in self.items), "item")
        check_unique((one.slug for one in self.subscales), "subscale")
        check_unique((flag.name for flag in self.flags), "flag")
        check_unique((pattern.name for pattern in self.patterns), "pattern")
        check(len(self.sources) >= 2 or not self.is_validated, "one source", "two readable sources")
        check(
            self.is_validated or not (self.bands or self.norms),
            "cut-offs for an instrument labelled unvalidated",
            "no bands and no norms",
        )
        check(
            self.about is Who.CLIENT or self.who is Who.THERAPIST,
            "a client who answers about the therapist's own state",
            'who = "therapist" beside about = "therapist"',
        )
        self._check_words()
        self._check_scoring()
        self._check_items_named()

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that make the total, in order."""
        return tuple(item for item in self.items if item.is_scored)

    @property
    def is_total_only(self) -> bool:
        """Whether it has no items here: its total is worked out elsewhere and typed in."""
        return self.score_rule is ScoreRule.TOTAL

    @property
    def has_total(self) -> bool:
        """Whether it gives one number for the whole; some give the numbers of their parts alone."""
        return self.score_rule is not ScoreRule.NONE

    @property
    def counting(self) -> Counting | None:
        """How its items make the total; None where they make none."""
        if self.score_rule not in {ScoreRule.SUM, ScoreRule.MEAN}:
            return None
        return Counting(
            items=self.scored_items,
            rule=self.score_rule,
            missing_rule=self.missing_rule,
            at_most=self.missing_at_most,
            times=self.times,
            decimals=self.decimals,
        )

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    def band(self, total: Decimal) -> str | None:
        """The name of the band a total lies in; None where the instrument has none."""
        return band_of(self.bands, total)

    def _check_words(self) -> None:
        scales = [item.scale for item in self.items]
        texts = [self.instruction, *(item.text for item in self.items)]
        check(
            not self.is_skeleton or (not any(texts) and all(scale.is_wordless for scale in scales)),
            "words in a skeleton",
            "no instruction, item texts, choices or ends: the practice types them in",
        )
        check(
            self.is_skeleton or self.is_total_only or all(texts),
            "an item or an instruction without words",
            "words, or skeleton = true",
        )

    def _check_scoring(self) -> None:
        check(self.minimum < self.maximum, "totals without a range", "minimum below maximum")
        check(not (self.is_total_only and self.items), "items beside a total", "no [[item]]")
        counting = self.counting
        if self.score_rule is ScoreRule.NONE:
            check(bool(self.subscales), "neither a total nor subscales", "[[subscale]]")
            check(not (self.bands or self.norms), "bands without a total", "bands of a subscale")
        if counting is not None:
            check(
                counting.range == (self.minimum, self.maximum),
                "a range the items do not give",
                "the lowest and highest total that the items can give",
            )
        check_bands(self.bands, self.minimum, self.maximum, decimals=self.decimals)

    def _check_items_named(self) -> None:
        for flag in self.flags:
            check(self.item(flag.item) is not None, f"a flag on {flag.item!r}", "a known item")
        for pattern in self.patterns:
            named = {item for part in pattern.parts for item in part.items}
            unknown = sorted(named - {item.id for item in self.items})
            check(not unknown, f"a pattern on {', '.join(unknown)!r}", "known items")
