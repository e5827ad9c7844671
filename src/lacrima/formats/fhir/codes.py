"""The names that FHIR R4 gives to things, and the names that we give to ours.

Our own canonical names are `urn:uuid:` made from the instrument's slug and version: they are
stable, need no host, and nothing is ever asked there.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from lacrima.instruments.definition import Instrument, Item

NAMESPACE = uuid5(NAMESPACE_URL, "lacrima")

LOINC = "http://loinc.org"
LOINC_NAMES = frozenset({LOINC, "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1"})
UCUM = "http://unitsofmeasure.org"
SCORE_UNIT = "{score}"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

_CORE = "http://hl7.org/fhir/StructureDefinition"
ORDINAL_VALUE = f"{_CORE}/ordinalValue"
ITEM_WEIGHT = f"{_CORE}/itemWeight"
OLD_ORDINAL_VALUE = f"{_CORE}/iso21090-CO-value"
MINIMUM = f"{_CORE}/minValue"
MAXIMUM = f"{_CORE}/maxValue"
ITEM_CONTROL = f"{_CORE}/questionnaire-itemControl"
ITEM_CONTROL_CODES = "http://hl7.org/fhir/questionnaire-item-control"
UNIT = f"{_CORE}/questionnaire-unit"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"

LOINC_NOTICE = (
    "This content contains codes from LOINC (http://loinc.org). LOINC is copyright Regenstrief "
    "Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee, "
    "and is available at no cost under the license at http://loinc.org/license."
)


def own_urn(*parts: str) -> str:
    """A stable name of our own for something that these parts tell apart.

    >>> own_urn("instrument", "phq-9") == own_urn("instrument", "phq-9")
    True
    """
    return uuid5(NAMESPACE, "\x1f".join(parts)).urn


def questionnaire_urn(instrument: Instrument) -> str:
    """The canonical name of an instrument's Questionnaire; its version is named beside it."""
    return own_urn("questionnaire", instrument.slug)


def link_id(instrument: Instrument, item: Item) -> str:
    """What we call an item: `/44250-9` where LOINC has a code for it alone, else its own id."""
    codes = [each.loinc for each in instrument.items]
    return f"/{item.loinc}" if item.loinc and codes.count(item.loinc) == 1 else item.id


def total_link_id(instrument: Instrument) -> str:
    """What we call the total among the items of a form."""
    return f"/{instrument.loinc_total}" if instrument.loinc_total else "total"
