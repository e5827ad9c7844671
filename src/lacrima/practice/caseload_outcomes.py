"""What a rule answers: an outcome for each person, and how many of how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lacrima.practice.caseload_scores import Ends

# For each person the ends of their scores, by measure.
Scores = Sequence[Mapping[str, Ends]]


@dataclass(frozen=True)
class Outcome:
    """What became of somebody: a word, its meaning, and whether it is a judgement at all."""

    key: str
    label: str
    meaning: str = ""
    is_judged: bool = True
    is_better: bool = False


@dataclass(frozen=True)
class Tally:
    """How many of how many: one line of the counts."""

    label: str
    meaning: str
    count: int
    of: int


@dataclass(frozen=True)
class Counted:
    """Everybody's outcome, in their order, the counts, and the one that the words lead with.

    `is_exclusive`: each person stands in one tally. Nothing could be judged: no tallies.
    """

    outcomes: tuple[Outcome, ...]
    tallies: tuple[Tally, ...] = ()
    headline: Tally | None = None
    is_exclusive: bool = True

    @property
    def judged(self) -> int:
        """How many people could be judged."""
        return sum(one.is_judged for one in self.outcomes)
