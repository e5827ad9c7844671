"""How far is it to be trusted? Each check with its number and one sentence; none is a badge.

A check that speaks (`is_loud`) says something a reader has to know before she believes the
answer. One that is silent proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_checks_again import informative, memory, previous
from lacrima.analyses.after_checks_fewer import LEAST_THERAPISTS, leave_one_out, one_therapist_out
from lacrima.analyses.after_checks_plain import dummies, matched, shifts
from lacrima.analyses.after_checks_told import client_voice, order_unknown, priors, rated_after
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
    one_therapist_out,
    informative,
    previous,
    memory,
    client_voice,
    order_unknown,
    priors,
    rated_after,
    before_it,
    later_exposure,
)


OF_SEVERAL = {one_therapist_out}


def all_checks(
    answer: Answer, *, at: Callable[[int], None] = lambda done: None
) -> tuple[Check, ...]:
    """All of them, in the order in which a page shows them; none where it is too early.

    Whoever works alone is told nothing of other therapists. at: is told how many are done.
    """
    if answer.fit is None or answer.state is State.TOO_EARLY:
        return ()
    is_alone = answer.table.therapists < LEAST_THERAPISTS
    found: list[Check] = []
    for check in IN_ORDER:
        if not (is_alone and check in OF_SEVERAL):
            found.append(check(answer))
            at(len(found))
    return tuple(found)
