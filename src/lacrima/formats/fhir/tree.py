"""Looks into a resource without trusting its shape: what is not there, or is odd, is empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.numbers import to_number


def many(shape: Shape, key: str) -> list[Shape]:
    """The objects under a key, whether one or a list of them."""
    return [each for each in _listed(shape.get(key)) if isinstance(each, dict)]


def one(shape: Shape, key: str) -> Shape:
    """The object under a key; empty where there is none or there are several."""
    found = many(shape, key)
    return found[0] if len(found) == 1 else {}


def texts(shape: Shape, key: str) -> list[str]:
    """The texts under a key, whether one or a list of them."""
    return [each for each in _listed(shape.get(key)) if isinstance(each, str)]


def text(shape: Shape, key: str) -> str:
    """The text under a key; empty where there is none or there are several."""
    found = texts(shape, key)
    return found[0] if len(found) == 1 else ""


def number(value: Any) -> int | Decimal | None:
    """A number as JSON has it, or as XML does: in a text. None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return value
    return to_number(value, ".") if isinstance(value, str) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
