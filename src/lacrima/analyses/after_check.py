"""One check as a value, and the words that several of them share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lacrima.analyses.after_model import Design, Fitted
from lacrima.analyses.after_states import ROPE
from lacrima.analyses.after_words import Filling, Said, gettext_noop, size
from lacrima.analyses.what_came_after import Answer
from lacrima.errors import NoResult

NOT_FORMED = gettext_noop("%(title)s: cannot be said here, %(why)s.")


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the same sessions in another way.

    value, low, high: None where it cannot be formed, and the sentence says why. is_loud: it says
    something that a reader has to know before she believes the answer. is_difference: the number
    stands on the scale of the answer, norm SDs, and can be drawn beside it.
    """

    name: str
    title: Said
    value: float | None
    low: float | None
    high: float | None
    sentence: Said
    is_loud: bool = False
    is_difference: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the verb."""
        return {
            "name": self.name,
            "value": _plain(self.value),
            "low": _plain(self.low),
            "high": _plain(self.high),
            "sentence": str(self.sentence),
            "is_loud": bool(self.is_loud),
        }


def _plain(value: float | None) -> float | None:
    """A number of Python's own; none for what is no finite number."""
    return None if value is None or not math.isfinite(value) else float(value)


def not_formed(name: str, title: str, why: str) -> Check:
    """A check that these sessions do not allow, and why."""
    said = Said(NOT_FORMED, {"title": Said(title), "why": Said(why)})
    return Check(name, Said(title), None, None, None, said)


def difference(
    name: str,
    title: str,
    template: str,
    interval: tuple[float, float, float],
    *,
    is_loud: bool,
    **filling: Filling | Said,
) -> Check:
    """A check whose number is a difference like the answer's own.

    The template may name %(size)s, %(one)s and %(other)s.
    """
    low, middle, high = interval
    filled = {"size": size(middle), "one": size(low), "other": size(high), **filling}
    said = Said(template, filled)
    return Check(name, Said(title), middle, low, high, said, is_loud, is_difference=True)


def moved(one: Fitted, other: float) -> bool:
    """Whether another way comes out otherwise by more than is too small to matter."""
    return abs(one.interval()[1] - other) > ROPE


def leaves_zero(interval: tuple[float, float, float]) -> bool:
    """Whether all of an interval lies on one side."""
    return interval[0] > 0 or interval[2] < 0


def fit_of(answer: Answer) -> Fitted:
    """The posterior that is checked. Raises NoResult where there is none."""
    if answer.fit is None:
        raise NoResult("no model", expected="sessions with such a moment")
    return answer.fit


def design_of(answer: Answer) -> Design:
    """The model that is checked."""
    return fit_of(answer).design


def answer_middle(answer: Answer) -> float:
    """The middle of the answer itself."""
    return answer.interval[1] if answer.interval else 0.0
