"""Free text, sealed a second time inside the database under the key of whom it is about.

The database as a whole is encrypted already. This layer is what makes erasing mean something
(forget the key, and no copy of the row can be read), and what a clinic's PostgreSQL relies on.
The place (table, column, row) is bound in, so a sealed text cannot be moved to another row.
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from lacrima.errors import OurFault
from lacrima.vault.process import VAULT


class Sealing(Protocol):
    """A row that can say whose key seals its texts."""

    def sealing_key_id(self) -> str:
        """The id of the key, for example `client:<hex>`."""
        ...


def place_of(instance: models.Model, column: str) -> str:
    """Where a sealed text belongs: table, column and row."""
    return _place(instance._meta.db_table, column, instance.pk)


def _place(table: str, column: str, key: uuid.UUID) -> str:
    return f"{table}|{column}|{key.hex}"


def texts_of(rows: models.QuerySet[Any], column: str) -> list[tuple[uuid.UUID, str]]:
    """The ids of these rows with the plain text of one column, opened together.

    For a page that reads a thousand of them: no row is made, and each key is asked for once.
    """
    table = rows.model._meta.db_table
    told = [(key, bytes(sealed)) for key, sealed in rows.values_list("pk", column)]
    pieces = [(_place(table, column, key), sealed) for key, sealed in told if sealed]
    opened = iter(VAULT.open_several(pieces))
    return [(key, next(opened).decode() if sealed else "") for key, sealed in told]


class SealedAttribute(DeferredAttribute):
    """Opens on first reading; until then the row holds only sealed bytes."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        """The plain text (or the descriptor itself on the class)."""
        value = super().__get__(instance, cls)
        if instance is None or isinstance(value, str):
            return value
        plain = self._open(instance, bytes(value))
        instance.__dict__[self.field.attname] = plain
        return plain

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Take plain text from people, sealed bytes from the database."""
        instance.__dict__[self.field.attname] = value

    def _open(self, instance: models.Model, sealed: bytes) -> str:
        if not sealed:
            return ""
        return VAULT.open_sealed(place_of(instance, str(self.field.column)), sealed).decode()


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text of any length, kept sealed. Cannot be searched, and is not meant to be."""

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """An empty text unless said otherwise."""
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """As any field; the bytes' own check would refuse an empty text as the default."""
        return models.Field.check(self, **kwargs)

    def get_default(self) -> str:
        """An empty plain text, not empty bytes."""
        return ""

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        """Seal what was written; hand on what was never opened."""
        value = model_instance.__dict__.get(self.attname, "")
        if not isinstance(value, str):
            return bytes(value)
        if not value:
            return b""
        key_id = model_instance.sealing_key_id()  # type: ignore[attr-defined]
        return VAULT.seal(key_id, place_of(model_instance, str(self.column)), value.encode())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Refuse plain text on its way to the database by any other road than saving a row."""
        if isinstance(value, str) and value:
            raise OurFault(
                "a sealed text was about to be written unsealed",
                where=f"{self.model._meta.label}.{self.name}",
                next_step="Save the row itself; do not use update().",
            )
        return super().get_db_prep_value(value or b"", connection, prepared)
