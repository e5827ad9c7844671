"""How many more sessions with such a moment are to be expected to be needed?

Asked under the prior and never of the effect that was seen: who asks again and again how many
more until it is clear, with the effect at hand, stops when luck is high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lacrima.analyses.after_model import Fitted
from lacrima.analyses.after_states import (
    ENOUGH_CLIENTS,
    ENOUGH_KNOWN,
    ENOUGH_SESSIONS,
    LEANS_CLIENTS,
    LEANS_SESSIONS,
)
from lacrima.stats.preposterior import how_many

NAMES_WHAT_MATTERS = 0.75  # sd .15: a difference of .30 could then be told from none
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Needed:
    """How many more exposed sessions: until anything but counts is said; until a direction could
    be named. None: not even a thousand times as many would do.
    """

    low: int | None
    high: int | None

    def as_json(self) -> dict[str, int | None]:
        """Both ends."""
        return {"low": self.low, "high": self.high}


def needed(fit: Fitted | None, *, sessions: int, clients: int) -> Needed:
    """How many more sessions like those so far, with clients like those so far.

    Without a model (nobody exposed yet) the counts of the rules are the answer.
    """
    low = max(_more(ENOUGH_SESSIONS, sessions), _clients(ENOUGH_CLIENTS, sessions, clients))
    high = max(_more(LEANS_SESSIONS, sessions), _clients(LEANS_CLIENTS, sessions, clients))
    if fit is None:
        return Needed(low, max(low, high))
    known, named = (_known(fit, share, sessions) for share in (ENOUGH_KNOWN, NAMES_WHAT_MATTERS))
    first = None if known is None else max(low, known)
    last = None if named is None or first is None else max(first, high, named)
    return Needed(first, last)


def _more(wanted: int, there: int) -> int:
    return max(0, wanted - there)


def _clients(wanted: int, sessions: int, clients: int) -> int:
    """Sessions until so many clients had one, if clients go on to have as many each as now."""
    if clients >= wanted:
        return 0
    each = sessions / clients if clients else 1.0
    return math.ceil((wanted - clients) * each - 1e-9)


def _known(fit: Fitted, contraction: float, sessions: int) -> int | None:
    found = fit.posterior
    place = found.names.index(fit.design.term)
    more = how_many(
        found.family, found.priors, place, contraction=contraction, turn=found.turn
    ).more(sessions)
    return None if more is None or more > MOST else more
