"""How long a record is kept by the practice's own rule, and from which day it is past its time.

Which rule is right, the law of the country decides; none is set by itself, and nothing is deleted
by itself. Longer for one client: `keep_until` of that client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lacrima.records.models import Practice

ADULT_AT = 18


class By(StrEnum):
    """Which part of the rule said the day."""

    YEARS = "years"
    CHILD = "child"
    KEEP_UNTIL = "keep_until"


@dataclass(frozen=True)
class Rule:
    """Years after the end of the last course of care; and up to which age, for who was a child."""

    years: int | None = None
    child_until_age: int | None = None

    @property
    def is_set(self) -> bool:
        """Does it say anything?"""
        return self.years is not None or self.child_until_age is not None

    def was_child(self, last_end: date, birth_year: int | None) -> bool:
        """Not yet grown up then, as far as a year of birth can tell: in doubt a child.

        >>> [Rule().was_child(date(2026, 3, 1), year) for year in (2008, 2007, None)]
        [True, False, False]
        """
        return birth_year is not None and last_end.year - birth_year <= ADULT_AT

    def due(
        self, last_end: date, *, birth_year: int | None = None, keep_until: date | None = None
    ) -> tuple[date, By] | None:
        """The first day on which it is past its time, and what said so; None: by no rule.

        >>> Rule(10).due(date(2016, 2, 29))
        (datetime.date(2026, 3, 1), <By.YEARS: 'years'>)
        >>> Rule(10, 28).due(date(2020, 5, 4), birth_year=2010)
        (datetime.date(2039, 1, 1), <By.CHILD: 'child'>)
        >>> Rule(None, 28).due(date(2020, 5, 4)) is None
        True
        >>> Rule(1).due(date(2020, 5, 4), keep_until=date(2029, 12, 31))
        (datetime.date(2030, 1, 1), <By.KEEP_UNTIL: 'keep_until'>)
        """
        days = []
        if self.years is not None:
            days.append((_years_later(last_end, self.years), By.YEARS))
        if self.child_until_age is not None and self.was_child(last_end, birth_year):
            days.append((date((birth_year or 0) + self.child_until_age + 1, 1, 1), By.CHILD))
        if days and keep_until is not None:
            days.append((keep_until + timedelta(days=1), By.KEEP_UNTIL))
        return max(days, key=lambda one: one[0], default=None)


def _years_later(day: date, years: int) -> date:
    """The day after that day so many years later; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years) + timedelta(days=1)
    except ValueError:
        return date(day.year + years, 3, 1)


def rule_of(practice: Practice) -> Rule:
    """The rule of this practice."""
    return Rule(practice.keep_years, practice.keep_child_until_age)
