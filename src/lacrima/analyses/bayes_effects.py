"""A formula answered by its posterior: what was likely before, and what is known now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lacrima.analyses.default_priors import Told, priors_for
from lacrima.analyses.formula import INTERCEPT, Formula
from lacrima.analyses.model_columns import Columns
from lacrima.analyses.model_table import Level, ModelTable, model_table
from lacrima.errors import NoResult
from lacrima.stats.bayes import Posterior, posterior
from lacrima.stats.nested import nested
from lacrima.stats.numbers import Numbers, above_zero, inside
from lacrima.stats.priors import Priors

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class BayesEffects:
    """A posterior, and the table and levels (from the finest up) that it is of."""

    table: ModelTable
    levels: tuple[Level, ...]
    found: Posterior
    norm_sd: float
    confidence: float
    seconds: dict[str, float]

    def own(self, coefficient: str, label: str, *, level: int = 0) -> tuple[float, float, float]:
        """Low, middle and high of one group's own coefficient, by its label.

        The group is one of those with a row that is used. Raises NoResult for another.
        """
        place = self.place_of(label, level=level)
        low, middle, high = self.found.own(coefficient, group=place, level=level).quantile(
            [(1 - self.confidence) / 2, 0.5, (1 + self.confidence) / 2]
        )
        return float(low), float(middle), float(high)

    def place_of(self, label: str, *, level: int = 0) -> int:
        """Where a group stands in the posterior's order: sorted by its parents first.

        Raises NoResult for a group without a row that is used.
        """
        codes = [each.codes for each in self.levels[level:]]
        order = np.lexsort(codes)
        names = self.levels[level].labels
        if label not in names:
            raise NoResult("a group without a row that is used", where=self.levels[level].name)
        met = codes[0][order]
        firsts = met[np.concatenate([[True], met[1:] != met[:-1]])]
        return int(np.flatnonzero(firsts == names.index(label))[0])


def bayes_effects(
    formula: Formula,
    columns: Columns,
    *,
    order: str | None = None,
    norm_sd: float,
    told: Told | None = None,
    confidence: float = 0.95,
) -> BayesEffects:
    """What is known of the coefficients of a formula, given these columns and what was likely?

    formula, columns, order: as for `model_table.model_table`, with its errors. norm_sd: the
    standard deviation of the outcome's norm, in the outcome's units; priors stand on it. told:
    other priors. A group that has no row left, or one, keeps what was likely before.

    Source: see `stats.bayes.posterior`; the priors with their reasons, `stats.priors`.
    """
    above_zero("norm_sd", norm_sd)
    inside("confidence", confidence, low_open=True)
    begun = time.perf_counter()
    table = model_table(formula, columns, order=order)
    levels = tuple(sorted(table.levels, key=lambda level: -level.n))
    priors = priors_for(table, levels, norm_sd=norm_sd, told=told or Told())
    design, places = _design(table, levels)
    centres = _centres(table, places)
    family = nested(
        design - _wide(centres, design.shape[1]),
        table.outcome,
        [(level.codes, place) for level, place in zip(levels, places, strict=True)],
        fixed=len(table.fixed.names),
    )
    fitted = time.perf_counter()
    back = np.eye(len(centres))
    back[0] -= centres
    found = posterior(family, priors, table.fixed.names, back=back)
    seconds = {"sums": fitted - begun, "fit": time.perf_counter() - fitted}
    return BayesEffects(table, levels, found, norm_sd, confidence, seconds)


def _design(table: ModelTable, levels: Sequence[Level]) -> tuple[Numbers, list[list[int]]]:
    """The fixed columns and those that only vary, and where each level's stand."""
    names = list(table.fixed.names)
    columns = [table.fixed.columns]
    places = []
    for level in levels:
        for place, name in enumerate(level.matrix.names):
            if name not in names:
                names.append(name)
                columns.append(level.matrix.columns[:, place, None])
        places.append([names.index(name) for name in level.matrix.names])
    return np.concatenate(columns, axis=1), places


