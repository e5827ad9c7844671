"""How does an outcome go with the terms of a formula, and how does that differ by group?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lacrima.analyses.bayes_effects import bayes_effects
from lacrima.analyses.default_priors import Told
from lacrima.analyses.formula import Formula
from lacrima.analyses.model_columns import Columns
from lacrima.analyses.model_rows import Question, question
from lacrima.analyses.model_terms import Factor
from lacrima.errors import UsageError
from lacrima.stats.keeping import as_bytes
from lacrima.stats.multilevel import Degrees, Method, fit_sums
from lacrima.stats.numbers import above_zero, inside
from lacrima.stats.results import Fit
from lacrima.stats.sums import Sums, sums_of

SCHEMA = "lacrima.effects/1"
BAYES = "bayes"
METHODS = (*(str(each) for each in Method), BAYES)


@dataclass(frozen=True, slots=True)
class EffectsRules:
    """How a formula is to be answered.

    method: reml, ml or bayes. df: satterthwaite, kenward-roger or none (of reml and ml). ar1:
    residuals of one finest group remember the session before. order: the column along which rows
    follow each other. norm_sd, priors: of bayes.
    """

    method: str = "reml"
    df: str | None = None
    ar1: bool = False
    order: str | None = None
    confidence: float = 0.95
    norm_sd: float | None = None
    priors: Told | None = None

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if self.method not in METHODS:
            raise UsageError(
                f"the method {self.method!r}", where="--method", expected=" or ".join(METHODS)
            )
        if self.df is not None and self.df not in tuple(Degrees):
            raise UsageError(
                f"the degrees of freedom {self.df!r}", where="--df", expected=", ".join(Degrees)
            )
        inside("confidence", self.confidence, low_open=True)
        if self.ar1 and self.order is None:
            raise UsageError("AR(1) without an order", where="--ar1", expected="--order COLUMN")
        self._check_bayes()

    def _check_bayes(self) -> None:
        if self.df == Degrees.KENWARD_ROGER and (self.method != Method.REML or self.ar1):
            raise UsageError(
                "Kenward-Roger with AR(1)" if self.ar1 else f"Kenward-Roger with {self.method}",
                where="--df",
                expected="--method reml without --ar1",
            )
        if self.method != BAYES:
            if self.norm_sd is not None or self.priors is not None:
                raise UsageError(
                    "priors without a posterior",
                    where="--norm-sd, --priors",
                    expected="--method bayes",
                )
            return
        if self.df not in (None, Degrees.NONE):
            raise UsageError(
                "degrees of freedom with bayes", where="--df", expected="none, or no --df"
            )
        if self.norm_sd is None:
            raise UsageError(
                "bayes without the scale on which priors stand",
                where="--norm-sd",
                expected="the standard deviation of the instrument's norm (PHQ-9 5.5, GAD-7 4.5)",
            )
        above_zero("norm_sd", self.norm_sd)


@dataclass(frozen=True, slots=True)
class Effects:
    """An answer: what a program reads; for people, the same as text; and the sums behind it."""

    result: Mapping[str, Any]
    text: str
    _sums: Sums
    _asked: Question

    def sums_file(self) -> bytes:
        """The sums with the ids of the table, as a file to be kept, joined and asked again."""
        return as_bytes(_kept(self._sums, self._asked))


def effects(formula: Formula, columns: Columns, rules: EffectsRules) -> Effects:
    """Answer a formula by REML, ML or a posterior.

    columns: those that the formula names, and the order, as `model_columns` gives them. Raises as
    `model_table.model_table` and `stats.multilevel.fit`.
    """
    head = {"formula": str(formula), "method": rules.method, "confidence": rules.confidence}
    if rules.method == BAYES:
        return _by_posterior(formula, columns, rules, head)
    found, sums, asked = fitted(formula, columns, rules)
    result = head | _fit_as_json(found) | _factors(asked.factors)
    return Effects(result, _said(found, asked.factors), sums, asked)


def fitted(formula: Formula, columns: Columns, rules: EffectsRules) -> tuple[Fit, Sums, Question]:
    """The fit by REML or ML, the sums behind it, and what was asked of them."""
    asked = question(formula, columns, order=rules.order)
    begun = time.perf_counter()
    sums = sums_of(asked.rows, asked.model, ar1=rules.ar1)
    took_s = time.perf_counter() - begun
    found = fit_sums(
        sums,
        asked.model,
        method=rules.method,
        df=rules.df or Degrees.SATTERTHWAITE,
        confidence=rules.confidence,
    )
    seconds = replace(found.seconds, sums=took_s)
    found = replace(found, rows_read=asked.rows.n, dropped=asked.dropped, seconds=seconds)
    return found, sums, asked


def _by_posterior(
    formula: Formula, columns: Columns, rules: EffectsRules, head: dict[str, Any]
) -> Effects:
    found = bayes_effects(
        formula,
        columns,
        order=rules.order,
        norm_sd=rules.norm_sd or 1.0,
        told=rules.priors,
        ar1=rules.ar1,
        confidence=rules.confidence,
    )
    told = found.as_json() | {"df_method": str(Degrees.NONE)}
    result = head | told | _factors(found.asked.factors)
    return Effects(result, str(found), found.sums, found.asked)


def _kept(sums: Sums, asked: Question) -> Sums:
    """The sums with the ids of the table in place of their numbers, and why rows were dropped."""
    labels = []
    for name, codes in zip(sums.names, sums.labels, strict=True):
        words = np.array(asked.labels[name])
        is_whole = all(word.isascii() and word.isdigit() for word in asked.labels[name])
        labels.append((words.astype(np.int64) if is_whole else words)[codes.astype(np.int64)])
    return replace(sums, labels=tuple(labels), dropped=asked.dropped)


def _fit_as_json(found: Fit) -> dict[str, Any]:
    told = dict(found.as_json())
    kept = (
        "df_method", "rows_read", "rows_used", "dropped", "coefficients", "groups", "sigma", "phi",
        "criterion", "singular", "why", "theta", "seconds",
    )  # fmt: skip
    return {key: told[key] for key in kept}


def _factors(factors: tuple[Factor, ...]) -> dict[str, Any]:
    return {
        "factors": [
            {"column": one.column, "reference": one.reference, "levels": list(one.levels)}
            for one in factors
        ]
    }


def _said(found: Fit, factors: tuple[Factor, ...]) -> str:
    lines = [f"{one.n} rows left out: {one.reason}" for one in found.dropped]
    lines += [f"{one.column}: held against {one.reference!r}" for one in factors]
    return "\n".join([str(found), *lines])
