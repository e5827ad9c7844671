"""From the minimum in working columns to what is said of it, in the model's own, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.basis import Basis
from lacrima.stats.degrees import Trust
from lacrima.stats.model import Model
from lacrima.stats.newton import Optimum
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Coefficient, Fit, Group, Seconds
from lacrima.stats.student import t_quantile
from lacrima.stats.sums import Sums
from lacrima.stats.theta import factor_of, lambdas_of, theta_of
from lacrima.stats.working import Working


def contrasts_of(basis: Basis) -> Numbers:
    """The model's own coefficients as combinations of the working ones."""
    return basis.back(range(basis.fixed))


def fit_of(
    sums: Sums,
    model: Model,
    made: Working,
    optimum: Optimum,
    trust: Trust,
    said: tuple[str, str, float, str],
    seconds: Seconds,
) -> Fit:
    """All that is said of a fit. said: method, df, confidence, and why there are no degrees."""
    method, df, confidence, why = said
    root, basis = optimum.root, made.basis
    back, size = contrasts_of(basis), basis.scale[-1]
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
        phi=phi_of(made, optimum),
        criterion=_criterion(root.value, root.nu, made, root.is_reml),
        singular=optimum.is_singular,
        why=why,
        theta=tuple(theta_of([factor_of(each) for each in psi]) * size / np.sqrt(root.variance)),
        evaluations=optimum.evaluations,
        seconds=seconds,
    )


def phi_of(made: Working, optimum: Optimum) -> float | None:
    """The autocorrelation, where there is one."""
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
