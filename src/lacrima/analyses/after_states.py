"""What may be said, and when: the table of states with its exact rules, and the days of a look.

The rules were set before any practice was looked at. In simulated years without any average
effect a direction is said at one of four looks in 0, 0, .012, .020 and .016 of therapist-years at
8, 24, 40, 60 and 120 exposed sessions (decision note 0038, which says why a leaning needs .99 and
not .95): that a leaning is not settled is part of its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lacrima.errors import OutOfRange
from lacrima.stats.mixtures import Mixture

ROPE = 0.10  # norm SDs: too small to matter
MATTERS = 0.30
BIAS_SD = 0.20  # what may be left unseen, of shed against none
BIAS_SD_NEAR = 0.10  # and of shed against near
EXPLORATORY = 0.995
LOOKS = (2, 5, 8, 11)  # on the first day of these months
ENOUGH_SESSIONS, ENOUGH_CLIENTS, ENOUGH_KNOWN = 12, 6, 0.5
LEANS_SESSIONS, LEANS_CLIENTS, LEANS_P = 24, 10, 0.99
CLEAR_SESSIONS, CLEAR_CLIENTS, CLEAR_P, CLEAR_BEYOND, CLEAR_BIASED = 40, 15, 0.99, 0.8, 0.9
SAME_P = 0.9
ONE_SESSIONS, ONE_P = 5, 0.975
MOST_AT_AN_END = 0.5
MANY_AT_AN_END = 0.2


class State(StrEnum):
    """What may be said."""

    TOO_EARLY = "too-early"
    NO_DIRECTION = "no-direction"
    LEANS = "leans"
    FAIRLY_CLEAR = "fairly-clear"
    LITTLE_DIFFERENCE = "little-difference"
    DESCRIBED = "described"

    @property
    def has_direction(self) -> bool:
        """Whether better or worse may be said."""
        return self in {State.LEANS, State.FAIRLY_CLEAR}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of one comparison, as far as the rules ask.

    sessions, clients: exposed, with an outcome. p_fair: that it goes the way it leans, if the
    comparison is fair; p_allowing_bias: after a shift of Normal(0, bias SD) that nobody knows;
    p_beyond: that it lies beyond what is too small to matter, on that side; p_same: inside.
    contraction: 1 - (sd after / sd before)^2. at_an_end: share of scores at an end of the scale.
    """

    sessions: int
    clients: int
    contraction: float
    p_fair: float
    p_allowing_bias: float
    p_beyond: float
    p_same: float
    is_better: bool
    at_an_end: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        shares = (self.p_fair, self.p_allowing_bias, self.p_beyond, self.p_same, self.at_an_end)
        if not all(-1e-9 <= share <= 1 + 1e-9 for share in shares) or self.sessions < 0:
            raise OutOfRange("a share outside its range", expected="0 to 1")


def known(
    average: Mixture,
    prior: Mixture,
    *,
    sessions: int,
    clients: int,
    bias_sd: float = BIAS_SD,
    at_an_end: float = 0.0,
) -> Knowledge:
    """The numbers that the rules ask for; better is above 0.

    >>> found = known(Mixture.normal(-0.4, 0.1), Mixture.normal(0, 0.3), sessions=40, clients=15)
    >>> round(found.p_fair, 4), round(found.p_allowing_bias, 3), round(found.p_beyond, 4)
    (1.0, 0.963, 0.9987)
    """
    better = average.above(0.0)
    is_better = better >= 0.5
    biased = average.above(0.0, bias_sd=bias_sd)
    beyond = average.above(ROPE) if is_better else 1 - average.above(-ROPE)
    return Knowledge(
        sessions=sessions,
        clients=clients,
        contraction=1 - (average.sd / prior.sd) ** 2,
        p_fair=max(better, 1 - better),
        p_allowing_bias=biased if is_better else 1 - biased,
        p_beyond=beyond,
        p_same=average.inside(-ROPE, ROPE),
        is_better=is_better,
        at_an_end=at_an_end,
    )


def is_too_early(found: Knowledge) -> bool:
    """Whether nothing but counts may be said."""
    return (
        found.sessions < ENOUGH_SESSIONS
        or found.clients < ENOUGH_CLIENTS
        or found.contraction < ENOUGH_KNOWN
        or found.at_an_end > MOST_AT_AN_END
    )


def state_of(found: Knowledge, *, is_primary: bool = True) -> State:
    """What may be said of a caseload.

    is_primary: this pair of exposure and measure was declared beforehand; of all others a
    direction needs P >= .995 besides, and is called exploratory.

    >>> found = Knowledge(26, 11, .8, .992, .8, .5, .1, True)
    >>> state_of(found).value, state_of(found, is_primary=False).value
    ('leans', 'no-direction')
    """
    if is_too_early(found):
        return State.TOO_EARLY
    may_lean = is_primary or found.p_fair >= EXPLORATORY
    if may_lean and _is_clear(found):
        return State.FAIRLY_CLEAR
    if found.p_same >= SAME_P and found.at_an_end <= MANY_AT_AN_END:
        return State.LITTLE_DIFFERENCE
    return State.LEANS if may_lean and _leans(found) else State.NO_DIRECTION


def _is_clear(found: Knowledge) -> bool:
    return (
        found.sessions >= CLEAR_SESSIONS
        and found.clients >= CLEAR_CLIENTS
        and found.p_fair >= CLEAR_P
        and found.p_beyond >= CLEAR_BEYOND
        and found.p_allowing_bias >= CLEAR_BIASED
    )


def _leans(found: Knowledge) -> bool:
    return (
        found.sessions >= LEANS_SESSIONS
        and found.clients >= LEANS_CLIENTS
        and found.p_fair >= LEANS_P
    )


def state_of_one(
    own: Mixture, *, exposed: int, others: int, caseload: State, is_primary: bool = True
) -> State:
    """What may be said of one client: a direction seldom, else the pairs are described."""
    better = own.above(0.0)
    needed = ONE_P if is_primary else EXPLORATORY
    may = exposed >= ONE_SESSIONS and others >= ONE_SESSIONS and caseload is not State.TOO_EARLY
    return State.LEANS if may and max(better, 1 - better) >= needed else State.DESCRIBED


def last_look(today: date) -> date:
    """The first day of February, May, August or November that has come last.

    >>> last_look(date(2026, 11, 1)), last_look(date(2026, 1, 31))
    (datetime.date(2026, 11, 1), datetime.date(2025, 11, 1))
    """
    past = [month for month in LOOKS if month <= today.month]
    return date(today.year, past[-1], 1) if past else date(today.year - 1, LOOKS[-1], 1)


def next_look(looked: date) -> date:
    """The one after it."""
    later = [month for month in LOOKS if month > looked.month]
    return date(looked.year, later[0], 1) if later else date(looked.year + 1, LOOKS[0], 1)
