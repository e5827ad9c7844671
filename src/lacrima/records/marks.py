"""Every field is marked, beside the field, as harmless or sensitive; a test knows.

*Sensitive* is what tells something about a person. It may never reach a log, an error
message, an audit line, a URL or a file name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

FieldT = TypeVar("FieldT", bound="models.Field[Any, Any]")


class Sensitivity(StrEnum):
    """What a field may tell."""

    HARMLESS = "harmless"
    SENSITIVE = "sensitive"


_MARK = "lacrima_sensitivity"


def harmless(field: FieldT) -> FieldT:
    """Mark a field that tells nothing about a person."""
    setattr(field, _MARK, Sensitivity.HARMLESS)
    return field


def sensitive(field: FieldT) -> FieldT:
    """Mark a field that tells something about a person."""
    setattr(field, _MARK, Sensitivity.SENSITIVE)
    return field


def mark_of(field: object) -> Sensitivity | None:
    """The mark of a field, or None when somebody forgot it."""
    return getattr(field, _MARK, None)
