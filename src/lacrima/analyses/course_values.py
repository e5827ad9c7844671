"""What is asked and answered about the courses of clients: rules, states, points, the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lacrima.analyses.course_prompts import Prompt
from lacrima.errors import BadInput
from lacrima.stats.course import Expectation
from lacrima.stats.course_coverage import Coverage
from lacrima.stats.course_rows import Scale

FEWEST_CLIENTS = 30
FEWEST_SCORES_EACH = 3
FEWEST_SCORES = 150
SHARE_REMAINING = 0.2
EXACT_UP_TO = 60

IF_THERAPY_GOES_ON = (
    "The band holds if therapy goes on: at each time it rests on clients who still came then. "
    "Those who left, better or not, are not in it, so it is no forecast of what happens after an "
    "ending, and staying below it is no reason by itself to end."
)
LATE_RESPONDERS = (
    "Some clients change late. A score outside the band says that such a course is rarer here, not "
    "that this therapy will not help, and not why."
)


class Basis(StrEnum):
    """What the bands rest on."""

    OWN = "own"
    NAMED = "named-prior"
    NONE = "not-enough-data"


class State(StrEnum):
    """Where a score lay."""

    INSIDE = "inside"
    BETTER = "better"
    WORSE = "worse"
    FEW_REMAIN = "few-remain"
    NO_BAND = "not-enough-data"


class Score(NamedTuple):
    """One score of one person at one time; None where it is missing. `row` is for messages."""

    person: str
    time: float
    score: float | None
    row: int = 0


@dataclass(frozen=True, slots=True)
class CourseRules:
    """The questionnaire: its ends, its direction, and what counts as reliably worse, if known."""

    minimum: float
    maximum: float
    higher_is_better: bool = False
    reliable_change: float | None = None

    def __post_init__(self) -> None:
        """Refuse a scale that does not rise, or a change of no size."""
        Scale(self.minimum, self.maximum)
        if self.reliable_change is not None and not self.reliable_change > 0:
            raise BadInput("a change of no size", where="reliable change", expected="above 0")


@dataclass(frozen=True, slots=True)
class NamedCourse:
    """An expectation from elsewhere: published, or of another practice, with its name.

    instrument: for which questionnaire, by its short name. time: what its times count, "sessions"
    for one. until: the time since the first score up to which a fifth of its people still came.
    clients, scores: how many it rests on. source: where its numbers were published, if they were.
    """

    name: str
    instrument: str
    rules: CourseRules
    time: str
    until: float
    clients: int
    scores: int
    expected: Expectation
    source: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One score with its band from all earlier scores, and that from the first score alone.

    All None where no band is drawn; `state` says why.
    """

    time: float
    score: float
    state: State
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    first_low: float | None = None
    first_middle: float | None = None
    first_high: float | None = None


@dataclass(frozen=True, slots=True)
class PersonCourse:
    """One person's points in time, and what, if anything, would be worth a second look."""

    person: str
    points: tuple[Point, ...]
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class FormShare:
    """One form of change, and how much it counts."""

    form: str
    weight: float


@dataclass(frozen=True, slots=True)
class CourseReport:
    """What was found. clients: with a score; with_three: with three scores at least."""

    rules: CourseRules
    basis: Basis
    why: str
    name: str
    clients: int
    with_three: int
    scores: int
    people: tuple[PersonCourse, ...]
    forms: tuple[FormShare, ...]
    covered: Coverage | None
    is_exact: bool
