"""Which fields can be sealed with a member's own key: asked of the models, not of a list.

A row says by itself whose key seals it, and some say it by what they are about. So each model is
asked with every choice of what may be empty: where one of the answers is a member's key, its
sealed fields are hers alone. A model that is added is found here by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from lacrima.records.sealed import SealedTextField
from lacrima.vault import in_hand
from tests.support.cast import NOON


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedTextField]]:
    """Every sealed field of every model."""
    for model in apps.get_app_config("records").get_models():
        for one in model._meta.concrete_fields:
            if isinstance(one, SealedTextField):
                yield model, one


def fields_hers_alone() -> set[str]:
    """`Model.field` of all that can be sealed with the key of one member."""
    return {
        f"{model.__name__}.{one.name}"
        for model, one in sealed_fields()
        if any(in_hand.is_of_a_member(row.sealing_key_id()) for row in _ways(model))
    }


def _ways(model: type[models.Model]) -> Iterator[Any]:
    """A row of this model (never kept) for every choice of what is there and what is not."""
    given = {one.name: _value(one) for one in model._meta.concrete_fields if _is_needed(one)}
    open_ = [one for one in model._meta.concrete_fields if one.null]
    for chosen in itertools.product((False, True), repeat=len(open_)):
        there = [one for one, is_there in zip(open_, chosen, strict=True) if is_there]
        yield model(**given, **{one.name: _value(one) for one in there})


def _is_needed(one: models.Field[Any, Any]) -> bool:
    return isinstance(one, models.ForeignKey) and not one.null


def _value(one: models.Field[Any, Any]) -> Any:
    if not isinstance(one, models.ForeignKey):
        return NOON
    other = one.related_model
    needed = [field for field in other._meta.concrete_fields if _is_needed(field)]
    return other(**{field.name: _value(field) for field in needed})
