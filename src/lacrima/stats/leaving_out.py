"""A posterior once more, without one client or with other priors, at the points it already has.

The hyperparameters stay where they are and get other weights; the coefficients at each follow in
closed form, since what a client adds to the sums can be taken away again. Where few points would
carry all the weight nothing is returned, and the model has to be fitted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.bayes import Posterior
from lacrima.stats.maps import maps_of
from lacrima.stats.model import Model
from lacrima.stats.nested import eliminate
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Priors
from lacrima.stats.sums import Sums
from lacrima.stats.working import working

LEAST_EFFECTIVE, LEAST_SHARE = 60.0, 0.4  # equal weights, and of what the posterior had


@dataclass(frozen=True, slots=True)
class Own:
    """What one client adds to the sums: squares (k, k), in the columns of the family; rows."""

    group: int
    squares: Numbers
    rows: float


def own_of(sums: Sums, model: Model, groups: Sequence[int]) -> tuple[Own, ...]:
    """What each of these clients adds to the sums.

    sums, model: those of the posterior, of one level. groups: numbers in the order of its family.
    Raises BadInput for sums in the order of sessions.
    """
    if sums.serial is not None:
        raise BadInput("sums in the order of sessions", where="sums", expected="sums without it")
    kept = np.flatnonzero(sums.n > 0)[list(groups)]
    maps, scale = maps_of(sums, model), working(sums, model).basis.scale
    nothing = maps.nothing_of(sums.cross[kept], kept)
    squares = np.moveaxis(maps.squares(sums.cross[kept], kept, nothing), -1, 0)
    made = squares * np.outer(scale, scale)
    return tuple(Own(*each) for each in zip(groups, made, sums.n[kept].tolist(), strict=True))


class Again:
    """A posterior that is asked once more in several ways; what all of them need is kept."""

    def __init__(self, found: Posterior) -> None:
        """Precision (m, p, p) and pull (m, p) of the coefficients at each point."""
        self.found = found
        covariance, beta = found.given.covariance, found.given.beta
        self._precision = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
        self._pull = np.einsum("mab,mb->ma", self._precision, beta)
        self._fit = (beta * self._pull).sum(axis=1) + np.linalg.slogdet(covariance)[1]

    def without(self, own: Own) -> Posterior | None:
        """What would the others say alone, if this client were not there?

        own: from `own_of`, of a posterior of one level. Of what is returned only coefficients may
        be asked: its family is still the whole one. None where too few points would carry it.
        Raises BadInput for groups in groups.

        Source: importance weights for a case left out, Gelfand, Dey and Chang 1992 (Bayesian
        Statistics 4, 147; no DOI); here a case is a client, and hyperparameters alone are weighted.
        """
        found = self.found
        if len(found.family.z) != 1:
            raise BadInput("groups in groups", where="found", expected="a model of one level")
        p, sigma = found.family.fixed, found.given.sigma
        rows, z = found.family.sz[own.group][None, None], found.family.z[0]
        u, logdet = eliminate(rows, z, found.given.lambdas[0])
        less = (own.squares - np.swapaxes(u[:, 0], 1, 2) @ u[:, 0]) / sigma[:, None, None] ** 2
        more = 0.5 * (less[:, -1, -1] + logdet) + own.rows * np.log(sigma)
        return self._changed(-less[:, :p, :p], -less[:, :p, -1], more)

    def with_priors(self, priors: Priors) -> Posterior | None:
        """What would be known if something else had been likely before?

        priors: of the same things; those of coefficients, and spreads, may differ, the residual's
        and correlations' not. None where too few points would carry it.
        """
        now, old = (_of_priors(self.found, each) for each in (priors, self.found.priors))
        more = _spreads(self.found, priors)
        made = self._changed(now[0] - old[0], now[1] - old[1], more)
        return None if made is None else replace(made, priors=priors)

    def _changed(self, precision: Numbers, pull: Numbers, more: Numbers) -> Posterior | None:
        """The same points with other coefficients.

        precision, pull: what is added; more (m): what their log density gets besides.
        """
        found, pull = self.found, self._pull + pull
        sign, size = np.linalg.slogdet(self._precision + precision)
        if not (sign > 0).all():
            return None
        covariance = np.asarray(np.linalg.inv(self._precision + precision), dtype=np.float64)
        beta = np.einsum("mab,mb->ma", covariance, pull)
        fit = (beta * pull).sum(axis=1) - size
        log_density = more + 0.5 * (fit - self._fit)
        weights = found.weights * np.exp(log_density - log_density.max())
        weights = weights / weights.sum()
        if _effective(weights) < max(LEAST_EFFECTIVE, LEAST_SHARE * _effective(found.weights)):
            return None
        log_density = found.given.log_density + log_density
        given = replace(found.given, beta=beta, covariance=covariance, log_density=log_density)
        return replace(found, weights=weights, given=given)


def _effective(weights: Numbers) -> float:
    """As much as so many equal weights would be worth."""
    return 1 / float((weights**2).sum())


def _of_priors(found: Posterior, priors: Priors) -> tuple[Numbers, Numbers]:
    """What priors add to the coefficients' precision and pull."""
    onto = found.turn.centre @ found.turn.fixed
    left = priors.means - found.turn.centre @ found.turn.start
    return (onto.T * priors.precisions) @ onto, onto.T @ (priors.precisions * left)


def _spreads(found: Posterior, priors: Priors) -> Numbers:
    """How much likelier each point is before, up to a constant: half-normal spreads."""
    more = np.zeros(len(found.weights))
    for level, (now, old) in enumerate(zip(priors.levels, found.priors.levels, strict=True)):
        sizes = found.given.scales.spreads(level)
        by = [b.scale**-2 - a.scale**-2 for a, b in zip(now.spreads, old.spreads, strict=True)]
        more = more + 0.5 * sizes**2 @ np.array(by)
    return np.asarray(more)
