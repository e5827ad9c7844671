"""One step of Fisher scoring, to begin Newton's method near the minimum.

In the absolute covariances the expected information is (1/2) tr(V^-1 V_r V^-1 V_s), which is
-(1/2) d2 log |V|: one pass down the tree. From anywhere inside, one such step comes close (for
balanced groups it is the answer of the analysis of variance, but for terms of order p / n).
"""

from __future__ import annotations

import numpy as np

from lacrima.stats.absolute import by_absolute
from lacrima.stats.numbers import Numbers
from lacrima.stats.problem import Point, Problem
from lacrima.stats.theta import elements_of, factor_of, matrices_of, theta_of
from lacrima.stats.tree import curvature

FLOOR = 0.01


def scored(problem: Problem, point: Point) -> Numbers:
    """Where one step leads from a point: well inside, whatever the step. Not for AR(1)."""
    k = point.climbed.root.shape[0]
    psi = elements_of([lam @ lam.T for lam in point.lambdas])
    found = curvature(problem.working.tree, point.climbed, np.zeros((k, k)), 1.0)
    information = -by_absolute(0, psi, found, -problem.working.n) / 2
    slope = np.append(point.by_psi.gradient, 0.0)
    step = -np.linalg.lstsq(information, slope, rcond=None)[0] / 2
    reached = (psi + step[:-1]) / max(1 + step[-1], FLOOR)
    return theta_of([inside(each) for each in matrices_of(reached, problem.sizes)])


def inside(psi: Numbers, floor: float = FLOOR) -> Numbers:
    """The factor of the nearest covariance with at least so much in every direction."""
    values, vectors = np.linalg.eigh(psi)
    return factor_of((vectors * np.maximum(values, floor)) @ vectors.T)
