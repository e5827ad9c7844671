"""How many more sessions would it take? Asked before they are there, never of what they showed.

With given spreads, how well a coefficient will be known depends on the sessions to come and not
on their outcomes. So the answer needs the sums of predictors alone; the observed effect, and the
spreads that the data suggest, stay out of it on purpose: who asks again and again "how many more
until it is clear" with the effect at hand stops when luck is high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lacrima.errors import BadInput, NoResult
from lacrima.stats.conditional import Model
from lacrima.stats.nested import Nested, climb
from lacrima.stats.numbers import Numbers, inside
from lacrima.stats.places import place_normal
from lacrima.stats.priors import Priors
from lacrima.stats.scales import dimensions, scales_at
from lacrima.stats.turn import Turn, no_turn

POINTS = 256
MOST_TIMES = 1_000.0
CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class HowMany:
    """What it would take.

    times: so many times the clients there are now, with sessions like theirs; 1 where there are
    enough. contraction_now: expected already, 1 - (sd after / sd before)^2. why: where times is
    None, the reason.
    """

    times: float | None
    contraction_now: float
    why: str = ""

    def more(self, counted: int) -> int | None:
        """How many more of what there is `counted` of now: sessions, exposed sessions, clients.

        >>> HowMany(2.5, 0.3).more(12)
        18
        """
        return None if self.times is None else int(np.ceil((self.times - 1) * counted - CLOSE))


def expected_contraction(
    family: Nested,
    priors: Priors,
    place: int,
    times: Sequence[float],
    *,
    turn: Turn | None = None,
) -> Numbers:
    """How much of what is not known about a coefficient would be known with more clients?

    family, priors, turn: as for `bayes.posterior`; of `family` only the predictors are looked at.
    place: which coefficient, of those asked about. times: so many times as many clients, each like
    those there are (and therapists, and clinics, where there are such levels); for each comes back
    the mean over the priors of all spreads of 1 - (sd after / sd before)^2.

    Raises BadInput for a coefficient or times that cannot be.

    Source: preposterior analysis, Raiffa and Schlaifer 1961 (Applied Statistical Decision Theory,
    chapter 5); no DOI.
    """
    wanted = np.asarray(times, dtype=np.float64)
    if not (np.isfinite(wanted).all() and (wanted > 0).all()):
        raise BadInput("times of no size", where="times", expected="above 0")
    at = _looking(family, priors, place, turn)
    return np.array([at(float(each)) for each in wanted])


def _looking(
    family: Nested, priors: Priors, place: int, turn: Turn | None
) -> Callable[[float], float]:
    """What answers for so many times as many clients; all but that is worked out once."""
    if not 0 <= place < family.fixed:
        raise BadInput("no such coefficient", where="place", expected=f"0 to {family.fixed - 1}")
    turn = no_turn(family) if turn is None else turn
    points = place_normal(dimensions(priors), POINTS)
    scales = scales_at(points, priors)
    at_once = Model(family, priors, turn).at_once
    roots = _predictors(family, turn.own_lambdas(scales.lambdas), scales.memory, at_once)
    own = roots / ((scales.sigma * turn.size) ** 2)[:, None, None]
    onto = turn.centre @ turn.fixed
    beforehand = (onto.T * priors.precisions) @ onto
    logs = scales.log_prior + 0.5 * (points**2).sum(axis=1)  # the points are spread as if normal
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    row = turn.fixed[place]
    before = float(np.linalg.inv(turn.centre)[place] ** 2 @ (1 / priors.precisions))

    def at(times: float) -> float:
        after = np.einsum("a,mab,b->m", row, np.linalg.inv(times * own + beforehand), row)
        return float(1 - weights @ after / before)

    return at


def how_many(
    family: Nested,
    priors: Priors,
    place: int,
    *,
    contraction: float = 0.5,
    turn: Turn | None = None,
) -> HowMany:
    """How many times as many clients, until so much of what is not known would be known?

    contraction: of the coefficient, 0 to 1; 0.5 halves the variance. Other arguments and errors
    as for `expected_contraction`. More clients are asked for and not more sessions of the same
    ones, since sessions alone never tell how clients differ. Where nobody has been exposed yet,
    or a thousand times as many would not do, the answer says so.

    >>> from lacrima.stats import priors as before
    >>> from lacrima.stats.nested import nested
    >>> shed = np.tile([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 4)
    >>> columns = np.column_stack([np.ones(40), shed])
    >>> family = nested(columns, np.zeros(40), [(np.repeat(np.arange(4), 10), [0, 1])])
    >>> level = before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE))
    >>> said = before.Priors((before.INTERCEPT, before.EFFECT), (level,), before.RESIDUAL)
    >>> found = how_many(family, said, 1)
    >>> round(found.contraction_now, 2), found.more(4)
    (0.43, 2)
    """
    inside("contraction", contraction, low_open=True)
    at = _looking(family, priors, place, turn)
    now = at(1.0)
    if now >= contraction:
        return HowMany(1.0, now)
    if now <= CLOSE:
        return HowMany(None, now, "nothing in these sessions tells of it yet")
    if at(MOST_TIMES) < contraction:
        return HowMany(None, now, "not even a thousand times as many clients would do")
    low, high = 1.0, MOST_TIMES
    while high - low > CLOSE * low:
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if at(middle) >= contraction else (middle, high)
    return HowMany(high, now)


def _predictors(
    family: Nested, lambdas: tuple[Numbers, ...], memory: Numbers | None, at_once: int
) -> Numbers:
    """X'V^-1 X at each point; the outcome is set to nought first."""
    blind = _without_outcome(family)
    m = POINTS
    parts = []
    for start in range(0, m, at_once):
        some = [lam[start : start + at_once] for lam in lambdas]
        count = min(at_once, m - start)
        kept = None if memory is None else memory[start : start + at_once]
        parts.append(climb(blind, some, count, kept).root[:, : family.fixed, : family.fixed])
    return np.concatenate(parts)


def _without_outcome(family: Nested) -> Nested:
    totals, sz = family.totals.copy(), family.sz.copy()
    totals[..., -1, :] = totals[..., :, -1] = 0.0
    sz[..., -1] = 0.0
    if not np.isfinite(totals).all():
        raise NoResult("sums that are no numbers", expected="finite values in every column")
    beside = family.neighbours
    blind = None if beside is None else beside.without_last()
    return replace(family, totals=totals, sz=sz, neighbours=blind)
