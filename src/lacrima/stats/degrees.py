"""How far the standard errors of fixed coefficients can be trusted: degrees of freedom.

Both methods follow from second derivatives of R and log |V| by the covariances (`stats.tree`), and
cost one more pass over the groups, whatever the number of rows.

*Satterthwaite* (as in lmerTest; Kuznetsova et al. 2017, 10.18637/jss.v082.i13): a coefficient's
variance v is a function of the covariances and the residual variance, whose own uncertainty is
2 H^-1, H the second derivatives of the criterion; df = 2 v^2 / (gradient of v)' 2 H^-1 (...).

*Kenward-Roger* (1997, 10.2307/2533558; as in pbkrtest, Halekoh and Hojsgaard 2014,
10.18637/jss.v059.i09): V = s I + sum of gamma_r G_r is linear in the absolute covariances, so with
X'V^-1X and log |V| as functions of (gamma, s), and Phi the inverse of the former,

    P_r = d(X'V^-1X),   Q_rs = d2(X'V^-1X) / 2 (symmetric),   tr(V^-1 V_r V^-1 V_s) = -d2 log |V|,
    W = inverse of  (1/2) tr(V^-1V_rV^-1V_s) - tr(Phi Q_rs) + (1/2) tr(Phi P_r Phi P_s),
    adjusted Phi = Phi + 2 Phi {sum of W_rs (Q_rs - P_r Phi P_s)} Phi,

and df = 2 / A with A the sum of W_rs (l'Phi P_r Phi l)(l'Phi P_s Phi l) / (l'Phi l)^2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.absolute import by_absolute
from lacrima.stats.criterion import columns_of_root
from lacrima.stats.numbers import Numbers
from lacrima.stats.problem import Point
from lacrima.stats.second import second_sum
from lacrima.stats.theta import elements_of
from lacrima.stats.tree import Tree, curvature


@dataclass(frozen=True, slots=True)
class Trust:
    """covariance (p, p): of the fixed coefficients, adjusted or not. df (c): of c contrasts."""

    covariance: Numbers
    df: Numbers


def satterthwaite(point: Point, contrasts: Numbers) -> Trust:
    """Degrees of freedom of c contrasts (c, p) in the working columns."""
    root = point.root
    phi = root.unscaled
    images = contrasts @ phi
    slopes = point.climbed.slopes[:, : root.fixed, : root.fixed]
    by_covariances = -root.variance * np.einsum("ca,rab,cb->cr", images, slopes, images)
    by_variance = np.einsum("ca,ca->c", images, contrasts)
    gradient = np.column_stack([by_covariances, by_variance])
    uncertainty = 2 * np.linalg.inv(point.by_psi.open_hessian)
    spread = np.einsum("cr,rs,cs->c", gradient, uncertainty, gradient)
    return Trust(root.variance * phi, 2 * (root.variance * by_variance) ** 2 / spread)


def kenward_roger(tree: Tree, point: Point, contrasts: Numbers, n: int) -> Trust:
    """Adjusted covariance, and degrees of freedom of c contrasts (c, p), over n rows."""
    moved = _Absolute(tree, point, n)
    phi, slopes, weights = moved.phi, moved.slopes, moved.weights()
    turned = phi @ slopes
    first = np.einsum("rs,rab,sbc->ac", weights, slopes, turned)
    adjusted = phi + 2 * phi @ (moved.curves(weights) / 2 - first) @ phi
    images = contrasts @ phi
    pulls = np.einsum("ca,rab,cb->cr", images, slopes, images)
    variances = np.einsum("ca,ca->c", images, contrasts)
    share = np.einsum("cr,rs,cs->c", pulls, weights, pulls) / variances**2
    return Trust((adjusted + adjusted.T) / 2, 2 / share)


class _Absolute:
    """X'V^-1X and log |V| with the absolute covariances and s, last, as their parameters.

    With psi = gamma / s both are known through their derivatives by psi; X'V^-1X is R / s, log |V|
    is n log s + logdet.
    """

    def __init__(self, tree: Tree, point: Point, n: int) -> None:
        self.tree, self.point, self.n = tree, point, n
        self.s, self.fixed = point.root.variance, point.root.fixed
        self.phi = self.s * point.root.unscaled
        self.psi = elements_of([lam @ lam.T for lam in point.lambdas])
        x = slice(0, self.fixed)
        self.information = point.climbed.root[x, x]
        self.by_psi = point.climbed.slopes[:, x, x]

    @property
    def slopes(self) -> Numbers:
        """P_r: (m + 1, p, p)."""
        by_s = -(self.information + np.tensordot(self.psi, self.by_psi, 1))
        return np.concatenate([self.by_psi, by_s[None]]) / self.s**2

    def weights(self) -> Numbers:
        """W: the inverse of the expected information about the covariances."""
        k = self.point.climbed.root.shape[0]
        adjoint = np.zeros((k, k))
        adjoint[: self.fixed, : self.fixed] = self.point.root.unscaled
        of_logdet = curvature(self.tree, self.point.climbed, np.zeros((k, k)), 1.0)
        of_root = curvature(self.tree, self.point.climbed, adjoint, 0.0)
        logdet = by_absolute(0, self.psi, of_logdet, -self.n) / self.s**2
        traces = by_absolute(1, self.psi, of_root, 2 * self.fixed) / self.s**2
        turned = self.phi @ self.slopes
        products = np.einsum("rab,sba->rs", turned, turned)
        return np.linalg.inv((products - logdet - traces) / 2)

    def curves(self, weights: Numbers) -> Numbers:
        """The sum of W_rs d2(X'V^-1X): (p, p)."""
        w, by_s, by_ss = weights[:-1, :-1], weights[:-1, -1], float(weights[-1, -1])
        crossed = np.outer(by_s, self.psi)
        of_curves = w - crossed - crossed.T + by_ss * np.outer(self.psi, self.psi)
        of_slopes = 4 * (by_ss * self.psi - by_s)
        x = columns_of_root(self.point.climbed.root.shape[0], self.fixed)[:-1]
        total = second_sum(self.tree, self.point.climbed, of_curves)[np.ix_(x, x)]
        total += np.tensordot(of_slopes, self.by_psi, 1) + 2 * by_ss * self.information
        return np.asarray(total / self.s**3)
