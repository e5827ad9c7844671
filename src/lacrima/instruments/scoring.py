"""Scores one filled questionnaire by its instrument's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.definition import Instrument, Item, MissingRule, ScoreRule


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that an answer met: show it to a person at once."""

    item: str
    rule: str
    value: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored questionnaire. Without a total, `why` says in a sentence why there is none.

    `answered` and `missing` name the scored items; `items` holds every answer as given.
    """

    instrument: str
    version: str
    total: Decimal | None
    why: str
    is_prorated: bool
    band: str | None
    answered: tuple[str, ...]
    missing: tuple[str, ...]
    flags: tuple[Flag, ...]
    items: Mapping[str, int | None]


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Scored:
    """What a filled questionnaire says.

    answers: item id to value; None or left out is missing, and never counts as 0. The
    instrument's missing rule decides whether a total may be formed all the same.

    Raises BadInput for an item that the instrument does not have, OutOfRange for an answer
    that its item does not allow. Neither message holds the answer.

    >>> from lacrima.instruments.catalogue import shipped
    >>> gad_7 = shipped()["gad-7"]
    >>> scored = score(gad_7, {f"gad7_{number}": 2 for number in range(1, 8)})
    >>> scored.total, scored.band
    (Decimal('14'), 'moderate')
    >>> score(gad_7, {"gad7_1": 3}).total is None
    True
    """
    _check(instrument, answers)
    scored_items = instrument.scored_items
    answered = tuple(item for item in scored_items if answers.get(item.id) is not None)
    missing = tuple(item.id for item in scored_items if answers.get(item.id) is None)
    why = _why_no_total(instrument, len(missing))
    total = None if why else _total(instrument, answered, answers)
    return Scored(
        instrument=instrument.slug,
        version=instrument.version,
        total=total,
        why=why,
        is_prorated=total is not None and bool(missing),
        band=None if total is None else instrument.band(total),
        answered=tuple(item.id for item in answered),
        missing=missing,
        flags=_flags(instrument, answers),
        items={item.id: answers.get(item.id) for item in instrument.items},
    )


def _check(instrument: Instrument, answers: Mapping[str, int | None]) -> None:
    for item_id, value in answers.items():
        item = instrument.item(item_id)
        if item is None:
            raise BadInput(
                f"an item that {instrument.name} does not have",
                where=repr(item_id),
                expected=", ".join(item.id for item in instrument.items),
            )
        if value is None:
            continue
        if type(value) is not int or not item.scale.has_value(value):
            raise OutOfRange(
                "an answer this item does not allow",
                where=f"{instrument.name}, {item_id}",
                expected=f"a whole number from {item.scale.minimum} to {item.scale.maximum}",
            )


def _why_no_total(instrument: Instrument, missing: int) -> str:
    if not missing:
        return ""
    if instrument.missing_rule is MissingRule.REFUSE:
        return f"{missing} of {len(instrument.scored_items)} items missing; none may be"
    if missing > instrument.missing_at_most:
        return (
            f"{missing} of {len(instrument.scored_items)} items missing; "
            f"at most {instrument.missing_at_most} may be"
        )
    return ""


def _total(
    instrument: Instrument, answered: tuple[Item, ...], answers: Mapping[str, int | None]
) -> Decimal:
    values = [
        item.scored_value(value) for item in answered if (value := answers.get(item.id)) is not None
    ]
    mean = Decimal(sum(values)) / len(values)
    if instrument.score_rule is ScoreRule.MEAN:
        exact = mean
    else:
        exact = Decimal(sum(values)) * len(instrument.scored_items) / len(values)
    return exact.quantize(Decimal(1).scaleb(-instrument.decimals), rounding=ROUND_HALF_UP)


def _flags(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[Flag, ...]:
    return tuple(
        Flag(rule.item, rule.name, value)
        for rule in instrument.flags
        if (value := answers.get(rule.item)) is not None and value >= rule.at_least
    )
