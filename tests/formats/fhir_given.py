"""FHIR responses as others write them: the styles seen in the wild, for tests that read them."""

from __future__ import annotations

import json
from typing import Any

from lacrima.formats.answers_file import read_answers
from lacrima.formats.filled.forms import Filled
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score

PHQ_9, PHQ_8, GAD_7 = shipped()["phq-9"], shipped()["phq-8"], shipped()["gad-7"]
CODES = [item.loinc for item in PHQ_9.items]
CHOICES = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
WORDS = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
VALUES = [0, 0, 0, 1, 2, 1, 3, 2, 1]  # as in the SDC guide's own example; it adds up to 10


def coded(value: int, **more: Any) -> dict[str, Any]:
    return {"valueCoding": {"system": "http://loinc.org", "code": CHOICES[value], **more}}


def items(links: list[str], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"linkId": link, "answer": [answer]} for link, answer in zip(links, answers, strict=False)
    ]


def response(inner: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": inner, **more}


def read(resource: Any, one: Instrument = PHQ_9) -> Filled:
    return read_answers(json.dumps(resource).encode(), one)


def total(filled: Filled) -> int | None:
    said = score(filled.instrument, filled.answers_of(0)).total
    return None if said is None else int(said)


STYLES = {
    "LHC and US Core": [f"/{code}" for code in CODES],
    "PHR guide": CODES,
    "inside a panel": [f"/44249-1/{code}" for code in CODES],
    "as an address": [f"http://loinc.org/{code}" for code in CODES],
    "our own ids": [f"phq9_{number}" for number in range(1, 10)],
    "our own ids, written otherwise": [f"PHQ9-{number:02}" for number in range(1, 10)],
    "MII": [f"PHQ.{number}" for number in range(1, 10)],
    "SDC": [f"H1/T1/Q{number}" for number in range(1, 10)],
    "bare numbers": [str(number) for number in range(1, 10)],
    "from nought": [f"q{number}" for number in range(9)],
}
NOTED = {"MII", "SDC", "bare numbers", "from nought", "our own ids, written otherwise"}
ANSWERS = {
    "LOINC codes": [coded(value) for value in VALUES],
    "codes without a system": [{"valueCoding": {"code": CHOICES[value]}} for value in VALUES],
    "LOINC by its number": [
        {"valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.1", "code": CHOICES[value]}}
        for value in VALUES
    ],
    "ordinal on the code": [
        {
            "valueCoding": {
                "system": "http://example.org/own",
                "code": f"c{value}",
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                        "valueDecimal": value,
                    }
                ],
            }
        }
        for value in VALUES
    ],
    "weight on the answer": [
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/itemWeight",
                    "valueDecimal": value,
                }
            ],
            "valueCoding": {"code": f"c{value}"},
        }
        for value in VALUES
    ],
    "words as codes": [
        {
            "valueCoding": {
                "system": "http://example.org/own",
                "code": WORDS[value].replace(" ", "-"),
            }
        }
        for value in VALUES
    ],
    "words beside codes": [
        {"valueCoding": {"code": f"c{value}", "display": WORDS[value].upper()}} for value in VALUES
    ],
    "numbers as codes": [
        {"valueCoding": {"system": "http://example.org/own", "code": str(value)}}
        for value in VALUES
    ],
    "whole numbers": [{"valueInteger": value} for value in VALUES],
    "decimals": [{"valueDecimal": float(value)} for value in VALUES],
    "quantities": [{"valueQuantity": {"value": value, "unit": "{score}"}} for value in VALUES],
    "texts with a number": [{"valueString": str(value)} for value in VALUES],
    "texts in words": [{"valueString": WORDS[value]} for value in VALUES],
}
