"""Every field leaves, or has a reason to stay; the dictionary says what each means."""

from __future__ import annotations

import json

from django.apps import apps
from django.db import models

from lacrima.formats.dictionary import Kind, dictionary_csv, dictionary_json
from lacrima.practice.export_meanings import COMMON, LEFT_OUT, MEANINGS
from lacrima.practice.export_shape import EXPORTED, fields_of, shape_of, shapes, table_of


def every_field() -> list[tuple[type[models.Model], models.Field]]:
    kinds = apps.get_app_config("records").get_models()
    return [(model, field) for model in kinds for field in model._meta.concrete_fields]


def test_every_field_of_every_row_leaves_or_has_a_reason_to_stay() -> None:
    leaves = {(model, field.name) for model in EXPORTED for field in fields_of(model)}
    for model, field in every_field():
        name = f"{model.__name__}.{field.name}"
        reason = LEFT_OUT.get(name) or LEFT_OUT.get(model.__name__)
        assert ((model, field.name) in leaves) != bool(reason), name
    for model in EXPORTED:
        for several in model._meta.local_many_to_many:
            assert several.name in shape_of(model).names, several


def test_no_reason_and_no_meaning_is_about_a_field_that_is_gone() -> None:
    there = {f"{model.__name__}.{field.name}" for model, field in every_field()}
    kinds = {model.__name__ for model, _field in every_field()}
    assert set(LEFT_OUT) <= there | kinds
    for model in EXPORTED:
        names = {field.name for field in fields_of(model)} | {"present"}
        assert set(MEANINGS[table_of(model)]) <= names - set(COMMON), model


def test_every_column_has_a_meaning_and_points_only_to_tables_before_it() -> None:
    before: set[str] = set()
    for shape in shapes():
        before.add(shape.name)
        for column in shape.columns:
            assert column.meaning
            assert not column.points_to or column.points_to in before, (shape.name, column.name)
            assert column.kind is not Kind.ID or column.name == "id" or column.points_to


def test_the_dictionary_for_people_and_the_one_for_programs_say_the_same() -> None:
    told = json.loads(dictionary_json(shapes()))
    lines = dictionary_csv(shapes()).decode().splitlines()
    assert len(lines) == 1 + sum(len(one["columns"]) for one in told["tables"])
    session = next(one for one in told["tables"] if one["table"] == "session")
    state = next(one for one in session["columns"] if one["name"] == "log_state")
    assert set(state["words"]) == {"not_yet", "nothing", "moments"}
    heaviness = next(one for one in session["columns"] if one["name"] == "heaviness")
    assert (heaviness["minimum"], heaviness["maximum"]) == (0, 10)


def test_no_private_row_is_among_what_leaves() -> None:
    names = {shape.name for shape in shapes()}
    assert not names & {"private_note", "audit_line", "audit_head", "receipt"}
