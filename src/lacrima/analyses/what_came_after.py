"""After sessions with such a moment, how did things go next?

Four questions of one table, in this order: did they come back (E0); how was the next score after
sessions with it against comparable ones of the same client, on average (E1), and with each client
(E2); and how do clients and therapists who have more of it differ, which is no effect of a moment
(E3). Nothing here is a cumulative effect, and nothing says what caused what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from lacrima.analyses.after_away import NotBack, not_back
from lacrima.analyses.after_model import (
    Design,
    Exposure,
    Fitted,
    Reml,
    between,
    by_reml,
    fitted,
    within,
)
from lacrima.analyses.after_needed import Needed, needed
from lacrima.analyses.after_pool import Pool, pool_of, pool_without_model
from lacrima.analyses.after_states import (
    BIAS_SD_NEAR,
    Knowledge,
    State,
    known,
    state_of,
    state_of_one,
)
from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.after_words import Early, Said, caseload_sentence, one_sentence
from lacrima.analyses.after_words_pool import pool_sentence
from lacrima.errors import NoResult
from lacrima.stats.contrasts import contrast, prior_of
from lacrima.stats.mixtures import Mixture
from lacrima.stats.priors import CLIENT_SLOPE, EFFECT

SAME = 1e-9
SPREADS = 64
Interval = tuple[float, float, float]


@cache
def prior_of_one() -> Interval:
    """90 % of what was taken for likely of one client: the average's, and how clients differ.

    >>> [round(each, 2) for each in prior_of_one()]
    [-0.68, 0.0, 0.68]
    """
    sds = np.hypot(EFFECT.sd, CLIENT_SLOPE.places(SPREADS))
    mixed = Mixture(np.zeros(SPREADS), sds, np.full(SPREADS, 1 / SPREADS))
    low, middle, high = (float(each) for each in mixed.quantile([0.05, 0.5, 0.95]))
    return low, middle, high


@dataclass(frozen=True, slots=True)
class Looked:
    """When the answer was looked at; None: a file given by hand, at no set day."""

    on: date | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One client: how many sessions with and without, the shrunken interval, what may be said."""

    client: str
    exposed: int
    others: int
    interval: Interval
    state: State
    sentence: Said

    @property
    def prior(self) -> Interval:
        """What was taken for likely of any client: wider than of the average."""
        return prior_of_one()


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one exposure and one measure say together.

    interval: low, middle, high of 90 %, in norm SDs, better is above 0; None where no session
    could be compared. fit: the posterior, None then too. against_near: shed against near (E1a),
    where both are there. between: E3, not an effect of the moment. pool: where several therapists
    were put together; what it asks first decides what may be said then.
    """

    exposure: Exposure
    table: AfterTable
    state: State
    sentence: Said
    sessions: int
    clients: int
    found: Knowledge | None
    fit: Fitted | None
    interval: Interval | None
    not_back: NotBack
    needed: Needed | None
    against_near: tuple[Interval, Knowledge] | None
    between: Interval | None
    reml: Reml | None
    is_primary: bool
    looked: Looked = Looked()
    pool: Pool | None = None

    @property
    def prior(self) -> Interval:
        """What was taken for likely before any session was looked at."""
        return (-1.645 * EFFECT.sd, 0.0, 1.645 * EFFECT.sd)

    def of_client(self, client: str) -> OwnAnswer:
        """The same for one client, who may not be in the table at all."""
        exposed, others = _counts(self.table, self.exposure.column, client)
        own = None if self.fit is None else self.fit.own(client)
        if self.fit is not None and own is None:
            own = self.fit.posterior.anybody(self.fit.design.term)
        interval = prior_of_one()
        if self.fit is not None and own is not None:
            interval = self.fit.interval(own)
        state = State.DESCRIBED
        if own is not None:
            state = state_of_one(own, exposed=exposed, others=others, caseload=self.state,
                                 is_primary=self.is_primary)  # fmt: skip
        sentence = one_sentence(state, sessions=exposed, interval=interval)
        return OwnAnswer(client, exposed, others, interval, state, sentence)

    def everybody(self) -> tuple[OwnAnswer, ...]:
        """Each client with such a session (E2)."""
        met = self.table.is_used & (self.table.columns[self.exposure.column] > 0)
        codes = np.unique(self.table.client.codes[met])
        return tuple(self.of_client(self.table.client.levels[code]) for code in codes)


def what_came_after(
    table: AfterTable,
    exposure: Exposure,
    *,
    is_primary: bool = True,
    looked: Looked | None = None,
    is_pool: bool = False,
) -> Answer:
    """How was the next score after sessions with such a moment?

    table: the eligible sessions (`after_table`). is_primary: the pair of exposure and measure was
    declared beforehand. is_pool: sessions of several therapists, put together on purpose: then
    the rules of a pool hold. Never raises for too little: that is the state `too-early`.

    Source: the estimands and rules, docs/explanation/what-came-after.md; the posterior,
    `stats.bayes.posterior`.
    """
    empty = _without_model(table, exposure, is_primary=is_primary, looked=looked or Looked())
    if empty.sessions and _varies(table):
        empty = _with_model(empty)
    return _of_pool(empty) if is_pool else empty


def _with_model(empty: Answer) -> Answer:
    """The posterior, and what may be said of a caseload.

    Where the next score follows from the one before to the last digit there is no posterior: that
    happens with a handful of sessions, and it stays too early.
    """
    table, sessions, clients = empty.table, empty.sessions, empty.clients
    try:
        fit = fitted(table, Design.of(empty.exposure.column))
    except NoResult:
        return empty
    found = known(fit.average, fit.prior, sessions=sessions, clients=clients,
                  at_an_end=at_an_end(table))  # fmt: skip
    state = state_of(found, is_primary=empty.is_primary)
    return replace(
        empty,
        state=state,
        found=found,
        fit=fit,
        interval=fit.interval(),
        sentence=_sentence(fit, found, state, is_primary=empty.is_primary),
        needed=needed(fit, sessions=sessions, clients=clients),
        against_near=_against_near(fit, sessions=sessions, clients=clients),
        between=_between(fit),
        reml=by_reml(table, fit.design),
    )


def _of_pool(answer: Answer) -> Answer:
    """The same by the rules of a pool; of own tears without near ones nothing was declared."""
    fit, found, table = answer.fit, answer.found, answer.table
    is_shed = answer.exposure is Exposure.SHED
    is_primary = answer.is_primary and (not is_shed or answer.against_near is not None)
    pool = pool_without_model(table, answer.exposure)
    if fit is not None and found is not None:
        pool = pool_of(fit, answer.exposure, found, answer.against_near)
    state = pool.state(is_primary=is_primary)
    early = _early(table, answer.exposure.column)
    sentence = pool_sentence(answer.exposure.column, pool, state, early, is_primary=is_primary)
    return replace(answer, pool=pool, state=state, sentence=sentence, is_primary=is_primary)


def _varies(table: AfterTable) -> bool:
    """Whether the next scores differ at all: else there is nothing that could go with anything."""
    after = table.columns["next_score"][table.is_used]
    return bool(len(after)) and float(np.ptp(after)) > SAME


def _early(table: AfterTable, column: str) -> Early:
    sessions, clients = table.exposed(column)
    others = int(table.is_used.sum()) - sessions
    return Early(sessions, clients, others, at_an_end(table), is_alike=not _varies(table))


def _without_model(
    table: AfterTable, exposure: Exposure, *, is_primary: bool, looked: Looked
) -> Answer:
    """What can be said without any model: counts, and who came back."""
    sessions, clients = table.exposed(exposure.column)
    early = _early(table, exposure.column)
    sentence = caseload_sentence(exposure.column, State.TOO_EARLY, early, interval=None,
                                 p_fair=None, p_biased=None)  # fmt: skip
    return Answer(
        exposure=exposure,
        table=table,
        state=State.TOO_EARLY,
        sentence=sentence,
        sessions=sessions,
        clients=clients,
        found=None,
        fit=None,
        interval=None,
        not_back=not_back(table, exposure.column),
        needed=needed(None, sessions=sessions, clients=clients),
        against_near=None,
        between=None,
        reml=None,
        is_primary=is_primary,
        looked=looked,
    )


def _sentence(fit: Fitted, found: Knowledge, state: State, *, is_primary: bool) -> Said:
    return caseload_sentence(
        fit.design.exposure,
        state,
        _early(fit.table, fit.design.exposure),
        interval=fit.interval(),
        p_fair=found.p_fair,
        p_biased=found.p_allowing_bias,
        is_primary=is_primary,
    )


def _against_near(fit: Fitted, *, sessions: int, clients: int) -> tuple[Interval, Knowledge] | None:
    """E1a: shed against near, which needs less of what cannot be seen."""
    pair = {within("shed"): 1.0, within("near"): -1.0}
    if fit.design.exposure != "shed" or not set(pair) <= set(fit.posterior.names):
        return None
    of, before = contrast(fit.posterior, pair), prior_of(fit.posterior, pair)
    nears = fit.table.exposed("near")
    found = known(of, before, sessions=min(sessions, nears[0]), clients=min(clients, nears[1]),
                  bias_sd=BIAS_SD_NEAR, at_an_end=at_an_end(fit.table))  # fmt: skip
    return fit.interval(of), found


def _between(fit: Fitted) -> Interval | None:
    """E3: per 10 in 100 more sessions with it, between clients. No effect of the moment."""
    name = between(fit.design.exposure)
    if name not in fit.posterior.names:
        return None
    low, middle, high = fit.interval(fit.posterior.coefficient(name))
    return low / 10, middle / 10, high / 10


def at_an_end(table: AfterTable) -> float:
    """The larger share of next scores that lie at one end of the scale; 0 where it has none."""
    scale, after = table.yardstick, table.columns["next_score"]
    there = after[~np.isnan(after)]
    if scale.low is None or scale.high is None or not len(there):
        return 0.0
    ends = scale.in_norm(np.array([scale.low, scale.high]))
    return float(max(np.isclose(there, end).mean() for end in ends))


def _counts(table: AfterTable, column: str, client: str) -> tuple[int, int]:
    if client not in table.client.levels:
        return 0, 0
    mine = table.is_used & (table.client.codes == table.client.levels.index(client))
    met = mine & (table.columns[column] > 0)
    return int(met.sum()), int(mine.sum() - met.sum())
