"""One person's scores in two phases: how far apart they lie, and whether order alone could do it.

All of it describes; none of it knows why scores moved. Every index here takes the scores for
independent of each other, which sessions of one person seldom are: the shift test at the end
asks less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, NoResult
from lacrima.stats.numbers import Numbers, numbers

A, B, NEITHER = 0, 1, -1
MOST_SESSIONS = 5_000
_AT_ONCE = 256
_CLOSENESS = 1e-9

Phases = npt.NDArray[np.int64]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class SingleCase:
    """What can be said of one person. None where it cannot, and then `why` has the reason.

    nap: 0 to 1, 0.5 without any difference. tau: -1 to 1. tau_u: the same less the trend of
    phase A, and can go beyond. p: two-sided, of the shift test. n_a, n_b: scores in each phase.
    shifts: how many placements of the phases p was counted over; p cannot be less than 1 of them.
    """

    nap: float | None
    tau: float | None
    tau_u: float | None
    p: float | None
    n_a: int
    n_b: int
    shifts: int
    why: MappingProxyType[str, str]


def nap(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    """How often is a score of phase B above one of phase A? (Non-overlap of all pairs.)

    The share of all n_a x n_b pairs in which the score of B is higher; a pair of equal scores
    counts half. 0.5 is no difference, 1 is every score of B above every one of A. Where low
    scores are good ones, 1 - NAP is the share in which B is better.

    before: the n_a scores of phase A; after: the n_b of phase B; in any order, none missing.
    Raises NoResult where a phase has no score, BadInput for missing or infinite values.

    Source: Parker and Vannest 2009, 10.1016/j.beth.2008.10.006.

    >>> round(nap([20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29]), 4)  # 38.5 of 42
    0.9167
    """
    return (tau(before, after) + 1) / 2


def tau(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    """How much oftener is a score of phase B above one of A than below it?

    Pairs in which B is higher, less those in which it is lower, of all n_a x n_b pairs:
    2 NAP - 1, from -1 to 1. Input and errors as for `nap`.

    Source: Parker, Vannest, Davis and Sauber 2011, 10.1016/j.beth.2010.08.006 (A versus B).

    >>> tau([3, 3, 4, 5], [4, 5, 6, 7, 7])
    0.8
    """
    first, second = _two(before, after)
    return float(np.sign(second[None, :] - first[:, None]).mean())


def tau_u(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    """The same, less what the trend of phase A alone would bring.

    (S_AB - S_A) / (n_a x n_b), where S_AB counts pairs of A and B that rise less those that
    fall, and S_A does so for the pairs inside phase A, each score against the later ones. Of the
    four indices called Tau-U it is *A versus B with the trend of A controlled*, as SingleCaseES
    has it. It can leave -1 to 1, shrinks with the length of A against B, and is no correlation:
    read it beside tau, never alone.

    before: the n_a scores of phase A in their order, at least two; after: as for `nap`. Raises
    NoResult for fewer, BadInput as `nap`.

    Source: Parker, Vannest, Davis and Sauber 2011, 10.1016/j.beth.2010.08.006; its limits:
    Tarlow 2017, 10.1177/0145445516676750.

    >>> tau_u([3, 3, 4, 5], [4, 5, 6, 7, 7])  # (16 - 5) / 20
    0.55
    """
    first, second = _two(before, after)
    if len(first) < 2:
        raise NoResult("one score in phase A has no trend", expected="two at least")
    rises = np.sign(first[None, :] - first[:, None])
    own = float(np.triu(rises, 1).sum())
    both = float(np.sign(second[None, :] - first[:, None]).sum())
    return (both - own) / (len(first) * len(second))


def shift_test(scores: npt.ArrayLike, phases: npt.ArrayLike) -> tuple[float, int]:
    """Would the phases lie as well anywhere else along the course?

    The row of phases is pushed along the row of scores, session by session and round the end to
    the beginning, and tau is worked out at each of the n places. p is the share of places at
    which it is at least as far from 0 as at the true one, which counts itself. What follows
    each other stays so, in the phases and in the scores; to permute sessions freely would take
    them for independent, and reject too often.

    scores: n scores in the order of sessions, NaN where one is missing. phases: 0 for A, 1 for
    B, -1 where it is not known, one a session. Places at which a phase would have no score are
    left out. Returns p and the number of places counted: with 8 sessions p is 1/8 at least.

    Valid where, without an effect, the course would look alike wherever it is cut: a steady
    trend breaks that. Raises NoResult where a phase has no score, BadInput for arrays of
    different length, other phases, infinite scores, or more than 5,000 sessions.

    Source: randomisation tests, Edgington and Onghena 2007, 10.1201/9781420011814; shifts round
    the end, Lotwick and Silverman 1982, 10.1111/j.2517-6161.1982.tb01221.x (there in the plane).

    >>> shift_test([5, 5, 6, 1, 2, 1, 5, 6], [0, 0, 0, 1, 1, 1, 0, 0])
    (0.125, 8)
    """
    course, places = _course(scores, phases)
    found = _tau_at_each_shift(course, places)
    if not len(found) or np.isnan(found[0]):
        raise NoResult("a phase without a score", expected="one score at least in each")
    found = found[~np.isnan(found)]
    p = float((np.abs(found) >= abs(found[0]) - _CLOSENESS).mean())
    return p, len(found)


def single_case(scores: npt.ArrayLike, phases: npt.ArrayLike) -> SingleCase:
    """What can be said of one person's two phases?

    scores, phases: as for `shift_test`. What cannot be said is None, with the reason; Tau-U is
    so where phase A is not wholly before phase B, since its trend then is no baseline's.

    >>> one = single_case([3, 3, 4, 5, 4, 5, 6, 7, 7], [0, 0, 0, 0, 1, 1, 1, 1, 1])
    >>> one.nap, one.tau, one.tau_u, one.n_a, one.n_b
    (0.9, 0.8, 0.55, 4, 5)
    >>> dict(single_case([3, 4], [0, 0]).why)["nap"]
    'phase B has no score'
    """
    course, places = _course(scores, phases)
    is_there = ~np.isnan(course)
    before, after = course[is_there & (places == A)], course[is_there & (places == B)]
    why: dict[str, str] = {}
    tested = _or_why("p", lambda: shift_test(course, places), why)
    return SingleCase(
        nap=_or_why("nap", lambda: nap(before, after), why),
        tau=_or_why("tau", lambda: tau(before, after), why),
        tau_u=_or_why("tau_u", lambda: _tau_u_in_order(course, places), why),
        p=None if tested is None else tested[0],
        n_a=len(before),
        n_b=len(after),
        shifts=0 if tested is None else tested[1],
        why=MappingProxyType(why),
    )


def _or_why(key: str, ask: Callable[[], Found], why: dict[str, str]) -> Found | None:
    try:
        return ask()
    except NoResult as mistake:
        why[key] = mistake.found
        return None


def _tau_u_in_order(course: Numbers, places: Phases) -> float:
    is_there = ~np.isnan(course)
    in_a, in_b = np.flatnonzero(is_there & (places == A)), np.flatnonzero(is_there & (places == B))
    if len(in_a) and len(in_b) and in_a[-1] > in_b[0]:
        raise NoResult("phase A is not wholly before phase B, so its trend is no baseline's")
    return tau_u(course[in_a], course[in_b])


def _two(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    first, second = numbers("before", before), numbers("after", after)
    for name, scores in (("A", first), ("B", second)):
        if not len(scores):
            raise NoResult(f"phase {name} has no score", expected="one at least in each phase")
    return first, second


def _course(scores: npt.ArrayLike, phases: npt.ArrayLike) -> tuple[Numbers, Phases]:
    course = np.asarray(scores, dtype=np.float64)
    places = np.asarray(phases)
    if course.ndim != 1 or course.shape != places.shape:
        raise BadInput("not one phase a score", where="phases", expected="as many as scores")
    if len(course) > MOST_SESSIONS:
        raise BadInput(
            f"{len(course)} sessions", where="scores", expected=f"{MOST_SESSIONS} at most"
        )
    if np.isinf(course).any():
        raise BadInput("infinite scores", where="scores", expected="numbers, NaN where missing")
    if not np.isin(places, (A, B, NEITHER)).all():
        raise BadInput("another phase", where="phases", expected="0, 1, or -1 where not known")
    return course, places.astype(np.int64)


def _tau_at_each_shift(course: Numbers, places: Phases) -> Numbers:
    """Tau with the phases pushed on by 0, 1, 2 ... sessions; NaN where a phase has no score."""
    n = len(course)
    is_there = ~np.isnan(course)
    filled = np.where(is_there, course, 0.0)
    rises = np.sign(filled[None, :] - filled[:, None])  # [a, b]: is b above a?
    found = np.full(n, np.nan)
    for start in range(0, n, _AT_ONCE):
        shifts = np.arange(start, min(start + _AT_ONCE, n))
        pushed = places[(np.arange(n)[None, :] - shifts[:, None]) % n]
        in_a = ((pushed == A) & is_there).astype(np.float64)
        in_b = ((pushed == B) & is_there).astype(np.float64)
        pairs = in_a.sum(axis=1) * in_b.sum(axis=1)
        rise = ((in_a @ rises) * in_b).sum(axis=1)
        np.divide(rise, pairs, out=found[shifts[0] : shifts[-1] + 1], where=pairs > 0)
    return found
