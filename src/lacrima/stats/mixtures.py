"""What is known of one number, as a weighted mixture of normal distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.stats import normal
from lacrima.stats.compiled import is_compiled
from lacrima.stats.mixtures_compiled import below
from lacrima.stats.numbers import Numbers

MOST_STEPS = 60
CLOSE = 1e-4
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class Mixture:
    """The number is from Normal(means[i], sds[i]) with the chance weights[i]; these sum to 1.

    >>> one = Mixture.normal(0.2, 0.1)
    >>> one.quantile([0.05, 0.5]).round(4).tolist(), round(one.above(0.0), 4)
    ([0.0355, 0.2], 0.9772)
    """

    means: Numbers
    sds: Numbers
    weights: Numbers

    @classmethod
    def normal(cls, mean: float, sd: float) -> Mixture:
        """A single normal distribution."""
        return cls(np.array([mean]), np.array([sd]), np.ones(1))

    @property
    def mean(self) -> float:
        """The mean of the whole."""
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        """The standard deviation of the whole."""
        away = self.means - self.mean
        return float(np.sqrt(self.weights @ (self.sds**2 + away**2)))

    def cdf(self, x: npt.ArrayLike) -> Numbers:
        """The probability of a value below each x."""
        at = np.asarray(x, dtype=np.float64)
        return np.asarray(normal.cdf((at[..., None] - self.means) / self.sds) @ self.weights)

    def above(self, border: float, *, bias_sd: float = 0.0) -> float:
        """The probability that the number is above a border.

        bias_sd: as if the number had been shifted by Normal(0, bias_sd), which nobody knows.
        """
        sds = np.hypot(self.sds, bias_sd)
        return float(normal.cdf((self.means - border) / sds) @ self.weights)

    def inside(self, low: float, high: float) -> float:
        """The probability that it lies between two borders."""
        return self.above(low) - self.above(high)

    def quantile(self, share: npt.ArrayLike) -> Numbers:
        """Below which value does each share (0 to 1, both excluded) of it lie?

        Halley's steps, each kept between values that are known to be too low and too high; one
        of 1e-4 of the narrowest part leaves an error of about 1e-12.
        """
        lie_below = below if is_compiled() else below_plainly
        wanted = np.atleast_1d(np.asarray(share, dtype=np.float64))
        has_weight = self.weights > NEGLIGIBLE
        means, sds, weights = (a[has_weight] for a in (self.means, self.sds, self.weights))
        own = means + sds * normal.quantile(wanted)[:, None]
        low, high = own.min(axis=1), own.max(axis=1)
        x, narrowest = own @ weights / weights.sum(), float(sds.min())
        for _ in range(MOST_STEPS):
            lying, slope, bend = lie_below(x, means, sds, weights)
            gap = lying / weights.sum() - wanted
            low, high = np.where(gap < 0, x, low), np.where(gap > 0, x, high)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                step = gap / slope
                stepped = x - step / np.clip(1 - 0.5 * step * bend / slope, 0.5, 2.0)
            is_inside = (stepped >= low) & (stepped <= high)
            following = np.where(is_inside, stepped, (low + high) / 2)
            is_done = np.abs(following - x) <= CLOSE * narrowest
            x = following
            if is_done.all():
                break
        return np.asarray(x).reshape(np.shape(share))


def below_plainly(x: Numbers, means: Numbers, sds: Numbers, weights: Numbers) -> Numbers:
    """`mixtures_compiled.below` in NumPy."""
    away = (x[:, None] - means) / sds
    density = np.exp(normal.log_density(away)) * (weights / sds)
    slope = -(away * density) @ (1 / sds)
    return np.stack([normal.cdf(away) @ weights, density.sum(axis=1), slope])


def weighted_quantile(values: Numbers, weights: Numbers, share: npt.ArrayLike) -> Numbers:
    """The same of values that only have weights, straight lines between them."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.asarray(np.interp(np.asarray(share), reached, values[order]))
