"""Plain scores: a measure that a practice names itself, of which only the total is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lacrima.errors import OutOfRange

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
RECALL_MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class PlainScore:
    """A measure without items: name, range, direction, recall window (None: not known).

    >>> PlainScore("bdi-ii", "BDI-II", Decimal(0), Decimal(63), False, 14).has(Decimal(33))
    True

    Raises OutOfRange for a slug that is not small letters, digits and hyphens, an empty name, a
    range without width, or a recall window outside 0 to 366 days.
    """

    slug: str
    name: str
    minimum: Decimal
    maximum: Decimal
    higher_is_better: bool
    recall_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse a measure that cannot be used."""
        self._check(
            bool(_SLUG.match(self.slug)), "a short name", "small letters, digits and hyphens"
        )
        self._check(bool(self.name.strip()), "an empty name", "a name")
        is_range = self.minimum.is_finite() and self.maximum.is_finite()
        self._check(is_range and self.minimum < self.maximum, "a range", "minimum below maximum")
        days = self.recall_days
        self._check(
            days is None or 0 <= days <= RECALL_MAX_DAYS, "a recall window", "0 to 366 days"
        )

    def _check(self, is_right: bool, found: str, expected: str) -> None:
        if not is_right:
            raise OutOfRange(f"{found} that does not fit", where="plain score", expected=expected)

    def has(self, total: Decimal) -> bool:
        """Whether a total lies in the range, both ends included."""
        return self.minimum <= total <= self.maximum

    def check(self, total: Decimal) -> None:
        """Refuse a total outside the range, without saying it."""
        if not (total.is_finite() and self.has(total)):
            raise OutOfRange(
                "a score outside its range",
                where=self.name,
                expected=f"{self.minimum} to {self.maximum}",
            )
