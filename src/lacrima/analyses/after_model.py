"""The model of what came after: which terms, which priors, and the posterior of one exposure.

    next_score ~ shed_w + near_w + ctears_first_w + heavy_w + score + score_first + log(session)
                 + ending_announced + shed_b + near_b + ctears_first_b + heavy_b
                 + (1 + shed_w | client) [+ shed_therapist + (1 + shed_w | therapist)]
                 [+ (1 + shed_w | clinic)]

`_w` is a session less its client's mean over all eligible sessions, `_b` that mean. A column in
which nothing differs is left out; the exposure stays, and its posterior is its prior then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.bayes_effects import BayesEffects, bayes_effects
from lacrima.analyses.default_priors import Told
from lacrima.analyses.formula import INTERCEPT
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import Words
from lacrima.analyses.model_rows import question
from lacrima.errors import BadInput, NoResult
from lacrima.stats import priors as before
from lacrima.stats.bayes import Posterior
from lacrima.stats.mixtures import Mixture
from lacrima.stats.multilevel import Degrees, fit
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import HalfNormal, LogNormal, Normal

NEXT, NO_RETURN = "next_score", "no_return"
LEVEL = 0.90
SAME = 1e-12


class Exposure(StrEnum):
    """What may have happened in a session, as the command line names it."""

    CLIENT_SHED = "client-shed"
    SHED = "shed"
    NEAR = "near"
    HELD_BACK = "held-back"

    @property
    def column(self) -> str:
        """Its column of the panel."""
        return {"client-shed": "csh", "held-back": "held"}.get(self.value, self.value)


BESIDE = {
    "csh": ("cnear", "ttears_first", "heavy"),
    "shed": ("near", "ctears_first", "heavy"),
    "near": ("shed", "ctears_first", "heavy"),
    "held": ("shed", "near", "ctears_first", "heavy"),
    "unseen": ("shed", "near", "ctears_first", "heavy"),
}
PLAIN = ("heavy_missing", "score", "score_first", "log(session)", "ending_announced")
# Of not coming back, as shares: no source fixes these; a moment may well change a share by a fifth.
AWAY_EFFECT, AWAY_SPREAD, AWAY_LEVEL = Normal(0.0, 0.2), HalfNormal(0.1), HalfNormal(0.15)
AWAY_REST, AWAY_RESIDUAL = Normal(0.0, 0.1), LogNormal(0.2, 0.7)


@dataclass(frozen=True, slots=True)
class Design:
    """One exposure and what is held equal beside it.

    beside: columns that enter within and between clients; plain: as they are. effect_sd,
    slope_sd: of the priors. has_slope: whether the exposure may differ between clients.
    """

    exposure: str
    beside: tuple[str, ...]
    plain: tuple[str, ...] = PLAIN
    outcome: str = NEXT
    effect_sd: float = before.EFFECT.sd
    slope_sd: float = before.CLIENT_SLOPE.scale
    more: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, exposure: str) -> Design:
        """The one that is looked at first."""
        return cls(exposure, BESIDE[exposure])

    @property
    def term(self) -> str:
        """What the coefficient is called."""
        return within(self.exposure)

    def without(self, *columns: str) -> Design:
        """The same with less held equal."""
        return replace(
            self,
            beside=tuple(one for one in self.beside if one not in columns),
            plain=tuple(one for one in self.plain if one not in columns),
        )


def within(column: str) -> str:
    """The name of what varies inside clients."""
    return f"within({column}, client)"


def between(column: str, group: str = "client") -> str:
    """The name of what differs between them."""
    return f"between({column}, {group})"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A posterior with the design and the table it is of."""

    design: Design
    table: AfterTable
    effects: BayesEffects

    @property
    def average(self) -> Mixture:
        """What is known of the exposure on average."""
        return self.posterior.coefficient(self.design.term)

    @property
    def prior(self) -> Mixture:
        """What was taken for likely before."""
        return self.posterior.prior(self.design.term)

    def interval(self, of: Mixture | None = None) -> tuple[float, float, float]:
        """Low, middle and high of 90 %."""
        tail = (1 - LEVEL) / 2
        low, middle, high = (of or self.average).quantile([tail, 0.5, 1 - tail]).tolist()
        return low, middle, high

    def own(self, client: str) -> Mixture | None:
        """What is known of one client's own; None for one without a row that is used."""
        try:
            return self.effects.own(self.design.term, client)
        except NoResult:
            return None

    @property
    def posterior(self) -> Posterior:
        """The posterior of all coefficients."""
        return self.effects.found.found


def formula_of(table: AfterTable, design: Design) -> str:
    """The formula, without columns in which nothing differs among the rows that are used."""
    used = table.where(_used(table, design))
    beside = [one for one in design.beside if _differs(used, one)]
    plain = [one for one in (*design.plain, *design.more) if _differs(used, one)]
    terms = [within(one) for one in (design.exposure, *beside)] + plain
    terms += [between(one) for one in (design.exposure, *beside) if _differs_between(used, one)]
    parts = [f"(1 + {design.term} | client)"]
    if has_therapists(used):
        terms.append(between(design.exposure, "therapist"))
        parts.append(f"(1 + {design.term} | therapist)")
    if has_clinics(used):
        parts.append(f"(1 + {design.term} | clinic)")
    return f"{design.outcome} ~ {' + '.join([*terms, *parts])}"


