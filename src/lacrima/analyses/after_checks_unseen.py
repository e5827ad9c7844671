"""Checks of what nobody saw: control exposures, a hidden factor, who stayed away, and two looks
that describe and prove nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.analyses.after_check import Check, difference, leaves_zero, not_formed
from lacrima.analyses.after_inside import Rows, rows_inside
from lacrima.analyses.after_model import Design, fitted
from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.after_words import Number, Said, gettext_noop
from lacrima.analyses.what_came_after import Answer
from lacrima.errors import NoResult
from lacrima.stats.client_dummies import Inside, inside_clients
from lacrima.stats.hidden_factor import times_as_strong
from lacrima.stats.numbers import Numbers
from lacrima.stats.returning import return_weights

FEW = 5
WEAK = 2.0
NEEDS_FIVE = gettext_noop("since there are fewer than five such sessions")
NOT_OF_THESE = gettext_noop("since it is a check of the therapist's own tears")

# --- control exposures

_HELD = gettext_noop("Tears held back, seen by nobody")
_HELD_SAID = gettext_noop(
    "After sessions in which you held back tears that nobody saw, the next score was %(size)s "
    "(90 %%: %(one)s to %(other)s). What nobody saw cannot have done it: as far as this is not "
    "nought, something else is at work."
)
_UNSEEN = gettext_noop("Tears that both say went unnoticed")
_UNSEEN_SAID = gettext_noop(
    "After sessions with tears that both say went unnoticed, the next score was %(size)s "
    "(90 %%: %(one)s to %(other)s). As far as this is not nought, something else is at work."
)


def wholly_held_back(answer: Answer) -> Check:
    """A negative-control exposure: tears that could not be seen."""
    return _control(answer, "held-back", "held", _HELD, _HELD_SAID)


def unnoticed(answer: Answer) -> Check:
    """Another: tears of which both say that nobody noticed."""
    return _control(answer, "unnoticed", "unseen", _UNSEEN, _UNSEEN_SAID)


def _control(answer: Answer, name: str, column: str, title: str, template: str) -> Check:
    if answer.exposure.column == "csh":
        return not_formed(name, title, NOT_OF_THESE)
    is_control = answer.table.columns[column] > 0
    is_seen = (answer.table.columns["shed"] > 0) | (answer.table.columns["near"] > 0)
    table = answer.table.where(np.asarray(is_control | ~is_seen))
    if table.exposed(column)[0] < FEW:
        return not_formed(name, title, NEEDS_FIVE)
    found = fitted(table, Design(column, ("ctears_first", "heavy"))).interval()
    return difference(name, title, template, found, is_loud=leaves_zero(found))


# --- a hidden factor

_HIDDEN = gettext_noop("A hidden factor that would explain it all")
_HIDDEN_SAID = gettext_noop(
    "A hidden factor %(times)s times as strong as heaviness, with the tears and with the next "
    "score at once, would explain the whole difference."
)
_HIDDEN_NONE = gettext_noop(
    "No factor up to the largest possible multiple of heaviness would explain the whole "
    "difference, but heaviness itself says little here."
)
_NO_HEAVY = gettext_noop("since heaviness was hardly noted before the first moment")


def hidden_factor(answer: Answer) -> Check:
    """How many times as strong as heaviness something unseen would have to be."""
    name = "hidden-factor"
    try:
        rows = rows_inside(answer.table, _design(answer))
        times = _times(rows)
    except NoResult as mistake:
        return not_formed(name, _HIDDEN, mistake.found)
    if "heavy" not in rows.names:
        return not_formed(name, _HIDDEN, _NO_HEAVY)
    if times is None:
        is_loud = answer.state.has_direction
        return Check(name, Said(_HIDDEN), None, None, None, Said(_HIDDEN_NONE), is_loud)
    said = Said(_HIDDEN_SAID, {"times": Number(times, 1)})
    is_loud = answer.state.has_direction and times < WEAK
    return Check(name, Said(_HIDDEN), times, None, None, said, is_loud)


def _times(rows: Rows) -> float | None:
    if "heavy" not in rows.names:
        return None
    place = rows.names.index("heavy")
    found = inside_clients(rows.outcome, rows.columns, rows.groups)
    if place >= len(found.partial):
        return None
    swapped = np.column_stack([rows.columns[:, place], np.delete(rows.columns, [0, place], axis=1)])
    with_exposure = inside_clients(rows.columns[:, 0], swapped, rows.groups).partial[0]
    se = _plain_se(found.estimate, float(found.partial[0]), found.residual_df)
    return times_as_strong(
        found.estimate,
        se,
        found.residual_df,
        with_exposure=float(with_exposure),
        with_outcome=float(found.partial[place]),
    )


def _plain_se(estimate: float, partial: float, df: int) -> float:
    """The ordinary standard error, from the share of variance: t^2 = df R2 / (1 - R2)."""
    t_square = df * partial / max(1 - partial, 1e-12)
    return abs(estimate) / float(np.sqrt(max(t_square, 1e-12)))


def _design(answer: Answer) -> Design:
    return Design.of(answer.exposure.column)


# --- who stayed away

_AWAY = gettext_noop("Those of whom there is no next score")
_AWAY_SAID = gettext_noop(
    "%(missing)s of %(of)s such sessions have no next score (%(percent)s %%; of the others "
    "%(others)s %%). With weights for whoever stayed away the difference is %(size)s (90 %%: "
    "%(one)s to %(other)s). It would vanish if those without a score had fared %(tip)s."
)
_AWAY_ALL = gettext_noop(
    "Every such session has a next score, so nobody who stayed away is missing here."
)
LOUD_AWAY = 0.10


def staying_away(answer: Answer) -> Check:
    """Inverse-probability weights, and how whoever stayed away would have to have fared."""
    name, table = "staying-away", answer.table
    met, came = table.columns[answer.exposure.column] > 0, table.is_used
    missing = int((met & ~came).sum())
    if not missing:
        return Check(name, Said(_AWAY), None, None, None, Said(_AWAY_ALL))
    try:
        weighted = _weighted(table, _design(answer))
    except NoResult as mistake:
        return not_formed(name, _AWAY, mistake.found)
    low, high = weighted.interval()
    share, others = float(missing / met.sum()), float((~came[~met]).mean())
    middle = answer.interval[1] if answer.interval else 0.0
    tip = -middle * (int(met.sum()) - missing) / missing
    return difference(
        name,
        _AWAY,
        _AWAY_SAID,
        (low, weighted.estimate, high),
        is_loud=abs(share - others) > LOUD_AWAY or abs(weighted.estimate - middle) > LOUD_AWAY,
        missing=missing,
        of=int(met.sum()),
        percent=round(100 * share),
        others=round(100 * others),
        tip=_fared(tip),
    )


def _fared(tip: float) -> Said:
    template = gettext_noop("%(size)s SD better") if tip >= 0 else gettext_noop("%(size)s SD worse")
    return Said(template, {"size": Number(abs(tip))})


def _weighted(table: AfterTable, design: Design) -> Inside:
    """The plain regression inside clients, each row weighted by how seldom its like came."""
    whole = rows_inside(table, design, used=False)
    came = ~np.isnan(whole.outcome)
    weights = return_weights(whole.columns, came)[came]
    groups = np.unique(whole.groups[came], return_inverse=True)[1].astype(np.int64)
    return inside_clients(whole.outcome[came], whole.columns[came], groups, weights=weights)


# --- two that describe

_BEFORE = gettext_noop("The score before such a session")
_BEFORE_SAID = gettext_noop(
    "Before such sessions the score was %(size)s (90 %%: %(one)s to %(other)s) than before "
    "comparable ones. It shows whether such sessions come when things are worse; it does not show "
    "how much of the difference afterwards is due to that."
)
_LATER = gettext_noop("The session after the next score")
_LATER_SAID = gettext_noop(
    "Where the session after the next score had such a moment, that score was %(size)s (90 %%: "
    "%(one)s to %(other)s). What comes later cannot have done it: it shows whether tears answer "
    "to how somebody is, and not how large the bias is."
)
_NO_LATER = gettext_noop("since hardly any such session follows another")


def before_it(answer: Answer) -> Check:
    """A negative-control outcome: description, never a pass or a fail."""
    table = answer.table
    shown = table.with_columns(next_score=table.columns["score"])
    design = replace(_design(answer).without("score"), outcome="next_score")
    found = fitted(shown, design).interval()
    return difference("before", _BEFORE, _BEFORE_SAID, found, is_loud=False)


def later_exposure(answer: Answer) -> Check:
    """A placebo: the exposure of the session after the outcome."""
    table, column = answer.table, answer.exposure.column
    lead = lead_of(table, table.columns[column])
    shown = table.with_columns(**{column: np.nan_to_num(lead)}).where(~np.isnan(lead))
    if shown.exposed(column)[0] < FEW:
        return not_formed("later", _LATER, _NO_LATER)
    found = fitted(shown, _design(answer)).interval()
    return difference("later", _LATER, _LATER_SAID, found, is_loud=False)


def lead_of(table: AfterTable, values: Numbers) -> Numbers:
    """The value of each client's next eligible session; NaN for the last."""
    order = np.lexsort([table.columns["session"], table.client.codes])
    found = np.full(len(values), np.nan)
    ahead = order[1:]
    is_same = table.client.codes[ahead] == table.client.codes[order[:-1]]
    found[order[:-1][is_same]] = values[ahead[is_same]]
    return found
