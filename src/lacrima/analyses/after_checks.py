"""How far is it to be trusted? Each check with its number and one sentence; none is a badge.

A check that speaks (`is_loud`) says something a reader has to know before she believes the
answer. One that is silent proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_checks_again import (
    client_voice,
    dummies,
    informative,
    leave_one_out,
    matched,
    memory,
    previous,
    priors,
    rated_after,
    shifts,
)
from lacrima.analyses.after_checks_unseen import (
    before_it,
    hidden_factor,
    later_exposure,
    staying_away,
    unnoticed,
    wholly_held_back,
)
from lacrima.analyses.after_states import State
from lacrima.analyses.what_came_after import Answer

IN_ORDER: tuple[Callable[[Answer], Check], ...] = (
    staying_away,
    wholly_held_back,
    unnoticed,
    hidden_factor,
    matched,
    dummies,
    shifts,
    leave_one_out,
    informative,
    previous,
    memory,
    client_voice,
    priors,
    rated_after,
    before_it,
    later_exposure,
)


def all_checks(answer: Answer) -> tuple[Check, ...]:
    """All of them, in the order in which a page shows them; none where it is too early."""
    is_early = answer.fit is None or answer.state is State.TOO_EARLY
    return () if is_early else tuple(check(answer) for check in IN_ORDER)
