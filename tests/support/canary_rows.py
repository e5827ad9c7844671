"""One row of every model, with a canary in every field that can hold text.

Derived from Django's registry: a new model or field is filled by itself, and a field that cannot
be filled has to be named here with a reason, or the test of the canaries fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, TypeAlias

from django.apps import apps
from django.db import models

from lacrima.records import clock
from lacrima.records.sealed import SealedTextField
from lacrima.vault.process import VAULT
from tests.support.canaries import SHORTEST, Canaries

_ENUMERATION = "one of a fixed list of values of the code; too short for anything else"

# Fields that hold text but no canary, each with its reason. Fields with `choices` need no entry.
_LANGUAGE = "one of the languages of the pages"
NOT_FILLED: dict[str, str] = {
    "Practice.country": "two letters of a country",
    "Member.language": _LANGUAGE,
    "Door.language": _LANGUAGE,
    "Slot.modality": _ENUMERATION,
    "Session.modality": _ENUMERATION,
    "Session.log_state": _ENUMERATION,
    "Session.heaviness_by": _ENUMERATION,
    "Session.heaviness_after_by": _ENUMERATION,
    "Contact.started_by": _ENUMERATION,
    "Moment.started_by": _ENUMERATION,
    "Voice.side": _ENUMERATION,
    "Voice.noticed": _ENUMERATION,
    "Voice.burdened": _ENUMERATION,
    "Voice.spoken_by": _ENUMERATION,
    "Expression.held_back": _ENUMERATION,
}

# Where the model's own rule says which of several ways is meant.
_GIVEN: dict[str, Any] = {
    "Weighing.expires_on": date(2026, 12, 31),
    "AuditLine.segment": 9,
    "AuditLine.sequence": 1,
    "AuditHead.id": 9,
}

# Of two rows that one of them may be about, this one.
_CHOSEN = {"Share.to_colleague", "ShareNote.share"}

TextField: TypeAlias = "models.Field[Any, Any]"


def text_fields() -> Iterator[tuple[type[models.Model], TextField]]:
    """Every field of every model that can hold text, but those with choices."""
    kinds = (models.CharField, models.TextField, models.JSONField, SealedTextField)
    for model in apps.get_app_config("records").get_models(include_auto_created=True):
        for one in model._meta.concrete_fields:
            if isinstance(one, kinds) and not one.choices:
                yield model, one


def name_of(one: TextField) -> str:
    """Model and field."""
    return f"{one.model.__name__}.{one.name}"


def has_room(one: TextField) -> bool:
    """Is a canary short enough for this field?"""
    return one.max_length is None or one.max_length >= SHORTEST


@dataclass
class Filler:
    """Makes one row a model, and the rows it needs before."""

    canaries: Canaries
    made: dict[type[models.Model], models.Model] = field(default_factory=dict)
    planted: dict[str, str] = field(default_factory=dict)

    def fill_all(self) -> None:
        """A row of every model."""
        for model in apps.get_app_config("records").get_models():
            self.row_of(model)

    def row_of(self, model: type[models.Model]) -> models.Model:
        """The row of this model; made when it is asked for first."""
        if model not in self.made:
            row = model(**dict(self._values(model)))
            if hasattr(row, "sealing_key_id"):
                VAULT.ensure_keys([row.sealing_key_id()])
            row.save(force_insert=True)
            self.made[model] = row
        return self.made[model]

    def _values(self, model: type[models.Model]) -> Iterator[tuple[str, Any]]:
        texts = {one for owner, one in text_fields() if owner is model}
        for one in model._meta.concrete_fields:
            name = name_of(one)
            if name in _GIVEN:
                yield one.name, _GIVEN[name]
            elif one in texts and name not in NOT_FILLED:
                yield one.name, self._canary(one)
            elif isinstance(one, models.ForeignKey) and (not one.null or name in _CHOSEN):
                yield one.name, self.row_of(one.related_model)
            elif not one.null and not one.has_default() and not isinstance(one, models.ForeignKey):
                yield one.name, _plain_value(one)

    def _canary(self, one: TextField) -> Any:
        canary = self.planted[name_of(one)] = self.canaries.fresh(name_of(one))
        if isinstance(one, models.JSONField):
            is_list = one.has_default() and one.get_default() == []
            return [canary] if is_list else {canary: canary}
        return canary

    def missing(self) -> list[str]:
        """Fields whose canary does not come back when the row is read again."""
        return [
            name_of(one)
            for model, one in text_fields()
            if name_of(one) in self.planted and not self._comes_back(model, one)
        ]

    def _comes_back(self, model: type[models.Model], one: TextField) -> bool:
        if model not in self.made:
            return False
        again = model._default_manager.get(pk=self.made[model].pk)
        return self.planted[name_of(one)] in str(getattr(again, one.name))


def _plain_value(one: TextField) -> Any:
    kinds: list[tuple[type[TextField], Any]] = [
        (models.DateTimeField, clock.now()),
        (models.DateField, date(2026, 3, 10)),
        (models.TimeField, time(9, 30)),
        (models.DecimalField, 1),
        (models.IntegerField, 1),
        (models.BooleanField, False),
    ]
    if one.choices:
        return one.choices[0][0]
    return next(value for kind, value in kinds if isinstance(one, kind))
