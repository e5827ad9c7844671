"""What became of somebody's scores from the first to the latest, by the norm of the questionnaire.

One rule for every page: the client's page, the caseload and the reports judge here, and nowhere
else. Where nothing can be judged, that is an answer too, and it says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Norm
from lacrima.stats.change import CATEGORIES, Tie, classify


class Verdict(StrEnum):
    """The five exclusive outcomes of Jacobson and Truax, and the two reasons not to judge."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"
    HARMED = "harmed"
    TOO_EARLY = "too_early"
    NO_NORM = "no_norm"


OUTCOMES = tuple(Verdict(category.value) for category in CATEGORIES)


@dataclass(frozen=True)
class Yardstick:
    """How large a change must be, and where the clinical side ends.

    critical: in points, above 0. cut_off: None where no source gives one; then nobody can be said
    to have recovered. tie: what a value exactly on a border is (`stats.change.Tie`).
    """

    critical: Decimal
    cut_off: Decimal | None = None
    tie: str = Tie.INCLUSIVE.value
    higher_is_better: bool = False


def yardstick_of(slug: str) -> Yardstick | None:
    """The yardstick of a questionnaire; None where no reliable change is known of it."""
    instrument, norm = shipped().get(slug), norm_of(slug)
    if instrument is None or norm is None or norm.reliable_change is None:
        return None
    return Yardstick(norm.reliable_change, norm.cut_off, norm.tie, instrument.higher_is_better)


def norm_of(slug: str) -> Norm | None:
    """The first norm of a questionnaire that has a reliable change; else the first; else None."""
    instrument = shipped().get(slug)
    norms = instrument.norms if instrument else ()
    with_change = [norm for norm in norms if norm.reliable_change is not None]
    return next(iter([*with_change, *norms]), None)


def judge(known: Sequence[Decimal], yardstick: Yardstick | None) -> Verdict:
    """What became of one person, from the first of these scores to the last.

    Without a yardstick nothing can be judged; with fewer than two scores it is too early.
    """
    if yardstick is None:
        return Verdict.NO_NORM
    if len(known) < 2:
        return Verdict.TOO_EARLY
    return judge_all([(known[0], known[-1])], yardstick)[0]


def judge_all(
    pairs: Sequence[tuple[Decimal, Decimal]], yardstick: Yardstick
) -> tuple[Verdict, ...]:
    """What became of each of these people: first and latest score, one of five outcomes."""
    before, after = (np.array([float(pair[at]) for pair in pairs]) for at in (0, 1))
    codes = classify(
        before,
        after,
        critical=float(yardstick.critical),
        cut=None if yardstick.cut_off is None else float(yardstick.cut_off),
        tie=yardstick.tie,
        higher_is_better=yardstick.higher_is_better,
    )
    return tuple(OUTCOMES[code] for code in codes.tolist())


@dataclass(frozen=True)
class Anchor:
    """From how much change people themselves tended to say that they were better."""

    points: Decimal
    percent: int
    source: str


_NOTICED = (
    "Kounali et al. 2022, 10.1017/S0033291720003700: 400 people in UK primary care, asked two "
    "weeks apart; for moderately severe symptoms, and much more is needed for mild ones"
)
ANCHORS = {
    "phq-9": Anchor(Decimal("1.7"), 20, _NOTICED),
    "gad-7": Anchor(Decimal("1.5"), 20, _NOTICED),
}
