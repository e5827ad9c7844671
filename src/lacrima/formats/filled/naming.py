"""Which question of a file is which item of an instrument.

In this order: by LOINC code, by the item's own id; else by number, by words, by order. The last
three are said in a note. A file that names another questionnaire is never matched by number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lacrima.errors import BadForm
from lacrima.formats.filled.answer import plain
from lacrima.formats.filled.numbered import by_number
from lacrima.formats.filled.telling_apart import Belongs, belonging
from lacrima.instruments.definition import Instrument, Item

_LOINC = re.compile(r"(?<![0-9A-Za-z-])[0-9]{1,7}-[0-9](?![0-9A-Za-z-])")
PERSON_NAMES = frozenset(
    {"person", "personid", "client", "clientid", "participant", "participantid"}
    | {"patient", "patientid", "subject", "subjectid", "recordid", "id", "code"}
)
_TOTALS = frozenset({"total", "totalscore", "sum", "sumscore", "score", "rawscore"})


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a file names it: a name, and the codes and the words it may have."""

    name: str
    codes: tuple[str, ...] = ()
    text: str = ""

    @property
    def coded(self) -> tuple[str, ...]:
        """Its LOINC codes: as told, else those that stand in its name."""
        return self.codes or tuple(_LOINC.findall(self.name))


@dataclass(frozen=True, slots=True)
class Match:
    """Place of a question to its item; places of totals; and what has to be said about it."""

    items: Mapping[int, Item]
    totals: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


class NoQuestion(BadForm):
    """No question of a form is an item of the instrument; `is_named` where it says it should be."""

    is_named = False


@dataclass(slots=True)
class _Found:
    items: dict[int, Item] = field(default_factory=dict)
    totals: set[int] = field(default_factory=set)


def match(
    instrument: Instrument, questions: Sequence[Question], *, form: str = "", is_whole: bool
) -> Match:
    """Which questions are which items.

    form: how the file names the questionnaire, or "". is_whole: whether the file names every
    question (a table's columns) or only those answered.

    Raises NoQuestion where no question is an item; BadForm where two are the same one, or numbers
    and words contradict each other.
    """
    found = _by_name(instrument, questions)
    notes: tuple[str, ...] = ()
    if not found.items:
        rest = {
            place: question for place, question in enumerate(questions) if place not in found.totals
        }
        found.items, notes = _by_the_way(instrument, rest, form=form, is_whole=is_whole)
    if not found.items:
        nothing = _nothing(instrument)
        nothing.is_named = belonging(instrument, form) is Belongs.HERE
        raise nothing
    _refuse_twice(instrument, found.items)
    return Match(found.items, frozenset(found.totals), notes)


def _by_name(instrument: Instrument, questions: Sequence[Question]) -> _Found:
    by_code = {item.loinc: item for item in instrument.items if item.loinc}
    by_id = {plain(item.id): item for item in instrument.items}
    found = _Found()
    for place, question in enumerate(questions):
        codes = question.coded
        coded = {by_code[code].id: by_code[code] for code in codes if code in by_code}
        last = question.name.rstrip("/").rpartition("/")[2]
        item = next(iter(coded.values())) if len(coded) == 1 else None
        item = item or by_id.get(plain(last)) or by_id.get(plain(question.name))
        if item is not None:
            found.items[place] = item
        elif _is_total(instrument, codes, last):
            found.totals.add(place)
    return found


def _is_total(instrument: Instrument, codes: tuple[str, ...], name: str) -> bool:
    """A total by its code; by the panel's code, as older forms have it; or by its name."""
    wanted = {instrument.loinc_total, instrument.loinc_panel} - {None}
    if wanted & set(codes):
        return True
    return plain(name).removeprefix(plain(instrument.slug)) in _TOTALS


def _by_the_way(
    instrument: Instrument, questions: Mapping[int, Question], *, form: str, is_whole: bool
) -> tuple[dict[int, Item], tuple[str, ...]]:
    """By number, by words, by order: whatever fits without a contradiction."""
    words = _by_words(instrument, questions)
    named = belonging(instrument, form, [question.text for question in questions.values()])
    names = {place: question.name for place, question in questions.items()}
    numbered = by_number(instrument, names, is_whole=is_whole, form_is_ours=named is Belongs.HERE)
    if numbered and named is not Belongs.ELSEWHERE:
        if any(numbered.get(place) != item for place, item in words.items()):
            raise BadForm(
                "questions whose numbers and words do not agree",
                where=instrument.name,
                expected="the items in the order of the printed form, or their own codes",
            )
        return numbered, (_note(len(numbered), "number", instrument),)
    if words:
        return words, (_note(len(words), "wording", instrument),)
    is_as_long = len(questions) in {len(instrument.items), len(instrument.scored_items)}
    if named is Belongs.HERE and is_as_long and not is_whole:
        items = instrument.items
        if len(questions) != len(items):
            items = instrument.scored_items
        return dict(zip(questions, items, strict=True)), (_note(len(items), "order", instrument),)
    return {}, ()


def _by_words(instrument: Instrument, questions: Mapping[int, Question]) -> dict[int, Item]:
    by_words = {plain(item.text): item for item in instrument.items if item.text}
    return {
        place: by_words[plain(question.text)]
        for place, question in questions.items()
        if question.text and plain(question.text) in by_words
    }


def _note(count: int, how: str, instrument: Instrument) -> str:
    return (
        f"{count} questions were taken as items of {instrument.name} by their {how} alone; "
        "look whether they are the same questions"
    )


def _nothing(instrument: Instrument) -> NoQuestion:
    first = instrument.items[0]
    code = f", /{first.loinc}" if first.loinc else ""
    return NoQuestion(
        f"no question of {instrument.name}",
        where=instrument.name,
        expected=f"questions or columns named {first.id}{code}, and so on, or numbered "
        f"1 to {len(instrument.scored_items)}",
        next_step="Look whether this is the right questionnaire for the file",
    )


def _refuse_twice(instrument: Instrument, items: Mapping[int, Item]) -> None:
    seen: set[str] = set()
    for place, item in items.items():
        if item.id in seen:
            raise BadForm(
                "two questions for one item",
                where=f"question {place + 1}, {item.id} of {instrument.name}",
                expected="each item once",
            )
        seen.add(item.id)
