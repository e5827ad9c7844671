"""Which measures can be an outcome: those of whose norm the spread is known, since priors stand
on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lacrima.analyses.after_table import Yardstick
from lacrima.analyses.panel_facts import Measured, Timing
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Who

SHORT_RECALL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure, its norm, and when it is filled in."""

    slug: str
    name: str
    yardstick: Yardstick
    measured: Measured


def outcome_of(slug: str) -> Outcome | None:
    """One measure; None where it has no total, is not of the client, or its norm has no SD.

    >>> outcome_of("phq-9").yardstick.sd, outcome_of("alliance-check")
    (5.5, None)
    """
    one = shipped().get(slug)
    sds = [norm.sd for norm in one.norms if norm.sd is not None] if one else []
    if one is None or not sds or one.about is not Who.CLIENT or not one.has_total:
        return None
    scale = Yardstick(
        slug,
        float(sds[0]),
        one.higher_is_better,
        float(one.minimum),
        float(one.maximum),
        one.recall_days,
    )
    return Outcome(slug, one.name, scale, Measured(Timing(one.when.value), one.recall_days))


def can_be_outcomes() -> tuple[str, ...]:
    """The short names of all of them."""
    return tuple(slug for slug in shipped() if outcome_of(slug) is not None)


def in_order(counts: Mapping[str, int]) -> tuple[Outcome, ...]:
    """The measures that were used, the primary one first, by a rule that looks at no score.

    One that looks back on a week at most, where it was filled in at least half as often as the
    commonest; else the commonest. counts: how often each was filled in.

    >>> [one.slug for one in in_order({"phq-9": 90, "gad-7": 100, "core-10": 55, "sleep": 200})]
    ['core-10', 'gad-7', 'phq-9']
    """
    found = [one for slug in counts if (one := outcome_of(slug)) is not None]
    most = max((counts[one.slug] for one in found), default=0)

    def place(one: Outcome) -> tuple[bool, int, str]:
        days = one.measured.recall_days
        is_short = days is not None and days <= SHORT_RECALL_DAYS
        return (not (is_short and 2 * counts[one.slug] >= most), -counts[one.slug], one.slug)

    return tuple(sorted(found, key=place))
