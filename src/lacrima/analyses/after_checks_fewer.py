"""The same question of fewer people: without any one client, without any one therapist."""

from __future__ import annotations

import numpy as np

from lacrima.analyses.after_again import middle_of, middles_without
from lacrima.analyses.after_check import (
    Check,
    answer_middle,
    design_of,
    difference,
    fit_of,
    not_formed,
)
from lacrima.analyses.after_model import has_therapists
from lacrima.analyses.after_states import ROPE
from lacrima.analyses.after_words import gettext_noop
from lacrima.analyses.model_columns import Words
from lacrima.analyses.what_came_after import Answer

MOST_LEFT_OUT = 12
MOST_LEFT_OUT_OF_SEVERAL = 6  # where groups lie in groups each one is a fit of seconds
LEAST_THERAPISTS = 3

_ONE_OUT = gettext_noop("Without any one client")
_ONE_OUT_SAID = gettext_noop(
    "Leaving out one client at a time (those with most such sessions), the difference lies between "
    "%(one)s and %(other)s."
)
_ONE_CLIENT = gettext_noop("since there is one client")
_THERAPIST_OUT = gettext_noop("Without any one therapist")
_THERAPIST_OUT_SAID = gettext_noop(
    "Leaving out one therapist at a time (those with most such sessions), the difference lies "
    "between %(one)s and %(other)s."
)
_FEW_THERAPISTS = gettext_noop("since there are fewer than three therapists")


def leave_one_out(answer: Answer) -> Check:
    """The range of the answer without each of the clients who had most such sessions."""
    codes = _with_most(answer, answer.table.client)
    middles = middles_without(fit_of(answer), codes)
    if not middles:
        return not_formed("leave-one-out", _ONE_OUT, _ONE_CLIENT)
    return _range("leave-one-out", _ONE_OUT, _ONE_OUT_SAID, answer, middles)


def one_therapist_out(answer: Answer) -> Check:
    """The same of therapists, where there are three or more of them."""
    name, therapist = "one-therapist-out", answer.table.therapist
    if answer.table.therapists < LEAST_THERAPISTS:
        return not_formed(name, _THERAPIST_OUT, _FEW_THERAPISTS)
    middles = [
        middle_of(answer.table, therapist.codes != code, design_of(answer))
        for code in _with_most(answer, therapist)
    ]
    return _range(name, _THERAPIST_OUT, _THERAPIST_OUT_SAID, answer, middles)


def _with_most(answer: Answer, who: Words) -> list[int]:
    """Whoever had most such sessions, a few; nobody who had all of them."""
    table = answer.table
    met = table.is_used & (table.columns[answer.exposure.column] > 0)
    counts = np.bincount(who.codes[met])
    most = MOST_LEFT_OUT_OF_SEVERAL if has_therapists(table) else MOST_LEFT_OUT
    order = np.argsort(-counts, kind="stable")[:most].tolist()
    return [code for code in order if 0 < counts[code] < counts.sum()]


def _range(name: str, title: str, said: str, answer: Answer, middles: list[float]) -> Check:
    low, middle, high = min(middles), answer_middle(answer), max(middles)
    is_loud = max(abs(low - middle), abs(high - middle)) > ROPE
    return difference(name, title, said, (low, middle, high), is_loud=is_loud)