def _centres(table: ModelTable, places: list[list[int]]) -> Numbers:
    """The means of columns that vary by no group, where there is an intercept to take them up.

    The intercept's prior stands at the middle of the data then, and large numbers (years, unix
    seconds) cost no digits.
    """
    centres = np.zeros(len(table.fixed.names))
    if table.fixed.names[:1] == (INTERCEPT,):
        varying = {place for each in places for place in each}
        alone = [place for place in range(1, len(centres)) if place not in varying]
        centres[alone] = table.fixed.columns[:, alone].mean(axis=0)
    return centres


def _wide(centres: Numbers, width: int) -> Numbers:
    return np.concatenate([centres, np.zeros(width - len(centres))])


def bayes_as_json(effects: BayesEffects) -> dict[str, Any]:
    """The keys of `lacrima effects --method bayes`, in the outcome's units."""
    found, table = effects.found, effects.table
    tail = (1 - effects.confidence) / 2
    names = table.fixed.names
    sigma = found.sigma_quantile(SHARES).tolist()
    return {
        "rows_read": table.rows_read,
        "rows_used": table.rows_used,
        "dropped": [asdict(each) for each in table.dropped],
        "coefficients": [_coefficient(found, name, tail) for name in names],
        "groups": [_group(found, place, level) for place, level in enumerate(effects.levels)],
        "sigma": sigma[2],
        "phi": None,
        "criterion": None,
        "singular": False,
        "why": found.accuracy.warning or None,
        "prior": _prior(found, effects.levels, effects.norm_sd),
        "quantiles": {
            "shares": list(SHARES),
            "coefficients": [
                {
                    "name": name,
                    "values": found.coefficient(name).quantile(SHARES).tolist(),
                    "above_zero": found.coefficient(name).above(0.0),
                    "contraction": found.contraction(name),
                }
                for name in names
            ],
            "groups": [
                {
                    "name": level.name,
                    "term": term,
                    "values": found.spread_quantile(place, at, SHARES).tolist(),
                }
                for place, level in enumerate(effects.levels)
                for at, term in enumerate(level.matrix.names)
            ],
            "sigma": sigma,
        },
        "accuracy": asdict(found.accuracy),
    }


def _coefficient(found: Posterior, name: str, tail: float) -> dict[str, Any]:
    one = found.coefficient(name)
    low, high = one.quantile([tail, 1 - tail]).tolist()
    return {
        "name": name,
        "estimate": one.mean,
        "se": one.sd,
        "df": None,
        "low": low,
        "high": high,
    }


def _group(found: Posterior, place: int, level: Level) -> dict[str, Any]:
    """Medians of the spreads, and the mean of the covariance."""
    scales = found.given.scales
    lam = scales.lambdas[place] * scales.sigma[:, None, None]
    covariance = np.einsum("m,mab,mcb->ac", found.weights, lam, lam)
    terms = level.matrix.names
    return {
        "name": level.name,
        "terms": list(terms),
        "n": level.n,
        "sd": [float(found.spread_quantile(place, at, [0.5])[0]) for at in range(len(terms))],
        "covariance": covariance.tolist(),
    }


def _prior(found: Posterior, levels: Sequence[Level], norm_sd: float) -> dict[str, Any]:
    priors: Priors = found.priors
    before = {name: found.prior(name) for name in found.names}
    return {
        "norm_sd": norm_sd,
        "coefficients": [
            {"name": name, "mean": one.mean, "sd": one.sd} for name, one in before.items()
        ],
        "groups": [
            {"name": level.name, "term": term, "half_normal": spread.scale}
            for level, own in zip(levels, priors.levels, strict=True)
            for term, spread in zip(level.matrix.names, own.spreads, strict=True)
        ],
        "residual": {"median": priors.residual.median, "log_sd": priors.residual.sd},
        "correlations": (priors.levels[0].correlations.shape if priors.levels else None),
    }
