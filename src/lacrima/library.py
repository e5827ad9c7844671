"""Lacrima from Python: one function for each question, on tables of one's own.

`import lacrima` gives these by name; nothing of them is loaded before the first call. A *table* is
a mapping of arrays or lists by column, a data frame of pandas or polars, or a table of PyArrow.
What is missing is NaN, None, or what the library that holds the table has for it; nothing is ever
filled in. Results are values: they print, say themselves in a sentence where they have one, and
never hold a row of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.analyses.arrays_in import arrays_of, names_of
from lacrima.analyses.bayes_effects import BayesEffects, bayes_effects
from lacrima.analyses.default_priors import read_priors
from lacrima.analyses.effects import EffectsRules, fitted
from lacrima.analyses.formula import Formula
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.gains import Course, GainRules, GainsReport, gains_from_courses
from lacrima.analyses.model_columns import Columns, columns_of_arrays
from lacrima.analyses.outcomes import ChangeReport, ChangeRules, ScoreRow, change_from_rows
from lacrima.analyses.scoring import Result, results
from lacrima.analyses.simulated_panel import HUNDREDTHS, PanelTruth, simulate_panel
from lacrima.analyses.singlecase import SingleCaseReport, single_cases
from lacrima.errors import BadInput, LacrimaError
from lacrima.instruments.catalogue import shipped
from lacrima.stats.results import Fit

__all__ = [
    "LacrimaError",
    "bayes",
    "change",
    "effects",
    "gains",
    "score",
    "simulate",
    "singlecase",
]


def effects(
    formula: str,
    data: Any,
    *,
    method: str = "reml",
    df: str = "satterthwaite",
    order: str | None = None,
    ar1: bool = False,
    confidence: float = 0.95,
) -> Fit:
    """How does an outcome go with something, within clients, and how does that differ?

    formula: such as `next(score) ~ within(shed, client) + score + (1 | client)`; groups lie one
    inside the other. data: a table, one row a session. method: `reml` or `ml`. df:
    `satterthwaite`, `kenward-roger` (REML without AR(1)) or `none`. order: the column along which
    sessions of a client follow each other, numbers or dates; for `next`, `prior` and ar1. ar1:
    residuals of a client remember the session before. confidence: of the intervals, 0 to 1.

    A row is used when the outcome, every term, its groups and its order are there; the others are
    counted by reason in `dropped`. Estimates are in the outcome's units per unit of the term; they
    say what goes together, never what causes it.

    Raises BadFormula for a formula that cannot be read; BadInput for columns that are not there,
    constant or collinear (named), words where numbers are needed, infinite numbers, and groups that
    are not nested; UsageError for options that do not go together; NoResult where too few rows can
    be used.

    Source: Bates et al. 2015, 10.18637/jss.v067.i01; Kuznetsova et al. 2017, 10.18637/jss.v082.i13.

    >>> import lacrima
    >>> table = {"batch": list("aaaabbbbcccc"), "y": [3, 5, 4, 4, 7, 8, 6, 7, 4, 3, 5, 4]}
    >>> found = lacrima.effects("y ~ 1 + (1 | batch)", table)
    >>> mean = found["(Intercept)"]
    >>> round(mean.estimate, 3), round(mean.se, 3), round(mean.df, 3)
    (5.0, 1.0, 2.0)
    """
    rules = EffectsRules(method=method, df=df, order=order, ar1=ar1, confidence=confidence)
    asked = read_formula(formula)
    return fitted(asked, _columns(asked, data, order), rules)[0]


def bayes(
    formula: str,
    data: Any,
    *,
    norm_sd: float,
    order: str | None = None,
    ar1: bool = False,
    priors: str | None = None,
    confidence: float = 0.95,
) -> BayesEffects:
    """What is known of the coefficients of a formula, given these rows and what was likely before?

    formula, data, order, ar1, confidence: as for `effects`, with the same rows used and dropped.
    norm_sd: the standard deviation of the outcome in its instrument's norm, in the outcome's units
    (PHQ-9 5.5, GAD-7 4.5): priors stand on it. priors: other priors, as the text of a TOML file.

    The result prints what is known now beside what was likely before; `coefficient(name)` is one of
    them, `own(name, client)` that of one client. Constant and collinear columns are allowed: what
    the data do not say stays as it was before. `as_json()["why"]` warns where the posterior is not
    accurate enough.

    Raises as `effects`, but for collinear columns; BadInput for priors that do not fit the model.

    Source: Lindley and Smith 1972, 10.1111/j.2517-6161.1972.tb00885.x; Rue et al. 2009,
    10.1111/j.1467-9868.2008.00700.x.

    >>> import lacrima
    >>> made = lacrima.simulate(clients=30, sessions_per_client=10, effect=0.3, seed=1)
    >>> found = lacrima.bayes("next(score) ~ within(shed, client) + score + (1 | client)",
    ...     made.columns, order="session", norm_sd=1.0)
    >>> tears = found.coefficient("within(shed, client)")
    >>> 0 < tears.above(0.0) < 1
    True
    """
    asked = read_formula(formula)
    return bayes_effects(
        asked,
        _columns(asked, data, order),
        order=order,
        norm_sd=norm_sd,
        told=None if priors is None else read_priors(priors),
        ar1=ar1,
        confidence=confidence,
    )


def singlecase(
    data: Any,
    *,
    person: str,
    time: str,
    score: str,
    phase: str,
    baseline: str | None = None,
    lower_is_better: bool = False,
) -> SingleCaseReport:
    """How far do the scores of a person's two phases lie apart, person by person?

    data: a table, one row a session. person, time, score, phase: its columns; times are numbers
    or dates, phases two words or numbers, of which `baseline` is A (else the smaller one).
    lower_is_better: scores are turned round, so that above 0.5 (or 0) is better in phase B.

    A session without score or phase keeps its place in the test and counts in no pair; a row
    without person or time is counted in `dropped`. What cannot be formed is None, with `why`.

    Raises BadInput for columns that are not there, words among scores, two rows of a person at one
    time, or other than two phases; NoResult where no row has a person and a time.

    Source: Parker and Vannest 2009, 10.1016/j.beth.2008.10.006; Parker et al. 2011,
    10.1016/j.beth.2010.08.006.

    >>> import lacrima
    >>> table = {"who": ["mia"] * 7, "day": range(7), "phq9": [17, 16, 17, 15, 12, 11, 9],
    ...     "phase": ["before"] * 3 + ["since"] * 4}
    >>> found = lacrima.singlecase(table, person="who", time="day", score="phq9", phase="phase",
    ...     lower_is_better=True)
    >>> found.people[0].name, found.people[0].found.nap
    ('mia', 1.0)
    """
    names = dict.fromkeys([person, time, score, phase])
    columns = columns_of_arrays(arrays_of(data, names), names=names, ids=[person, phase])
    return single_cases(
        columns,
        person=person,
        time=time,
        score=score,
        phase=phase,
        baseline=baseline,
        lower_is_better=lower_is_better,
    )


@dataclass(frozen=True, slots=True)
class Simulated:
    """A panel of people who do not exist.

    columns: arrays by name, one value a session; scores in standard deviations of the norm, high
    ones good. truth: the numbers it was made with. formula, order: how to find them again.
    """

    columns: dict[str, npt.NDArray[Any]]
    truth: PanelTruth
    formula: str
    order: str = "session"


def simulate(
    *,
    clients: int,
    sessions_per_client: int,
    effect: float,
    seed: int,
    therapists: int = 1,
    clinics: int = 1,
    shuffled: bool = False,
) -> Simulated:
    """What would a panel look like in which the effect of tears is known?

    clients, sessions_per_client (on average), therapists, clinics: how many. effect: of the
    therapist's tears on the next score, in standard deviations. seed: the same one gives the same
    panel again. shuffled: the rows in no order. Nothing is missing, and nobody exists.

    Raises OutOfRange for counts that do not fit together, or more than 100 million sessions.

    Source: the model and its reasons stand in `lacrima.analyses.simulated_panel`; Wooldridge 2005,
    10.1002/jae.770.

    >>> import lacrima
    >>> made = lacrima.simulate(clients=4, sessions_per_client=5, effect=0.3, seed=1)
    >>> len(made.columns["score"]), made.truth.effect
    (20, 0.3)
    """
    truth = PanelTruth(seed, clients, sessions_per_client, therapists, clinics, effect)
    made = simulate_panel(truth, shuffled=shuffled)
    columns = {
        name: values / HUNDREDTHS if name in made.hundredths else values
        for name, values in made.columns.items()
    }
    return Simulated(columns, truth, truth.formula)


def change(
    data: Any,
    *,
    person: str,
    time: str,
    score: str,
    pre: str,
    post: str,
    reliability: float,
    **rules: Any,
) -> ChangeReport:
    """Who changed by more than chance would explain, and who crossed into the healthy range?

    data: a long table, one row a person and time. person, time, score: its columns; times
    are numbers or text. pre, post: what stands there for the two times compared. reliability: of
    the measure, 0 to 1. rules: as `ChangeRules` has them: confidence, higher_is_better, cutoff,
    tie, functional_mean, functional_sd, clinical_mean, clinical_sd, sd_pre. Scores stay in their
    own points.

    People without both scores are in `excluded`, with the reason.

    Raises BadTable for a person twice at one time; BadInput for rules that do not fit; NoResult
    where nobody has both scores, or no standard deviation can be formed.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12.

    >>> import lacrima
    >>> table = {"who": ["a", "a", "b", "b"], "week": [1, 8, 1, 8], "phq9": [25, 12, 18, None]}
    >>> found = lacrima.change(table, person="who", time="week", score="phq9", pre="1", post="8",
    ...     reliability=0.8, sd_pre=6.0)
    >>> [(each.person, each.category.value) for each in found.people], found.excluded[0].reason
    ([('a', 'improved')], 'no score at 8')
    """
    arrays = arrays_of(data, dict.fromkeys([person, time, score]))
    people, times = (_texts(name, arrays[name]) for name in (person, time))
    scores = _numbers({score: arrays[score]})[0]
    rows = (
        ScoreRow(who, when, None if np.isnan(each) else float(each), row)
        for row, (who, when, each) in enumerate(zip(people, times, scores, strict=True), start=1)
    )
    said = ChangeRules(reliability=reliability, **rules)
    return change_from_rows(rows, pre=str(pre), post=str(post), rules=said)


def gains(
    data: Any, *, person: str, scores: Sequence[str], cut: float, **rules: Any
) -> GainsReport:
    """Who suddenly got much better, or much worse, from one session to the next?

    data: a wide table, one row a person. person: the column that says who; scores: those of the
    sessions in their order, at least four. cut: how many points a step must have. rules: as
    `GainRules` has them: percent, full_windows, higher_is_better. NaN is a missing score.

    People of whom no step can be judged are in `excluded`, with the reason.

    Raises BadInput for columns that are not there, or fewer than four; BadTable for a person twice;
    NoResult where no step of anybody can be judged.

    Source: Tang and DeRubeis 1999, 10.1037/0022-006X.67.6.894.

    >>> import lacrima
    >>> sessions = ["s1", "s2", "s3", "s4", "s5", "s6"]
    >>> table = {"who": ["a"]} | dict(zip(sessions, [[32], [31], [33], [12], [13], [12]]))
    >>> found = lacrima.gains(table, person="who", scores=sessions, cut=7)
    >>> [(each.person, each.kind.value, each.after, each.size) for each in found.events]
    [('a', 'gain', 's3', 21.0)]
    """
    arrays = arrays_of(data, dict.fromkeys([person, *scores]))
    table = np.column_stack(_numbers({name: arrays[name] for name in scores}))
    courses = (
        Course(who, row, place)
        for place, (who, row) in enumerate(
            zip(_texts(person, arrays[person]), table.tolist(), strict=True), start=1
        )
    )
    return gains_from_courses(courses, sessions=scores, rules=GainRules(cut=cut, **rules))


def score(instrument: str, data: Any, *, person: str | None = None) -> list[Result]:
    """What do these filled questionnaires say: totals, bands, flags?

    instrument: its slug, such as `phq-9`. data: a table with a column for each item, named by the
    item's id, or an array of n forms by the instrument's items in their order. person: the column
    that says who. Answers are the numbers of the anchors; NaN is missing, and never taken as 0.

    One result a form, a dictionary as `lacrima score --json` gives it; a total that the
    instrument's rule does not form is None, with `why`.

    Raises BadInput for an unknown instrument, or columns that are not there; OutOfRange for an
    answer that an item does not allow.

    Source: each instrument's own, in docs/reference/instruments.md.

    >>> import lacrima
    >>> form = [[2, 2, 2, 2, 2, 2, 2], [1, 0, None, 0, None, None, None]]
    >>> [(each["total"], each["missing"]) for each in lacrima.score("gad-7", form)]
    [(14, 0), (None, 4)]
    """
    known = shipped()
    if instrument not in known:
        shown = ", ".join(known)
        raise BadInput(f"no instrument {instrument!r}", where="instrument", expected=shown)
    asked = known[instrument]
    answers, people = _answers([item.id for item in asked.items], data, person)
    rows = range(1, len(answers) + 1)
    return list(results(asked, answers, people=people, rows=rows))


def _answers(
    items: Sequence[str], data: Any, person: str | None
) -> tuple[npt.NDArray[np.float64], Sequence[str | None]]:
    if isinstance(data, list | np.ndarray):
        table = np.array(data, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(items) or person is not None:
            expected = f"a row a form, and in it {len(items)} answers"
            raise BadInput("an array of another shape", where="data", expected=expected)
        return table, [None] * len(table)
    names_of(data)
    arrays = arrays_of(data, items)
    table = np.column_stack(_numbers(arrays))
    if person is None:
        return table, [None] * len(table)
    return table, _texts(person, arrays_of(data, [person])[person])


def _columns(formula: Formula, data: Any, order: str | None) -> Columns:
    names = dict.fromkeys([*formula.columns(), *([order] if order else [])])
    ids = {name for group in formula.named_groups() for name in group}
    return columns_of_arrays(arrays_of(data, names), names=names, ids=ids)


def _numbers(arrays: dict[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float64]]:
    found = columns_of_arrays(arrays, names=arrays, ids=())
    for name, column in found.items():
        if not isinstance(column, np.ndarray):
            raise BadInput("words among numbers", where=f"column {name!r}", expected="numbers")
    return [column for column in found.values() if isinstance(column, np.ndarray)]


def _texts(name: str, values: npt.NDArray[Any]) -> list[str]:
    """Who or when, as text: 7 and 7.0 are the same. Raises BadInput for a row without."""
    found = columns_of_arrays({name: values}, names=[name], ids=[name])[name]
    codes: Iterable[int] = getattr(found, "codes", np.full(len(values), -1)).tolist()
    levels = getattr(found, "levels", ())
    if any(code < 0 for code in codes):
        raise BadInput("a row without it", where=f"column {name!r}", expected="one in each row")
    return [levels[code] for code in codes]
