"""Filled questionnaires as one FHIR R4 Bundle (a collection), in JSON and in XML."""

from __future__ import annotations

import json
from collections.abc import Iterable

from lacrima.errors import BadInput
from lacrima.formats.fhir import codes
from lacrima.formats.fhir.questionnaire import losses_of_questionnaire, questionnaire_of
from lacrima.formats.fhir.response import (
    losses_of_response,
    observation_of,
    response_of,
    urn_of,
)
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.values import ResponseValue
from lacrima.formats.losses import Loss, together
from lacrima.instruments.definition import Instrument

__all__ = ["ResponseValue", "bundle_of", "losses_of", "to_json"]


def bundle_of(responses: Iterable[ResponseValue], *, with_questionnaires: bool = True) -> Shape:
    """One Bundle (R4, collection): each response, its score, and the questionnaires they fill.

    The same responses always give the same Bundle. A total alone gives an Observation without a
    response behind it. Nothing but the subject's code says whose answers these are.

    Raises BadInput where two responses of one instrument have the same key.

    >>> from lacrima.instruments.catalogue import shipped
    >>> response = ResponseValue(instrument=shipped()["phq-9"], answers={"phq9_1": 2}, key="a")
    >>> [entry["resource"]["resourceType"] for entry in bundle_of([response])["entry"]]
    ['Questionnaire', 'QuestionnaireResponse', 'Observation']
    """
    written = list(responses)
    entries: list[Shape] = []
    if with_questionnaires:
        entries += [_entry(urn, questionnaire_of(one)) for urn, one in _instruments(written)]
    for response in written:
        if response.scored is not None:
            entries.append(_entry(urn_of(response, "response"), response_of(response)))
        entries.append(_entry(urn_of(response, "total"), observation_of(response)))
    _refuse_twice(entries)
    bundle: Shape = {"resourceType": "Bundle", "type": "collection"}
    return {**bundle, "entry": entries} if entries else bundle


def losses_of(responses: Iterable[ResponseValue]) -> tuple[Loss, ...]:
    """What a Bundle of these responses cannot hold, for the person who asked for it."""
    written = list(responses)
    about_forms = [losses_of_questionnaire(one) for _, one in _instruments(written)]
    about_answers = [losses_of_response(response) for response in written]
    return together(loss for losses in [*about_forms, *about_answers] for loss in losses)


def to_json(resource: Shape) -> bytes:
    """A resource as JSON in UTF-8, two blanks a step, always the same bytes."""
    return (json.dumps(resource, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def _instruments(responses: list[ResponseValue]) -> list[tuple[str, Instrument]]:
    """Every instrument once, in the order in which they come, under a name with its version."""
    found = {
        codes.own_urn("form", each.instrument.slug, each.instrument.version): each.instrument
        for each in responses
    }
    return list(found.items())


def _entry(urn: str, resource: Shape) -> Shape:
    return {"fullUrl": urn, "resource": resource}


def _refuse_twice(entries: list[Shape]) -> None:
    urns = [entry["fullUrl"] for entry in entries]
    if len(set(urns)) != len(urns):
        raise BadInput(
            "two responses with one key", where="key", expected="a key of its own for each"
        )
