"""The posterior from kept sums: `stats.bayes` beside `stats.multilevel`, on the same numbers.

So a new session, another clinic or a client who withdraws changes the posterior as it changes the
sums, and no row is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import NoResult
from lacrima.stats.bayes import Posterior, posterior
from lacrima.stats.bayes_checks import check_numbers, check_varies
from lacrima.stats.bayes_family import by_tree, family_of
from lacrima.stats.compiled import large_job
from lacrima.stats.mixtures import Mixture
from lacrima.stats.model import INTERCEPT, Model, Term
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Priors
from lacrima.stats.sums import Sums
from lacrima.stats.turn import Turn
from lacrima.stats.working import Working, working

MANY = 2_000  # clients; beyond, one set of hyperparameters at a time is quicker


@dataclass(frozen=True, slots=True)
class Column:
    """What sums know of one fixed term: mean and standard deviation over the rows used.

    is_flag: made of columns that hold 0 and 1 alone (yes and no), or parts of such.
    """

    name: str
    mean: float
    sd: float
    is_flag: bool


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its place in the model, its terms, and the ids of its groups, in their order."""

    place: int
    name: str
    terms: tuple[str, ...]
    ids: npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class SumsPosterior:
    """A posterior, and the levels (from the finest up) and columns that it is of."""

    found: Posterior
    levels: tuple[Level, ...]
    columns: tuple[Column, ...]
    outcome: Column

    def own(self, name: str, group: object, *, level: int = 0) -> Mixture:
        """What is known of one group's own coefficient, by the group's id.

        Raises NoResult for a group without a row that is used.
        """
        at = np.flatnonzero(self.levels[level].ids == group)
        if not len(at):
            raise NoResult("a group without a row that is used", where=self.levels[level].name)
        return self.found.own(name, group=int(at[0]), level=level)


PriorsFor = Callable[[tuple[Column, ...], tuple[Level, ...], Column], Priors]
"""Makes the priors when columns, levels and the outcome are known, in the units asked about."""


def posterior_of_sums(sums: Sums, model: Model, priors_for: PriorsFor) -> SumsPosterior:
    """What do these sums say, given what was likely before?

    sums: for `model`; with the order of sessions, residuals remember (AR(1)). priors_for: gives a
    prior for each fixed term, each level (from the finest up) and term, the residual and, where it
    remembers, its memory; where there is an intercept, its prior stands at the mean of all terms
    that vary by no group.

    Raises BadInput for sums that were made for another model; else as `bayes.posterior`.

    >>> from lacrima.stats.model import Level as LevelOf, Rows, whole
    >>> from lacrima.stats import priors as before
    >>> from lacrima.stats.sums import sums_of
    >>> rows = Rows({"y": np.array([1.0, 2, 4, 5]), "x": np.array([0.0, 1, 0, 1])},
    ...             {"who": np.array(["a", "a", "b", "b"])})
    >>> model = Model("y", (INTERCEPT, whole("x")), (LevelOf("who"),))
    >>> said = before.Priors((before.INTERCEPT, before.EFFECT),
    ...                      (before.LevelPriors((before.CLIENT_LEVEL,)),), before.RESIDUAL)
    >>> found = posterior_of_sums(sums_of(rows, model), model, lambda *known: said)
    >>> round(found.found.coefficient("x").mean, 2), found.own("(Intercept)", "b").mean > 3
    (0.17, True)
    """
    large_job(len(sums.cross), MANY)
    with np.errstate(over="ignore", invalid="ignore"):
        made = working(sums, model)
    family = family_of(made)
    check_numbers(family)
    check_varies(family, sums.outcome)
    levels = _levels(sums, model, made)
    columns, outcome = tuple(_columns(sums, model, made)), _outcome(sums, made)
    priors = priors_for(columns, levels, outcome)
    names = [term.name for term in model.fixed]
    is_many = len(family.sz) > MANY and family.neighbours is None
    climber = by_tree(_condensed(sums, model, made), family) if is_many else None
    turn = _turn(made, columns)
    found = posterior(family, priors, names, turn=turn, climber=climber, outcome=sums.outcome)
    return SumsPosterior(found, levels, columns, outcome)


def _condensed(sums: Sums, model: Model, made: Working) -> Working:
    """The same with cells in place of very many clients, where these have no level above them."""
    if len(made.bands) != 1:
        return made
    found = working(sums, model, is_condensed=True)
    return found if np.array_equal(found.basis.scale, made.basis.scale) else made


def _turn(made: Working, columns: tuple[Column, ...]) -> Turn:
    basis = made.basis
    p, size = basis.fixed, float(basis.scale[-1])
    whole = basis.back(range(len(basis.terms))) / size
    start = np.zeros(p)
    centre = np.eye(p)
    if INTERCEPT in basis.terms[:p]:
        start[basis.intercept] = basis.shift[-1]
        varying = {int(place) for band in made.bands for place in basis.z[band.place]}
        alone = [place for place in range(p) if place not in varying | {basis.intercept}]
        centre[basis.intercept, alone] = [columns[place].mean for place in alone]
    random = tuple(basis.back(basis.z[band.place]) for band in made.bands)
    return Turn(basis.back(range(p)) / size, start, whole[:p], random, size, centre)


def _levels(sums: Sums, model: Model, made: Working) -> tuple[Level, ...]:
    return tuple(
        Level(
            place=band.place,
            name=model.levels[band.place].name,
            terms=tuple(term.name for term in model.levels[band.place].terms),
            ids=sums.labels[sums.names.index(model.levels[band.place].name)][band.groups],
        )
        for band in made.bands
    )


def _columns(sums: Sums, model: Model, made: Working) -> list[Column]:
    """Means and spreads from the sums: of all rows used, in the model's own columns."""
    basis, n = made.basis, made.n
    squares = np.diagonal(made.total) / n
    means = _means(made)
    found = []
    for place, term in enumerate(model.fixed):
        mean = float(means[place])
        variance = max(float(squares[place]) - mean**2, 0.0) / basis.scale[place] ** 2
        inside = mean / basis.scale[place] + basis.shift[place]
        found.append(Column(term.name, float(inside), float(np.sqrt(variance)), _flag(sums, term)))
    return found


def _means(made: Working) -> Numbers:
    """Of the working columns, the outcome last; without an intercept they are not in the sums,
    and taken for 0.
    """
    if INTERCEPT not in made.basis.terms:
        return np.zeros(len(made.total))
    place = made.basis.intercept
    return np.asarray(made.total[place] / (made.n * made.basis.scale[place]))


def _outcome(sums: Sums, made: Working) -> Column:
    mean, scale = float(_means(made)[-1]), made.basis.scale[-1]
    variance = max(float(made.total[-1, -1]) / made.n - mean**2, 0.0)
    middle = float(mean / scale + made.basis.shift[-1])
    return Column(sums.outcome, middle, float(np.sqrt(variance) / scale), False)


def _flag(sums: Sums, term: Term) -> bool:
    scales = [sums.scales[piece.column] for piece in term.pieces]
    return all(one.units == 1 and one.shift == 0 and one.most <= 1 for one in scales)
