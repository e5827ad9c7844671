"""How well a few points of the hyperparameters stand for all of them, measured and said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.borders import Flags
from lacrima.stats.numbers import Numbers
from lacrima.stats.scales import Scales

GOOD_ERROR, GOOD_SCALE_ERROR = 0.01, 0.05  # posterior standard deviations
BAD_ERROR, BAD_SCALE_ERROR = 0.05, 0.2
FEWEST_EFFECTIVE = 40.0
LARGEST_WEIGHT = 0.2
WARNING = (
    "The hyperparameters are not integrated well: too few points lie where their posterior is. "
    "Simplify what varies, or compare with another method."
)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well the hyperparameters were integrated.

    points: how many there were. effective: how many equal weights would be worth as much.
    largest_weight: of a single point. error: by how much the means or standard deviations of the
    coefficients differ between two independent halves of the points, halved, in posterior
    standard deviations; the largest of them. scale_error: the same of the residual, the spreads
    and the memory. warning: empty where all is well.
    """

    points: int
    effective: float
    largest_weight: float
    error: float
    scale_error: float
    warning: str

    @property
    def is_good(self) -> bool:
        """Whether more points would be for nothing."""
        return self.error <= GOOD_ERROR and self.scale_error <= GOOD_SCALE_ERROR


def accuracy_of(
    weights: Numbers, beta: Numbers, covariance: Numbers, scales: Scales, is_first: Flags
) -> Accuracy:
    """Of m points with these weights, the first half of which was placed apart from the other.

    beta (m, p), covariance (m, p, p): of the coefficients at each point.
    """
    spreads = [scales.spreads(level) for level in range(len(scales.lambdas))]
    more = [] if scales.memory is None else [scales.memory[:, None]]
    values = np.concatenate([np.log(scales.sigma)[:, None], *spreads, *more], axis=1)
    own = np.einsum("maa->ma", covariance)
    error = _largest_gap(beta, own, weights, is_first)
    scale_error = _largest_gap(values, np.zeros_like(values), weights, is_first)
    effective, largest = float(1 / (weights**2).sum()), float(weights.max())
    is_bad = error > BAD_ERROR or scale_error > BAD_SCALE_ERROR
    is_bad = is_bad or effective < FEWEST_EFFECTIVE or largest > LARGEST_WEIGHT
    warning = WARNING if is_bad else ""
    return Accuracy(len(weights), effective, largest, error, scale_error, warning)


def _largest_gap(values: Numbers, own: Numbers, weights: Numbers, is_first: Flags) -> float:
    mean, sd = _moments(values[is_first], own[is_first], weights[is_first])
    other_mean, other_sd = _moments(values[~is_first], own[~is_first], weights[~is_first])
    whole = _moments(values, own, weights)[1]
    gaps = np.maximum(np.abs(mean - other_mean), np.abs(sd - other_sd))
    return float((gaps / np.maximum(whole, 1e-300)).max() / 2)


def _moments(values: Numbers, variances: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    share = weights / weights.sum()
    mean = share @ values
    return mean, np.sqrt(share @ (variances + (values - mean) ** 2))
