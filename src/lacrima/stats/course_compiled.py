"""The loop of `stats.course_filter` over places, people and scores, compiled: likelihoods alone.

See there for what is computed; here each person's numbers stand in nine variables.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from lacrima.stats.compiled import compiled
from lacrima.stats.numbers import Numbers

Places = npt.NDArray[np.int64]
EDGE = 1e-12
LOG_ROOT = math.log(2 * math.pi) / 2
FAR = -20.0


@compiled
def likelihoods(
    shapes: Numbers, change: Numbers, is_exponential: bool, scores: Numbers, size: Places,
    half: float, found: Numbers,
) -> None:  # fmt: skip
    """Fill found (m, P): the log likelihood of each person's scores at each place.

    shapes (m, 8): the numbers of `Shape` in their order. change (P, T): g at each time; or, with
    is_exponential, the times. scores (2, P, T): times and parts. size (P): how many each has.
    """
    for place in range(shapes.shape[0]):
        for person in range(size.shape[0]):
            found[place, person] = one_person(
                shapes[place], change[person], is_exponential, scores[:, person], size[person], half
            )


@compiled
def one_person(
    shape: Numbers, change: Numbers, is_exponential: bool, scores: Numbers, size: int, half: float
) -> float:
    """The log likelihood of one person's scores."""
    level, shared, slope, own = shape[2], shape[3], shape[4], shape[5] ** 2
    x0, x1, x2 = shape[0], shape[1], 0.0
    p00, p01 = level * level, level * shared * slope
    p11 = (shared * shared + 1) * slope * slope
    p02, p12, p22 = 0.0, 0.0, own
    likely = 0.0
    for step in range(size):
        if step > 0:
            gap = scores[0, step] - scores[0, step - 1]
            ratio = shape[6] if gap == 1.0 else shape[6] ** gap
            x2, p02, p12 = x2 * ratio, p02 * ratio, p12 * ratio
            p22 = own + ratio * ratio * (p22 - own)
        g = -math.expm1(-change[step] / shape[7]) if is_exponential else change[step]
        s0, s1, s2 = p00 + p01 * g + p02, p01 + p11 * g + p12, p02 + p12 * g + p22
        variance = s0 + s1 * g + s2
        sd = math.sqrt(variance)
        new, left, more = seen(scores[1, step], x0 + x1 * g + x2, sd, half)
        likely += more
        up, less = new / sd, (1 - left) / variance
        x0, x1, x2 = x0 + s0 * up, x1 + s1 * up, x2 + s2 * up
        p00, p01, p11 = p00 - s0 * s0 * less, p01 - s0 * s1 * less, p11 - s1 * s1 * less
        p02, p12, p22 = p02 - s0 * s2 * less, p12 - s1 * s2 * less, p22 - s2 * s2 * less
    return likely


@compiled
def seen(part: float, mean: float, sd: float, half: float) -> tuple[float, float, float]:
    """How far off a score lay, by its SD; the variance that is left of it; its log likelihood."""
    if part <= EDGE:
        pull, left, likely = beyond((half - mean) / sd)
        return -pull, left, likely
    if part >= 1 - EDGE:
        return beyond((mean - 1 + half) / sd)
    new = (part - mean) / sd
    return new, 0.0, -new * new / 2 - math.log(sd) - LOG_ROOT


@compiled
def beyond(at: float) -> tuple[float, float, float]:
    """A standard normal value above -at: its mean, variance and log probability."""
    if at > FAR:
        likely = math.log(math.erfc(-at / math.sqrt(2.0)) / 2)
    else:
        square = 1 / (at * at)
        series = 1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square)))
        likely = -at * at / 2 - LOG_ROOT - math.log(-at) + math.log(series)
    pull = math.exp(-at * at / 2 - LOG_ROOT - likely)
    return pull, min(max(1 - pull * (at + pull), 0.0), 1.0), likely
