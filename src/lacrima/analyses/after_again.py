"""The same posterior without one client, or with other priors, without fitting it again.

Cheap where it can be, and exact: where the points of the posterior would not do, it is fitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from lacrima.analyses.after_model import Design, Fitted, fitted
from lacrima.analyses.after_table import AfterTable
from lacrima.stats.bayes import Posterior
from lacrima.stats.leaving_out import Again, own_of
from lacrima.stats.priors import HalfNormal, LevelPriors, Normal, Priors


def middles_without(fit: Fitted, codes: Sequence[int]) -> list[float]:
    """The middle of the answer without each of these clients, by their codes in the table."""
    quick = _quickly(fit, codes)
    return [
        _middle_without(fit, code) if found is None else _middle(fit, found)
        for code, found in zip(codes, quick, strict=True)
    ]


def _quickly(fit: Fitted, codes: Sequence[int]) -> Iterator[Posterior | None]:
    """Each posterior from what is kept; None: it has to be fitted."""
    if len(fit.posterior.family.z) != 1:
        yield from [None] * len(codes)
        return
    again, asked = Again(fit.posterior), fit.effects.asked
    labels = {word: code for code, word in enumerate(asked.labels["client"])}
    numbers = [labels.get(fit.table.client.levels[code], -1) for code in codes]
    ids = fit.effects.found.levels[0].ids
    groups = [int(np.flatnonzero(ids == number)[0]) for number in numbers]
    for own in own_of(fit.effects.sums, asked.model, groups):
        yield again.without(own)


def _middle(fit: Fitted, found: Posterior) -> float:
    return float(found.coefficient(fit.design.term).quantile([0.5])[0])


def _middle_without(fit: Fitted, code: int) -> float:
    return middle_of(fit.table, fit.table.client.codes != code, fit.design)


def middle_of(table: AfterTable, keep: npt.NDArray[np.bool_], design: Design) -> float:
    """The middle of the answer in some of the sessions."""
    return fitted(table.where(keep), design).interval()[1]


def middles_with(fit: Fitted, others: Sequence[Design]) -> list[float]:
    """The middle of the answer with the priors of each of these designs, all else alike."""
    again = Again(fit.posterior)
    found = [again.with_priors(_priors(fit, one)) for one in others]
    return [
        fitted(fit.table, one).interval()[1] if made is None else _middle(fit, made)
        for one, made in zip(others, found, strict=True)
    ]


def _priors(fit: Fitted, design: Design) -> Priors:
    """The priors of a fit with another spread of the effect, or of how clients differ in it."""
    old, term = fit.posterior.priors, fit.design.term
    coefficients = list(old.coefficients)
    coefficients[fit.posterior.names.index(term)] = Normal(0.0, design.effect_sd)
    terms = fit.effects.found.levels[0].terms
    spreads = tuple(
        HalfNormal(design.slope_sd) if name == term else spread
        for name, spread in zip(terms, old.levels[0].spreads, strict=True)
    )
    level = LevelPriors(spreads, old.levels[0].correlations)
    return replace(old, coefficients=tuple(coefficients), levels=(level, *old.levels[1:]))
