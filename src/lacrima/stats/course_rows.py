"""Scores of many people over time, in the order in which the sums of a course need them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, OutOfRange
from lacrima.stats.numbers import Numbers

Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a questionnaire. is_whole: its scores are whole numbers, so bands are, too."""

    low: float
    high: float
    is_whole: bool = True

    def __post_init__(self) -> None:
        """Refuse a scale that does not rise."""
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise BadInput("a scale that does not rise", where="min, max", expected="min below max")

    @property
    def half(self) -> float:
        """Half the distance of two neighbouring scores, as a part of the scale; 0 without steps."""
        return 0.5 / (self.high - self.low) if self.is_whole else 0.0

    def part(self, score: npt.ArrayLike) -> Numbers:
        """Scores as parts of the scale: 0 at its low end, 1 at its high end."""
        scores = np.asarray(score, dtype=np.float64)
        return np.asarray((scores - self.low) / (self.high - self.low))

    def score(self, part: npt.ArrayLike) -> Numbers:
        """And back."""
        return np.asarray(self.low + np.asarray(part, dtype=np.float64) * (self.high - self.low))


@dataclass(frozen=True, slots=True)
class CourseRows:
    """n scores of N people, by person and then by time.

    person (n): 0 to N - 1. time (n): since the person's own first score, in units of `unit`, the
    median distance between two neighbouring scores. part (n): the score as a part of its scale.
    place (n): the row it came from. start, size (N): each person's first row, and how many there
    are.
    """

    scale: Scale
    unit: float
    person: Places
    time: Numbers
    part: Numbers
    place: Places
    start: Places
    size: Places

    @property
    def people(self) -> int:
        """How many people there are."""
        return int(self.start.size)

    @property
    def last_time(self) -> Numbers:
        """(N): the time of each person's last score."""
        return np.asarray(self.time[self.start + self.size - 1])

    def only(self, people: Mask) -> CourseRows:
        """The rows of some of the people, numbered anew; times keep their unit."""
        kept = people[self.person]
        size = self.size[people]
        return replace(
            self,
            person=np.repeat(np.arange(size.size), size),
            time=self.time[kept],
            part=self.part[kept],
            place=self.place[kept],
            start=np.cumsum(size) - size,
            size=size,
        )

    def remaining(self, time: npt.ArrayLike, *, without: int | None = None) -> Numbers:
        """The share of people who still have a score at these times or later.

        without: one person who is not counted.
        """
        last = np.sort(self.last_time if without is None else np.delete(self.last_time, without))
        here = np.searchsorted(last, np.asarray(time) - 1e-9)
        return np.asarray(1 - here / max(last.size, 1))


def course_rows(
    person: npt.ArrayLike, time: npt.ArrayLike, score: npt.ArrayLike, scale: Scale
) -> CourseRows:
    """Put scores in order. person (n): whole numbers from 0; time, score (n): NaN is missing.

    Rows without a score or a time are left out. Raises BadInput where nothing is left, or a person
    has two scores at one time; OutOfRange for a score off its scale.
    """
    who, when = np.asarray(person, dtype=np.intp), np.asarray(time, dtype=np.float64)
    scores = np.asarray(score, dtype=np.float64)
    kept = np.flatnonzero(np.isfinite(when) & np.isfinite(scores))
    if not kept.size:
        raise BadInput("no score at all", where="scores", expected="scores with their times")
    kept = kept[np.lexsort((when[kept], who[kept]))]
    who, when, scores = who[kept], when[kept], scores[kept]
    if ((scores < scale.low) | (scores > scale.high)).any():
        raise OutOfRange(
            "a score off its scale", where="scores", expected=f"{scale.low:g} to {scale.high:g}"
        )
    start = np.flatnonzero(np.diff(who, prepend=-1))
    inner = np.delete(np.diff(when, prepend=when[0]), start)
    if (inner <= 0).any():
        raise BadInput("a person with two scores at one time", where="time", expected="one each")
    unit = float(np.median(inner)) if inner.size else 1.0
    size = np.diff(start, append=who.size)
    since = (when - np.repeat(when[start], size)) / unit
    number = np.repeat(np.arange(start.size), size)
    return CourseRows(scale, unit, number, since, scale.part(scores), kept, start, size)


@dataclass(frozen=True, slots=True)
class Grid:
    """P people by T places in time, those with most places first.

    time, part (P, T): part is NaN without a score. size (P): how many places each has; what lies
    beyond means nothing. person (P): who it is.
    """

    time: Numbers
    part: Numbers
    size: Places
    person: Places

    @property
    def there(self) -> Mask:
        """(P, T): whether there is such a place."""
        return np.asarray(np.arange(self.time.shape[1]) < self.size[:, None])

    @property
    def scored(self) -> Mask:
        """(P, T): where there is a score."""
        return self.there & np.isfinite(self.part)

    def only(self, people: Places) -> Grid:
        """Some of the people, by their rows, in this order."""
        return Grid(self.time[people], self.part[people], self.size[people], self.person[people])


def grid_of(rows: CourseRows) -> Grid:
    """Everybody's scores, a row a person."""
    order = np.argsort(-rows.size, kind="stable")
    at = places_in(rows)
    shape = (rows.people, int(rows.size.max()))
    time, part = np.zeros(shape), np.full(shape, np.nan)
    time[at], part[at] = rows.time, rows.part
    return Grid(time, part, rows.size[order], order)


def places_in(rows: CourseRows) -> tuple[Places, Places]:
    """Where each of the n scores stands in everybody's grid."""
    row = np.empty(rows.people, dtype=np.intp)
    row[np.argsort(-rows.size, kind="stable")] = np.arange(rows.people)
    return row[rows.person], np.arange(rows.person.size) - rows.start[rows.person]


def grid_of_one(time: npt.ArrayLike, score: npt.ArrayLike, scale: Scale) -> Grid:
    """One person's places: time (T) rising, since the first score; score (T), NaN without one."""
    times, nobody = np.asarray(time, dtype=np.float64), np.zeros(1, dtype=np.intp)
    if not (times.size and (np.diff(times) > 0).all()):
        raise BadInput("times that do not rise", where="time", expected="each once, rising")
    return Grid(times[None, :], scale.part(score)[None, :], nobody + times.size, nobody)
