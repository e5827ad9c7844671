"""Every field is marked, and rows and migrations agree."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command

from lacrima.records.marks import Sensitivity, mark_of
from lacrima.records.sealed import SealedTextField


def _fields():
    for model in apps.get_app_config("records").get_models():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            yield f"{model.__name__}.{field.name}", field


def test_every_field_of_every_row_is_marked_harmless_or_sensitive():
    assert [name for name, field in _fields() if mark_of(field) is None] == []


def test_every_sealed_text_is_marked_sensitive():
    sealed = {name: field for name, field in _fields() if isinstance(field, SealedTextField)}
    assert len(sealed) >= 5
    assert {mark_of(field) for field in sealed.values()} == {Sensitivity.SENSITIVE}


def test_no_sensitive_word_stands_in_the_text_of_a_row(things):
    for row in vars(things).values():
        if hasattr(row, "_meta"):
            assert not any(word in f"{row} {row!r}" for word in ("M 01", "Mia", "letter"))


def test_the_migrations_say_what_the_rows_say(db, capsys):
    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)
