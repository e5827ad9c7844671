"""What happens once when a practice has just been unlocked, before the first page."""

from __future__ import annotations

from django.conf import settings

from lacrima.practice import (
    door_waiting,
    drop_box_collect,
    erasing_after,
    people,
    vault_tables,
)
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT


def bring_up_to_date() -> None:
    """Let the rows follow the program, with a backup before anything is changed.

    And let nobody come back who was erased, with an old backup or after a power cut; then what
    clients answered while the practice was locked is kept.
    """
    with VAULT.in_use():
        vault_tables.bring_up_to_date()
        erasing_after.apply_ledger()
        door_waiting.take_in(Folder(settings.LACRIMA_DIR))
        drop_box_collect.take_in_spooled()


def has_practice() -> bool:
    """Was the first run finished?"""
    with VAULT.in_use():
        return people.the_practice() is not None
