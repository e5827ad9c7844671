"""Who got better, who did not, who got worse: reliable and clinically significant change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from lacrima.analyses.tables import RowOf, TableLike
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.stats.change import (
    CATEGORIES,
    Category,
    CutOff,
    Tie,
    classify,
    cut_off,
    reliable_change,
    sd_of,
)
from lacrima.stats.numbers import Numbers

SCHEMA = "lacrima.change/1"


class ScoreRow(NamedTuple):
    """One score of one person at one time; None where it is missing. `row` is for messages."""

    person: str
    time: str
    score: float | None
    row: int = 0


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """How change is judged. What is None is taken from the data, or leaves a result out.

    cutoff: a, b or c; None takes c. The SD and the clinical norms come from the scores before
    unless given; functional norms never come from the data.
    """

    reliability: float
    confidence: float = 0.95
    higher_is_better: bool = False
    cutoff: str | None = None
    tie: str = "strict"
    functional_mean: float | None = None
    functional_sd: float | None = None
    clinical_mean: float | None = None
    clinical_sd: float | None = None
    sd_pre: float | None = None

    def __post_init__(self) -> None:
        """Refuse words that are no rule, whether or not the data would need them."""
        if self.cutoff is not None and self.cutoff not in tuple(CutOff):
            raise BadInput("an unknown cut-off", where="cutoff", expected="a, b or c")
        if self.tie not in tuple(Tie):
            raise BadInput("an unknown tie rule", where="tie", expected="strict or inclusive")
        for name in ("functional_sd", "clinical_sd", "sd_pre"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise BadInput("a standard deviation of no size", where=name, expected="above 0")


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One person with both scores. change: post - pre. index: positive is improved."""

    person: str
    pre: float
    post: float
    change: float
    index: float
    category: Category


@dataclass(frozen=True, slots=True)
class Excluded:
    """One person left out, and why."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What became of everybody. `counts` has None where the cut-off lacks its norms (see `why`)."""

    rules: ChangeRules
    n: int
    sd_pre: float
    critical_change: float
    cutoff: float | None
    counts: dict[Category, int | None]
    people: tuple[PersonChange, ...]
    excluded: tuple[Excluded, ...]
    why: str


def change_from_table(
    table: TableLike[RowOf],
    *,
    person: str,
    time: str,
    score: str,
    pre: str,
    post: str,
    rules: ChangeRules,
) -> ChangeReport:
    """Reliable and clinically significant change in a long table: one row a person and time.

    person, time, score: names of columns. pre, post: what stands in the time column for the
    two times compared; other times are left alone.

    Raises BadTable, with the row, for a missing column, a row without a person, a score that
    is no number, or a person twice at one of the two times; else as `change_from_rows`.
    """
    for column in (person, time, score):
        table.index(column)
    rows = _score_rows(table, (person, time, score), {_time_key(pre), _time_key(post)})
    return change_from_rows(rows, pre=pre, post=post, rules=rules)


def change_from_rows(
    rows: Iterable[ScoreRow], *, pre: str, post: str, rules: ChangeRules
) -> ChangeReport:
    """Reliable and clinically significant change over complete pairs.

    rows: one for each person and time, in any order; other times than pre and post are left
    alone, and times compare as numbers where both are numbers (1 and 1.0 are one time). People
    without both scores are excluded, with the reason. Nothing is filled in.

    Raises BadTable for a person twice at one time; BadInput where pre and post are the same or
    a rule is out of range; NoResult where nobody has both scores, or no SD can be formed.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12.

    >>> rows = [ScoreRow("a", "1", 25), ScoreRow("a", "2", 12), ScoreRow("b", "1", 18),
    ...         ScoreRow("b", "2", None)]
    >>> report = change_from_rows(rows, pre="1", post="2",
    ...     rules=ChangeRules(reliability=0.8, sd_pre=6.0))
    >>> report.n, report.people[0].category.value, report.excluded[0].reason
    (1, 'improved', 'no score at 2')
    """
    first, last = _time_key(pre), _time_key(post)
    if first == last:
        raise BadInput("one time twice", where="pre, post", expected="two different times")
    people, before, after = _scores_at(rows, first, last)
    complete = [
        each for each in people if before.get(each) is not None and after.get(each) is not None
    ]
    if not complete:
        raise NoResult(
            "nobody with a score at both times",
            expected=f"people with scores at {pre} and {post}",
            next_step="Check the names of the columns and of the two times",
        )
    excluded = tuple(
        Excluded(each, _reason(before.get(each), after.get(each), pre, post))
        for each in people
        if before.get(each) is None or after.get(each) is None
    )
    pre_scores = np.array([before[each] for each in complete], dtype=np.float64)
    post_scores = np.array([after[each] for each in complete], dtype=np.float64)
    return _report(complete, pre_scores, post_scores, excluded, rules)


