"""The same question with more held equal, or with residuals that remember."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.analyses.after_check import (
    Check,
    answer_middle,
    design_of,
    difference,
    fit_of,
    leaves_zero,
    moved,
    not_formed,
)
from lacrima.analyses.after_checks_unseen import lead_of
from lacrima.analyses.after_model import fitted, within
from lacrima.analyses.after_table import AfterTable, standardised
from lacrima.analyses.after_words import Number, gettext_noop
from lacrima.analyses.what_came_after import Answer
from lacrima.errors import BadInput, NoResult
from lacrima.stats.numbers import Numbers

_OFTEN = gettext_noop("Clients with whom it happens often")
_OFTEN_SAID = gettext_noop(
    "For clients with more of such sessions (by one standard deviation) the difference is %(size)s "
    "(90 %%: %(one)s to %(other)s). As far as this is not nought, an average over all hides "
    "something, and how often it happens tells of how it goes."
)


def informative(answer: Answer) -> Check:
    """Informative exposure: the exposure times how often it happens with that client."""
    table, design = answer.table, design_of(answer)
    often = standardised(_client_means(table, table.columns[design.exposure]))
    if float(np.ptp(often)) == 0:
        return not_formed("often", _OFTEN, gettext_noop("since it happens alike with everybody"))
    name = f"{within(design.exposure)}:often"
    found = fitted(table.with_columns(often=often), replace(design, more=(name,)))
    interval = found.interval(found.posterior.coefficient(name))
    return difference("often", _OFTEN, _OFTEN_SAID, interval, is_loud=leaves_zero(interval))


def _client_means(table: AfterTable, values: Numbers) -> Numbers:
    counts = np.bincount(table.client.codes)
    sums = np.bincount(table.client.codes, weights=values)
    return np.asarray((sums / np.maximum(counts, 1))[table.client.codes])


_PREVIOUS = gettext_noop("With the session before held equal")
_PREVIOUS_SAID = gettext_noop(
    "With such a moment in the session before held equal: %(size)s (90 %%: %(one)s to %(other)s)."
)


def previous(answer: Answer) -> Check:
    """Previous tears."""
    table, design = answer.table, design_of(answer)
    backwards = table.with_columns(session=-table.columns["session"])
    before = np.nan_to_num(lead_of(backwards, table.columns[design.exposure]))
    if float(np.ptp(before)) == 0:
        return not_formed("previous", _PREVIOUS, gettext_noop("since none came before another"))
    found = fitted(table.with_columns(before=before), replace(design, more=("before",)))
    is_loud = moved(fit_of(answer), found.interval()[1])
    return difference("previous", _PREVIOUS, _PREVIOUS_SAID, found.interval(), is_loud=is_loud)


_MEMORY = gettext_noop("If what is left over lasts from session to session")
_MEMORY_SAID = gettext_noop(
    "With residuals that remember the session before (AR(1), correlation %(phi)s): %(size)s "
    "(90 %%: %(one)s to %(other)s)."
)


def memory(answer: Answer) -> Check:
    """The same posterior with AR(1) residuals."""
    table = answer.table.with_columns(session=_numbered(answer.table))
    try:
        found = fitted(table, design_of(answer), along="session")
    except (BadInput, NoResult) as mistake:
        return not_formed("memory", _MEMORY, mistake.found)
    low, middle, high = found.interval()
    is_loud = low > answer_middle(answer) or high < answer_middle(answer)
    phi = Number(float(found.posterior.memory_quantile([0.5])[0]))
    interval = (low, middle, high)
    return difference("memory", _MEMORY, _MEMORY_SAID, interval, is_loud=is_loud, phi=phi)


def _numbered(table: AfterTable) -> Numbers:
    """Session numbers, each once a client: where a number stands twice, their order."""
    pairs = np.stack([table.client.codes.astype(np.float64), table.columns["session"]])
    if len(np.unique(pairs, axis=1).T) == table.n:
        return table.columns["session"]
    order = np.lexsort([table.columns["session"], table.client.codes])
    starts = np.flatnonzero(np.diff(table.client.codes[order], prepend=-1))
    counts = np.diff([*starts, table.n])
    found = np.empty(table.n)
    found[order] = np.arange(table.n) - np.repeat(starts, counts) + 1
    return found
