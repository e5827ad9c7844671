"""An instrument as a FHIR R4 Questionnaire.

A skeleton carries no words: its items have a number and a range. The total is an item that
computes itself by an expression for programs that know FHIRPath; we never depend on it.
"""

from __future__ import annotations

import re
from typing import Any

from lacrima.formats.fhir import codes
from lacrima.formats.fhir.shapes import Shape, coding, extension, number, without_empty
from lacrima.formats.losses import Loss, together
from lacrima.instruments.definition import Choice, Instrument, Item, ScoreRule

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


def questionnaire_of(instrument: Instrument) -> Shape:
    """The Questionnaire (R4) of an instrument, as JSON-ready values; always the same.

    >>> from lacrima.instruments.catalogue import shipped
    >>> questionnaire_of(shipped()["phq-9"])["item"][1]["linkId"]
    '/44250-9'
    """
    return without_empty(
        {
            "resourceType": "Questionnaire",
            "language": instrument.language,
            "url": codes.questionnaire_urn(instrument),
            "identifier": [{"value": instrument.slug}],
            "version": instrument.version,
            "name": _computer_name(instrument),
            "title": instrument.title,
            "status": "active",
            "experimental": not instrument.is_validated,
            "subjectType": ["Patient"],
            "description": instrument.note,
            "copyright": _copyright(instrument),
            "code": [coding(instrument.loinc_panel)] if instrument.loinc_panel else [],
            "item": [*_instruction(instrument), *_items(instrument), *_total(instrument)],
        }
    )


def losses_of_questionnaire(instrument: Instrument) -> tuple[Loss, ...]:
    """What a Questionnaire has no place for, whoever reads it."""
    no_place = "a FHIR Questionnaire has no field for it"
    found = [
        *[Loss("bands of the total", no_place) for _ in instrument.bands],
        *[Loss("marks on answers that a person should see at once", no_place)
          for _ in instrument.flags],
        *[Loss("norms and their sources", no_place) for _ in instrument.norms],
        *[Loss("subscales", no_place) for _ in instrument.subscales],
        *[Loss("patterns", no_place) for _ in instrument.patterns],
        *[Loss("items that count backwards", "only the sum's expression says so")
          for item in instrument.items if item.is_reversed],
        Loss("the rule for missing items", no_place),
        Loss("the stretch of time asked about, as a number", no_place),
    ]  # fmt: skip
    if _has_total(instrument) and not expression_of(instrument):
        found.append(Loss("the expression of the total", "its rule is more than a sum or a mean"))
    return together(found)


def expression_of(instrument: Instrument) -> str:
    """FHIRPath of the total where every counted item is answered, else nothing; "" where none.

    Choices count by their ordinal value (SDC's `ordinal()`), lines by their number.
    """
    counting = instrument.counting
    if counting is None:
        return ""
    parts = [_summand(instrument, item) for item in counting.items]
    total = " + ".join(parts)
    if counting.rule is ScoreRule.MEAN:
        total = f"(({total}) / {len(parts)}).round({counting.decimals})"
    if counting.times != 1:
        total = f"({total}) * {counting.times}"
    answered = " and ".join(f"{_answer(instrument, item)}.exists()" for item in counting.items)
    return f"iif({answered}, {total})"


def _answer(instrument: Instrument, item: Item) -> str:
    return f"%resource.item.where(linkId='{codes.link_id(instrument, item)}').answer.value"


def _summand(instrument: Instrument, item: Item) -> str:
    value = _answer(instrument, item) + (".ordinal()" if item.scale.choices else "")
    if not item.is_reversed:
        return value
    return f"({item.scale.minimum + item.scale.maximum} - {value})"


def _computer_name(instrument: Instrument) -> str:
    name = _NOT_IN_NAMES.sub("_", instrument.slug).strip("_")
    return name[:1].upper() + name[1:] if name[:1].isalpha() else f"Q_{name}"


