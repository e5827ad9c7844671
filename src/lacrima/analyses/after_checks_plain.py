"""The same question without priors and without shrinking: pairs, a regression, pushed moments."""

from __future__ import annotations

import numpy as np

from lacrima.analyses.after_check import (
    Check,
    answer_middle,
    design_of,
    difference,
    not_formed,
)
from lacrima.analyses.after_inside import pairs_of, rows_inside
from lacrima.analyses.after_states import ROPE
from lacrima.analyses.after_words import Said, gettext_noop
from lacrima.analyses.what_came_after import Answer
from lacrima.errors import NoResult
from lacrima.stats.circular_shifts import shift_test_inside
from lacrima.stats.client_dummies import inside_clients
from lacrima.stats.student import t_quantile

SHIFTS = 499
SEED = 41
LOUD_P = 0.10

_MATCHED = gettext_noop("Sessions of the same client that are most alike")
_MATCHED_SAID = gettext_noop(
    "In %(pairs)s pairs of a session with and the most similar one without, of the same client, "
    "the next score was %(size)s on average after the one with (90 %%: %(one)s to %(other)s)."
)
_FEW_PAIRS = gettext_noop("since there are pairs of fewer than two clients")


def matched(answer: Answer) -> Check:
    """The mean difference in pairs, each client counted once; no model but the matching."""
    table = answer.table
    pairs = pairs_of(table, answer.exposure.column)
    after = table.columns["next_score"]
    gaps = np.array([after[one.with_it] - after[one.without] for one in pairs])
    clients = np.array([one.client for one in pairs])
    own = np.array([gaps[clients == one].mean() for one in np.unique(clients)])
    if len(own) < 2:
        return not_formed("matched", _MATCHED, _FEW_PAIRS)
    half = t_quantile(0.95, len(own) - 1) * float(own.std(ddof=1)) / np.sqrt(len(own))
    middle = float(own.mean())
    found = (middle - half, middle, middle + half)
    is_other = found[0] > answer_middle(answer) + ROPE or found[2] < answer_middle(answer) - ROPE
    return difference("matched", _MATCHED, _MATCHED_SAID, found, is_loud=is_other, pairs=len(pairs))


_DUMMIES = gettext_noop("A plain regression inside clients")
_DUMMIES_SAID = gettext_noop(
    "Each client's level taken out, without priors and with errors for few clients (CR2): "
    "%(size)s (90 %%: %(one)s to %(other)s)."
)


def dummies(answer: Answer) -> Check:
    """Client dummies with CR2 errors."""
    try:
        rows = rows_inside(answer.table, design_of(answer))
        found = inside_clients(rows.outcome, rows.columns, rows.groups)
    except NoResult as mistake:
        return not_formed("dummies", _DUMMIES, mistake.found)
    low, high = found.interval()
    middle = answer_middle(answer)
    is_loud = low > middle or high < middle
    interval = (low, found.estimate, high)
    return difference("dummies", _DUMMIES, _DUMMIES_SAID, interval, is_loud=is_loud)


_SHIFTS = gettext_noop("The same moments at other places")
_SHIFTS_SAID = gettext_noop(
    "Pushed along each client's sessions, the same moments give a difference at least as large in "
    "%(percent)s of 100 places: if it is many, the order of sessions alone could do it."
)


def shifts(answer: Answer) -> Check:
    """Circular shifts inside each client: free permutation would take sessions for independent."""
    table, design = answer.table, design_of(answer)
    try:
        rows = rows_inside(table, design, used=False)
        used = ~np.isnan(rows.outcome)
        share = shift_test_inside(
            rows.outcome,
            rows.columns[:, 0],
            rows.columns[:, 1:],
            rows.groups,
            is_used=used,
            shifts=SHIFTS,
            seed=SEED,
        )[1]
    except NoResult as mistake:
        return not_formed("shifts", _SHIFTS, mistake.found)
    said = Said(_SHIFTS_SAID, {"percent": max(1, round(100 * share))})
    is_loud = answer.state.has_direction and share > LOUD_P
    return Check("shifts", Said(_SHIFTS), share, None, None, said, is_loud)
