"""What a chart is drawn from: plain values that refuse to be wrong when they are made."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lacrima.errors import OutOfRange

LARGEST_NUMBER_OF_PANELS = 3


class Role(Enum):
    """What a series stands for; it decides its colour and its place in the picture."""

    SYMPTOMS = "symptoms"
    ALLIANCE = "alliance"


class MarkKind(Enum):
    """What showed, or was held back, on one side of a moment."""

    HELD_BACK = "held-back"
    MOIST = "moist"
    TEARS = "tears"
    SOBBING = "sobbing"
    SLIGHT = "slight"
    CLEAR = "clear"
    STRONG = "strong"
    NOTHING = "nothing"


def _refuse(found: str, expected: str) -> OutOfRange:
    return OutOfRange(found, where="chart", expected=expected)


def _check_numbers(numbers: Sequence[float | None], what: str) -> None:
    if any(number is not None and not math.isfinite(number) for number in numbers):
        raise _refuse(f"{what} holds a value that is no finite number", "finite numbers or None")


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """A published line between two regions of a scale, such as 10 on the PHQ-9."""

    value: float
    label: str

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        _check_numbers([self.value], "cut-off")


@dataclass(frozen=True, kw_only=True)
class Band:
    """The expected course: where most comparable clients are, one pair a session.

    whose: the name of who expects it, where it is not the practice.
    """

    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    label: str
    whose: str = ""

    def __post_init__(self) -> None:
        """Refuse edges that cross or do not pair."""
        _check_numbers([*self.low, *self.high], "band")
        if len(self.low) != len(self.high):
            raise _refuse("the band's edges differ in length", "one low and one high a session")
        for low, high in zip(self.low, self.high, strict=True):
            if (low is None) != (high is None) or (
                low is not None and high is not None and low > high
            ):
                raise _refuse("the band's edges cross or do not pair", "low at most high")


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A sudden gain or loss: after one session and before the next; `words` for the table."""

    after: int
    before: int
    is_gain: bool
    words: str

    def __post_init__(self) -> None:
        """Refuse one that leads back in time."""
        if self.after >= self.before:
            raise _refuse("a gain before its own session", "after below before")


@dataclass(frozen=True, kw_only=True)
class Series:
    """Scores of one instrument by session; None where there was no answer.

    `low` and `high` are the ends of the scale. `every` is how many sessions apart it is asked:
    points further apart than that are never joined.
    """

    name: str
    values: tuple[float | None, ...]
    low: float
    high: float
    role: Role = Role.SYMPTOMS
    every: int = 1
    cutoff: Cutoff | None = None
    band: Band | None = None
    note: str = ""
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        """Refuse values off the scale."""
        _check_numbers([self.low, self.high, *self.values], self.name)
        if self.low >= self.high:
            raise _refuse("a scale that does not rise", "low below high")
        if any(value is not None and not self.low <= value <= self.high for value in self.values):
            raise _refuse("a score off its scale", f"{self.low:g} to {self.high:g}")
        if self.every < 1:
            raise _refuse("an instrument asked every 0 sessions", "1 or more")
        if self.band and len(self.band.low) != len(self.values):
            raise _refuse("a band of another length than its series", "one pair a session")


@dataclass(frozen=True, kw_only=True)
class MomentMark:
    """One moment on the chart: what showed in the therapist, in the client, or in both."""

    session: int
    words: str
    therapist: MarkKind | None = None
    client: MarkKind | None = None
    is_paused: bool = False

    def __post_init__(self) -> None:
        """Refuse a moment of nobody."""
        if self.therapist is None and self.client is None:
            raise _refuse("a moment with nobody in it", "therapist, client or both")


@dataclass(frozen=True, kw_only=True)
class CourseData:
    """One client's course by session: up to three series and the moments.

    `sessions` are the session numbers in rising order; `dates` pair with them. `quiet_sessions`
    are those where nothing stood out was said; a session in neither list was not logged.
    """

    title: str
    description: str
    sessions: tuple[int, ...]
    series: tuple[Series, ...]
    moments: tuple[MomentMark, ...] = ()
    quiet_sessions: frozenset[int] = frozenset()
    dates: tuple[dt.date | None, ...] = ()
    therapist_label: str = ""
    client_label: str = ""
    name: str = "course"

    def __post_init__(self) -> None:
        """Refuse lists that do not pair."""
        if not self.sessions or list(self.sessions) != sorted(set(self.sessions)):
            raise _refuse("session numbers that do not rise", "at least one, each once, rising")
        if not 1 <= len(self.series) <= LARGEST_NUMBER_OF_PANELS:
            raise _refuse(f"{len(self.series)} series", f"1 to {LARGEST_NUMBER_OF_PANELS}")
        if any(len(one.values) != len(self.sessions) for one in self.series):
            raise _refuse("a series of another length than the sessions", "one value a session")
        if self.dates and len(self.dates) != len(self.sessions):
            raise _refuse("dates of another length than the sessions", "one a session, or none")
        known = set(self.sessions)
        if not known.issuperset(mark.session for mark in self.moments):
            raise _refuse("a moment in a session that is not on the axis", "a known session")
        for one in self.series:
            self._check_shifts(one)

    def _check_shifts(self, series: Series) -> None:
        pairs = zip(self.sessions, series.values, strict=True)
        scored = {session for session, value in pairs if value is not None}
        ends = {end for shift in series.shifts for end in (shift.after, shift.before)}
        if not scored >= ends:
            raise _refuse("a gain between sessions without scores", "two sessions with scores")


@dataclass(frozen=True, kw_only=True)
class TableData:
    """The same numbers as words in rows; the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Refuse ragged rows."""
        if any(len(row) != len(self.head) for row in self.rows):
            raise _refuse("a row of another length than the head", f"{len(self.head)} cells")
