"""The beginning of a clinic: the practice, and the first person who may look after it."""

from __future__ import annotations

from zoneinfo import available_timezones

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice import people
from lacrima.practice.changing import make
from lacrima.records import audit
from lacrima.records.models import Member, Practice, Role
from lacrima.vault.process import VAULT


def open_clinic(
    *, practice_name: str, zone: str, administrator: str, country: str = "", backup_target: str = ""
) -> Member:
    """Begin, and give the first administrator. She looks after people; she sees no client.

    Nobody owns a clinic: its folder and its passphrase belong to the machine.
    """
    with audit.change(by=None, action="clinic.opened") as line:
        if people.the_practice() is not None:
            raise BadInput("this database already holds a clinic", next_step="Invite people there.")
        if zone not in available_timezones():
            raise OutOfRange("a time zone nobody knows", where="zone", expected="Europe/Madrid")
        line.about(
            make(
                Practice,
                name=practice_name,
                zone=zone,
                country=country.upper(),
                backup_target=backup_target,
            )
        )
        VAULT.ensure_keys([people.PRACTICE_KEY_ID])
        return make(Member, name=administrator, role=Role.ADMINISTRATOR)
