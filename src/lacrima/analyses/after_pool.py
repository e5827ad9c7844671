"""A pool: the sessions of many therapists together, what may be said of it, and how they differ.

A pool has its own row in the table of states (docs/explanation/what-came-after.md): nothing but an
interval is said before there are twenty therapists, two hundred sessions and five clinics, and
the difference between therapists always stands beside the average. What is asked first of
therapists' own tears is another question than in one practice: tears that fell against tears that
nearly did, which needs less of what nobody can see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lacrima.analyses.after_model import Exposure, Fitted
from lacrima.analyses.after_states import Knowledge, State, is_too_early, state_of
from lacrima.analyses.after_table import AfterTable

ENOUGH_THERAPISTS, ENOUGH_SESSIONS, ENOUGH_CLINICS = 20, 200, 5
SHARES = (0.05, 0.5, 0.95)
Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the difference differs between groups: a standard deviation, in norm SDs.

    between: `client`, `therapist` or `clinic`; n: how many of them.
    """

    between: str
    n: int
    sd: Interval

    def as_json(self) -> dict[str, Any]:
        """For the verb."""
        low, middle, high = self.sd
        return {"between": self.between, "n": self.n, "sd": middle, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Pool:
    """How many there are, and what is asked first.

    sessions: with such a moment and a score before and after. is_near: tears that fell against
    near ones are asked first; else against none. interval, found: what is known of that; None
    where no model could be formed. spreads: from clients up. anybody: what would be expected with
    a therapist of whom nothing is known.
    """

    therapists: int
    clinics: int
    sessions: int
    is_near: bool = False
    interval: Interval | None = None
    found: Knowledge | None = None
    spreads: tuple[Spread, ...] = ()
    anybody: Interval | None = None

    @property
    def is_enough(self) -> bool:
        """Whether a pool of this size may say more than an interval."""
        return (
            self.therapists >= ENOUGH_THERAPISTS
            and self.sessions >= ENOUGH_SESSIONS
            and self.clinics >= ENOUGH_CLINICS
            and any(one.between == "therapist" for one in self.spreads)
        )

    def state(self, *, is_primary: bool) -> State:
        """What may be said of it."""
        if self.found is None or is_too_early(self.found):
            return State.TOO_EARLY
        return state_of(self.found, is_primary=is_primary) if self.is_enough else State.NO_DIRECTION

    def as_json(self, state: State) -> dict[str, Any]:
        """For the verb; where it is too early, no probability of a side."""
        low, middle, high = self.interval or (None, None, None)
        told = None if state is State.TOO_EARLY else self.found
        return {
            "therapists": self.therapists,
            "clinics": self.clinics,
            "is_enough": self.is_enough,
            "asked_first": "against-near" if self.is_near else "against-none",
            "estimate": middle,
            "low": low,
            "high": high,
            "p_fair": None if told is None else told.p_fair,
            "p_allowing_bias": None if told is None else told.p_allowing_bias,
            "p_little_difference": None if told is None else told.p_same,
            "spreads": [one.as_json() for one in self.spreads],
            "new_therapist": _interval_as_json(self.anybody),
        }


def _interval_as_json(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"estimate": interval[1], "low": interval[0], "high": interval[2]}


def pool_without_model(table: AfterTable, exposure: Exposure) -> Pool:
    """Its counts alone."""
    return Pool(table.therapists, table.clinics, table.exposed(exposure.column)[0])


def pool_of(
    fit: Fitted, exposure: Exposure, found: Knowledge, near: tuple[Interval, Knowledge] | None
) -> Pool:
    """What is known of a pool.

    found: of the exposure against none; near: of tears that fell against near ones, where both
    are there, which is asked first then.
    """
    interval, first = (fit.interval(), found) if near is None else near
    return Pool(
        therapists=fit.table.therapists,
        clinics=fit.table.clinics,
        sessions=fit.table.exposed(exposure.column)[0],
        is_near=near is not None,
        interval=interval,
        found=first,
        spreads=spreads_of(fit),
        anybody=_anybody(fit),
    )


def spreads_of(fit: Fitted) -> tuple[Spread, ...]:
    """How much the difference differs between clients, therapists and clinics."""
    found = []
    for place, level in enumerate(fit.effects.found.levels):
        if fit.design.term in level.terms:
            at = level.terms.index(fit.design.term)
            low, middle, high = fit.posterior.spread_quantile(place, at, SHARES).tolist()
            found.append(Spread(level.name, len(level.ids), (low, middle, high)))
    return tuple(found)


def _anybody(fit: Fitted) -> Interval | None:
    """The average with a therapist of whom nothing is known; clients' own spread left out."""
    if len(fit.effects.found.levels) < 2:
        return None
    return fit.interval(fit.posterior.anybody(fit.design.term, level=1))
