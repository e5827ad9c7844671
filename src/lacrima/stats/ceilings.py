"""Scores that pile up at the end of their scale: what goes with the value behind them.

An alliance of 48 of 48 says "48 or more". To treat such scores as exact makes effects too small,
and makes false moderations: whoever is at the top cannot rise. The censored normal takes the end
of the scale for a border beyond which the value is not seen; the cumulative probit takes answers
for ordered steps alone. Both have one level of groups (clients).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, NoResult
from lacrima.stats import normal
from lacrima.stats.accuracy import Accuracy, accuracy_of
from lacrima.stats.ceiling_peaks import Climber, Peaks, Table
from lacrima.stats.ceiling_rows import Borders, censored, ordered
from lacrima.stats.mixtures import Mixture
from lacrima.stats.numbers import Numbers
from lacrima.stats.places import SHIFTS, find_peak, fitted, place
from lacrima.stats.priors import LogNormal, Normal, Priors
from lacrima.stats.scales import Scales, dimensions, scales_at

POINTS = 64  # in each of two halves
CELLS = 2_000_000
STEP_PRIOR_SD = 1.5
KNOWN = LogNormal(1.0, 1e-9)  # the residual of the probit, which has no unit of its own


@dataclass(frozen=True, slots=True)
class CeilingPosterior:
    """What is known, at m points of the hyperparameters.

    names: of the coefficients; steps: how many borders between answers come before them. weights
    (m); peaks: coefficients at each point, normal by Laplace's approximation about their means.
    share_at_end: of the rows, at the floor or the ceiling. accuracy: of the points; what Laplace's
    approximation adds is not in it (0.02 SD in the means in 40 rows; see tests/stats/test_nuts.py).
    """

    names: tuple[str, ...]
    steps: int
    weights: Numbers
    peaks: Peaks
    scales: Scales
    varies: tuple[int, ...]
    share_at_end: float
    accuracy: Accuracy

    def coefficient(self, name: str) -> Mixture:
        """What is known of one coefficient of the value behind the score."""
        if name not in self.names:
            raise BadInput(f"no coefficient {name!r}", where="name", expected=", ".join(self.names))
        at = self.steps + self.names.index(name)
        variance = self.peaks.covariance[:, at, at]
        return Mixture(self.peaks.shared[:, at], np.sqrt(variance), self.weights)

    def below(self, row: npt.ArrayLike, border: float) -> float:
        """How likely is a new client's value below a border, in a session like `row`?

        row (p): the columns. border: a number (the ceiling: then this is the chance to leave the
        maximum); of ordered answers, how many answers lie below it (1, 2 ...).
        """
        x = np.asarray(row, dtype=np.float64)
        z = x[list(self.varies)]
        turns = np.zeros((1, self.peaks.shared.shape[1]))
        turns[0, self.steps :] = -x
        start = border
        if self.steps:
            turns[0, int(border) - 1], start = 1.0, 0.0
        gap = start + (self.peaks.shared @ turns[0])
        own = ((z @ self.scales.lambdas[0]) ** 2).sum(axis=1) * self.scales.sigma**2
        spread = np.einsum("a,mab,b->m", turns[0], self.peaks.covariance, turns[0])
        chance = normal.cdf(gap / np.sqrt(self.scales.sigma**2 + own + spread))
        return float(self.weights @ chance)


def censored_posterior(
    columns: Numbers,
    outcome: npt.ArrayLike,
    client: npt.NDArray[np.int64],
    varies: Sequence[int],
    priors: Priors,
    names: Sequence[str],
    *,
    low: float | None = None,
    high: float | None = None,
) -> CeilingPosterior:
    """What goes with the value behind a score that has a floor or a ceiling?

    columns: n rows x p, outcome (n), client (n): codes from 0; none missing. varies: which columns
    differ by client. priors: of coefficients, of one level, of the residual. low, high: the ends
    of the scale. Without a score at an end this is `bayes.posterior`.

    Raises BadInput for scores beyond the ends, or priors that do not fit; NoResult where every
    score lies at an end, or none differs from another.

    Source: Tobin 1958, 10.2307/1907382; integrated by Laplace's approximation, Tierney and Kadane
    1986, 10.1080/01621459.1986.10478240, at points of the hyperparameters.

    >>> from lacrima.stats import priors as before
    >>> rng = np.random.default_rng(3)
    >>> client, x = np.repeat(np.arange(20), 8), rng.normal(size=160)
    >>> value = 1 + 0.5 * x + 0.4 * rng.normal(size=20)[client] + 0.5 * rng.normal(size=160)
    >>> level = before.LevelPriors((before.CLIENT_LEVEL,))
    >>> said = before.Priors((before.INTERCEPT, before.EFFECT), (level,), before.RESIDUAL)
    >>> columns, seen = np.column_stack([np.ones(160), x]), np.minimum(value, 1.2)
    >>> found = censored_posterior(columns, seen, client, [0], said, ["(Intercept)", "x"], high=1.2)
    >>> round(found.share_at_end, 2), round(found.coefficient("x").mean, 1)
    (0.53, 0.5)
    """
    seen = np.asarray(outcome, dtype=np.float64)
    if len(seen) > 1 and np.ptp(seen) == 0:
        raise NoResult("scores that never differ", where="outcome", expected="some variation")
    borders = censored(seen, low=low, high=high)
    return _posterior(columns, borders, client, varies, priors, names)


def ordered_posterior(
    columns: Numbers,
    answer: npt.ArrayLike,
    client: npt.NDArray[np.int64],
    varies: Sequence[int],
    priors: Priors,
    names: Sequence[str],
    *,
    answers: int,
) -> CeilingPosterior:
    """What goes with the value behind one of several answers in their order?

    As `censored_posterior`, with answers 0 to answers - 1 and no intercept among the columns: the
    borders between the answers take its place. Effects and spreads are in residual standard
    deviations; the residual's prior is not used. Each border lies about where it would with
    answers of equal shares, give or take 1.5.

    Raises BadInput for other answers, or one that nobody gave.

    Source: McCullagh 1980, 10.1111/j.2517-6161.1980.tb01109.x.
    """
    borders = ordered(np.asarray(answer), answers=answers)
    sure = replace(priors, residual=KNOWN)
    return _posterior(columns, borders, client, varies, sure, names)


def _posterior(
    columns: Numbers,
    borders: Borders,
    client: npt.NDArray[np.int64],
    varies: Sequence[int],
    priors: Priors,
    names: Sequence[str],
) -> CeilingPosterior:
    _check(columns, client, varies, priors, names)
    table = _table(columns, borders, client, varies)
    steps = [
        Normal(float(normal.quantile((step + 1) / (borders.steps + 1))), STEP_PRIOR_SD)
        for step in range(borders.steps)
    ]
    shared = (*steps, *priors.coefficients)
    climber = Climber(
        table, np.array([one.mean for one in shared]), np.array([one.sd**-2 for one in shared])
    )
    find = _Finder(climber, priors, CELLS // (len(columns) * (len(shared) + 1) * len(varies)))
    frame = fitted(find.log_density, find_peak(find.log_density, dimensions(priors)))
    placed = [place(frame, POINTS, shift) for shift in SHIFTS[1:]]
    points = np.concatenate([one.points for one in placed])
    scales, peaks = scales_at(points, priors), find.peaks(points, is_centred=True)
    logs = peaks.log_density - np.concatenate([one.log_placing for one in placed])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    is_first = np.arange(len(points)) < POINTS
    return CeilingPosterior(
        names=tuple(names),
        steps=borders.steps,
        weights=weights,
        peaks=peaks,
        scales=scales,
        varies=tuple(varies),
        share_at_end=float(1 - borders.is_exact.mean()) if not borders.steps else 0.0,
        accuracy=accuracy_of(weights, peaks.shared, peaks.covariance, scales, is_first),
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """Peaks at points of the hyperparameters, a few at a time, to be small in memory."""

    climber: Climber
    priors: Priors
    at_once: int

    def peaks(self, points: Numbers, *, is_centred: bool = False) -> Peaks:
        count = max(1, self.at_once)
        parts = [
            self.climber.peaks(
                scales_at(points[start : start + count], self.priors), is_centred=is_centred
            )
            for start in range(0, len(points), count)
        ]
        return Peaks(
            np.concatenate([one.log_density for one in parts]),
            np.concatenate([one.shared for one in parts]),
            np.concatenate([one.covariance for one in parts]),
            np.concatenate([one.own for one in parts]),
        )

    def log_density(self, points: Numbers) -> Numbers:
        return self.peaks(points).log_density


def _table(
    columns: Numbers, borders: Borders, client: npt.NDArray[np.int64], varies: Sequence[int]
) -> Table:
    order = np.argsort(client, kind="stable")
    codes = client[order]
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])).astype(np.intp)
    sorted_borders = Borders(
        borders.upper[order],
        borders.lower[order],
        borders.is_exact[order],
        borders.steps,
        borders.upper_step[order],
        borders.lower_step[order],
    )
    return Table(sorted_borders, columns[order], columns[order][:, list(varies)], starts)


def _check(
    columns: Numbers,
    client: npt.NDArray[np.int64],
    varies: Sequence[int],
    priors: Priors,
    names: Sequence[str],
) -> None:
    n, p = columns.shape
    if not (n == len(client) and n > 0 and np.isfinite(columns).all()):
        raise BadInput("rows that do not fit", where="columns", expected="finite, one a client id")
    if not (len(names) == len(priors.coefficients) == p and len(priors.levels) == 1):
        raise BadInput("priors that do not fit", where="priors", expected=f"{p}, and one level")
    if not varies or len(priors.levels[0].spreads) != len(varies):
        raise BadInput("priors that do not fit", where="levels", expected=f"{len(varies)} spreads")
