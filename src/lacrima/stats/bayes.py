"""The posterior of a Gaussian multilevel model, without drawing a single random number.

Given the hyperparameters (residual, spreads, correlations) everything else is normal and is
integrated in closed form: coefficients with their normal priors, and what groups have of their
own (`stats.conditional`). The hyperparameters, a few numbers, are integrated by points placed
where their posterior is (`stats.places`), each with its weight; how well that went is measured
and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.errors import BadInput, NoResult
from lacrima.stats.accuracy import Accuracy, accuracy_of
from lacrima.stats.bayes_checks import (
    check_fits,
    check_rest,
    check_varies,
    nothing_left,
    numbers_that_hold,
)
from lacrima.stats.conditional import Climber, Given, Model, joined
from lacrima.stats.mixtures import Mixture, weighted_quantile
from lacrima.stats.nested import Nested, shrinkage
from lacrima.stats.numbers import Numbers
from lacrima.stats.passing import rows_again
from lacrima.stats.places import SHIFTS, Frame, find_peak, fitted, place
from lacrima.stats.priors import Priors
from lacrima.stats.scales import dimensions, scales_at
from lacrima.stats.turn import Turn, no_turn

POINTS = 128  # in each of the two halves, at first
MOST_POINTS = 4_096


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of a model, at m points of the hyperparameters.

    names (p): of the coefficients. weights (m): of the points. given: what holds at each, in the
    columns of `family`; turn: how those that were asked about follow.
    """

    names: tuple[str, ...]
    family: Nested
    priors: Priors
    turn: Turn
    weights: Numbers
    given: Given
    accuracy: Accuracy

    def coefficient(self, name: str) -> Mixture:
        """What is known of one coefficient."""
        place = self._place(name)
        row = self.turn.fixed[place]
        spread = np.einsum("a,mab,b->m", row, self.given.covariance, row)
        means = self.given.beta @ row + self.turn.start[place]
        return Mixture(means, np.sqrt(spread), self.weights)

    def prior(self, name: str) -> Mixture:
        """What was taken for likely before."""
        row = np.linalg.inv(self.turn.centre)[self._place(name)]
        sd = np.sqrt(row**2 @ (1 / self.priors.precisions))
        return Mixture.normal(float(row @ self.priors.means), float(sd))

    def contraction(self, name: str) -> float:
        """How much less there is to know than before: 1 - (sd after / sd before)^2."""
        return 1 - (self.coefficient(name).sd / self.prior(name).sd) ** 2

    def sigma_quantile(self, share: Sequence[float]) -> Numbers:
        """Quantiles of the residual standard deviation."""
        return weighted_quantile(self.given.scales.sigma, self.weights, share)

    def spread_quantile(self, level: int, term: int, share: Sequence[float]) -> Numbers:
        """Quantiles of how much a coefficient differs between the groups of a level."""
        return weighted_quantile(self.given.scales.spreads(level)[:, term], self.weights, share)

    def memory_quantile(self, share: Sequence[float]) -> Numbers:
        """Quantiles of how much a residual keeps of the one a session before.

        Raises NoResult where residuals do not remember.
        """
        if self.given.scales.memory is None:
            raise NoResult("residuals that do not remember", where="memory", expected="AR(1)")
        return weighted_quantile(self.given.scales.memory, self.weights, share)

    def own(self, name: str, *, group: int, level: int = 0) -> Mixture:
        """What is known of one group's own coefficient: the average, and all that it adds itself.

        group: its number in the order of `family` (children follow their parents' order). For a
        client in a therapist in a clinic it is the average, what the clinic adds, what the
        therapist adds, and what the client adds.
        """
        return Mixture(*self._own_moments(name, _line(self.family, level, group)), self.weights)

    def anybody(self, name: str, *, level: int = 0) -> Mixture:
        """The same for somebody new, of whom nothing is known (in new groups above, too)."""
        row = self.turn.rows[self._place(name)]
        extra = np.zeros(len(self.weights))
        for place_of, lam in zip(self.family.z[level:], self.given.lambdas[level:], strict=True):
            loads = row[place_of] @ lam
            extra += self.given.sigma**2 * (loads**2).sum(axis=1)
        one = self.coefficient(name)
        return Mixture(one.means, np.sqrt(one.sds**2 + extra), self.weights)

    def _own_moments(self, name: str, line: list[tuple[int, int]]) -> tuple[Numbers, Numbers]:
        """From the group up to the root: what each level adds, and what is left to the next."""
        m, place_of = len(self.weights), self._place(name)
        row = np.repeat(self.turn.rows[place_of][None], m, axis=0)
        mean, spread = np.full(m, self.turn.start[place_of]), np.zeros(m)
        for level, group in line:
            z = self.family.z[level]
            known = self._known(level, group)
            left = shrinkage(known[..., z], self.given.lambdas[level])
            pull = np.einsum("ma,mab->mb", row[:, z], left)
            mean += np.einsum("ma,ma->m", pull, known[..., -1])
            spread += np.einsum("ma,ma->m", pull, row[:, z])
            row = row - np.einsum("ma,mak->mk", pull, known[..., :-1])
        row = row[:, : self.family.fixed]
        mean += np.einsum("ma,ma->m", row, self.given.beta)
        own = np.einsum("ma,mab,mb->m", row, self.given.covariance, row)
        return mean, np.sqrt(spread * self.given.sigma**2 + own)

    def _known(self, level: int, group: int) -> Numbers:
        """The rows of cross-products that belong to a group's random coefficients (m, q, k)."""
        given, m = self.given, len(self.weights)
        if not level:
            one = self.family.rows_of(group, given.scales.memory)
            return np.broadcast_to(one, (m, *one.shape[1:]))
        kept = given.passed[level - 1]
        if kept is None:
            return rows_again(self.family, given.lambdas, given.scales, level, group)
        return kept[:, group]

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise BadInput(
                f"no coefficient {name!r}", where="name", expected=f"one of {', '.join(self.names)}"
            )
        return self.names.index(name)


