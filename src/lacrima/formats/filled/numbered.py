"""Questions that have a number and no other name: `PHQ.1`, `H1/T1/Q1`, `item_3`, `4`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from lacrima.errors import BadForm
from lacrima.formats.filled.telling_apart import Belongs, stem_belongs
from lacrima.instruments.definition import Instrument, Item

_NUMBERED = re.compile(r"(?P<stem>(?:.*[^0-9])?)0*(?P<number>[0-9]{1,3})\Z", re.DOTALL)


def by_number(
    instrument: Instrument, names: Mapping[int, str], *, is_whole: bool, form_is_ours: bool
) -> dict[int, Item]:
    """Place of a question to the item of its number; empty where the numbers do not fit.

    Names that are the same up to their number belong together. Their numbers must run from 1 to
    the number of items (of those that count, or of all), or from 0; where only answered
    questions are named (not is_whole) and the stem or the form says the questionnaire, some may
    be absent. Raises BadForm where two such groups fit equally well.
    """
    fitting: dict[Belongs, list[dict[int, Item]]] = defaultdict(list)
    for stem, places in _groups(names).items():
        belongs = stem_belongs(instrument, stem)
        may_have_gaps = belongs is Belongs.HERE or (form_is_ours and not is_whole)
        items = _items(instrument, set(places), may_have_gaps=may_have_gaps)
        if items and belongs is not Belongs.ELSEWHERE:
            fitting[belongs].append({places[number]: item for number, item in items.items()})
    best = fitting[Belongs.HERE] or fitting[Belongs.NOT_SAID]
    if len(best) > 1:
        raise BadForm(
            "two groups of numbered questions that both could be the items",
            where=instrument.name,
            expected=f"one group, or names such as {instrument.items[0].id}",
        )
    return best[0] if best else {}


def _groups(names: Mapping[int, str]) -> dict[str, dict[int, int]]:
    """Stem to number to place; a stem that has a number twice is left out."""
    groups: dict[str, dict[int, int]] = defaultdict(dict)
    doubled: set[str] = set()
    for place, name in names.items():
        found = _NUMBERED.match(name.strip())
        if not found:
            continue
        stem, number = found["stem"].casefold(), int(found["number"])
        if number in groups[stem]:
            doubled.add(stem)
        groups[stem][number] = place
    return {stem: group for stem, group in groups.items() if stem not in doubled}


def _items(instrument: Instrument, numbers: set[int], *, may_have_gaps: bool) -> dict[int, Item]:
    for items in (instrument.scored_items, instrument.items):
        for first in (1, 0):
            if numbers == set(range(first, first + len(items))):
                return dict(enumerate(items, start=first))
    every = dict(enumerate(instrument.items, start=1))
    if may_have_gaps and numbers <= set(every):
        return {number: every[number] for number in numbers}
    return {}
