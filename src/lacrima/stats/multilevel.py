"""Gaussian multilevel models from the cross-products of each client alone.

How much does an outcome differ with a predictor, within and between clients, and how much does that
differ from client to client and from therapist to therapist? The rows are added up once
(`stats.sums`); all that follows costs the same for ten rows a client as for ten thousand.

Sources: Bates et al. 2015, 10.18637/jss.v067.i01, for the criterion and its parameters; the algebra
over nested groups, the exact derivatives and the degrees of freedom stand in
docs/explanation/how-the-engine-works.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from lacrima.errors import UsageError
from lacrima.stats.checks import check, check_neighbours, check_rest
from lacrima.stats.compiled import large_job
from lacrima.stats.degrees import Trust, kenward_roger, satterthwaite
from lacrima.stats.model import Model, Rows
from lacrima.stats.newton import Optimum, is_singular, minimise
from lacrima.stats.numbers import inside
from lacrima.stats.problem import Problem
from lacrima.stats.reported import contrasts_of, fit_of, phi_of, to_working
from lacrima.stats.results import Fit, Seconds
from lacrima.stats.sums import Sums, sums_of
from lacrima.stats.working import working


class Method(StrEnum):
    """What is made least: the restricted deviance, or the deviance."""

    REML = "reml"
    ML = "ml"


class Degrees(StrEnum):
    """How degrees of freedom are found."""

    SATTERTHWAITE = "satterthwaite"
    KENWARD_ROGER = "kenward-roger"
    NONE = "none"


LARGE = 20_000  # groups of the finest level
SINGULAR = (
    "The fit is singular (a variance of 0 or a correlation of 1), which is normal where groups are "
    "few; no degrees of freedom can be formed then, and intervals from the normal distribution are "
    "somewhat too narrow."
)
NOT_KNOWN = "The covariances are too little known for degrees of freedom."


def fit(
    rows: Rows,
    model: Model,
    *,
    method: str = Method.REML,
    df: str = Degrees.SATTERTHWAITE,
    ar1: bool = False,
    confidence: float = 0.95,
) -> Fit:
    """How does the outcome go with the model's terms, and how do groups differ in that?

    rows: n rows, every array of n; see `Rows` for types and missing values, and `sums.sums_of` for
    which rows are used. method: `reml` or `ml`. df: `satterthwaite`, `kenward-roger` (REML without
    AR(1) only) or `none`. ar1: residuals of one group of the finest level follow an AR(1) over
    `rows.order`. confidence: of the intervals, between 0 and 1.

    Estimates, standard errors and SDs are in the outcome's units per unit of the term. At a
    singular fit there are no degrees of freedom; `why` says so.

    Raises UsageError for options that do not go together; BadInput for what `sums_of` refuses, for
    columns that are constant or follow from others (named), and a level with one group; NoResult
    for fewer rows than coefficients, or an outcome without variation.

    Source: Bates et al. 2015, 10.18637/jss.v067.i01.

    >>> import numpy as np
    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows
    >>> batches = np.repeat(["a", "b", "c"], 4)
    >>> strength = np.array([3.0, 5, 4, 4, 7, 8, 6, 7, 4, 3, 5, 4])
    >>> rows = Rows({"strength": strength}, {"batch": batches})
    >>> found = fit(rows, Model("strength", (INTERCEPT,), (Level("batch"),)))
    >>> mean = found["(Intercept)"]
    >>> round(mean.estimate, 6), round(mean.se, 6), round(mean.df, 6)
    (5.0, 1.0, 2.0)
    >>> round(found.groups[0].sd[0] ** 2, 6), round(found.sigma ** 2, 6)
    (2.833333, 0.666667)
    """
    _usable(method, df, ar1=ar1, confidence=confidence)
    started = time.perf_counter()
    sums = sums_of(rows, model, ar1=ar1)
    took = time.perf_counter() - started
    found = fit_sums(sums, model, method=method, df=df, confidence=confidence)
    return replace(found, seconds=replace(found.seconds, sums=took))


def fit_sums(
    sums: Sums,
    model: Model,
    *,
    method: str = Method.REML,
    df: str = Degrees.SATTERTHWAITE,
    confidence: float = 0.95,
    start: Fit | None = None,
) -> Fit:
    """The same from sums that are kept; with AR(1) where they hold neighbouring sessions.

    start: an earlier fit of the same model, to begin from. Raises as `fit`.
    """
    _usable(method, df, ar1=sums.serial is not None, confidence=confidence)
    check_neighbours(sums.serial)
    large_job(len(sums.cross), LARGE)
    began = time.perf_counter()
    made = working(sums, model, is_condensed=True)
    check(made, model)
    problem = Problem(made, method == Method.REML)
    optimum = minimise(problem, None if start is None else to_working(start.theta, start.phi, made))
    check_rest(made, optimum.root.variance, phi_of(made, optimum))
    fitted = time.perf_counter()
    trust, why = _trust(problem, optimum, df)
    seconds = Seconds(fit=fitted - began, df=time.perf_counter() - fitted)
    return fit_of(sums, model, made, optimum, trust, (method, df, confidence, why), seconds)


def fit_at(
    sums: Sums,
    model: Model,
    theta: Sequence[float],
    *,
    phi: float | None = None,
    method: str = Method.REML,
    df: str = Degrees.NONE,
    confidence: float = 0.95,
) -> Fit:
    """What the estimates and the criterion are at given covariances, without looking for better.

    theta: the lower triangles by columns of each level's relative factor, the finest level first,
    as lme4 has them. phi: with sums that hold neighbouring sessions. Raises as `fit`.

    >>> import numpy as np
    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows
    >>> rows = Rows({"y": np.array([1.0, 2, 4, 6])}, {"g": np.array([1, 1, 2, 2])})
    >>> model = Model("y", (INTERCEPT,), (Level("g"),))
    >>> round(fit_at(sums_of(rows, model), model, [1.5]).criterion, 6)
    12.968882
    """
    _usable(method, df, ar1=phi is not None, confidence=confidence)
    made = working(sums, model)
    check(made, model)
    problem, at = Problem(made, method == Method.REML), to_working(theta, phi, made)
    lambdas = problem.lambdas_at(at)
    there = Optimum(at, problem.value_at(at), lambdas, 1, is_singular(lambdas))
    trust, why = _trust(problem, there, df)
    return fit_of(sums, model, made, there, trust, (method, df, confidence, why), Seconds())


def _usable(method: str, df: str, *, ar1: bool, confidence: float) -> None:
    if method not in tuple(Method):
        raise UsageError(f"the method {method!r}", where="method", expected="reml or ml")
    if df not in tuple(Degrees):
        raise UsageError(
            f"the degrees of freedom {df!r}", where="df", expected=", ".join(tuple(Degrees))
        )
    if df == Degrees.KENWARD_ROGER and (method != Method.REML or ar1):
        found = "Kenward-Roger with AR(1) residuals" if ar1 else "Kenward-Roger with ML"
        raise UsageError(
            found,
            where="df",
            expected="REML without AR(1): the method needs a covariance that is linear in its "
            "parameters, estimated by REML",
        )
    inside("confidence", confidence, low_open=True)


def _trust(problem: Problem, optimum: Optimum, df: str) -> tuple[Trust, str]:
    """Standard errors and degrees of freedom (NaN where there are none), and why."""
    made, root = problem.working, optimum.root
    contrasts = contrasts_of(made.basis)
    plain = Trust(root.variance * root.unscaled, np.full(len(contrasts), np.nan))
    if df == Degrees.NONE:
        return plain, ""
    if optimum.is_singular:
        return plain, SINGULAR
    if df == Degrees.KENWARD_ROGER:
        found = kenward_roger(made.tree, problem.at(optimum.at), contrasts, made.n)
    else:
        found = satterthwaite(problem.at(optimum.at), contrasts)
    is_fine = np.isfinite(found.df).all() and (found.df > 0).all()
    return (found, "") if is_fine else (plain, NOT_KNOWN)
