"""A formula answered by its posterior: what was likely before, and what is known now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lacrima.analyses.default_priors import Told, priors_for
from lacrima.analyses.formula import INTERCEPT, Formula
from lacrima.analyses.model_columns import Columns
from lacrima.analyses.model_rows import Question, question
from lacrima.errors import BadInput
from lacrima.stats.bayes import Posterior
from lacrima.stats.bayes_sums import Column, Level, SumsPosterior, posterior_of_sums
from lacrima.stats.mixtures import Mixture
from lacrima.stats.numbers import above_zero, inside
from lacrima.stats.priors import Priors
from lacrima.stats.sums import Sums, sums_of

FAR = 5.0  # times; no practice differs so much from its instrument's norm
HOPELESS = 1_000.0
FROM_ZERO = 30.0  # standard deviations
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class BayesEffects:
    """A posterior, the sums it is of, and the words of its groups."""

    asked: Question
    sums: Sums
    found: SumsPosterior
    norm_sd: float
    confidence: float
    seconds: dict[str, float]

    def coefficient(self, name: str) -> Mixture:
        """What is known of one coefficient: mean, sd, quantile, above, inside."""
        return self.found.found.coefficient(name)

    def contraction(self, name: str) -> float:
        """How much less there is to know than before: 1 - (sd after / sd before)^2."""
        return self.found.found.contraction(name)

    def own(self, coefficient: str, group: str, *, level: int = 0) -> Mixture:
        """What is known of one group's own coefficient, by the group's id in the table.

        level: 0 is the finest. Raises NoResult for a group without a row that is used.
        """
        words = self.asked.labels[self.found.levels[level].name]
        code = words.index(group) if group in words else -1
        return self.found.own(coefficient, code, level=level)

    def __str__(self) -> str:
        """A table: what is known now, and what was taken for likely before."""
        return _said(self.as_json())

    def sentence(self, coefficient: str) -> str:
        """One coefficient in words: how the outcome goes with it, never what causes it."""
        one, before = self.coefficient(coefficient), self.found.found.prior(coefficient)
        tail = (1 - self.confidence) / 2
        low, high = one.quantile([tail, 1 - tail]).tolist()
        return (
            f"Per unit of {coefficient}, {self.sums.outcome} differs by {one.mean:.3g} "
            f"({100 * self.confidence:g} % from {low:.3g} to {high:.3g}; above 0 with probability "
            f"{one.above(0.0):.3f}; before these {self.sums.rows_used} rows it was "
            f"{before.mean:.3g}, give or take {before.sd:.3g})."
        )

    def as_json(self) -> dict[str, Any]:
        """The keys of `lacrima effects --method bayes`."""
        return bayes_as_json(self)


def bayes_effects(
    formula: Formula,
    columns: Columns,
    *,
    order: str | None = None,
    norm_sd: float,
    told: Told | None = None,
    ar1: bool = False,
    confidence: float = 0.95,
) -> BayesEffects:
    """What is known of the coefficients of a formula, given these columns and what was likely?

    formula, columns, order: as for `model_rows.question`, with its errors. norm_sd: the standard
    deviation of the outcome's norm, in the outcome's units; priors stand on it. told: other
    priors. ar1: residuals of one finest group remember the session before, along `order`. Constant
    or collinear columns are allowed: what the data do not say stays as it was.

    Raises BadInput for a norm a thousand times as large or small as what the outcome differs by,
    and for a slope that differs by group in a column far from 0 (seconds since 1970); else as
    `bayes_sums.posterior_of_sums`.

    Source: see `stats.bayes.posterior`; the priors with their reasons, `stats.priors`.
    """
    above_zero("norm_sd", norm_sd)
    inside("confidence", confidence, low_open=True)
    begun = time.perf_counter()
    asked = question(formula, columns, order=order)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = sums_of(asked.rows, asked.model, ar1=ar1)
    summed = time.perf_counter()
    said = Told() if told is None else told

    def priors(of: Sequence[Column], levels: Sequence[Level], outcome: Column) -> Priors:
        _check_norm(outcome, norm_sd)
        _check_zero(of, levels)
        return priors_for(formula, of, levels, outcome, norm_sd=norm_sd, told=said, ar1=ar1)

    found = posterior_of_sums(sums, asked.model, priors)
    seconds = {"sums": summed - begun, "fit": time.perf_counter() - summed}
    return BayesEffects(asked, sums, found, norm_sd, confidence, seconds)


def _check_norm(outcome: Column, norm_sd: float) -> None:
    """Raises BadInput for a norm in other units altogether: its priors would say all or nothing."""
    if outcome.sd > 0 and not norm_sd / HOPELESS < outcome.sd < norm_sd * HOPELESS:
        raise BadInput(
            f"a norm's standard deviation of {norm_sd:g} where the outcome's is {outcome.sd:.3g}",
            where="norm_sd",
            expected="both in the units of the scores",
            next_step="Look up the norm of this instrument (PHQ-9 5.5, GAD-7 4.5).",
        )


def _check_zero(columns: Sequence[Column], levels: Sequence[Level]) -> None:
    """Raises BadInput for a slope that differs by group in a column far from nought.

    What is likely of levels stands where the column is nought. Seconds since 1970 put that half a
    century before the first session, where a level says nothing but would hold the slope at nought.
    """
    varying = {term: level.name for level in levels for term in level.terms}
    for one in columns:
        if one.name in varying and one.name != INTERCEPT and abs(one.mean) > FROM_ZERO * one.sd > 0:
            raise BadInput(
                f"a slope that differs by {varying[one.name]} in a column far from 0: its mean is "
                f"{abs(one.mean) / one.sd:.0f} times its standard deviation",
                where=f"column {one.name}",
                expected="a column in which 0 is near, such as weeks since the first session",
                next_step=f"Subtract where it begins, or take within({one.name}, ...).",
            )


def bayes_as_json(effects: BayesEffects) -> dict[str, Any]:
    """The keys of `lacrima effects --method bayes`, in the outcome's units."""
    found, levels = effects.found.found, effects.found.levels
    tail = (1 - effects.confidence) / 2
    names = found.names
    sigma, phi = found.sigma_quantile(SHARES).tolist(), _phi(found)
    return {
        "rows_read": effects.asked.rows.n,
        "rows_used": effects.sums.rows_used,
        "dropped": [asdict(each) for each in effects.asked.dropped],
        "coefficients": [_coefficient(found, name, tail) for name in names],
        "groups": [_group(found, place, level) for place, level in enumerate(levels)],
        "sigma": sigma[2],
        "phi": None if phi is None else phi[2],
        "criterion": None,
        "singular": False,
        "why": " ".join(_warnings(effects)) or None,
        "prior": _prior(found, levels, effects.norm_sd),
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
                for place, level in enumerate(levels)
                for at, term in enumerate(level.terms)
            ],
            "sigma": sigma,
            "phi": phi,
        },
        "accuracy": asdict(found.accuracy),
        "seconds": {"read": 0.0, **effects.seconds, "df": 0.0},
    }