def posterior(
    family: Nested,
    priors: Priors,
    names: Sequence[str],
    *,
    turn: Turn | None = None,
    climber: Climber | None = None,
    outcome: str = "the outcome",
) -> Posterior:
    """What do these data say, given what was likely before?

    family: cross-products of p fixed columns, of what varies, and of the outcome, in which no
    value is missing. priors: one for each fixed column in their order, for each level and term,
    and for the residual, in the units that are asked about; and for the memory of residuals where,
    and only where, `family` has neighbours. names (p): of the coefficients. turn: how these follow
    from the columns of `family`; without it they are the same. climber: another way up the same
    family, for very many groups without memory. outcome: its name, for errors.

    Every number of groups, rows and levels is allowed, one row or none a group too: what the data
    do not say stays as it was before, and is shown so. Beyond some fifteen hyperparameters the
    points will not do; `accuracy` says so.

    Raises BadInput where priors do not fit the columns; NoResult where sums are not finite, where
    the outcome is the same in every row or follows from the terms, and where groups explain it
    to the last digit.

    Source: the integrals, Lindley and Smith 1972, 10.1111/j.2517-6161.1972.tb00885.x; placing
    points by the density's own widths, Rue, Martino and Chopin 2009,
    10.1111/j.1467-9868.2008.00700.x.

    >>> from lacrima.stats.nested import nested
    >>> from lacrima.stats import priors as before
    >>> rng = np.random.default_rng(1)
    >>> client, shed = np.repeat(np.arange(30), 10), (rng.random(300) < 0.1) * 1.0
    >>> outcome = 0.4 * shed + 0.5 * rng.normal(size=30)[client] + 0.6 * rng.normal(size=300)
    >>> family = nested(np.column_stack([np.ones(300), shed]), outcome, [(client, [0, 1])])
    >>> level = before.LevelPriors((before.CLIENT_LEVEL_ALONE, before.CLIENT_SLOPE))
    >>> said = before.Priors((before.INTERCEPT, before.EFFECT), (level,), before.RESIDUAL)
    >>> found = posterior(family, said, ["(Intercept)", "shed"])
    >>> found.coefficient("shed").quantile([0.05, 0.95]).round(1).tolist()
    [0.1, 0.5]
    >>> found.accuracy.error < 0.02, found.accuracy.warning
    (True, '')
    """
    check_fits(family, priors, names)
    left = check_varies(family, outcome)
    turn = no_turn(family) if turn is None else turn
    model = Model(family, priors, turn, climber)
    with numbers_that_hold():
        peak = find_peak(model.log_density, dimensions(priors))
        sigma = float(scales_at(peak.centre[None], priors).sigma[0]) * turn.size
        check_rest(sigma, family.rows, left)
        given, weights, accuracy = _integrated(model, fitted(model.log_density, peak))
    return Posterior(
        names=tuple(names),
        family=family,
        priors=priors,
        turn=turn,
        weights=weights,
        given=given,
        accuracy=accuracy,
    )


def _integrated(model: Model, frame: Frame) -> tuple[Given, Numbers, Accuracy]:
    """Points, their weights and accuracy: twice as many until it is good enough."""
    begin, count = 0, POINTS
    parts: list[Given] = []
    logs: list[Numbers] = []
    while True:
        for shift in SHIFTS[1:]:
            placed = place(frame, count, shift)
            parts.append(model.given(placed.points[begin:]))
            logs.append(parts[-1].log_density - placed.log_placing[begin:])
        given, log_weights = joined(parts), np.concatenate(logs)
        if not np.isfinite(log_weights).all():
            raise nothing_left()
        weights = np.exp(log_weights - log_weights.max())
        weights /= weights.sum()
        half_of = np.concatenate([np.full(len(each), i % 2) for i, each in enumerate(logs)])
        found = accuracy_of(weights, given.beta, given.covariance, given.scales, half_of == 0)
        if found.is_good or 4 * count > MOST_POINTS:
            return given, weights, found
        begin, count = count, 2 * count


def _line(family: Nested, level: int, group: int) -> list[tuple[int, int]]:
    """A group and those it lies in, up to the coarsest: (level, number) each."""
    found = []
    for place_of in range(level, len(family.first)):
        first = family.first[place_of]
        if not 0 <= group < first[-1]:
            raise BadInput("no such group", where="group", expected=f"0 to {first[-1] - 1}")
        found.append((place_of, group))
        group = int(np.searchsorted(first, group, side="right")) - 1
    return found
