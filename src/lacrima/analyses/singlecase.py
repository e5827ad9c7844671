"""One person after the other: do the scores of two phases lie apart? From a long table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lacrima.analyses.model_columns import (
    MISSING,
    Codes,
    ColumnOf,
    Columns,
    Words,
    columns_of_table,
    order_of,
)
from lacrima.analyses.model_groups import Grouping, sequence
from lacrima.analyses.tables import RowOf, TableLike
from lacrima.errors import BadInput, NoResult
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped
from lacrima.stats.singlecase import NEITHER, A, B, SingleCase, single_case

SCHEMA = "lacrima.singlecase/1"
METHODS = {
    "nap": "Parker and Vannest 2009, 10.1016/j.beth.2008.10.006",
    "tau": "2 NAP - 1; Parker et al. 2011, 10.1016/j.beth.2010.08.006",
    "tau_u": "A versus B less the trend of A; Parker et al. 2011, 10.1016/j.beth.2010.08.006",
    "p": "two-sided; the row of phases shifted along the scores, the statistic is |tau|",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One person, by the name in the table, and what can be said."""

    name: str
    found: SingleCase


@dataclass(frozen=True, slots=True)
class SingleCaseReport:
    """Everybody in the table, as they come. phase_a, phase_b: what the column of phases says."""

    phase_a: str
    phase_b: str
    lower_is_better: bool
    people: tuple[Person, ...]
    dropped: tuple[Dropped, ...]


def single_cases_from_table(
    table: TableLike[RowOf],
    *,
    person: str,
    time: str,
    score: str,
    phase: str,
    baseline: str | None = None,
    lower_is_better: bool = False,
) -> SingleCaseReport:
    """What can be said of each person's two phases?

    person, time, score, phase: names of columns; one row a session. time: numbers or ISO dates.
    phase: two different words or numbers; A is `baseline`, or else the smaller number or the
    word that comes first in the alphabet (0 and 1, A and B, no and yes). With lower_is_better
    every score is turned round first, so that above 0.5 (or 0) is better in phase B.

    A session without score or phase keeps its place in the shift test and counts in no pair. A
    row without person or time is dropped, and counted. Raises BadTable and BadInput for columns
    that are not there, words among scores, two rows of a person at one time, or other than two
    phases; NoResult where no row has a person.
    """
    columns = columns_of_table(table, names=[person, time, score, phase], ids=[person, phase])
    return single_cases(
        columns,
        person=person,
        time=time,
        score=score,
        phase=phase,
        baseline=baseline,
        lower_is_better=lower_is_better,
    )


def single_cases(
    columns: Columns,
    *,
    person: str,
    time: str,
    score: str,
    phase: str,
    baseline: str | None = None,
    lower_is_better: bool = False,
) -> SingleCaseReport:
    """The same from columns; person and phase are columns of words."""
    if len({person, time, score, phase}) < 4:
        raise BadInput("one column for two things", where="columns", expected="four columns")
    scores = _scores(score, columns[score])
    phases, phase_a, phase_b = _phases(_words(columns, phase), phase, baseline)
    people = _words(columns, person)
    places = order_of(time, columns[time])
    found = [
        Person(name, single_case(-scores[rows] if lower_is_better else scores[rows], phases[rows]))
        for name, rows in _courses(people, places, person, time)
    ]
    if not found:
        raise NoResult("no row with a person and a time", expected="one row a session")
    dropped = _dropped({person: people.codes == MISSING, time: np.isnan(places)})
    return SingleCaseReport(phase_a, phase_b, lower_is_better, tuple(found), dropped)


def _words(columns: Columns, name: str) -> Words:
    found = columns[name]
    if not isinstance(found, Words):
        raise BadInput("nothing but empty cells", where=f"column {name!r}")
    return found


def _scores(name: str, column: ColumnOf) -> Numbers:
    if isinstance(column, Words):
        raise BadInput("words instead of scores", where=f"column {name!r}", expected="numbers")
    return column


def _phases(words: Words, name: str, baseline: str | None) -> tuple[Codes, str, str]:
    where = f"column {name!r}"
    if len(words.levels) != 2:
        raise BadInput(f"{len(words.levels)} phases", where=where, expected="two")
    first = words.levels[0] if baseline is None else baseline
    if first not in words.levels:
        raise BadInput(
            "a baseline that is no phase", where=where, expected=" or ".join(words.levels)
        )
    code_a = words.levels.index(first)
    phases = np.where(words.codes == MISSING, NEITHER, np.where(words.codes == code_a, A, B))
    return phases.astype(np.int64), first, words.levels[1 - code_a]


def _courses(people: Words, places: Numbers, person: str, time: str) -> Iterator[tuple[str, Codes]]:
    """Each person with the rows of her sessions in their order; people as they come."""
    grouping = Grouping(people.codes, people.levels)
    walk = sequence(grouping, places, name=time, group=(person,))
    courses = np.split(walk.rows, np.flatnonzero(walk.is_first)[1:])
    for rows in sorted((each for each in courses if len(each)), key=lambda each: int(each.min())):
        yield people.levels[people.codes[rows[0]]], rows


def _dropped(missing: dict[str, Any]) -> tuple[Dropped, ...]:
    left = np.ones(len(next(iter(missing.values()))), dtype=np.bool_)
    found = []
    for name, is_missing in missing.items():
        found.append(Dropped(f"missing {name}", int((left & is_missing).sum())))
        left &= ~is_missing
    return tuple(each for each in found if each.n)


def report_as_json(report: SingleCaseReport) -> dict[str, Any]:
    """The report for a program: null for what cannot be said, and why."""
    return {
        "schema": SCHEMA,
        "people": len(report.people),
        "phase_a": report.phase_a,
        "phase_b": report.phase_b,
        "lower_is_better": report.lower_is_better,
        "methods": METHODS,
        "dropped": [{"reason": each.reason, "n": each.n} for each in report.dropped],
        "results": [_as_json(each) for each in report.people],
    }


def _as_json(person: Person) -> dict[str, Any]:
    found = person.found
    return {
        "person": person.name,
        "nap": found.nap,
        "tau": found.tau,
        "tau_u": found.tau_u,
        "p": found.p,
        "n_a": found.n_a,
        "n_b": found.n_b,
        "shifts": found.shifts,
        "why": dict(found.why) or None,
    }
