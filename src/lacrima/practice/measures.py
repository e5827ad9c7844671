"""The measures that a caseload can be looked at by: how people are, not how the session was."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When, Who
from lacrima.records.models import Answers, PlainScore


@dataclass(frozen=True)
class Measure:
    """A questionnaire or a score of the practice's own: its name and its scale.

    `is_own`: a practice may have given its own score a short name that a questionnaire came to
    have later; the two stay apart.
    """

    slug: str
    name: str
    low: Decimal
    high: Decimal
    higher_is_better: bool
    is_own: bool = False

    @property
    def key(self) -> str:
        """What it is asked for by, in an address."""
        return f"own.{self.slug}" if self.is_own else self.slug

    @property
    def best(self) -> Decimal:
        """The best score of the scale."""
        return self.high if self.higher_is_better else self.low


def measures_of(episodes: Collection[uuid.UUID]) -> tuple[Measure, ...]:
    """What was answered in these courses of care, by name; never how the session was."""
    rows = Answers.objects.filter(episode__in=episodes).order_by()
    used = set(rows.values_list("instrument", "plain_score").distinct())
    slugs = {slug for slug, own in used if own is None}
    known = [
        Measure(one.slug, one.name, one.minimum, one.maximum, one.higher_is_better)
        for slug, one in shipped().items()
        if slug in slugs and one.when is not When.AFTER_SESSION and one.about is Who.CLIENT
    ]
    plain = [
        Measure(one.slug, one.name, one.minimum, one.maximum, one.higher_is_better, is_own=True)
        for one in PlainScore.objects.filter(pk__in={own for _slug, own in used if own})
    ]
    return tuple(sorted([*known, *plain], key=lambda one: (one.name.casefold(), one.is_own)))
