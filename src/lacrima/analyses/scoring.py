"""What filled questionnaires say: one result a form, as the command line gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import Scored, score
from lacrima.instruments.scoring_many import ScoredMany, score_many

BLOCK_FORMS = 8_192

Result = dict[str, Any]
Answers = NDArray[np.float64]


def results(
    instrument: Instrument,
    answers: Answers,
    *,
    people: Sequence[str | None],
    rows: Sequence[int],
) -> Iterator[Result]:
    """One result for each form, in order, by the rules of `score`.

    answers: shape (n forms, n items in the instrument's order), NaN is missing. people, rows: who
    and where, carried through. What cannot be formed is None, and `why` says why.

    Raises OutOfRange, before the first result of its block, for an answer that an item does not
    allow.

    >>> from lacrima.instruments.catalogue import shipped
    >>> form = np.array([[2.0] * 7])
    >>> one = next(results(shipped()["gad-7"], form, people=["a"], rows=[1]))
    >>> one["total"], one["band"], one["missing"]
    (14, 'moderate', 0)
    """
    for start in range(0, len(answers), BLOCK_FORMS):
        place = slice(start, start + BLOCK_FORMS)
        yield from _block(instrument, answers[place], people[place], rows[place])


def result_of(scored: Scored, *, person: str | None, row: int) -> Result:
    """One scored form as a result; the same as `results` gives for it."""
    return {
        "person": person,
        "row": row,
        "instrument": scored.instrument,
        "version": scored.version,
        "total": _plain(scored.total),
        "why": scored.why or None,
        "prorated": scored.is_prorated,
        "band": scored.band,
        "answered": len(scored.answered),
        "missing": len(scored.missing),
        "flags": [
            {"item": flag.item, "rule": flag.rule, "value": flag.value} for flag in scored.flags
        ],
        "subscales": [
            {
                "subscale": slug,
                "total": _plain(total),
                "why": scored.subscale_why.get(slug) or None,
                "band": scored.subscale_bands.get(slug),
            }
            for slug, total in scored.subscales.items()
        ],
        "patterns": [{"pattern": name, "met": met} for name, met in scored.patterns.items()],
        "items": dict(scored.items),
    }


def _block(
    instrument: Instrument, answers: Answers, people: Sequence[str | None], rows: Sequence[int]
) -> Iterator[Result]:
    if instrument.patterns or instrument.subscales:
        yield from _one_by_one(instrument, answers, people, rows)
        return
    many, words = score_many(instrument, answers), _Words(instrument)
    columns = (answers.tolist(), many.totals.tolist(), many.missing.tolist(), people, rows)
    flagged = _flagged(instrument, many)
    for place, (values, total, missing, person, row) in enumerate(zip(*columns, strict=True)):
        items = words.items(values)
        has_total = total == total
        yield {
            "person": person,
            "row": row,
            "instrument": instrument.slug,
            "version": instrument.version,
            "total": words.number(total) if has_total else None,
            "why": None if has_total else words.why(missing),
            "prorated": has_total and missing > 0,
            "band": words.band(total) if has_total else None,
            "answered": words.counted - missing,
            "missing": missing,
            "flags": [
                {"item": item, "rule": rule, "value": items[item]}
                for item, rule in flagged.get(place, ())
            ],
            "subscales": [],
            "patterns": [],
            "items": items,
        }


def _one_by_one(
    instrument: Instrument, answers: Answers, people: Sequence[str | None], rows: Sequence[int]
) -> Iterator[Result]:
    """The plain way, for what has more to say than a total."""
    words = _Words(instrument)
    for values, person, row in zip(answers.tolist(), people, rows, strict=True):
        yield result_of(score(instrument, words.items(values)), person=person, row=row)


class _Words:
    """What is the same for many forms, found once."""

    def __init__(self, instrument: Instrument) -> None:
        self._names = [item.id for item in instrument.items]
        self._empty = score(instrument, {}).why
        self._counting = instrument.counting
        self.counted = len(instrument.scored_items)
        self.band = cache(lambda total: instrument.band(Decimal(repr(total))))
        self.number = cache(lambda total: _plain(Decimal(repr(total))))

    def items(self, values: list[float]) -> dict[str, int | None]:
        whole = (int(value) if value == value else None for value in values)
        return dict(zip(self._names, whole, strict=True))

    def why(self, missing: int) -> str:
        """Why there is no total; where there never is one, why that is."""
        return self._counting.why_none(missing) if self._counting else self._empty


def _flagged(instrument: Instrument, many: ScoredMany) -> Mapping[int, list[tuple[str, str]]]:
    """Place of a form to the items and the rules that a person must see, in the rules' order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for rule in instrument.flags:
        for place in np.flatnonzero(many.flags[rule.name]).tolist():
            found.setdefault(place, []).append((rule.item, rule.name))
    return found


def _plain(total: Decimal | None) -> int | float | None:
    """A score as JSON writes it: 14, not 14.0; 6.7."""
    if total is None:
        return None
    return int(total) if total == total.to_integral_value() else float(total)
