"""How far is it to be trusted? Each check with its number and one sentence; none is a badge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lacrima.analyses.after_words import Said
from lacrima.analyses.what_came_after import Answer


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the same sessions in another way.

    value, low, high: None where it cannot be formed, and the sentence says why. is_loud: it says
    something that a reader has to know before she believes the answer.
    """

    name: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    sentence: Said
    is_loud: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the verb."""
        return {
            "name": self.name,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "sentence": str(self.sentence),
            "is_loud": self.is_loud,
        }


def all_checks(answer: Answer) -> tuple[Check, ...]:
    """All of them, in the order in which a page shows them."""
    return ()
