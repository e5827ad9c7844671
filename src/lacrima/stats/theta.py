"""Covariances as their Cholesky factors: lme4's theta, and the chain rule from Psi to it.

Psi = Lambda Lambda' of each level, relative to the residual variance; theta holds the lower
triangles of all Lambda by columns, the finest level first (Bates et al. 2015, section 2.2). Under
AR(1) the inverse hyperbolic tangent of phi stands before them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lacrima.stats.leaf import pairs_of
from lacrima.stats.numbers import Numbers

# What is smaller beside the largest eigenvalue of correlations is a singular matrix's rounding.
ROUNDING = 16 * float(np.finfo(np.float64).eps)


def lambdas_of(theta: Numbers, sizes: Sequence[int]) -> list[Numbers]:
    """The factors, one q x q matrix a level.

    >>> [each.tolist() for each in lambdas_of(np.array([1.0, 2.0, 3.0, 4.0]), (2, 1))]
    [[[1.0, 0.0], [2.0, 3.0]], [[4.0]]]
    """
    factors, seen = [], 0
    for q in sizes:
        factor = np.zeros((q, q))
        for place, (row, column) in enumerate(pairs_of(q), start=seen):
            factor[row, column] = theta[place]
        factors.append(factor)
        seen += q * (q + 1) // 2
    return factors


def theta_of(lambdas: Sequence[Numbers]) -> Numbers:
    """The vector that `lambdas_of` reads."""
    return np.array([each[pair] for each in lambdas for pair in pairs_of(each.shape[0])])


def elements_of(matrices: Sequence[Numbers]) -> Numbers:
    """The elements of every symmetric matrix: its lower triangle by columns."""
    return np.array([each[pair] for each in matrices for pair in pairs_of(each.shape[0])])


def matrices_of(elements: Numbers, sizes: Sequence[int]) -> list[Numbers]:
    """The symmetric matrices that `elements_of` reads."""
    lower = lambdas_of(elements, sizes)
    return [each + np.tril(each, -1).T for each in lower]


def factor_of(psi: Numbers) -> Numbers:
    """The lower factor of a covariance that may be singular, with no negative diagonal.

    >>> factor_of(np.array([[0.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.0, 0.0], [0.0, 2.0]]
    """
    sizes = np.sqrt(np.maximum(np.diagonal(psi), 0.0))
    scale = np.where(sizes > 0, sizes, 1.0)
    values, vectors = np.linalg.eigh(psi / np.outer(scale, scale))
    kept = np.where(values > ROUNDING * values.max(initial=0.0), values, 0.0)
    root = scale[:, None] * vectors * np.sqrt(kept)
    lower = np.asarray(np.linalg.qr(root.T, mode="r")).T
    signs = np.where(np.diagonal(lower) < 0, -1.0, 1.0)
    return np.asarray(np.tril(lower * signs))


def lower_of(factors: Numbers) -> Numbers:
    """Lower factors L of the same covariances: L L' = F F' for each of m factors F (m, q, q).

    >>> found = lower_of(np.array([[[0.0, 2.0], [1.0, 1.0]]]))
    >>> (found @ found.swapaxes(1, 2)).round(9).tolist(), bool(found[0, 0, 1])
    ([[[4.0, 2.0], [2.0, 2.0]]], False)
    """
    upper = np.linalg.qr(np.swapaxes(factors, 1, 2), mode="r")
    return np.ascontiguousarray(np.swapaxes(upper, 1, 2))


def matrix_of(elements: Numbers, q: int) -> Numbers:
    """A gradient by the elements of Psi as the symmetric matrix whose inner product it is."""
    matrix = np.zeros((q, q))
    for value, (row, column) in zip(elements, pairs_of(q), strict=True):
        matrix[row, column] = matrix[column, row] = value if row == column else value / 2
    return matrix


def jacobian(lambdas: Sequence[Numbers]) -> Numbers:
    """The derivatives of the elements of every Psi by theta."""
    m = sum(each.shape[0] * (each.shape[0] + 1) // 2 for each in lambdas)
    by_theta, seen = np.zeros((m, m)), 0
    for lam in lambdas:
        pairs = pairs_of(lam.shape[0])
        for place, (row, column) in enumerate(pairs, start=seen):
            change = np.zeros_like(lam)
            change[row] = lam[:, column]
            change += change.T
            by_theta[seen : seen + len(pairs), place] = [change[pair] for pair in pairs]
        seen += len(pairs)
    return by_theta


def bending(gradient: Numbers, lambdas: Sequence[Numbers]) -> Numbers:
    """What second derivatives gain because Psi is quadratic in theta. gradient: by Psi."""
    bent, seen = np.zeros((gradient.size, gradient.size)), 0
    for lam in lambdas:
        pairs = pairs_of(lam.shape[0])
        slope = matrix_of(gradient[seen : seen + len(pairs)], lam.shape[0])
        for one, (a, b) in enumerate(pairs, start=seen):
            for two, (c, d) in enumerate(pairs, start=seen):
                bent[one, two] = 2 * slope[a, c] if b == d else 0.0
        seen += len(pairs)
    return bent
