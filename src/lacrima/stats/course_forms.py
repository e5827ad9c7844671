"""The forms that change over time may take, and the numbers that describe one course of care.

With g(t) one of t, log(1 + t) and 1 - exp(-t / tau), every person's scores are

    score(t) = (b0 + u0) + (b1 + u1) g(t) + e(t),

u0 and u1 jointly normal, e with the memory rho^gap. The first score is an outcome like all others:
where people begin and how they change go together, so that change is linear in the first score.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from lacrima.stats.numbers import Numbers

MEMORY, MEMORY_SD = 0.2, 0.2
HALFWAY, HALFWAY_SD = 4.0, 0.7


def _part(log_odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _log_odds(part: float) -> float:
    return float(np.log(part / (1 - part)))


class Form(StrEnum):
    """How change goes on: not at all, at one pace, ever slower, or towards an end."""

    STEADY = "0"
    LINEAR = "t"
    LOGARITHM = "log(1+t)"
    EXPONENTIAL = "1-exp(-t/tau)"

    @property
    def parameters(self) -> int:
        """How many numbers describe it."""
        return {Form.STEADY: 4, Form.EXPONENTIAL: 8}.get(self, 7)

    def change(self, time: Numbers, tau: Numbers) -> Numbers:
        """g at these times."""
        if self in (Form.STEADY, Form.LINEAR):
            return time * (self is Form.LINEAR)
        return np.log1p(time) if self is Form.LOGARITHM else np.asarray(-np.expm1(-time / tau))


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of one form, in parts of the scale: each an array of the same shape.

    begin, change: b0 and b1. level: the SD of u0; slope: that of u1 where u0 is known; shared: u1
    goes up by shared * slope for each u0 / level. residual: the SD of e; memory: rho. tau: of the
    exponential.
    """

    begin: Numbers
    change: Numbers
    level: Numbers
    shared: Numbers
    slope: Numbers
    residual: Numbers
    memory: Numbers
    tau: Numbers

    def of(self, people: npt.NDArray[np.intp]) -> Shape:
        """Those of some people, where the last axis is people."""
        return Shape(*(getattr(self, each.name)[..., people] for each in fields(self)))

    def rows(self) -> Numbers:
        """(..., 8): all of them, in their order."""
        return np.stack([getattr(self, each.name) for each in fields(self)], axis=-1)

    def covariance(self) -> tuple[Numbers, Numbers, Numbers]:
        """Variance of u0, covariance, variance of u1."""
        both = self.shared * self.slope
        return self.level**2, self.level * both, both**2 + self.slope**2

    def penalty(self, form: Form) -> Numbers:
        """-2 log of what is likely beforehand, but for a constant.

        The density of the covariance relative to the residual variance goes with the root of its
        determinant, which keeps it from becoming singular and says nothing else (Chung et al.
        2013, 10.1007/s11336-013-9328-2). The memory is normal, on the scale of the search.
        """
        found = -2 * np.log(self.level / self.residual)
        if form is not Form.STEADY:
            found = found - 2 * np.log(self.slope / self.residual)
        found = found - 2 * np.log(self.memory * (1 - self.memory))
        found = found + ((self.memory - MEMORY) / MEMORY_SD) ** 2
        if form is Form.EXPONENTIAL:
            found = found + (np.log(self.tau / HALFWAY) / HALFWAY_SD) ** 2
        return np.asarray(found)


def shape_at(form: Form, place: npt.ArrayLike) -> Shape:
    """The numbers at a place (..., d) of the search."""
    at = np.asarray(place, dtype=np.float64)
    if form is Form.STEADY:
        return _steady(at)
    level, slope, residual = (np.exp(at[..., number]) for number in (2, 4, 5))
    tau = np.exp(at[..., 7]) if form is Form.EXPONENTIAL else np.ones(at.shape[:-1])
    memory = np.asarray(_part(at[..., 6]))
    return Shape(at[..., 0], at[..., 1], level, at[..., 3], slope, residual, memory, tau)


def _steady(at: Numbers) -> Shape:
    nothing = np.zeros(at.shape[:-1])
    level, residual, memory = np.exp(at[..., 1]), np.exp(at[..., 2]), np.asarray(_part(at[..., 3]))
    return Shape(at[..., 0], nothing, level, nothing, nothing, residual, memory, nothing + 1)


def beginning(form: Form, time: Numbers, part: Numbers) -> Numbers:
    """(d): where the search begins, from all times and scores."""
    if form is Form.STEADY:
        spread = max(float(part.std()), 1e-6)
        return np.array(
            [part.mean(), np.log(0.7 * spread), np.log(0.7 * spread), _log_odds(MEMORY)]
        )
    change = form.change(time, np.full(1, HALFWAY))
    columns = np.stack([np.ones(time.size), change], axis=1)
    beta = np.linalg.lstsq(columns, part, rcond=None)[0]
    spread = max(float((part - columns @ beta).std()), 1e-6)
    slope = 0.5 * spread / max(float(change.std()), 1e-6)
    place = [
        *beta,
        np.log(0.7 * spread),
        0.0,
        np.log(slope),
        np.log(0.6 * spread),
        _log_odds(MEMORY),
    ]
    return np.array([*place, np.log(HALFWAY)][: form.parameters])


CHANGING = (Form.LINEAR, Form.LOGARITHM, Form.EXPONENTIAL)
