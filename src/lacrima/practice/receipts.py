"""The same form sent twice is kept once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from lacrima.errors import BadInput, NotFound, OurFault
from lacrima.records import clock
from lacrima.records.models import Member, Receipt

KEY_MOST_CHARACTERS = 64
LOCATION_MOST_CHARACTERS = 300


def once(key: str, *, by: Member | None, do: Callable[[], str]) -> str:
    """Do this once for this key, in one transaction with its receipt; return where it led.

    A second time nothing runs, and the first location is returned. When `do` raises, neither
    the change nor the receipt is kept, so that the form can be sent again.
    """
    if not 0 < len(key) <= KEY_MOST_CHARACTERS:
        raise BadInput(
            "this form came without its key", next_step="Open the page again and send it once more."
        )
    with transaction.atomic():
        if not _is_first(key, by):
            return _where_it_led(Receipt.objects.get(key=key), by)
        location = do()
        _note(key, location)
        return location


# Written out, since every form that is kept begins and ends with them.
_BEGIN = """INSERT INTO receipt ("key", by_id, kept_at, location)
VALUES (%s, %s, %s, '') ON CONFLICT DO NOTHING"""
_END = 'UPDATE receipt SET location = %s WHERE "key" = %s'


def _is_first(key: str, by: Member | None) -> bool:
    """Put down the receipt; False when the same form was kept before, or is kept just now.

    (PostgreSQL waits here for somebody who sent the same form at the same moment.)
    """
    fields: tuple[Any, ...] = (Receipt._meta.get_field("by"), Receipt._meta.get_field("kept_at"))
    values = (by.pk if by else None, clock.now())
    prepared = [
        one.get_db_prep_save(value, connection) for one, value in zip(fields, values, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [key, *prepared])
        return bool(cursor.rowcount == 1)


def _note(key: str, location: str) -> None:
    if len(location) > LOCATION_MOST_CHARACTERS:
        raise OurFault("an address that is too long for its receipt", where="receipt")
    with connection.cursor() as cursor:
        cursor.execute(_END, [location, key])


def _where_it_led(receipt: Receipt, by: Member | None) -> str:
    if receipt.by_id != (by.pk if by else None):
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return receipt.location
