"""Rows whose outcome is known only to lie somewhere: beyond a ceiling, below a floor, in a step.

Each row has a hidden value about a mean eta, with the residual s. What is seen says that it lies
between two borders; with U = (upper - eta) / s and L = (lower - eta) / s its chance is
Phi(U) - Phi(L). A row seen exactly has the density at U. Borders are numbers (a scale's ends), or
parameters that are to be found (the steps of an ordered answer).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.errors import BadInput, NoResult
from lacrima.stats import normal
from lacrima.stats.borders import Flags
from lacrima.stats.nested import Places
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Borders:
    """Of n rows: upper and lower (n), infinite where there is none; is_exact: seen as `upper`.

    steps: how many borders are parameters. upper_step, lower_step (n): which of them a row's
    border is, -1 where it is a number.
    """

    upper: Numbers
    lower: Numbers
    is_exact: Flags
    steps: int
    upper_step: Places
    lower_step: Places


def censored(outcome: Numbers, *, low: float | None, high: float | None) -> Borders:
    """A score that cannot go beyond the ends of its scale, though what it stands for can.

    outcome (n): scores, none missing. low, high: the scale's ends; None where there is none.
    Raises BadInput for a score beyond an end or infinite, or ends in the wrong order; NoResult
    where every score lies at an end: then priors alone would say how far beyond.
    """
    floor = -np.inf if low is None else low
    ceiling = np.inf if high is None else high
    if not floor < ceiling:
        raise BadInput("a scale without length", where="low, high", expected="low below high")
    if not ((outcome >= floor) & (outcome <= ceiling) & np.isfinite(outcome)).all():
        raise BadInput("a score beyond the ends of its scale", where="outcome")
    at_floor, at_ceiling = outcome == floor, outcome == ceiling
    if (at_floor | at_ceiling).all():
        raise NoResult(
            "every score at an end of its scale", where="outcome", expected="some that are not"
        )
    none = np.full(len(outcome), -1, dtype=np.intp)
    return Borders(
        upper=np.where(at_ceiling, np.inf, outcome),
        lower=np.where(at_ceiling, ceiling, -np.inf),
        is_exact=~(at_floor | at_ceiling),
        steps=0,
        upper_step=none,
        lower_step=none,
    )


def ordered(answer: Numbers, *, answers: int) -> Borders:
    """One of several answers in their order, none of which is a number of anything.

    answer (n): 0 to answers - 1. Raises BadInput for others, or an answer that nobody gave: its
    step could not be told from its neighbour's.
    """
    codes = np.asarray(answer).astype(np.intp)
    if answers < 2 or not (np.isin(answer, np.arange(answers))).all():
        raise BadInput("an answer that is none", where="outcome", expected=f"0 to {answers - 1}")
    if len(np.unique(codes)) < answers:
        raise BadInput(
            "an answer that nobody gave", where="outcome", expected="each answer once at least"
        )
    n = len(codes)
    return Borders(
        upper=np.where(codes == answers - 1, np.inf, 0.0),
        lower=np.where(codes == 0, -np.inf, 0.0),
        is_exact=np.zeros(n, dtype=np.bool_),
        steps=answers - 1,
        upper_step=np.where(codes == answers - 1, -1, codes),
        lower_step=codes - 1,
    )


@dataclass(frozen=True, slots=True)
class Slopes:
    """Log likelihood of each row at m points (m, n), and its derivatives by U and by L."""

    value: Numbers
    by_u: Numbers
    by_l: Numbers
    by_uu: Numbers
    by_ul: Numbers
    by_ll: Numbers


def slopes_at(u: Numbers, low: Numbers, is_exact: Flags) -> Slopes:
    """Of rows with borders at u and low (m, n), in residual standard deviations.

    The logarithm of Phi(u) - Phi(low) is concave in both, so that there is one peak (Pratt 1981,
    10.1080/01621459.1981.10477613). In the upper tail both are turned round first, to lose no
    digits.
    """
    is_high = low > 0
    top, bottom = np.where(is_high, -low, u), np.where(is_high, -u, low)
    log_top, log_bottom = normal.log_cdf(top), normal.log_cdf(bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_between = log_top + np.log1p(-np.exp(log_bottom - log_top))
        ratio_u = np.exp(normal.log_density(u) - log_between)
        ratio_l = np.exp(normal.log_density(low) - log_between)
        pull_u = np.where(np.isinf(u), 0.0, u * ratio_u)
        pull_l = np.where(np.isinf(low), 0.0, low * ratio_l)
    exact = np.where(np.isinf(u), 0.0, u)
    return Slopes(
        value=np.where(is_exact, -0.5 * exact**2, log_between),
        by_u=np.where(is_exact, -exact, ratio_u),
        by_l=np.where(is_exact, 0.0, -ratio_l),
        by_uu=np.where(is_exact, -1.0, -pull_u - ratio_u**2),
        by_ul=np.where(is_exact, 0.0, ratio_u * ratio_l),
        by_ll=np.where(is_exact, 0.0, pull_l - ratio_l**2),
    )
