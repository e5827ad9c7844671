"""The profiled REML or ML criterion, its gradient and its second derivatives, all exact.

With R and log |V| at the root (`stats.tree`), p fixed coefficients and n rows: beta solves
R_XX beta = R_Xy, r2 = v'Rv with v = (-beta, 1), the residual variance is r2 / nu, and

    REML:  log |V| + log |R_XX| + nu (1 + log(2 pi r2 / nu)),   nu = n - p,
    ML:    log |V| + nu (1 + log(2 pi r2 / nu)),                nu = n,

which is lme4's criterion with its constant (Bates et al. 2015, 10.18637/jss.v067.i01, equations 34
and 41). At a fixed residual variance s the same criterion is log |V| + log |R_XX| + nu log(2 pi s)
+ r2 / s: its derivative by R is [R_XX^-1 in X] + v v'/s, and second derivatives gain at the root
- tr(R_XX^-1 dR R_XX^-1 dR) - 2 (dR v)' R_XX^-1 (dR v) / s. Profiling s out again takes
(dr2)(dr2)' / (nu s^2) away, the Schur complement of the element of s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.errors import NoResult
from lacrima.stats.numbers import Numbers
from lacrima.stats.tree import Climbed, Serial, Tree, curvature


@dataclass(frozen=True, slots=True)
class Root:
    """What the root says at one set of covariances.

    beta (p), unscaled (p, p): the covariance of beta relative to the residual variance, r2, nu,
    variance: r2 / nu, and the criterion's value.
    """

    fixed: int
    beta: Numbers
    unscaled: Numbers
    r2: float
    nu: int
    variance: float
    value: float
    is_reml: bool

    @property
    def contrast(self) -> Numbers:
        """v = (-beta, 1)."""
        return np.append(-self.beta, 1.0)


def root_of(climbed: Climbed, *, fixed: int, n: int, is_reml: bool) -> Root:
    """Estimate at the root. fixed: the first so many columns are X; the last is the outcome."""
    places = columns_of_root(climbed.root.shape[0], fixed)
    joint = climbed.root[np.ix_(places, places)]
    try:
        root = np.linalg.cholesky(joint[:-1, :-1])
    except np.linalg.LinAlgError as mistake:
        raise NoResult("coefficients beyond all numbers", where="criterion") from mistake
    half = np.linalg.solve(root, joint[:-1, -1])
    beta = np.linalg.solve(root.T, half)
    r2 = float(joint[-1, -1] - half @ half)
    nu = n - fixed if is_reml else n
    if not r2 > 1e-14 * joint[-1, -1]:
        raise NoResult("an outcome without any variation left", expected="rows that differ")
    inverse = np.linalg.solve(root, np.eye(fixed))
    logdet = climbed.logdet + (2 * np.log(np.diagonal(root)).sum() if is_reml else 0.0)
    value = float(logdet + nu * (1 + np.log(2 * np.pi * r2 / nu)))
    return Root(fixed, beta, inverse.T @ inverse, r2, nu, r2 / nu, value, is_reml)


def columns_of_root(k: int, fixed: int) -> list[int]:
    """Where X and the outcome stand among the k columns; those that only vary are in between."""
    return [*range(fixed), k - 1]


@dataclass(frozen=True, slots=True)
class Derivatives:
    """Of a criterion by the m covariances and the residual variance s.

    gradient (m), hessian (m, m): of the profiled criterion. open_hessian (m + 1, m + 1): where the
    residual variance, last, is a parameter of its own.
    """

    gradient: Numbers
    hessian: Numbers
    open_hessian: Numbers


def derivatives(
    tree: Tree, climbed: Climbed, root: Root, serial: Serial | None = None
) -> Derivatives:
    """Exact first and second derivatives; `climbed` must have its slopes."""
    s, v = root.variance, root.contrast
    places = columns_of_root(climbed.root.shape[0], root.fixed)
    found = curvature(tree, climbed, _adjoint(climbed, root), 1.0, serial)
    slopes = climbed.slopes[:, places][:, :, places]
    hessian = found.hessian + _at_the_root(slopes, root)
    by_s = -(slopes @ v @ v) / s**2
    by_ss = root.nu / s**2
    open_hessian = np.block([[hessian, by_s[:, None]], [by_s[None], np.array([[by_ss]])]])
    return Derivatives(found.gradient, hessian - np.outer(by_s, by_s) / by_ss, open_hessian)


def gradient_of(climbed: Climbed, root: Root) -> Numbers:
    """The exact first derivatives by the m covariances, from the pass up alone."""
    adjoint = _adjoint(climbed, root)
    return np.asarray(np.einsum("ab,mab->m", adjoint, climbed.slopes) + climbed.steepness)


def _adjoint(climbed: Climbed, root: Root) -> Numbers:
    """The criterion's derivative by R, at the residual variance found."""
    places = columns_of_root(climbed.root.shape[0], root.fixed)
    adjoint = np.zeros(climbed.root.shape)
    adjoint[np.ix_(places, places)] = np.outer(root.contrast, root.contrast) / root.variance
    if root.is_reml:
        adjoint[: root.fixed, : root.fixed] += root.unscaled
    return adjoint


def _at_the_root(slopes: Numbers, root: Root) -> Numbers:
    """The second derivatives that arise at the root. slopes (m, p + 1, p + 1)."""
    pulls = (slopes @ root.contrast)[:, :-1]
    second = -2 * pulls @ root.unscaled @ pulls.T / root.variance
    if root.is_reml:
        turned = root.unscaled @ slopes[:, :-1, :-1]
        second -= np.einsum("rab,sba->rs", turned, turned)
    return second
