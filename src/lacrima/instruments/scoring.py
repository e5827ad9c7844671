"""Scores one filled questionnaire by its instrument's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.counting import Counting, ScoreRule
from lacrima.instruments.definition import Instrument
from lacrima.instruments.rules import Part, Pattern

Answers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that an answer met: show it to a person at once."""

    item: str
    rule: str
    value: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored questionnaire. Without a total, `why` says in a sentence why there is none.

    `answered` and `missing` name the items that count, for the total or for a subscale; `items`
    holds every answer as given. `subscales` has a number or None for each subscale, with
    `subscale_why` and `subscale_bands` beside it. `patterns` says of each published pattern
    whether it is met; None where missing answers leave it open.
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
    items: Answers
    subscales: Mapping[str, Decimal | None] = field(default_factory=dict)
    subscale_why: Mapping[str, str] = field(default_factory=dict)
    subscale_bands: Mapping[str, str | None] = field(default_factory=dict)
    patterns: Mapping[str, bool | None] = field(default_factory=dict)


def score(instrument: Instrument, answers: Answers) -> Scored:
    """What a filled questionnaire says.

    answers: item id to value; None or left out is missing, and never counts as 0. The
    instrument's missing rule decides whether a total may be formed all the same; each subscale
    follows its own.

    Raises BadInput for an item that the instrument does not have (and for any answers to an
    instrument of which only the total is kept: see `score_total`), OutOfRange for an answer that
    its item does not allow. Neither message holds the answer.

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
    missing = tuple(item.id for item in scored_items if answers.get(item.id) is None)
    total, why = _number(instrument.counting, answers)
    subs = {one.slug: (one, *_number(one.counting, answers)) for one in instrument.subscales}
    return Scored(
        instrument=instrument.slug,
        version=instrument.version,
        total=total,
        why=why or _why_never(instrument),
        is_prorated=total is not None and bool(missing),
        band=None if total is None else instrument.band(total),
        answered=tuple(item.id for item in scored_items if answers.get(item.id) is not None),
        missing=missing,
        flags=_flags(instrument, answers),
        items={item.id: answers.get(item.id) for item in instrument.items},
        subscales={slug: number for slug, (_, number, _why) in subs.items()},
        subscale_why={slug: because for slug, (_, _number, because) in subs.items() if because},
        subscale_bands={
            slug: None if number is None else one.band(number)
            for slug, (one, number, _why) in subs.items()
        },
        patterns={one.name: _is_met(one, answers) for one in instrument.patterns},
    )


def score_total(instrument: Instrument, total: Decimal) -> Scored:
    """What a total says that was worked out elsewhere (an instrument that has no items here).

    Raises BadInput for an instrument with items, OutOfRange for a total outside its range or
    with more decimals than it has. Neither message holds the total.

    >>> from lacrima.instruments.catalogue import shipped
    >>> score_total(shipped()["ors"], Decimal("23.4")).total
    Decimal('23.4')
    """
    if not instrument.is_total_only:
        raise BadInput(
            "a total without its items",
            where=instrument.name,
            expected=f"the single answers of {instrument.name}",
        )
    is_inside = total.is_finite() and instrument.minimum <= total <= instrument.maximum
    if not is_inside or total != round(total, instrument.decimals):
        places = {0: "whole number", 1: "number with at most one decimal"}
        kind = places.get(instrument.decimals, f"number with {instrument.decimals} decimals")
        raise OutOfRange(
            "a total that this questionnaire cannot give",
            where=instrument.name,
            expected=f"a {kind} from {instrument.minimum} to {instrument.maximum}",
        )
    return Scored(
        instrument=instrument.slug,
        version=instrument.version,
        total=total,
        why="",
        is_prorated=False,
        band=instrument.band(total),
        answered=(),
        missing=(),
        flags=(),
        items={},
    )


def _check(instrument: Instrument, answers: Answers) -> None:
    if instrument.is_total_only:
        raise BadInput(
            "single answers to a questionnaire that is kept as a total",
            where=instrument.name,
            expected="its total",
        )
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


def _number(counting: Counting | None, answers: Answers) -> tuple[Decimal | None, str]:
    if counting is None:
        return None, ""
    given = [(item, answers.get(item.id)) for item in counting.items]
    why = counting.why_none(sum(value is None for _item, value in given))
    if why:
        return None, why
    return counting.number([(item, value) for item, value in given if value is not None]), ""


def _why_never(instrument: Instrument) -> str:
    if instrument.score_rule is not ScoreRule.NONE:
        return ""
    return f"it gives {len(instrument.subscales)} scores and no total"


def _flags(instrument: Instrument, answers: Answers) -> tuple[Flag, ...]:
    return tuple(
        Flag(rule.item, rule.name, value)
        for rule in instrument.flags
        if (value := answers.get(rule.item)) is not None and value >= rule.at_least
    )


def _is_met(pattern: Pattern, answers: Answers) -> bool | None:
    met = [_is_part_met(part, answers) for part in pattern.parts]
    if False in met:
        return False
    return None if None in met else True


def _is_part_met(part: Part, answers: Answers) -> bool | None:
    given = [answers.get(item) for item in part.items]
    high = sum(value is not None and value >= part.at_least for value in given)
    if high >= part.count:
        return True
    return None if high + given.count(None) >= part.count else False
