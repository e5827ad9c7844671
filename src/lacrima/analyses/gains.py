"""When did somebody suddenly get much better or much worse: sudden gains and losses in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np

from lacrima.analyses.tables import RowOf, TableLike
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.stats.gains import FEWEST, WINDOW, Gains, sudden_gains
from lacrima.stats.numbers import Numbers, above_zero, percentage

SCHEMA = "lacrima.gains/1"
METHOD = (
    "Tang and DeRubeis 1999, 10.1037/0022-006X.67.6.894; third criterion adjusted to the number "
    "of scores as in Wiedemann et al. 2020, 10.1371/journal.pone.0230276"
)
REVERSED = "of a gain: at any later session, more than half of it is lost again"
RANGE = ".."


class Kind(StrEnum):
    """Which way a step went."""

    GAIN = "gain"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class GainRules:
    """How large a step must be. percent: of the score before; 0 leaves that criterion out."""

    cut: float
    percent: float = 25.0
    full_windows: bool = False
    higher_is_better: bool = False

    def __post_init__(self) -> None:
        """Refuse a cut or a percentage that is none."""
        above_zero("cut", self.cut)
        percentage("percent", self.percent)


class Course(NamedTuple):
    """The scores of one person in their order, NaN where one is missing. `row` is for messages."""

    person: str
    scores: Sequence[float]
    row: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One sudden gain or loss.

    after: the column after which it came, that is, of the score before the step. size: points,
    always positive; `kind` says the direction. reversed: it is a gain, and more than half of it
    was lost again at a later session.
    """

    person: str
    kind: Kind
    after: str
    size: float
    reversed: bool


