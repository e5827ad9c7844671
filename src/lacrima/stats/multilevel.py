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

from lacrima.errors import BadInput, UsageError
from lacrima.stats.basis import Basis
from lacrima.stats.checks import check, check_rest
from lacrima.stats.degrees import Trust, kenward_roger, satterthwaite
from lacrima.stats.model import Model, Rows
from lacrima.stats.newton import Optimum, is_singular, minimise
from lacrima.stats.numbers import Numbers, inside
from lacrima.stats.problem import Problem
from lacrima.stats.results import Coefficient, Fit, Group, Seconds
from lacrima.stats.student import t_quantile
from lacrima.stats.sums import Sums, sums_of
from lacrima.stats.theta import factor_of, lambdas_of, theta_of
from lacrima.stats.working import Working, working


class Method(StrEnum):
    """What is made least: the restricted deviance, or the deviance."""

    REML = "reml"
    ML = "ml"


class Degrees(StrEnum):
    """How degrees of freedom are found."""

    SATTERTHWAITE = "satterthwaite"
    KENWARD_ROGER = "kenward-roger"
    NONE = "none"


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
    began = time.perf_counter()
    made = working(sums, model)
    check(made, model)
    problem = Problem(made, method == Method.REML)
    optimum = minimise(problem, None if start is None else to_working(start.theta, start.phi, made))
    check_rest(made, optimum.root.variance, _phi(made, optimum))
    fitted = time.perf_counter()
    trust, why = _trust(problem, optimum, df)
    seconds = Seconds(fit=fitted - began, df=time.perf_counter() - fitted)
    return _value(sums, model, made, optimum, trust, (method, df, confidence, why), seconds)


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
    return _value(sums, model, made, there, trust, (method, df, confidence, why), Seconds())


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
    contrasts = _contrasts(made.basis)
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


def _contrasts(basis: Basis) -> Numbers:
    return basis.back(range(basis.fixed))


def _value(
    sums: Sums,
    model: Model,
    made: Working,
    optimum: Optimum,
    trust: Trust,
    said: tuple[str, str, float, str],
    seconds: Seconds,
) -> Fit:
    method, df, confidence, why = said
    root, basis = optimum.root, made.basis
    back, size = _contrasts(basis), basis.scale[-1]
    covariance = back @ trust.covariance @ back.T / size**2
    estimates = back @ root.beta / size
    if basis.shift[-1]:
        estimates[basis.intercept] += basis.shift[-1]
    psi = _absolute(made, optimum, root.variance / size**2)
    return Fit(
        outcome=model.outcome,
        method=str(method),
        df_method=str(df),
        confidence=confidence,
        rows_read=sums.rows_read,
        rows_used=made.n,
        dropped=sums.dropped,
        coefficients=tuple(_coefficients(model, estimates, covariance, trust.df, confidence)),
        covariance=_rows_of(covariance),
        groups=tuple(_groups(model, made, psi)),
        sigma=float(np.sqrt(root.variance) / size),
        phi=_phi(made, optimum),
        criterion=_criterion(root.value, root.nu, made, root.is_reml),
        singular=optimum.is_singular,
        why=why,
        theta=tuple(theta_of([factor_of(each) for each in psi]) * size / np.sqrt(root.variance)),
        evaluations=optimum.evaluations,
        seconds=seconds,
    )


def _phi(made: Working, optimum: Optimum) -> float | None:
    return float(np.tanh(optimum.at[0])) if made.serial is not None else None


def _criterion(value: float, nu: int, made: Working, is_reml: bool) -> float:
    """The criterion of the model's own columns from that of the working ones."""
    columns = 2 * made.basis.logscale if is_reml else 0.0
    return float(value - columns - 2 * nu * np.log(made.basis.scale[-1]))


def _coefficients(
    model: Model, estimates: Numbers, covariance: Numbers, df: Numbers, confidence: float
) -> list[Coefficient]:
    found = []
    for place, term in enumerate(model.fixed):
        degrees = None if np.isnan(df[place]) else float(df[place])
        estimate, se = float(estimates[place]), float(np.sqrt(covariance[place, place]))
        half = t_quantile((1 + confidence) / 2, degrees) * se
        found.append(
            Coefficient(term.name, estimate, se, degrees, estimate - half, estimate + half)
        )
    return found


def _absolute(made: Working, optimum: Optimum, variance: float) -> list[Numbers]:
    """Each level's covariance in the model's own columns and the outcome's units."""
    lambdas = optimum.lambdas[len(optimum.lambdas) - len(made.bands) :]
    covariances = []
    for band, lam in zip(made.bands, lambdas, strict=True):
        factor = made.basis.back(made.basis.z[band.place]) @ lam
        covariances.append(factor @ factor.T * variance)
    return covariances


def _groups(model: Model, made: Working, psi: Sequence[Numbers]) -> list[Group]:
    return [
        Group(
            name=model.levels[band.place].name,
            terms=tuple(term.name for term in model.levels[band.place].terms),
            n=band.groups.size,
            sd=tuple(np.sqrt(np.diagonal(covariance)).tolist()),
            covariance=_rows_of(covariance),
        )
        for band, covariance in zip(made.bands, psi, strict=True)
    ]


def _rows_of(matrix: Numbers) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())


def to_working(theta: Sequence[float], phi: float | None, made: Working) -> Numbers:
    """theta of the model's own columns as parameters of the working ones."""
    sizes = [made.basis.z[band.place].size for band in made.bands]
    needed = sum(q * (q + 1) // 2 for q in sizes)
    if len(theta) != needed or (phi is None) != (made.serial is None):
        raise BadInput(f"{len(theta)} parameters", where="theta", expected=str(needed))
    lambdas = []
    for band, lam in zip(made.bands, lambdas_of(np.asarray(theta), sizes), strict=True):
        factor = np.linalg.solve(made.basis.back(made.basis.z[band.place]), lam)
        lambdas.append(factor_of(factor @ factor.T))
    before = [] if phi is None else [np.arctanh(phi)]
    return np.concatenate([before, theta_of(lambdas)])
