"""How long until this practice, or ten such, could tell? From how often it has happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.analyses.what_came_after import Answer
from lacrima.practice.panel import Kept

A_YEAR = timedelta(days=365)
LEAST_DAYS = 28
TEN = 10


@dataclass(frozen=True)
class Plan:
    """How many more such sessions, and how many years that is here and in ten such practices.

    years, years_of_ten: None where it has not happened yet, or the practice is too young to say.
    """

    low: int | None
    high: int | None
    years: tuple[float, float] | None = None
    years_of_ten: tuple[float, float] | None = None

    @property
    def is_reached(self) -> bool:
        """Whether there are enough for a direction to be named, if there is one."""
        return self.high == 0

    @property
    def words(self) -> str:
        """In sentences."""
        if self.low is None or self.high is None:
            return _("Not even a thousand times as many sessions like these would do.")
        if self.is_reached:
            return _(
                "There are as many such sessions as are usually needed to name a direction, where "
                "there is one that matters."
            )
        return " ".join([self._sessions(self.low, self.high), *self._years()])

    def _sessions(self, low: int, high: int) -> str:
        if low == high:
            return ngettext(
                "About one more such session before a direction could be named.",
                "About %(n)s more such sessions before a direction could be named.",
                high,
            ) % {"n": high}
        return _(
            "About %(low)s more such sessions before more than counts could be said, and about "
            "%(high)s before a direction could be named."
        ) % {"low": low, "high": high}

    def _years(self) -> list[str]:
        if self.years is None or self.years_of_ten is None:
            return []
        said = {"here": _span(self.years[1]), "ten": _span(self.years_of_ten[1])}
        return [_("At the pace so far: %(here)s here, %(ten)s with ten such practices.") % said]


def plan(answer: Answer, kept: Kept, *, until: datetime) -> Plan:
    """What is needed, and how long that takes at the pace so far."""
    if answer.needed is None:
        return Plan(None, None)
    low, high = answer.needed.low, answer.needed.high
    pace = _a_year(answer, kept, until)
    if pace is None or low is None or high is None:
        return Plan(low, high)
    years = (low / pace, high / pace)
    return Plan(low, high, years, (years[0] / TEN, years[1] / TEN))


def _a_year(answer: Answer, kept: Kept, until: datetime) -> float | None:
    """Such sessions a year: their share of all, times how many there were in the last year."""
    starts = [
        row["start"]
        for rows in kept.sessions.values()
        for row in rows
        if row["start"] is not None and until - A_YEAR <= row["start"] < until
    ]
    days = (until - min(starts)).days if starts else 0
    if not answer.sessions or days < LEAST_DAYS:
        return None
    share = answer.sessions / int(answer.table.is_used.sum())
    return share * len(starts) * A_YEAR.days / days


def _span(years: float) -> str:
    months = round(12 * years)
    if months < 1:
        return _("less than a month")
    if months < 24:
        return ngettext("about a month", "about %(n)s months", months) % {"n": months}
    whole = round(years)
    return ngettext("about a year", "about %(n)s years", whole) % {"n": whole}
