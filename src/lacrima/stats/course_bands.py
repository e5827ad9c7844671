"""Bands of scores from a mixture of forms: with a floor, a ceiling, and whole numbers.

Behind each score stands a normal value that may lie beyond the ends of the scale; what would be
beyond them is found at the end. So the ends have a probability of their own, and a band never
leaves the scale. Whole scores are such values rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.course_rows import Grid, Mask, Scale
from lacrima.stats.normal import cdf, quantile
from lacrima.stats.numbers import Numbers

HALVINGS = 22
LEAST = 1e-300
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Mixture:
    """Means and SDs (K, P, T) of K forms, and how much each counts there: weight (K, P, T)."""

    mean: Numbers
    sd: Numbers
    weight: Numbers

    def below(self, part: Numbers) -> Numbers:
        """The probability of the normal value behind a score to lie below (P, T)."""
        return np.asarray((self.weight * cdf((part - self.mean) / self.sd)).sum(axis=0))

    def at(self, places: Mask) -> Mixture:
        """Some of the places (P, T) alone, in a row."""
        return Mixture(self.mean[:, places], self.sd[:, places], self.weight[:, places])

    def quantile(self, share: float) -> Numbers:
        """(P, T): where that share lies below; it lies between those of the forms."""
        own = self.mean + quantile(share) * self.sd
        low, high = own.min(axis=0), own.max(axis=0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            is_low = self.below(middle) < share
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        return np.asarray((low + high) / 2)


def score_at(mixture: Mixture, share: float, scale: Scale) -> Numbers:
    """(P, T): the smallest score of the scale below or at which that share lies."""
    if scale.is_whole:
        return _whole_score_at(mixture, share, scale)
    return np.clip(scale.score(mixture.quantile(share)), scale.low, scale.high)


def _whole_score_at(mixture: Mixture, share: float, scale: Scale) -> Numbers:
    """The same among whole scores: it lies between those of the forms, so few are to be tried."""
    own = mixture.mean + quantile(share) * mixture.sd
    steps = round(scale.high - scale.low)
    first, last = (
        np.clip(np.ceil(steps * ends - 0.5 - TIE), 0, steps)
        for ends in (own.min(axis=0), own.max(axis=0))
    )
    while (is_open := first < last).any():
        middle = np.floor((first + last) / 2)
        is_enough = mixture.below(middle / steps + scale.half) >= share - TIE
        last = np.where(is_open & is_enough, middle, last)
        first = np.where(is_open & ~is_enough, middle + 1, first)
    return np.asarray(scale.low + first)


def sides(mixture: Mixture, part: Numbers, scale: Scale) -> tuple[Numbers, Numbers]:
    """(P, T) twice: the probability of less than a score, and of no more than it."""
    half = scale.half
    less = np.where(part <= 1e-12, 0.0, mixture.below(part - half))
    no_more = np.where(part >= 1 - 1e-12, 1.0, mixture.below(part + half))
    return less, no_more


def log_scores(mean: Numbers, sd: Numbers, part: Numbers, scale: Scale) -> Numbers:
    """(..., P, T): log of the probability (density between the ends) of scores under one form."""
    half = scale.half
    upper = np.where(part >= 1 - 1e-12, np.inf, (part + half - mean) / sd)
    lower = np.where(part <= 1e-12, -np.inf, (part - half - mean) / sd)
    if scale.is_whole:
        return np.log(np.maximum(_between(lower, upper), LEAST))
    density = np.exp(-(((part - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
    is_end = np.isinf(upper) | np.isinf(lower)
    return np.log(np.maximum(np.where(is_end, _between(lower, upper), density), LEAST))


def _between(lower: Numbers, upper: Numbers) -> Numbers:
    """Of the normal distribution, exact in both tails."""
    is_right = lower > 0
    return np.asarray(np.where(is_right, cdf(-lower) - cdf(-upper), cdf(upper) - cdf(lower)))


def weighted(grid: Grid, scores: Numbers, weights: Numbers) -> Numbers:
    """(K, P, T): each form's weight at each place, after the person's scores before it.

    scores (K, P, T): log_scores. weights (K) or (K, P): before any score of hers.
    """
    known = np.where(grid.scored, scores, 0.0)
    before = np.cumsum(known, axis=2) - known  # places rise in time
    before += np.log(np.maximum(weights, LEAST)).reshape(len(scores), -1, 1)
    found = np.exp(before - before.max(axis=0))
    return np.asarray(found / found.sum(axis=0))
