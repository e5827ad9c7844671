"""How items make a number: the rule, what missing items do to it, and the range it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lacrima.instruments.scale import Item, check


class ScoreRule(StrEnum):
    """How items make a total.

    *None*: the instrument gives subscales and no total. *Total*: it has no items here; its total
    is worked out elsewhere and typed in.
    """

    SUM = "sum"
    MEAN = "mean"
    NONE = "none"
    TOTAL = "total"


class MissingRule(StrEnum):
    """What happens to the total when items are missing. A missing item is never 0.

    *Refuse*: no total. *Prorate*: with at most `at_most` missing, each missing item counts as
    the mean of those answered; with more, no total.
    """

    REFUSE = "refuse"
    PRORATE = "prorate"


@dataclass(frozen=True, slots=True)
class Counting:
    """Items that make one number: their sum or mean, `times` a whole number, rounded half up.

    Where a number is formed although items are missing, each counts as the mean of those answered.
    """

    items: tuple[Item, ...]
    rule: ScoreRule
    missing_rule: MissingRule
    at_most: int = 0
    times: int = 1
    decimals: int = 0

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be followed."""
        check(self.rule in {ScoreRule.SUM, ScoreRule.MEAN}, "no rule for items", "sum or mean")
        check(self.times >= 1, "a multiple below 1", "times from 1")
        check(0 <= self.decimals <= 4, "so many decimals", "0 to 4")
        check(bool(self.items), "no item that counts", "at least one scored item")
        is_refusing = self.missing_rule is MissingRule.REFUSE
        check(
            self.at_most == 0 if is_refusing else 1 <= self.at_most < len(self.items),
            "a missing rule whose count does not fit",
            "at_most only with prorate, from 1 to one less than the scored items",
        )

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest number that these items can give."""
        low = sum(item.scale.minimum for item in self.items)
        high = sum(item.scale.maximum for item in self.items)
        divisor = len(self.items) if self.rule is ScoreRule.MEAN else 1
        return Decimal(low * self.times) / divisor, Decimal(high * self.times) / divisor

    def why_none(self, missing: int) -> str:
        """Why so many missing items leave no number; empty where a number is formed.

        Kept beside the answers, in forty characters.
        """
        if missing <= self.at_most:
            return ""
        allowed = f"at most {self.at_most} may be" if self.at_most else "none may be"
        return f"{missing} of {len(self.items)} items missing; {allowed}"

    def number(self, answered: Sequence[tuple[Item, int]]) -> Decimal:
        """The number that these answers make; a missing item counts as their mean."""
        total = sum(item.scored_value(value) for item, value in answered) * self.times
        parts = len(self.items) if self.rule is ScoreRule.SUM else 1
        exact = Decimal(total * parts) / len(answered)
        return exact.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)