def _phi(found: Posterior) -> list[float] | None:
    """Quantiles of how much a residual keeps of the one before, where it does."""
    if found.priors.memory is None:
        return None
    told: list[float] = found.memory_quantile(SHARES).tolist()
    return told


def _warnings(effects: BayesEffects) -> list[str]:
    """What one has to know before one believes a number."""
    found, sd = effects.found.found, effects.found.outcome.sd
    said = [found.accuracy.warning] if found.accuracy.warning else []
    if not effects.norm_sd / FAR < sd < effects.norm_sd * FAR:
        said.append(
            f"The outcome's standard deviation is {sd:.3g}, the norm's {effects.norm_sd:.3g}: is "
            "--norm-sd in the units of the scores?"
        )
    return said


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
    terms = level.terms
    return {
        "name": level.name,
        "terms": list(terms),
        "n": len(level.ids),
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
            for term, spread in zip(level.terms, own.spreads, strict=True)
        ],
        "residual": {"median": priors.residual.median, "log_sd": priors.residual.sd},
        "correlations": (priors.levels[0].correlations.shape if priors.levels else None),
        "phi": None if priors.memory is None else asdict(priors.memory),
    }


def _said(told: Mapping[str, Any]) -> str:
    before = {one["name"]: one for one in told["prior"]["coefficients"]}
    above = {one["name"]: one["above_zero"] for one in told["quantiles"]["coefficients"]}
    lines = [
        f"Posterior, {told['rows_used']} of {told['rows_read']} rows; "
        f"{told['accuracy']['points']} points, error {told['accuracy']['error']:.4f} SD",
        "  estimate       sd      low     high   above 0   before (mean, sd)",
    ]
    for one in told["coefficients"]:
        prior = before[one["name"]]
        lines.append(
            f"  {one['estimate']:8.4f} {one['se']:8.4f} {one['low']:8.4f} {one['high']:8.4f}"
            f"   {above[one['name']]:7.3f}   {prior['mean']:.2f}, {prior['sd']:.2f}  {one['name']}"
        )
    for group in told["groups"]:
        for term, sd in zip(group["terms"], group["sd"], strict=True):
            lines.append(f"  SD {sd:.4f} of {term} by {group['name']} ({group['n']})")
    lines.append(f"  SD {told['sigma']:.4f} of residuals")
    if told["phi"] is not None:
        low, high = told["quantiles"]["phi"][0], told["quantiles"]["phi"][-1]
        prior = told["prior"]["phi"]
        lines.append(
            f"  {told['phi']:.2f} of a residual stays a session later (90 % from {low:.2f} to "
            f"{high:.2f}; before {prior['mean']:.2f}, {prior['sd']:.2f})"
        )
    lines += [f"{one['n']} rows left out: {one['reason']}" for one in told["dropped"]]
    return "\n".join([*lines, told["why"]] if told["why"] else lines)
