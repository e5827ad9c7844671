"""What a format cannot keep: a plain list that is shown to the person, never dropped silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of thing that reading or writing left out, and why.

    what: the kind of thing in plain words ("answers to questions outside PHQ-9"), never a value,
    a name or a client's words. count: how many of them.
    """

    what: str
    why: str
    count: int = 1


def together(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """The same losses with equal ones counted together, in the order of their first appearance.

    >>> together([Loss("rows", "no date"), Loss("rows", "no date", 2)])
    (Loss(what='rows', why='no date', count=3),)
    """
    counted: dict[tuple[str, str], int] = {}
    for loss in losses:
        key = (loss.what, loss.why)
        counted[key] = counted.get(key, 0) + loss.count
    return tuple(Loss(what, why, count) for (what, why), count in counted.items())
