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
    """A questionnaire or a plain score: its name and its scale."""

    slug: str
    name: str
    low: Decimal
    high: Decimal
    higher_is_better: bool

    @property
    def best(self) -> Decimal:
        """The best score of the scale."""
        return self.high if self.higher_is_better else self.low


def measures_of(episodes: Collection[uuid.UUID]) -> tuple[Measure, ...]:
    """What was answered in these courses of care, by name; never how the session was."""
    rows = Answers.objects.filter(episode__in=episodes).order_by()
    used = set(rows.values_list("instrument", flat=True).distinct())
    known = [
        Measure(one.slug, one.name, one.minimum, one.maximum, one.higher_is_better)
        for slug, one in shipped().items()
        if slug in used and one.when is not When.AFTER_SESSION and one.about is Who.CLIENT
    ]
    plain = [
        Measure(one.slug, one.name, one.minimum, one.maximum, one.higher_is_better)
        for one in PlainScore.objects.filter(slug__in=used - shipped().keys())
    ]
    return tuple(sorted([*known, *plain], key=lambda one: one.name.casefold()))
