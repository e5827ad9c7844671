"""Tells FHIR's versions apart where that can be told, and refuses the others by name."""

from __future__ import annotations

import re

from lacrima.errors import BadForm
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.tree import many, one, text, texts

_SAID = re.compile(
    r"hl7\.org/fhir/(?P<path>DSTU2|STU3|R5|R6|1\.0|3\.0|5\.0|6\.0)(?:[./]|\Z)"
    r"|hl7\.org/fhir/StructureDefinition/\w+\|(?P<version>1\.0|3\.0|5\.0|6\.0)\b",
    re.IGNORECASE,
)
_NAMES = {"1.0": "DSTU2", "3.0": "STU3", "5.0": "R5", "6.0": "R6"}
_ONLY_IN_R5 = ("versionAlgorithmString", "versionAlgorithmCoding", "copyrightLabel")


def refuse_other_versions(resource: Shape, *, where: str = "") -> None:
    """Go on with R4 and R4B, and with what does not say; BadForm for the others.

    DSTU2 keeps answers in groups and questions; STU3 points to its questionnaire with a
    reference and has a context; R5 has types and fields of its own. A profile may say it too.
    """
    version = _said(resource) or _shown(resource)
    if version:
        raise BadForm(
            f"FHIR {version}",
            where=where,
            expected="FHIR R4 (4.0) or R4B",
            next_step="Ask the program that wrote it for FHIR R4",
        )


def _said(resource: Shape) -> str:
    for profile in [*texts(one(resource, "meta"), "profile"), *texts(resource, "implicitRules")]:
        found = _SAID.search(profile)
        if found:
            said = (found["path"] or found["version"]).upper()
            return _NAMES.get(said, said)
    return ""


def _shown(resource: Shape) -> str:
    kind = resource.get("resourceType")
    if kind == "QuestionnaireAnswers":
        return "DSTU1"
    if kind == "QuestionnaireResponse":
        return _shown_by_response(resource)
    if kind == "Questionnaire":
        return _shown_by_questionnaire(resource)
    return "R5" if kind == "Bundle" and "issues" in resource else ""


def _shown_by_response(resource: Shape) -> str:
    if "group" in resource:
        return "DSTU2"
    is_reference = isinstance(resource.get("questionnaire"), dict)
    return "STU3" if is_reference or {"context", "parent"} & set(resource) else ""


def _shown_by_questionnaire(resource: Shape) -> str:
    if "group" in resource:
        return "DSTU2"
    kinds = {text(item, "type") for item in many(resource, "item")}
    is_r5 = "coding" in kinds or any(key in resource for key in _ONLY_IN_R5)
    return "R5" if is_r5 else ""
