"""What is taken for likely before a session is looked at, in one place, each with its reason.

All of it stands on a scale where 1 is the standard deviation of the instrument's *norm* (PHQ-9
5.5, GAD-7 4.5), never that of the practice at hand: else a practice with few clients would set
its own yardstick. No prior is taken from what therapists said afterwards about their tears.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats import normal
from lacrima.stats.numbers import Numbers


def _check_size(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise BadInput(f"a {name} of no size", where="prior", expected="above 0")


@dataclass(frozen=True, slots=True)
class Normal:
    """A coefficient lies about mean, give or take sd."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse a spread that is none."""
        _check_size("sd", self.sd)
        if not np.isfinite(self.mean):
            raise BadInput("a mean that is no number", where="prior", expected="a number")


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """A spread lies between 0 and some times `scale`; smaller ones are likelier."""

    scale: float

    def __post_init__(self) -> None:
        """Refuse a scale that is none."""
        _check_size("scale", self.scale)

    def places(self, many: int) -> Numbers:
        """Values that are equally likely together: the middles of `many` equal shares.

        >>> HalfNormal(0.3).places(4).round(2).tolist()
        [0.05, 0.15, 0.27, 0.46]
        """
        return self.scale * normal.quantile(0.5 + (np.arange(many) + 0.5) / (2 * many))


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A spread lies about median, give or take a factor of exp(sd)."""

    median: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse sizes that are none."""
        _check_size("median", self.median)
        _check_size("sd", self.sd)


@dataclass(frozen=True, slots=True)
class Between:
    """A correlation lies about mean, give or take sd, and never outside low and high."""

    mean: float
    sd: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse a range that is none, or to which the rest does not reach."""
        _check_size("sd", self.sd)
        if not -1 < self.low < self.high < 1:
            raise BadInput("a range that is none", where="prior", expected="-1 < low < high < 1")
        if not self.low <= self.mean <= self.high:
            raise BadInput("a mean out of its range", where="prior", expected="low to high")


@dataclass(frozen=True, slots=True)
class Correlations:
    """LKJ: the density of a correlation matrix goes with det^(shape - 1); 1 prefers none."""

    shape: float

    def __post_init__(self) -> None:
        """Refuse a shape that is none."""
        _check_size("shape", self.shape)


@dataclass(frozen=True, slots=True)
class LevelPriors:
    """Of what varies by one group: the spread of each term, and their correlations."""

    spreads: tuple[HalfNormal, ...]
    correlations: Correlations = Correlations(2.0)


@dataclass(frozen=True, slots=True)
class Priors:
    """Of a whole model. levels: in the model's order, the finest first. memory: how much a
    residual keeps of the one a session before; None where residuals do not remember.
    """

    coefficients: tuple[Normal, ...]
    levels: tuple[LevelPriors, ...]
    residual: LogNormal
    memory: Between | None = None

    @property
    def means(self) -> Numbers:
        """The means of the coefficients."""
        return np.array([each.mean for each in self.coefficients])

    @property
    def precisions(self) -> Numbers:
        """1 / sd^2 of the coefficients."""
        return np.array([each.sd**-2 for each in self.coefficients])


EFFECT = Normal(0.0, 0.3)
"""A moment (shed, near, the client's tears): 95 % within two smallest differences that people
notice. Show 0.15 and 0.6 beside it."""

MODERATOR = Normal(0.0, 0.2)
"""How much an effect differs by circumstances: smaller than the effect, and without a sign."""

COVARIATE = Normal(0.0, 0.3)
"""Heaviness by its standard deviation, log session, and what else is held equal."""

SCORE = Normal(0.6, 0.3)
"""How much of the score before stays: sum scores repeat themselves at 0.5 to 0.8 in weeks."""

FIRST_SCORE = Normal(0.1, 0.3)
"""What the first score adds to the last one; it also takes the client's level out of the way."""

BETWEEN = Normal(0.0, 1.0)
"""What goes with clients or therapists who have more of something: not an effect, little known."""

INTERCEPT = Normal(0.0, 5.0)
"""Where the scale begins: any score there is; says nothing."""

CLIENT_SLOPE = HalfNormal(0.3)
"""How much an effect differs between clients: by as much as it is. Show 0.15 and 0.6."""

CLIENT_LEVEL = HalfNormal(0.5)
"""How much clients differ when the score before is in the model."""

CLIENT_LEVEL_ALONE = HalfNormal(1.0)
"""And when it is not: by as much as the norm's own spread."""

THERAPIST_SLOPE = HalfNormal(0.2)
"""Therapists differ less than clients do. Without a slope of their own, the 90 % interval of the
average effect holds it in 77 % only."""

THERAPIST_LEVEL = HalfNormal(0.3)
"""A therapist accounts for 5 to 10 % of the variance of outcomes."""

CLINIC = HalfNormal(0.15)
"""Clinics differ less than therapists do, in levels and in slopes."""

RESIDUAL = LogNormal(0.6, 0.4)
"""What is left from one session to the next: 95 % between 0.27 and 1.3."""

MEMORY = Between(0.2, 0.2, -0.2, 0.9)
"""What a session leaves in the next, beyond what the model says: some, hardly ever its opposite."""

CORRELATIONS = Correlations(2.0)
"""Levels and slopes may go together; extreme correlations are a little less likely."""
