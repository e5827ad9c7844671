"""Quantiles of Student's t at any degrees of freedom, and of the normal distribution."""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p
from statistics import NormalDist

from lacrima.stats.numbers import above_zero, inside

MANY = 2000.0
TINY = 1e-300


def t_quantile(probability: float, df: float | None) -> float:
    """Below which t does this share of Student's distribution lie? df None: the normal one.

    probability: between 0 and 1. df: above 0, whole or not. Accurate to about 12 digits (a test
    holds it against SciPy). Raises BadInput outside these ranges.

    Source: the incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8,
    26.7.1); from MANY degrees of freedom on, their expansion 26.7.5.

    >>> round(t_quantile(0.975, 17), 6), round(t_quantile(0.975, None), 6)
    (2.109816, 1.959964)
    """
    inside("probability", probability, low_open=True)
    z = NormalDist().inv_cdf(probability)
    if df is None or df == inf:
        return z
    above_zero("df", df)
    if df > MANY:
        return _expanded(z, df)
    if probability < 0.5:
        return -_upper_point(probability, df)
    return _upper_point(1 - probability, df) if probability > 0.5 else 0.0


def upper_tail(t: float, df: float) -> float:
    """The share of Student's distribution above t, for t from 0 up."""
    if t == 0:
        return 0.5
    x = df / (df + t * t) if t < 1e150 else df / t / t
    return 0.5 * _incomplete_beta(x, t * t / (df + t * t) if t < 1e150 else 1.0, df / 2, 0.5)


def _upper_point(share: float, df: float) -> float:
    """The t above which `share` lies: enclosed, then halved on a logarithmic scale."""
    low, high = 0.0, 1.0
    while upper_tail(high, df) > share and high < 1e300:
        low, high = high, high * 4
    for _ in range(200):
        middle = (low * high) ** 0.5 if low > 0 and high / low > 4 else (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if upper_tail(middle, df) > share else (low, middle)
    return (low + high) / 2


def _expanded(z: float, df: float) -> float:
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / df**power for power, term in enumerate(terms, start=1))


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function; rest: 1 - x, known without cancellation."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued(x, a, b) / a
    return 1 - front * _continued(rest, b, a) / b


def _continued(x: float, a: float, b: float) -> float:
    """The continued fraction, by Lentz's method."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = value
        for step in (even, odd):
            d = 1 / _not_zero(1 + step * d)
            c = _not_zero(1 + step / c)
            value *= c * d
        if abs(value - before) < 1e-16 * abs(value):
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > TINY else TINY
