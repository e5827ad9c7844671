"""One filled questionnaire as a FHIR R4 QuestionnaireResponse, and its score as an Observation."""

from __future__ import annotations

from decimal import Decimal

from lacrima.formats.fhir import codes
from lacrima.formats.fhir.questionnaire import coding_of
from lacrima.formats.fhir.shapes import (
    Shape,
    coding,
    extension,
    instant,
    number,
    quantity,
    without_empty,
)
from lacrima.formats.fhir.values import ResponseValue
from lacrima.formats.losses import Loss, together
from lacrima.instruments.definition import Item
from lacrima.instruments.scoring import Scored


def urn_of(response: ResponseValue, kind: str) -> str:
    """The stable `urn:uuid:` of what is written for a response."""
    return codes.own_urn(kind, response.instrument.slug, response.instrument.version, response.key)


def response_of(response: ResponseValue) -> Shape:
    """The QuestionnaireResponse (R4). Missing items are left out, never written as 0.

    The status is *completed* also where items are missing: what was handed in is what there is.
    """
    one = response.instrument
    scored = response.scored
    items = [_answered(response, item) for item in one.items]
    total = response.total if scored is None else scored.total
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": urn_of(response, "response").removeprefix("urn:uuid:"),
            "questionnaire": f"{codes.questionnaire_urn(one)}|{one.version}",
            "status": "completed",
            "subject": _subject(response),
            "authored": instant(response.authored),
            "item": [*[item for item in items if item], *_total_item(response, total)],
        }
    )


def observation_of(response: ResponseValue) -> Shape:
    """The Observation (R4) of the score; without a total it says why there is none.

    A total that was never formed from items here has no response behind it, and says none.
    """
    scored = response.scored
    total = response.total if scored is None else scored.total
    return without_empty(
        {
            "resourceType": "Observation",
            "id": urn_of(response, "total").removeprefix("urn:uuid:"),
            "status": "final",
            "category": [{"coding": [_survey()]}],
            "code": _code(response),
            "subject": _subject(response),
            "effectiveDateTime": instant(response.authored),
            "valueQuantity": None if total is None else quantity(total),
            "dataAbsentReason": _absent(scored) if total is None and scored else None,
            "interpretation": _interpretation(response, scored, total),
            "note": _note(response, scored),
            "derivedFrom": [{"reference": urn_of(response, "response")}] if scored else [],
            "component": _components(response, scored),
        }
    )


def losses_of_response(response: ResponseValue) -> tuple[Loss, ...]:
    """What a response and its observation have no place for."""
    scored = response.scored
    if scored is None:
        return ()
    flags = [
        Loss(
            "marks on answers that a person should see at once",
            "FHIR has no field for them; the answers themselves are written",
        )
        for _ in scored.flags
    ]
    patterns = [
        Loss("patterns", "FHIR has no field for them; they follow from the answers")
        for _ in scored.patterns
    ]
    return together([*flags, *patterns])


def _answered(response: ResponseValue, item: Item) -> Shape | None:
    value = response.answers.get(item.id)
    if value is None:
        return None
    choice = next((each for each in item.scale.choices if each.value == value), None)
    answer: Shape = {"valueInteger": value}
    if choice is not None:
        ordinal = extension(codes.ORDINAL_VALUE, valueDecimal=value)
        answer = {
            "valueCoding": {
                "extension": [ordinal],
                **coding_of(response.instrument, item, choice),
            }
        }
    return without_empty(
        {
            "linkId": codes.link_id(response.instrument, item),
            "text": item.text,
            "answer": [answer],
        }
    )


def _total_item(response: ResponseValue, total: Decimal | None) -> list[Shape]:
    if total is None:
        return []
    return [
        {
            "linkId": codes.total_link_id(response.instrument),
            "text": f"{response.instrument.name}: total",
            "answer": [{"valueDecimal": number(total)}],
        }
    ]


def _subject(response: ResponseValue) -> Shape | None:
    """Who, by the code alone: a reference that names nobody and points nowhere."""
    if not response.subject:
        return None
    return {"type": "Patient", "identifier": {"value": response.subject}}


def _survey() -> Shape:
    return coding("survey", "Survey", system=codes.OBSERVATION_CATEGORY)


def _code(response: ResponseValue) -> Shape:
    one = response.instrument
    loinc = [coding(one.loinc_total)] if one.loinc_total else []
    return without_empty({"coding": loinc, "text": f"{one.name}: total"})


def _absent(scored: Scored) -> Shape:
    unknown = coding("unknown", "Unknown", system=codes.ABSENT_REASON)
    return without_empty({"coding": [unknown], "text": scored.why})


def _interpretation(
    response: ResponseValue, scored: Scored | None, total: Decimal | None
) -> list[Shape]:
    band = None if total is None else response.instrument.band(total)
    return [{"text": band}] if band else []


def _note(response: ResponseValue, scored: Scored | None) -> list[Shape]:
    if scored is None or not scored.is_prorated:
        return []
    counted = len(scored.answered) + len(scored.missing)
    return [{"text": f"Prorated: {len(scored.missing)} of {counted} items are missing."}]


def _components(response: ResponseValue, scored: Scored | None) -> list[Shape]:
    if scored is None:
        return []
    return [
        without_empty(
            {
                "code": {"text": f"{response.instrument.name}: {subscale.name}"},
                "valueQuantity": None if value is None else quantity(value),
                "dataAbsentReason": None
                if value is not None
                else {"text": scored.subscale_why.get(subscale.slug, "") or "Not known"},
            }
        )
        for subscale in response.instrument.subscales
        for value in [scored.subscales.get(subscale.slug)]
    ]
