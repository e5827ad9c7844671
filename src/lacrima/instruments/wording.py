"""The words of a skeleton, typed in by a practice that may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scale import Choice, Scale

MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for one instrument: items by id, anchors by the name of a scale and its value.

    Anchors may be given for every value, for the two ends alone, or not at all.
    """

    language: str
    instruction: str
    items: Mapping[str, str]
    anchors: Mapping[str, Mapping[int, str]]


def with_wording(instrument: Instrument, wording: Wording) -> Instrument:
    """The same instrument with these words in it; ids, ranges and scoring stay as they are.

    Raises BadInput for an instrument that has words of its own, for an item without words, and
    for words to an item, a scale or a value that it does not have; OutOfRange for words that are
    too long. No message holds the words.

    >>> from lacrima.instruments.catalogue import shipped
    >>> who_5 = shipped()["who-5"]
    >>> words = {item.id: f"Words of item {n}" for n, item in enumerate(who_5.items, start=1)}
    >>> worded = with_wording(who_5, Wording("en", "Read each.", words, {}))
    >>> worded.is_skeleton, worded.items[0].text
    (False, 'Words of item 1')
    """
    _check(instrument, wording)
    scales = {
        scale.name: _worded(scale, wording.anchors.get(scale.name, {}))
        for scale in scales_of(instrument)
    }
    language = wording.language or instrument.language
    return reworded(instrument, language, wording.instruction, wording.items, scales)


def reworded(
    instrument: Instrument,
    language: str,
    instruction: str,
    texts: Mapping[str, str],
    scales: Mapping[str, Scale],
) -> Instrument:
    """The instrument with other words above, in every item, and at its answers."""
    items = {
        item.id: replace(item, text=texts[item.id].strip(), scale=scales[item.scale.name])
        for item in instrument.items
    }
    counted = tuple(
        replace(
            one,
            counting=replace(
                one.counting, items=tuple(items[item.id] for item in one.counting.items)
            ),
        )
        for one in instrument.subscales
    )
    return replace(
        instrument,
        language=language,
        instruction=instruction.strip(),
        items=tuple(items.values()),
        subscales=counted,
        is_skeleton=False,
    )


def scales_of(instrument: Instrument) -> tuple[Scale, ...]:
    """Each scale that its items use, once, in the order of the items."""
    return tuple(dict.fromkeys(item.scale for item in instrument.items))


def _check(instrument: Instrument, wording: Wording) -> None:
    if not instrument.is_skeleton:
        raise BadInput(
            "words for a questionnaire that has its own",
            where=instrument.name,
            expected="a skeleton, which ships without words",
        )
    ids = {item.id for item in instrument.items}
    given = {name for name, text in wording.items.items() if text.strip()}
    if given != ids:
        raise BadInput(
            f"words for {len(given & ids)} of {len(ids)} items",
            where=instrument.name,
            expected="the words of every item, and of no other",
        )
    if not wording.instruction.strip():
        raise BadInput("no words above the items", where=instrument.name, expected="an instruction")
    _check_anchors(instrument, wording)
    _check_length(instrument, wording)


def _check_length(instrument: Instrument, wording: Wording) -> None:
    anchors = [text for words in wording.anchors.values() for text in words.values()]
    texts = [wording.instruction, *wording.items.values(), *anchors]
    if any(len(text) > MOST_CHARACTERS or "\0" in text for text in texts):
        raise OutOfRange(
            "words that are too long, or hold a sign that is no text",
            where=instrument.name,
            expected=f"at most {MOST_CHARACTERS} characters of text each",
        )


def _check_anchors(instrument: Instrument, wording: Wording) -> None:
    scales = {scale.name: scale for scale in scales_of(instrument)}
    for name, words in wording.anchors.items():
        if name not in scales or not all(scales[name].has_value(value) for value in words):
            raise BadInput(
                "words for an answer that cannot be given",
                where=instrument.name,
                expected=", ".join(f"{one.minimum} to {one.maximum}" for one in scales.values()),
            )


def _worded(scale: Scale, anchors: Mapping[int, str]) -> Scale:
    """Named choices where every value has words; else a line whose ends may have some."""
    words = {value: text.strip() for value, text in anchors.items() if text.strip()}
    if all(value in words for value in scale.values):
        choices = tuple(Choice(value, words[value]) for value in scale.values)
        return replace(scale, choices=choices)
    return replace(
        scale,
        low_text=_end(scale.minimum, words),
        high_text=_end(scale.maximum, words),
    )


def _end(value: int, words: Mapping[int, str]) -> str:
    return f"{value}: {words[value]}" if value in words else ""