@dataclass(frozen=True, slots=True)
class Left:
    """One person of whom no step could be judged, and why."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Magnitude:
    """How large gains were, in points; None where there are too few for a number."""

    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class GainsReport:
    """What was found. n: people in the table; steps: of all of them, between two sessions."""

    rules: GainRules
    sessions: tuple[str, ...]
    n: int
    people_judged: int
    steps: int
    steps_judged: int
    events: tuple[Event, ...]
    excluded: tuple[Left, ...]

    def of_kind(self, kind: Kind) -> tuple[Event, ...]:
        """The gains, or the losses."""
        return tuple(event for event in self.events if event.kind is kind)

    def first_gains(self) -> tuple[Event, ...]:
        """The earliest gain of each person who had one."""
        first: dict[str, Event] = {}
        for event in self.of_kind(Kind.GAIN):
            first.setdefault(event.person, event)
        return tuple(first.values())


def columns_between(columns: Sequence[str], told: Iterable[str]) -> tuple[str, ...]:
    """The columns that were told, where `a..c` means a, c and those that stand between them.

    Raises BadInput for an end of a range that is no column, or one that stands before its
    beginning; other names are handed on as they are.

    >>> columns_between(["id", "s1", "s2", "s3", "s4"], ["s1", "s2..s4"])
    ('s1', 's2', 's3', 's4')
    """
    found: list[str] = []
    for name in told:
        first, dots, last = name.partition(RANGE)
        if name in columns or not dots:
            found.append(name)
            continue
        ends = [columns.index(end) if end in columns else -1 for end in (first, last)]
        if -1 in ends or ends[0] > ends[1]:
            raise BadInput(
                f"a range {name!r} that cannot be followed",
                where="scores",
                expected="two columns of the table, in their order, with two points between",
            )
        found += columns[ends[0] : ends[1] + 1]
    return tuple(found)


def gains_from_table(
    table: TableLike[RowOf], *, person: str, scores: Sequence[str], rules: GainRules
) -> GainsReport:
    """Sudden gains and losses in a wide table: one row a person, one column a session.

    person: the name of a column. scores: the columns of the sessions in their order, or ranges
    of them (see `columns_between`).

    Raises BadTable, with the row, for a missing column, scores without a person, a score that
    is no number, or a person twice; else as `gains_from_courses`.
    """
    names = columns_between(table.columns, scores)
    for column in (person, *names):
        table.index(column)
    if person in names:
        raise BadInput("the column of persons among the scores", where="scores")
    return gains_from_courses(_courses(table, person, names), sessions=names, rules=rules)


def gains_from_courses(
    courses: Iterable[Course], *, sessions: Sequence[str], rules: GainRules
) -> GainsReport:
    """Sudden gains and losses in the courses of people.

    sessions: their names, as many as there are scores in each course. People of whom no step
    can be judged are excluded, with the reason. Nothing is filled in. What a gain is, and what
    *reversed* means, stands at `stats.gains.sudden_gains`.

    Raises BadInput for fewer than four sessions or a name twice; BadTable for a person twice;
    NoResult where no step of anybody can be judged.

    Source: Tang and DeRubeis 1999, 10.1037/0022-006X.67.6.894.

    >>> found = gains_from_courses([Course("a", [32, 31, 33, 12, 13, 12]), Course("b", [5] * 6)],
    ...     sessions=["s1", "s2", "s3", "s4", "s5", "s6"], rules=GainRules(cut=7))
    >>> [(event.person, event.kind.value, event.after, event.size) for event in found.events]
    [('a', 'gain', 's3', 21.0)]
    """
    _check_sessions(sessions)
    people, scores = _table_of(courses, len(sessions))
    found = sudden_gains(
        scores,
        cut=rules.cut,
        percent=rules.percent,
        full_windows=rules.full_windows,
        higher_is_better=rules.higher_is_better,
    )
    is_judged = found.is_judged.any(axis=1)
    if not is_judged.any():
        raise NoResult(
            "nobody with enough scores in a row",
            expected="both scores of a step, and two scores on each side of it",
            next_step="Check the names of the columns and their order",
        )
    return GainsReport(
        rules=rules,
        sessions=tuple(sessions),
        n=len(people),
        people_judged=int(is_judged.sum()),
        steps=len(people) * (len(sessions) - 1),
        steps_judged=int(found.is_judged.sum()),
        events=_events(found, people, sessions),
        excluded=tuple(
            Left(people[place], _reason(scores[place], rules))
            for place in np.flatnonzero(~is_judged).tolist()
        ),
    )


def report_as_json(report: GainsReport) -> dict[str, Any]:
    """The report for a program: full precision, null for what could not be formed, and why."""
    gains, first = report.of_kind(Kind.GAIN), report.first_gains()
    magnitude, first_magnitude = _magnitude(gains), _magnitude(first)
    return {
        "schema": SCHEMA,
        "n": report.n,
        "people_judged": report.people_judged,
        "steps": report.steps,
        "steps_judged": report.steps_judged,
        "gains": len(gains),
        "losses": len(report.of_kind(Kind.LOSS)),
        "people_with_gain": len(first),
        "people_with_several": _people_with_several(gains),
        "people_with_loss": len({event.person for event in report.of_kind(Kind.LOSS)}),
        "reversals": sum(event.reversed for event in gains),
        "magnitude_mean": magnitude.mean,
        "magnitude_sd": magnitude.sd,
        "first_gains": {
            "reversals": sum(event.reversed for event in first),
            "magnitude_mean": first_magnitude.mean,
            "magnitude_sd": first_magnitude.sd,
        },
        "why": _why(gains, first),
        "rule": {
            "method": METHOD,
            **asdict(report.rules),
            "reversed": REVERSED,
            "sessions": list(report.sessions),
        },
        "events": [
            {
                "person": event.person,
                "kind": event.kind.value,
                "after": event.after,
                "size": event.size,
                "reversed": event.reversed,
            }
            for event in report.events
        ],
        "excluded": [{"person": each.person, "reason": each.reason} for each in report.excluded],
    }


def _courses(table: TableLike[RowOf], person: str, names: tuple[str, ...]) -> Iterator[Course]:
    person_in, scores_in = table.texts(person), [table.numbers(name) for name in names]
    for row in table.rows:
        scores = [nan if (cell := read(row)) is None else float(cell) for read in scores_in]
        who = person_in(row)
        if who is not None:
            yield Course(who, scores, row.number)
        elif not all(map(isnan, scores)):
            raise BadTable(
                "scores without a person",
                where=f"row {row.number}, column {person!r}",
                expected="who the scores belong to",
            )


def _check_sessions(sessions: Sequence[str]) -> None:
    if len(sessions) < 2 * FEWEST:
        raise BadInput(
            f"{len(sessions)} columns of scores",
            where="scores",
            expected="at least four: two before a step, and two after it",
        )
    if len(set(sessions)) != len(sessions):
        raise BadInput("a column twice", where="scores", expected="each session once")


def _table_of(courses: Iterable[Course], width: int) -> tuple[list[str], Numbers]:
    people: dict[str, None] = {}
    rows = []
    for person, scores, row in courses:
        if person in people:
            raise BadTable(
                "a person twice",
                where=f"row {row}" if row else "",
                expected="one row for each person",
            )
        people[person] = None
        rows.append(scores)
    return list(people), np.array(rows, dtype=np.float64).reshape(len(rows), width)


def _events(found: Gains, people: list[str], sessions: Sequence[str]) -> tuple[Event, ...]:
    return tuple(
        Event(
            person=people[place],
            kind=Kind.GAIN if found.gain[place, step] else Kind.LOSS,
            after=sessions[step],
            size=abs(float(found.size[place, step])),
            reversed=bool(found.reversed[place, step]),
        )
        for place, step in found.steps().tolist()
    )


def _reason(scores: Numbers, rules: GainRules) -> str:
    count = int((~np.isnan(scores)).sum())
    if count < 2 * FEWEST:
        return f"{count or 'no'} score{'' if count == 1 else 's'}"
    span = f"{WINDOW} sessions and " if rules.full_windows else ""
    return f"no step between two scores in a row with {span}two scores on each side"


def _magnitude(events: Sequence[Event]) -> Magnitude:
    sizes = [event.size for event in events]
    return Magnitude(
        float(np.mean(sizes)) if sizes else None,
        float(np.std(sizes, ddof=1)) if len(sizes) > 1 else None,
    )


def _people_with_several(events: Sequence[Event]) -> int:
    counts = Counter(event.person for event in events)
    return sum(count > 1 for count in counts.values())


def _why(gains: Sequence[Event], first: Sequence[Event]) -> str | None:
    if not gains:
        return "There is no gain, so no magnitude"
    if len(gains) == 1:
        return "One gain has no standard deviation"
    return "The gains are one person's, so first gains have no SD" if len(first) == 1 else None