def report_as_json(report: ChangeReport) -> dict[str, Any]:
    """The report for a program: full precision, null for what could not be formed, and why."""
    rules = report.rules
    return {
        "schema": SCHEMA,
        "n": report.n,
        "sd_pre": report.sd_pre,
        "critical_change": report.critical_change,
        "cutoff": report.cutoff,
        **{category.value: report.counts[category] for category in CATEGORIES},
        "why": report.why or None,
        "rule": {
            "method": "Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12",
            "reliability": rules.reliability,
            "confidence": rules.confidence,
            "cutoff": rules.cutoff or CutOff.C.value,
            "tie": rules.tie,
            "higher_is_better": rules.higher_is_better,
        },
        "people": [
            {
                "person": each.person,
                "pre": each.pre,
                "post": each.post,
                "change": each.change,
                "index": each.index,
                "category": each.category.value,
            }
            for each in report.people
        ],
        "excluded": [{"person": each.person, "reason": each.reason} for each in report.excluded],
    }


def _report(
    people: list[str],
    before: Numbers,
    after: Numbers,
    excluded: tuple[Excluded, ...],
    rules: ChangeRules,
) -> ChangeReport:
    result = reliable_change(
        before,
        after,
        reliability=rules.reliability,
        sd_pre=rules.sd_pre,
        confidence=rules.confidence,
        higher_is_better=rules.higher_is_better,
    )
    cut, why = _cut_off(before, rules)
    codes = classify(
        before,
        after,
        critical=result.critical_change,
        cut=cut,
        tie=rules.tie,
        higher_is_better=rules.higher_is_better,
    )
    categories = [CATEGORIES[code] for code in codes.tolist()]
    numbers = [each.tolist() for each in (before, after, result.change, result.index)]
    return ChangeReport(
        rules=rules,
        n=len(people),
        sd_pre=result.sd_pre,
        critical_change=result.critical_change,
        cutoff=cut,
        counts=_counts(codes, has_cut=cut is not None),
        people=tuple(map(PersonChange, people, *numbers, categories)),
        excluded=excluded,
        why=why,
    )


def _counts(codes: np.ndarray[Any, Any], *, has_cut: bool) -> dict[Category, int | None]:
    numbers = np.bincount(codes, minlength=len(CATEGORIES)).tolist()
    counts: dict[Category, int | None] = dict(zip(CATEGORIES, numbers, strict=True))
    if not has_cut:
        counts[Category.RECOVERED] = counts[Category.HARMED] = None
    return counts


def _cut_off(before: Numbers, rules: ChangeRules) -> tuple[float | None, str]:
    """The cut-off, or None and why. Clinical norms come from the data where they are not given."""
    kind = rules.cutoff or CutOff.C
    form = partial(
        cut_off,
        kind,
        functional_mean=rules.functional_mean,
        functional_sd=rules.functional_sd,
        higher_is_better=rules.higher_is_better,
    )
    try:
        if kind == CutOff.B:
            return form(), ""
        mean, sd = rules.clinical_mean, rules.clinical_sd
        return form(
            clinical_mean=float(np.mean(before)) if mean is None else mean,
            clinical_sd=sd_of(before) if sd is None else sd,
        ), ""
    except NoResult as reason:
        return None, (
            f"Cut-off {kind} cannot be formed ({reason.found}), "
            "so recovered and harmed are not known"
        )


def _score_rows(
    table: TableLike[RowOf], columns: tuple[str, str, str], times: set[str | Decimal]
) -> Iterator[ScoreRow]:
    person_column, time_column, score_column = columns
    person_in, time_in = table.texts(person_column), table.texts(time_column)
    score_in = table.numbers(score_column)
    asked: dict[str, bool] = {}
    for row in table.rows:
        time, person = time_in(row) or "", person_in(row)
        is_asked_for = asked.get(time)
        if is_asked_for is None:
            is_asked_for = asked[time] = _time_key(time) in times
        if person is None and not is_asked_for:
            continue
        if person is None:
            raise BadTable(
                "a row without a person",
                where=f"row {row.number}, column {person_column!r}",
                expected="who the score belongs to",
            )
        score = score_in(row) if is_asked_for else None
        yield ScoreRow(person, time, None if score is None else float(score), row.number)


def _scores_at(
    rows: Iterable[ScoreRow], first: str | Decimal, last: str | Decimal
) -> tuple[list[str], dict[str, float | None], dict[str, float | None]]:
    """Everybody in the order of the rows, and their scores at the two times."""
    people: dict[str, None] = {}
    before: dict[str, float | None] = {}
    after: dict[str, float | None] = {}
    scores = {first: before, last: after}
    keys: dict[str, str | Decimal] = {}
    for person, time, score, number in rows:
        people[person] = None
        key = keys.get(time)
        if key is None:
            key = keys[time] = _time_key(time)
        place = scores.get(key)
        if place is None:
            continue
        if person in place:
            raise BadTable(
                "a person twice at one time",
                where=f"row {number}" if number else "",
                expected="one row for each person and time",
            )
        place[person] = score
    return list(people), before, after


def _time_key(time: str) -> str | Decimal:
    """A time as a number where it is one, so that 1, 1.0 and 01 are one time."""
    bare = time.strip()
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return bare
    return number if number.is_finite() else bare


def _reason(before: float | None, after: float | None, pre: str, post: str) -> str:
    if before is None and after is None:
        return f"no score at {pre} and at {post}"
    return f"no score at {pre if before is None else post}"