def _copyright(instrument: Instrument) -> str:
    licence = instrument.licence
    loinc = [instrument.loinc_panel, instrument.loinc_total, *(i.loinc for i in instrument.items)]
    notice = codes.LOINC_NOTICE if any(loinc) else ""
    said = licence.must_show or licence.text
    return "\n\n".join(part for part in (said, f"Source: {licence.source}", notice) if part)


def _instruction(instrument: Instrument) -> list[Shape]:
    if not instrument.instruction:
        return []
    return [{"linkId": "instruction", "text": instrument.instruction, "type": "display"}]


def _items(instrument: Instrument) -> list[Shape]:
    return [_item(instrument, place, item) for place, item in enumerate(instrument.items, start=1)]


def _item(instrument: Instrument, place: int, item: Item) -> Shape:
    scale = item.scale
    is_choice = bool(scale.choices)
    limits = [
        extension(codes.MINIMUM, valueInteger=scale.minimum),
        extension(codes.MAXIMUM, valueInteger=scale.maximum),
    ]
    return without_empty(
        {
            "extension": [] if is_choice else limits,
            "linkId": codes.link_id(instrument, item),
            "code": [coding(item.loinc)] if item.loinc else [],
            "prefix": str(place),
            "text": item.text,
            "type": "choice" if is_choice else "integer",
            "required": False,
            "repeats": False,
            "answerOption": [_option(instrument, item, choice) for choice in scale.choices],
            "item": _ends(instrument, item),
        }
    )


def _option(instrument: Instrument, item: Item, choice: Choice) -> Shape:
    return {
        "extension": [extension(codes.ORDINAL_VALUE, valueDecimal=choice.value)],
        "valueCoding": coding_of(instrument, item, choice),
    }


def coding_of(instrument: Instrument, item: Item, choice: Choice) -> Shape:
    """The code of a choice: LOINC's where it has one, else its value under a name of ours."""
    if choice.loinc:
        return coding(choice.loinc, choice.text)
    system = codes.own_urn("scale", instrument.slug, instrument.version, item.scale.name)
    return coding(str(choice.value), choice.text, system=system)


def _ends(instrument: Instrument, item: Item) -> list[Shape]:
    """The words at the two ends of a line, as displays left and right of it."""
    ends = (("lower", item.scale.low_text), ("upper", item.scale.high_text))
    return [
        {
            "extension": [extension(codes.ITEM_CONTROL, valueCodeableConcept=_control(side))],
            "linkId": f"{codes.link_id(instrument, item)}.{side}",
            "text": text,
            "type": "display",
        }
        for side, text in ends
        if text
    ]


def _control(side: str) -> Shape:
    return {"coding": [coding(side, system=codes.ITEM_CONTROL_CODES)]}


def _has_total(instrument: Instrument) -> bool:
    return instrument.counting is not None or instrument.is_total_only


def _total(instrument: Instrument) -> list[Shape]:
    if not _has_total(instrument):
        return []
    expression = expression_of(instrument)
    computed = extension(
        codes.CALCULATED,
        valueExpression={
            "description": "For programs that compute by themselves; scores are our own",
            "language": "text/fhirpath",
            "expression": expression,
        },
    )
    unit = extension(codes.UNIT, valueCoding=coding(codes.SCORE_UNIT, system=codes.UCUM))
    limits: list[Any] = [
        extension(codes.MINIMUM, valueDecimal=number(instrument.minimum)),
        extension(codes.MAXIMUM, valueDecimal=number(instrument.maximum)),
    ]
    return [
        without_empty(
            {
                "extension": [unit, *limits, *([computed] if expression else [])],
                "linkId": codes.total_link_id(instrument),
                "code": [coding(instrument.loinc_total)] if instrument.loinc_total else [],
                "text": f"{instrument.name}: total",
                "type": "decimal",
                "required": False,
                "repeats": False,
                "readOnly": not instrument.is_total_only,
            }
        )
    ]
