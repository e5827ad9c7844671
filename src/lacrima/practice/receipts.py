"""The same form sent twice is kept once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

from lacrima.errors import BadInput, NotFound
from lacrima.records import clock
from lacrima.records.models import Member, Receipt

KEY_MOST_CHARACTERS = 64


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
        receipt, is_first = _receipt(key, by)
        if not is_first:
            return _where_it_led(receipt, by)
        receipt.location = do()
        receipt.save(update_fields=["location"])
        return receipt.location


def _receipt(key: str, by: Member | None) -> tuple[Receipt, bool]:
    try:
        with transaction.atomic():
            return Receipt.objects.create(key=key, by=by, kept_at=clock.now()), True
    except IntegrityError:  # the same form was kept before, or just now
        return Receipt.objects.get(key=key), False


def _where_it_led(receipt: Receipt, by: Member | None) -> str:
    if receipt.by_id != (by.pk if by else None):
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return receipt.location
