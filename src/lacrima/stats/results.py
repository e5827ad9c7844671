"""What a fit found, as values that print as a table, say themselves and serialise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows left out, and why."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One fixed coefficient; df None where there are none (see the fit's `why`)."""

    name: str
    estimate: float
    se: float
    df: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """The random coefficients of one level: n groups, SDs and covariance of the terms."""

    name: str
    terms: tuple[str, ...]
    n: int
    sd: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long each part took."""

    read: float = 0.0
    sums: float = 0.0
    fit: float = 0.0
    df: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model."""

    method: str
    df_method: str
    confidence: float
    rows_read: int
    rows_used: int
    dropped: tuple[Dropped, ...]
    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    groups: tuple[Group, ...]
    sigma: float
    phi: float | None
    criterion: float
    singular: bool
    why: str
    theta: tuple[float, ...]
    evaluations: int
    seconds: Seconds

    def as_json(self) -> dict[str, object]:
        """The keys of `lacrima effects --json`."""
        raise NotImplementedError
