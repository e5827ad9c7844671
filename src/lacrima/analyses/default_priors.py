"""Which prior a term of a formula gets, by what it is; and a file that says otherwise.

The priors and their reasons stand in `stats.priors`, on the scale of the instrument's norm; here
they are put into the units of the outcome. A person may give a file:

    [coefficients]
    "within(shed, client)" = { mean = 0.0, sd = 0.15 }

    [spreads.client]
    "(Intercept)" = 0.5

    [residual]
    median = 0.6
    sd = 0.4

    [correlations]
    shape = 2.0

    [phi]
    mean = 0.2
    sd = 0.2
    low = -0.2
    high = 0.9
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lacrima import strict_toml
from lacrima.analyses.formula import INTERCEPT, Call, Formula, Function, Piece, column_of
from lacrima.analyses.formula import Column as Named
from lacrima.errors import BadInput
from lacrima.stats import priors as before
from lacrima.stats.bayes_sums import Column, Level
from lacrima.stats.priors import Between, HalfNormal, LevelPriors, LogNormal, Normal, Priors

FILE = "the file of priors"
FIRST = "_first"  # score_first: the first score


@dataclass(frozen=True, slots=True)
class Told:
    """What a file of priors says, on the scale of the norm; all else as by default."""

    coefficients: Mapping[str, Normal] = field(default_factory=dict)
    spreads: Mapping[str, Mapping[str, HalfNormal]] = field(default_factory=dict)
    residual: LogNormal = before.RESIDUAL
    correlations: before.Correlations = before.CORRELATIONS
    phi: Between | None = None


def read_priors(text: str) -> Told:
    """A file of priors. Raises BadInput, with the line, for what does not belong there."""
    file = strict_toml.read(text, name=FILE, error=BadInput)
    told = Told(
        coefficients={
            name: Normal(each.need("mean", float), each.need("sd", float))
            for name, each in file.named_sections("coefficients")
        },
        spreads={
            name: {term: HalfNormal(each.need(term, float)) for term in each.keys()}  # noqa: SIM118
            for name, each in file.named_sections("spreads")
        },
    )
    residual, correlations = file.section("residual"), file.section("correlations")
    if residual is not None:
        told = replace(
            told, residual=LogNormal(residual.need("median", float), residual.need("sd", float))
        )
    if correlations is not None:
        shape = before.Correlations(correlations.need("shape", float))
        told = replace(told, correlations=shape)
    phi = file.section("phi")
    if phi is not None:
        ends = (phi.need(each, float) for each in ("mean", "sd", "low", "high"))
        told = replace(told, phi=Between(*ends))
    file.done("coefficients, spreads, residual, correlations, phi")
    return told


def priors_for(
    formula: Formula,
    columns: Sequence[Column],
    levels: Sequence[Level],
    outcome: Column,
    *,
    norm_sd: float,
    told: Told,
    ar1: bool = False,
) -> Priors:
    """The priors of a model, in the outcome's units.

    columns: the fixed terms; levels: from the finest up; outcome: its mean is where the
    intercept's prior, which says nothing, has its middle. norm_sd: the standard deviation of the
    outcome's norm. ar1: residuals remember the session before. Raises BadInput where the file names
    a coefficient, a group, a term or a memory that the model does not have.
    """
    _check_names(columns, levels, told)
    if told.phi is not None and not ar1:
        raise BadInput("a prior of phi without AR(1)", where=FILE, expected="--ar1, or no [phi]")
    return Priors(
        coefficients=tuple(_coefficient(formula, one, outcome, norm_sd, told) for one in columns),
        levels=tuple(
            LevelPriors(
                tuple(
                    _spread(depth, level.name, term, columns, formula, norm_sd, told)
                    for term in level.terms
                ),
                told.correlations,
            )
            for depth, level in zip(_depths(levels), levels, strict=True)
        ),
        residual=LogNormal(norm_sd * told.residual.median, told.residual.sd),
        memory=(told.phi or before.MEMORY) if ar1 else None,
    )


@dataclass(frozen=True, slots=True)
class _Role:
    """A prior, and in what it stands: a standard deviation of the term (unless it is yes and no),
    or one score against another; else one unit of the term.
    """

    prior: Normal
    per_sd: bool = False
    of_scores: bool = False


def _by_role(name: str, formula: Formula) -> _Role:
    """What a term is: the intercept, an interaction, a score, a mean, or something else."""
    if name == INTERCEPT:
        return _Role(before.INTERCEPT)
    terms = {str(term): term for term in formula.fixed.terms}
    pieces = terms[name].pieces if name in terms else ()
    if len(pieces) > 1 or (not pieces and ":" in name):
        return _Role(before.MODERATOR, per_sd=True)
    if not pieces:
        return _Role(before.COVARIATE)  # a word against its reference: 0 or 1
    return _of_piece(pieces[0], formula)


def _of_piece(piece: Piece, formula: Formula) -> _Role:
    score = column_of(formula.outcome)
    if column_of(piece) == score:
        return _Role(before.SCORE, of_scores=True)
    if column_of(piece) == f"{score}{FIRST}":
        return _Role(before.FIRST_SCORE, of_scores=True)
    if isinstance(piece, Call) and piece.function is Function.BETWEEN:
        return _Role(before.BETWEEN, per_sd=True)
    if isinstance(piece, Call) and piece.function is Function.LOG:
        return _Role(before.COVARIATE)
    return _Role(before.EFFECT, per_sd=True)


def _coefficient(
    formula: Formula, column: Column, outcome: Column, norm_sd: float, told: Told
) -> Normal:
    role, own = _by_role(column.name, formula), told.coefficients.get(column.name)
    if column.name == INTERCEPT and own is None:
        return Normal(outcome.mean, before.INTERCEPT.sd * norm_sd)
    prior = role.prior if own is None else own
    if role.of_scores:
        return prior
    is_per_sd = own is None and role.per_sd and not column.is_flag and column.sd > 0
    by = norm_sd / column.sd if is_per_sd else norm_sd
    return Normal(prior.mean * by, prior.sd * by)


def _depths(levels: Sequence[Level]) -> list[int]:
    """How far up each level is: 0 for clients, 1 for therapists, 2 for clinics and beyond."""
    names = list(dict.fromkeys(level.name for level in levels))
    return [min(names.index(level.name), 2) for level in levels]


def _spread(
    depth: int,
    group: str,
    term: str,
    columns: Sequence[Column],
    formula: Formula,
    norm_sd: float,
    told: Told,
) -> HalfNormal:
    """How much a term differs by a group; what is counted, by its standard deviation."""
    own = told.spreads.get(group, {})
    if term in own:
        return HalfNormal(norm_sd * own[term].scale)
    known = {one.name: one for one in columns if one.sd > 0 and not one.is_flag}
    by = norm_sd / known[term].sd if term in known and term != INTERCEPT else norm_sd
    return HalfNormal(by * _usual_spread(depth, term, formula).scale)


def _usual_spread(depth: int, term: str, formula: Formula) -> HalfNormal:
    if depth == 2:
        return before.CLINIC
    if term != INTERCEPT:
        return before.CLIENT_SLOPE if depth == 0 else before.THERAPIST_SLOPE
    if depth == 1:
        return before.THERAPIST_LEVEL
    score = Named(column_of(formula.outcome))
    has_score = formula.outcome != score and any(
        score in each.pieces for each in formula.fixed.terms
    )
    return before.CLIENT_LEVEL if has_score else before.CLIENT_LEVEL_ALONE


def _check_names(columns: Sequence[Column], levels: Sequence[Level], told: Told) -> None:
    for name in told.coefficients:
        _known(name, [one.name for one in columns], "coefficient")
    for name, terms in told.spreads.items():
        _known(name, [level.name for level in levels], "group")
        there = [term for level in levels if level.name == name for term in level.terms]
        for term in terms:
            _known(term, there, f"term that varies by {name}")


def _known(name: str, names: Sequence[str], what: str) -> None:
    if name not in names:
        raise BadInput(
            f"no {what} {name!r} in the model", where=FILE, expected=f"one of {', '.join(names)}"
        )
