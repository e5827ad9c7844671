"""Gradients and curvatures by differences, and the lowest place of a smooth function.

A function here takes many places at once, (m, d), and gives one or more numbers for each, (m, ...):
so that all the places that a difference needs are one call.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lacrima.stats.numbers import Numbers

WIDTH = 1e-3
LONGEST = 2.0
MOST_STEPS = 60
AT_REST = 1e-5  # of a whole Newton step: the next would gain its square

Function = Callable[[Numbers], Numbers]


def differences(function: Function, place: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Value (...), gradient (d, ...) and curvature (d, d, ...) at a place (d)."""
    d = place.size
    steps = np.eye(d) * WIDTH
    above, below = np.tril_indices(d, -1)
    mixed = steps[above] + steps[below]
    found = function(place + np.concatenate([np.zeros((1, d)), steps, -steps, mixed, -mixed]))
    value, up, down = found[0], found[1 : d + 1], found[d + 1 : 2 * d + 1]
    both, neither = np.split(found[2 * d + 1 :], 2)
    gradient = (up - down) / (2 * WIDTH)
    curvature = np.empty((d, d, *value.shape))
    curvature[np.arange(d), np.arange(d)] = (up - 2 * value + down) / WIDTH**2
    crossed = both + neither + 2 * value - up[above] - down[above] - up[below] - down[below]
    curvature[above, below] = curvature[below, above] = crossed / (2 * WIDTH**2)
    return value, gradient, curvature


def downhill(gradient: Numbers, curvature: Numbers) -> Numbers:
    """(..., d): Newton's step where a function is convex, downhill everywhere, never too long.

    gradient (..., d), curvature (..., d, d).
    """
    values, vectors = np.linalg.eigh(curvature)
    sizes = np.maximum(np.abs(values), 1e-8 * np.abs(values).max(axis=-1, keepdims=True) + 1e-12)
    along = np.einsum("...ij,...i->...j", vectors, gradient) / sizes
    step = -np.einsum("...ij,...j->...i", vectors, along)
    longest = np.abs(step).max(axis=-1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, LONGEST / np.maximum(longest, 1e-300)))


def lowest(function: Function, start: Numbers, at_rest: float = AT_REST) -> Numbers:
    """The place (d) where a function with one number a place is lowest, near a start.

    at_rest: a step that gains less is the last.
    """
    place = start
    for _ in range(MOST_STEPS):
        value, gradient, curvature = differences(function, place)
        step, there = _step_down(function, place, float(value), downhill(gradient, curvature))
        if there > value + 1e-9:
            break
        place = place + step
        if value - there < at_rest:
            break
    return place


def _step_down(
    function: Function, place: Numbers, value: float, step: Numbers
) -> tuple[Numbers, float]:
    """The whole step and the value there; where that is no lower, the best of its parts."""
    there = float(function((place + step)[None])[0])
    if there <= value:
        return step, there
    parts = 0.5 ** np.arange(1.0, 8.0)[:, None] * step
    values = function(place + parts)
    best = int(np.argmin(values))
    return (parts[best], float(values[best])) if values[best] < there else (step, there)
