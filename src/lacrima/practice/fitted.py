"""What was fitted to the answers of all clients: kept in memory only.

It stays as long as nobody's answers to the questionnaire change, and is forgotten when the practice
locks. In a large practice a page does not wait for it to be fitted anew: it shows what the answers
of a minute ago said (one answer among thousands moves nothing), and the housekeeping fits anew.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lacrima.analyses.course_values import Score
from lacrima.practice.scored import Scored, State, scores_of, state_of
from lacrima.vault.process import VAULT

LARGE = 100

FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class _Kept(Generic[FoundT]):
    state: State
    found: FoundT
    is_large: bool


class Fitted(Generic[FoundT]):
    """One kind of fit, of each questionnaire that was asked for.

    fit: from all scores and what was found before (None at first). people: how many it is of.
    """

    def __init__(
        self,
        fit: Callable[[Sequence[Score], Scored, FoundT | None], FoundT],
        people: Callable[[FoundT], int],
    ) -> None:
        self._fit, self._people = fit, people
        self._kept: dict[tuple[uuid.UUID, Scored], _Kept[FoundT]] = {}
        self._one_at_a_time = threading.Lock()
        VAULT.on_lock(self.forget)

    def forget(self) -> None:
        """Nothing of it stays in memory."""
        self._kept.clear()

    def for_a_page(self, practice: uuid.UUID, what: Scored) -> FoundT:
        """What is known: as it is now, or in a large practice as it lately was."""
        kept = self._kept.get((practice, what))
        if kept is not None and kept.is_large:
            return kept.found
        return self.now(practice, what)

    def now(self, practice: uuid.UUID, what: Scored, state: State | None = None) -> FoundT:
        """The same as it is now, for the housekeeping: fitted anew where answers have come.

        state: of the answers, where it was looked up already.
        """
        state = state or state_of(what)
        kept = self._kept.get((practice, what))
        if kept is not None and kept.state == state:
            return kept.found
        with self._one_at_a_time:
            kept = self._kept.get((practice, what))
            if kept is None or kept.state != state:
                found = self._fit(scores_of(what), what, kept.found if kept else None)
                kept = _Kept(state, found, self._people(found) > LARGE)
                self._kept[practice, what] = kept
        return kept.found
