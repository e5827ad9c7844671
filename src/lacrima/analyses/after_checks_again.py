"""The same question in other ways: other models, fewer people, another voice, another prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.analyses.after_again import middles_with, middles_without
from lacrima.analyses.after_check import Check, difference, leaves_zero, moved, not_formed
from lacrima.analyses.after_checks_unseen import FEW, NEEDS_FIVE, lead_of
from lacrima.analyses.after_inside import pairs_of, rows_inside
from lacrima.analyses.after_model import Design, Fitted, fitted, formula_of, within
from lacrima.analyses.after_states import ROPE
from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.after_words import Number, Said, gettext_noop
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_rows import question
from lacrima.analyses.what_came_after import Answer
from lacrima.errors import BadInput, NoResult
from lacrima.stats.circular_shifts import shift_test_inside
from lacrima.stats.client_dummies import inside_clients
from lacrima.stats.multilevel import Degrees, fit
from lacrima.stats.numbers import Numbers
from lacrima.stats.student import t_quantile

MOST_LEFT_OUT = 12
SHIFTS = 499
SEED = 41
LOUD_P = 0.10


def _fit_of(answer: Answer) -> Fitted:
    if answer.fit is None:
        raise NoResult("no model", expected="sessions with such a moment")
    return answer.fit


def _design(answer: Answer) -> Design:
    return _fit_of(answer).design


# --- matched sessions

_MATCHED = gettext_noop("Sessions of the same client that are most alike")
_MATCHED_SAID = gettext_noop(
    "In %(pairs)s pairs of a session with and the most similar one without, of the same client, "
    "the next score differed by %(size)s on average (90 %%: %(one)s to %(other)s)."
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


def answer_middle(answer: Answer) -> float:
    """The middle of the answer itself."""
    return answer.interval[1] if answer.interval else 0.0


# --- without priors

_DUMMIES = gettext_noop("A plain regression inside clients")
_DUMMIES_SAID = gettext_noop(
    "Each client's level taken out, without priors and with errors for few clients (CR2): "
    "%(size)s (90 %%: %(one)s to %(other)s)."
)


def dummies(answer: Answer) -> Check:
    """Client dummies with CR2 errors."""
    try:
        rows = rows_inside(answer.table, _design(answer))
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
    table, design = answer.table, _design(answer)
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


# --- fewer people

_ONE_OUT = gettext_noop("Without any one client")
_ONE_OUT_SAID = gettext_noop(
    "Leaving out one client at a time (those with most such sessions), the difference lies between "
    "%(one)s and %(other)s."
)


def leave_one_out(answer: Answer) -> Check:
    """The range of the answer without each of the clients who had most such sessions."""
    table, column = answer.table, answer.exposure.column
    met = table.is_used & (table.columns[column] > 0)
    counts = np.bincount(table.client.codes[met])
    order = np.argsort(-counts, kind="stable")[:MOST_LEFT_OUT].tolist()
    codes = [code for code in order if 0 < counts[code] < counts.sum()]
    middles = middles_without(_fit_of(answer), codes)
    if not middles:
        return not_formed("leave-one-out", _ONE_OUT, gettext_noop("since there is one client"))
    low, high = min(middles), max(middles)
    is_loud = max(abs(low - answer_middle(answer)), abs(high - answer_middle(answer))) > ROPE
    found = (low, answer_middle(answer), high)
    return difference("leave-one-out", _ONE_OUT, _ONE_OUT_SAID, found, is_loud=is_loud)


# --- what goes with having more of it

_OFTEN = gettext_noop("Clients with whom it happens often")
_OFTEN_SAID = gettext_noop(
    "For clients with more of such sessions (by one standard deviation) the difference is %(size)s "
    "(90 %%: %(one)s to %(other)s). As far as this is not nought, an average over all hides "
    "something, and how often it happens tells of how it goes."
)


def informative(answer: Answer) -> Check:
    """Informative exposure: the exposure times how often it happens with that client."""
    table, design = answer.table, _design(answer)
    often = _standard(_client_means(table, table.columns[design.exposure]))
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


def _standard(values: Numbers) -> Numbers:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / (spread if spread > 1e-12 else 1.0))


_PREVIOUS = gettext_noop("With the session before held equal")
_PREVIOUS_SAID = gettext_noop(
    "With such a moment in the session before held equal: %(size)s (90 %%: %(one)s to %(other)s)."
)


def previous(answer: Answer) -> Check:
    """Previous tears."""
    table, design = answer.table, _design(answer)
    backwards = table.with_columns(session=-table.columns["session"])
    before = np.nan_to_num(lead_of(backwards, table.columns[design.exposure]))
    if float(np.ptp(before)) == 0:
        return not_formed("previous", _PREVIOUS, gettext_noop("since none came before another"))
    found = fitted(table.with_columns(before=before), replace(design, more=("before",)))
    is_loud = moved(_fit_of(answer), found.interval()[1])
    return difference("previous", _PREVIOUS, _PREVIOUS_SAID, found.interval(), is_loud=is_loud)


_MEMORY = gettext_noop("If what is left over lasts from session to session")
_MEMORY_SAID = gettext_noop(
    "With residuals that remember the session before (AR(1), correlation %(phi)s, without priors): "
    "%(size)s (90 %%: %(one)s to %(other)s)."
)


def memory(answer: Answer) -> Check:
    """AR(1) residuals by REML, since the posterior has none."""
    table, design = answer.table, _design(answer)
    try:
        asked = read_formula(formula_of(table, design))
        columns = {**table.for_formula(), "session": _numbered(table)}
        names = [*asked.columns(), "session"]
        put = question(asked, {name: columns[name] for name in names}, order="session")
        found = fit(put.rows, put.model, df=Degrees.NONE, ar1=True, confidence=0.90)
    except (BadInput, NoResult) as mistake:
        return not_formed("memory", _MEMORY, mistake.found)
    one = found[design.term]
    interval = (one.low, one.estimate, one.high)
    is_loud = one.low > answer_middle(answer) or one.high < answer_middle(answer)
    phi = Number(found.phi or 0.0)
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


# --- another voice

_VOICE = gettext_noop("As the clients told it")
_VOICE_SAID = gettext_noop(
    "In the %(sessions)s sessions of which a client told, with that voice's account of the tears: "
    "%(size)s (90 %%: %(one)s to %(other)s)."
)


def client_voice(answer: Answer) -> Check:
    """The client's voice in place of the therapist's, where it spoke or nothing was logged."""
    table, column = answer.table, answer.exposure.column
    heard = table.columns.get(f"{column}_heard")
    if heard is None:
        return not_formed("client-voice", _VOICE, gettext_noop("since no client's voice is there"))
    has_nothing = (table.columns["csh"] + table.columns["shed"] + table.columns["near"]) == 0
    is_known = ~np.isnan(heard) | has_nothing
    told = np.where(np.isnan(heard), 0.0, heard)
    shown = table.with_columns(**{column: told}).where(np.asarray(is_known))
    sessions = shown.exposed(column)[0]
    if sessions < FEW:
        return not_formed("client-voice", _VOICE, NEEDS_FIVE)
    found = fitted(shown, _design(answer)).interval()
    is_loud = moved(_fit_of(answer), found[1])
    return difference(
        "client-voice", _VOICE, _VOICE_SAID, found, is_loud=is_loud,
        sessions=int((~np.isnan(heard)).sum()),
    )  # fmt: skip


# --- another prior, another rating

_PRIORS = gettext_noop("With other expectations beforehand")
_PRIORS_SAID = gettext_noop(
    "If differences were taken for half or twice as large beforehand, on average or between "
    "clients, the middle lies between %(one)s and %(other)s."
)


def priors(answer: Answer) -> Check:
    """Prior SDs of .15 and .6, of the average and of how clients differ."""
    design = _design(answer)
    others = [replace(design, effect_sd=sd) for sd in (0.15, 0.6)]
    others += [replace(design, slope_sd=sd) for sd in (0.15, 0.6)]
    middles = middles_with(_fit_of(answer), others)
    found = (min(middles), answer_middle(answer), max(middles))
    is_loud = any(moved(_fit_of(answer), one) for one in middles)
    return difference("priors", _PRIORS, _PRIORS_SAID, found, is_loud=is_loud)


_AFTER = gettext_noop("With heaviness as rated after the session")
_AFTER_SAID = gettext_noop(
    "With ratings given after the session in the place of those from before: %(size)s (90 %%: "
    "%(one)s to %(other)s). This is no better answer: whoever rates afterwards has seen the tears, "
    "and that alone shifts it."
)
_NO_AFTER = gettext_noop("since hardly any session was rated afterwards")


def rated_after(answer: Answer) -> Check:
    """The post-session rating: a labelled sensitivity, never an adjustment."""
    table = answer.table
    after = table.columns["heavy_after"]
    is_there = ~np.isnan(after)
    shown = table.where(is_there)
    if shown.exposed(answer.exposure.column)[0] < FEW:
        return not_formed("rated-after", _AFTER, _NO_AFTER)
    shown = shown.with_columns(heavy=_standard(after[is_there]), heavy_missing=np.zeros(shown.n))
    found = fitted(shown, _design(answer)).interval()
    is_loud = moved(_fit_of(answer), found[1])
    return difference("rated-after", _AFTER, _AFTER_SAID, found, is_loud=is_loud)
