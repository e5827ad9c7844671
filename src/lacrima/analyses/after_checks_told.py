"""The same question told otherwise: by the client, in another order, later, with other priors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacrima.analyses.after_again import middles_with
from lacrima.analyses.after_check import (
    Check,
    answer_middle,
    design_of,
    difference,
    fit_of,
    moved,
    not_formed,
)
from lacrima.analyses.after_checks_unseen import FEW, NEEDS_FIVE
from lacrima.analyses.after_model import fitted
from lacrima.analyses.after_table import standardised
from lacrima.analyses.after_words import gettext_noop
from lacrima.analyses.what_came_after import Answer

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
    found = fitted(shown, design_of(answer)).interval()
    is_loud = moved(fit_of(answer), found[1])
    return difference(
        "client-voice", _VOICE, _VOICE_SAID, found, is_loud=is_loud,
        sessions=int((~np.isnan(heard)).sum()),
    )  # fmt: skip


# --- another prior, another rating

_ORDER = gettext_noop("If the therapist’s tears had come first where that is not known")
_ORDER_SAID = gettext_noop(
    "In %(sessions)s sessions both cried and it is not known whose tears came first; the client’s "
    "are taken to have. If the therapist’s had, the difference would be %(size)s (90 %%: %(one)s "
    "to %(other)s)."
)
_ORDER_KNOWN = gettext_noop(
    "since there are fewer than five sessions with tears of both in which it is not known whose "
    "came first"
)


def order_unknown(answer: Answer) -> Check:
    """An order that is not known counts as the client first; here as the therapist first."""
    table = answer.table
    is_unknown = table.columns["is_order_known"] == 0
    sessions = int((is_unknown & table.is_used).sum())
    if sessions < FEW:
        return not_formed("order-unknown", _ORDER, _ORDER_KNOWN)
    firsts = {
        "ctears_first": np.where(is_unknown, 0.0, table.columns["ctears_first"]),
        "ttears_first": np.where(is_unknown, 1.0, table.columns["ttears_first"]),
    }
    found = fitted(table.with_columns(**firsts), design_of(answer)).interval()
    is_loud = moved(fit_of(answer), found[1])
    return difference("order-unknown", _ORDER, _ORDER_SAID, found, is_loud=is_loud,
                      sessions=sessions)  # fmt: skip


_PRIORS = gettext_noop("With other expectations beforehand")
_PRIORS_SAID = gettext_noop(
    "If differences were taken for half or twice as large beforehand, on average or between "
    "clients, the middle lies between %(one)s and %(other)s."
)


def priors(answer: Answer) -> Check:
    """Prior SDs of .15 and .6, of the average and of how clients differ."""
    design = design_of(answer)
    others = [replace(design, effect_sd=sd) for sd in (0.15, 0.6)]
    others += [replace(design, slope_sd=sd) for sd in (0.15, 0.6)]
    middles = middles_with(fit_of(answer), others)
    found = (min(middles), answer_middle(answer), max(middles))
    is_loud = any(moved(fit_of(answer), one) for one in middles)
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
    shown = shown.with_columns(heavy=standardised(after[is_there]), heavy_missing=np.zeros(shown.n))
    found = fitted(shown, design_of(answer)).interval()
    is_loud = moved(fit_of(answer), found[1])
    return difference("rated-after", _AFTER, _AFTER_SAID, found, is_loud=is_loud)