def has_therapists(table: AfterTable) -> bool:
    """Whether there are several of them, with fewer of them than clients."""
    return 1 < table.therapists < len(np.unique(table.client.codes))


def has_clinics(table: AfterTable) -> bool:
    """Whether there are several clinics, with fewer of them than therapists, who are several."""
    return has_therapists(table) and 1 < table.clinics < table.therapists


def _used(table: AfterTable, design: Design) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    outcome = table.columns[design.outcome]
    names = [one for one in design.plain if one in table.columns]
    return np.asarray(
        ~np.isnan(outcome) & ~np.any([np.isnan(table.columns[one]) for one in names], axis=0)
        if names
        else ~np.isnan(outcome)
    )


def _differs(table: AfterTable, column: str) -> bool:
    name = column.removeprefix("log(").removesuffix(")")
    if ":" in name:
        return True
    values = table.columns[name]
    return bool(len(values)) and float(np.ptp(values)) > SAME


def _differs_between(table: AfterTable, column: str) -> bool:
    means = means_of(table.columns[column], table.client)
    return bool(len(means)) and float(np.ptp(means)) > SAME


def means_of(values: Numbers, groups: Words) -> Numbers:
    """The mean of each group, in the order of their words; a group without a row is left out."""
    counts = np.bincount(groups.codes)
    sums = np.bincount(groups.codes, weights=values)
    return np.asarray(sums[counts > 0] / counts[counts > 0])


def fitted(table: AfterTable, design: Design, *, along: str | None = None) -> Fitted:
    """The posterior of one exposure. along: residuals remember the session before in this column.

    Raises NoResult where no session has an outcome.
    """
    asked = read_formula(formula_of(table, design))
    groups = {"/".join(group) for group in asked.named_groups()}
    told = _told([str(term) for term in asked.fixed.terms], groups, design)
    columns = table.for_formula()
    names = dict.fromkeys([*asked.columns(), *([along] if along else [])])
    effects = bayes_effects(
        asked,
        {name: columns[name] for name in names},
        order=along,
        norm_sd=1.0,
        told=told,
        ar1=along is not None,
        confidence=LEVEL,
    )
    return Fitted(design, table, effects)


def _told(terms: Sequence[str], groups: Collection[str], design: Design) -> Told:
    """Every prior by name: nothing is left to what a column looks like."""
    is_away = design.outcome == NO_RETURN
    prior, spreads = (_away_prior, _AWAY_SPREADS) if is_away else (_score_prior, _SPREADS)
    told = {
        group: {INTERCEPT: level, design.term: slope}
        for group, (level, slope) in spreads.items()
        if group in groups
    }
    if not is_away:
        told["client"][design.term] = HalfNormal(design.slope_sd)
    return Told(
        coefficients={term: prior(term, design) for term in terms},
        spreads=told,
        residual=AWAY_RESIDUAL if is_away else before.RESIDUAL,
    )


_SPREADS = {
    "client": (before.CLIENT_LEVEL, before.CLIENT_SLOPE),
    "therapist": (before.THERAPIST_LEVEL, before.THERAPIST_SLOPE),
    "clinic": (before.CLINIC, before.CLINIC),
}
_AWAY_SPREADS = dict.fromkeys(_SPREADS, (AWAY_LEVEL, AWAY_SPREAD))
MOMENTS = {"shed", "near", "held", "unseen", "csh", "cnear", "ctears_first", "ttears_first"}


def _score_prior(term: str, design: Design) -> Normal:
    if term == "score":
        return before.SCORE
    if term == "score_first":
        return before.FIRST_SCORE
    if ":" in term:
        return before.MODERATOR
    if term == design.term:
        return Normal(0.0, design.effect_sd)
    if term.startswith("between("):
        return before.BETWEEN
    is_moment = any(term == within(one) for one in MOMENTS)
    return before.EFFECT if is_moment else before.COVARIATE


def _away_prior(term: str, design: Design) -> Normal:
    return AWAY_EFFECT if term == design.term else AWAY_REST


@dataclass(frozen=True, slots=True)
class Reml:
    """The cross-check by restricted maximum likelihood; None where it could not be formed."""

    estimate: float | None
    se: float | None
    is_singular: bool = False
    why: str = ""


def by_reml(table: AfterTable, design: Design) -> Reml:
    """The same model without priors: the estimate, its standard error, or why there is none."""
    asked = read_formula(formula_of(table, design))
    columns = table.for_formula()
    try:
        put = question(asked, {name: columns[name] for name in asked.columns()})
        found = fit(put.rows, put.model, df=Degrees.NONE)
    except (BadInput, NoResult) as mistake:
        return Reml(None, None, why=mistake.found)
    return Reml(found[design.term].estimate, found[design.term].se, found.singular)


def shares(values: Iterable[float]) -> float | None:
    """The mean of what is known; None of nothing."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None
