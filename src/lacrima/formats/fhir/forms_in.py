"""What a Questionnaire that comes along says: codes and words of its questions, weights of choices.

A response names its questions by `linkId` alone. Where the form stands beside it (contained, or
in the same Bundle), the codes there make a match certain. It is used only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lacrima.formats.fhir import codes
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.tree import many, number, one, text
from lacrima.formats.fhir.versions import refuse_other_versions

Weight = int | Decimal
_WEIGHTS = frozenset({codes.ORDINAL_VALUE, codes.ITEM_WEIGHT, codes.OLD_ORDINAL_VALUE})


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question of a form: its LOINC codes, its words, and what its choices weigh."""

    codes: tuple[str, ...]
    text: str
    weights: Mapping[tuple[str, str], Weight]


@dataclass(frozen=True, slots=True)
class Form:
    """A Questionnaire: how it names itself, and its questions by `linkId`."""

    named: str = ""
    questions: Mapping[str, FormQuestion] = field(default_factory=dict)


def form_of(questionnaire: Shape) -> Form:
    """What a Questionnaire says. Raises BadForm where it is of another version of FHIR."""
    refuse_other_versions(questionnaire, where="the Questionnaire")
    panel = loinc_codes(many(questionnaire, "code"))
    names = [text(questionnaire, key) for key in ("url", "name", "title", "id")]
    identifiers = [text(each, "value") for each in many(questionnaire, "identifier")]
    questions = {text(item, "linkId"): _question(item) for item in walk(questionnaire)}
    return Form(" ".join([*names, *identifiers, *panel]), questions)


def forms_by_name(resources: Iterable[tuple[str, Shape]]) -> dict[str, Form]:
    """Every Questionnaire under all names by which a response may point to it.

    resources: full name in a Bundle (or "") and the resource.
    """
    found: dict[str, Form] = {}
    for full_name, resource in resources:
        form = form_of(resource)
        key = text(resource, "id")
        names = [full_name, text(resource, "url"), f"#{key}", f"Questionnaire/{key}"]
        found.update({name: form for name in names if name.strip("#") and name != "Questionnaire/"})
    return found


def walk(shape: Shape) -> Iterator[Shape]:
    """Every item below, those inside before those after, whether under items or answers."""
    waiting = list(reversed(many(shape, "item")))
    while waiting:
        item = waiting.pop()
        yield item
        inner = [*many(item, "item")]
        for answer in many(item, "answer"):
            inner += many(answer, "item")
        waiting += reversed(inner)


def loinc_codes(codings: Iterable[Shape]) -> tuple[str, ...]:
    """The codes of LOINC among some codings."""
    return tuple(
        text(each, "code")
        for each in codings
        if text(each, "system") in codes.LOINC_NAMES and text(each, "code")
    )


def weight_of(shape: Shape) -> Weight | None:
    """What an extension says that a choice weighs."""
    for each in many(shape, "extension"):
        if text(each, "url") in _WEIGHTS:
            for key in ("valueDecimal", "valueInteger"):
                found = number(each.get(key))
                if found is not None:
                    return found
    return None


def _question(item: Shape) -> FormQuestion:
    weights: dict[tuple[str, str], Weight] = {}
    for option in many(item, "answerOption"):
        coding = one(option, "valueCoding")
        weight = weight_of(option)
        weight = weight_of(coding) if weight is None else weight
        if weight is not None and text(coding, "code"):
            weights[text(coding, "system"), text(coding, "code")] = weight
    return FormQuestion(loinc_codes(many(item, "code")), text(item, "text"), weights)
