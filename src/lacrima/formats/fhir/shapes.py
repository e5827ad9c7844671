"""The small shapes that FHIR's resources are made of, in the order that its XML demands."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lacrima.formats.fhir.codes import LOINC, SCORE_UNIT, UCUM

Shape = dict[str, Any]


def without_empty(shape: Shape) -> Shape:
    """The same without what is None or empty: FHIR knows no empty elements."""
    return {key: value for key, value in shape.items() if value not in (None, "", [], {})}


def coding(code: str | None, display: str = "", *, system: str = LOINC) -> Shape:
    """One code in its code system."""
    return without_empty({"system": system, "code": code, "display": display})


def extension(url: str, **value: Any) -> Shape:
    """One extension with its one value."""
    return {"url": url, **value}


def number(value: Decimal) -> int | float:
    """A score as JSON writes it: 14, not 14.0; 6.7."""
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(value: Decimal) -> Shape:
    """A score with the unit that FHIR's profiles give to scores."""
    return {"value": number(value), "unit": SCORE_UNIT, "system": UCUM, "code": SCORE_UNIT}


def instant(moment: datetime | None) -> str | None:
    """A time in UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
