"""A regression inside clients: each one's level out of the way, errors that hang together in each.

The plainest way to the same question, without priors and without any shrinking; the errors are
corrected for few clients (CR2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import NoResult
from lacrima.stats.numbers import Numbers
from lacrima.stats.student import t_quantile

SMALL = 1e-9
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Inside:
    """The first coefficient, its CR2 standard error, Satterthwaite degrees of freedom, residuals'
    degrees of freedom, and the partial R2 of each coefficient with the outcome.
    """

    estimate: float
    se: float
    df: float
    residual_df: int
    partial: Numbers

    def interval(self, confidence: float = 0.90) -> tuple[float, float]:
        """Low and high."""
        half = t_quantile((1 + confidence) / 2, self.df) * self.se
        return self.estimate - half, self.estimate + half


def demeaned(columns: Numbers, groups: Codes, weights: Numbers | None = None) -> Numbers:
    """Each column less the (weighted) mean of its group. columns: n or n x p."""
    by: Numbers = np.ones(len(groups)) if weights is None else weights
    if columns.size == 0:
        return columns
    total = np.bincount(groups, weights=by)
    wide = columns[:, None] if columns.ndim == 1 else columns
    sums = np.column_stack([np.bincount(groups, weights=by * one) for one in wide.T])
    means = sums / np.where(total > 0, total, 1.0)[:, None]
    return np.asarray((wide - means[groups]).reshape(columns.shape))


def inside_clients(
    outcome: Numbers, columns: Numbers, groups: Codes, *, weights: Numbers | None = None
) -> Inside:
    """How does the outcome go with the first column, inside groups, the other columns held equal?

    outcome (n), columns (n, p), groups (n): codes from 0; none missing. weights (n): above 0, of
    rows. Columns that do not differ inside any group, or follow from others, are left out; raises
    NoResult where the first one is such, or where as many rows as coefficients are left.

    Source: CR2, Pustejovsky and Tipton 2018, 10.1080/07350015.2016.1247004; the degrees of
    freedom, Bell and McCaffrey 2002 (Survey Methodology 28, 169; no DOI).

    >>> x = np.array([0.0, 1, 0, 1, 0, 1, 0, 1]); g = np.repeat([0, 1, 2, 3], 2)
    >>> found = inside_clients(np.array([0.0, 1, 5, 7, 2, 2, 1, 4]), x[:, None], g)
    >>> round(found.estimate, 6), round(found.se, 6), round(found.df, 6)  # as a paired t test
    (1.5, 0.645497, 3.0)
    """
    by = np.ones(len(outcome)) if weights is None else weights
    root = np.sqrt(by)[:, None]
    y = demeaned(outcome, groups, by) * root[:, 0]
    x = demeaned(columns, groups, by) * root
    kept = independent(x)
    if not kept or kept[0] != 0:
        raise NoResult("nothing that differs inside a client", expected="sessions with and without")
    x = x[:, kept]
    residual_df = len(y) - len(np.unique(groups)) - x.shape[1]
    if residual_df < 1:
        raise NoResult("too few sessions", expected="more sessions than coefficients")
    bread = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    beta = np.asarray(bread @ x.T @ y)
    left = np.asarray(y - x @ beta)
    se, df = _robust(x, left, bread, groups)
    return Inside(float(beta[0]), se, df, residual_df, _partial(beta, bread, left, residual_df))


def independent(x: Numbers) -> list[int]:
    """The places of columns that do not follow from those before."""
    kept: list[int] = []
    for place in range(x.shape[1]):
        one = x[:, place]
        size = float(np.linalg.norm(one))
        if size < SMALL:
            continue
        left = one - x[:, kept] @ np.linalg.lstsq(x[:, kept], one, rcond=None)[0] if kept else one
        if np.linalg.norm(left) > SMALL * max(size, 1.0):
            kept.append(place)
    return kept


def _robust(x: Numbers, left: Numbers, bread: Numbers, groups: Codes) -> tuple[float, float]:
    """The CR2 standard error of the first coefficient, and its degrees of freedom."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    variance, loads = 0.0, []
    for rows in np.split(order, starts[1:]):
        here = x[rows]
        turned = _inverse_root(np.eye(len(rows)) - here @ bread @ here.T)
        load = turned @ here @ bread[:, 0]
        variance += float(load @ left[rows]) ** 2
        loads.append((rows, load))
    return float(np.sqrt(variance)), _satterthwaite(x, bread, loads)


def _satterthwaite(x: Numbers, bread: Numbers, loads: list[tuple[Codes, Numbers]]) -> float:
    """With e' = (I - H) e: the products of what each group adds to the variance."""
    crossed = np.array([load @ x[rows] for rows, load in loads])
    products = -crossed @ bread @ crossed.T
    products[np.diag_indices(len(loads))] += [float(load @ load) for _rows, load in loads]
    trace, square = float(np.trace(products)), float((products**2).sum())
    return max(1.0, trace**2 / square) if square > 0 else 1.0


def _inverse_root(matrix: Numbers) -> Numbers:
    values, vectors = np.linalg.eigh(matrix)
    turned = np.where(values > SMALL, 1 / np.sqrt(np.maximum(values, SMALL)), 0.0)
    return np.asarray((vectors * turned) @ vectors.T)


def _partial(beta: Numbers, bread: Numbers, left: Numbers, residual_df: int) -> Numbers:
    variance = float(left @ left) / residual_df
    if variance <= 0:
        return np.ones(len(beta))
    t_square = beta**2 / (variance * np.diag(bread))
    return np.asarray(t_square / (t_square + residual_df))
