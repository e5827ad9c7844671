"""Told at the door and sealed for a keeper outside the therapy, or a study: nobody here opens it.

A practice has the keeper's public key alone. What a client releases to the keeper is sealed before
it is kept, or before it waits in the spool; of what was told nothing else stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lacrima.errors import BadInput
from lacrima.practice.door_content import checked
from lacrima.practice.door_house import House, the_house, the_row
from lacrima.practice.removing import refuse_held
from lacrima.practice.words import ParticipantRole
from lacrima.records.models import DoorAnswer, DoorStep, KeeperPurpose, Participant, Release
from lacrima.vault import keeper_box, keeper_code, ledger
from lacrima.vault.slot_file import as_text, from_text

STEPS = (DoorStep.FIRST, DoorStep.SECOND)
NOTHING_SEALED: dict[str, Any] = {"for_keeper": "", "sealed_at": None, "handed_over_at": None}


@dataclass(frozen=True)
class Keeper:
    """One keeper, present or earlier: a name, and the code of the public key."""

    name: str
    code: str

    @property
    def public(self) -> bytes:
        """The key that seals."""
        return keeper_code.public_of(self.code)

    @property
    def key_id(self) -> bytes:
        """What a sealed piece says of it."""
        return keeper_box.key_id(self.public)


def house_at(seat: Participant) -> House:
    """The words of the door for this client.

    A child is offered no study: whoever decides for a child is not at the door to agree to one.
    """
    house = the_house()
    is_study = house.keeper_purpose == KeeperPurpose.STUDY
    if is_study and seat.role == ParticipantRole.CHILD:
        return house.without_keeper()
    return house


def keepers() -> list[Keeper]:
    """The keeper of now, where there is one, and those before, the latest first."""
    row = the_row()
    if row is None:
        return []
    told = [(row.keeper_name, row.keeper_code)] if row.keeper_code else []
    told += [(one["name"], one["code"]) for one in reversed(row.keepers_before)]
    return [Keeper(name, code) for name, code in told]


def sealed_now(code: str, step: DoorStep, values: Mapping[str, Any], at: datetime) -> str:
    """What was told at this step, sealed for the keeper with this code, as base64.

    Needs no open practice. BadInput for what no door asks, and where there is no keeper.
    """
    if step not in STEPS:
        raise BadInput("something that is not sealed for a keeper", where="release")
    told = keeper_box.Told(step.value, ledger.moment(at), checked(step, values))
    return as_text(keeper_box.seal(keeper_code.public_of(code), told))


def check_sealed(sealed: str) -> None:
    """Go on when this is a sealed piece for a keeper of this practice; BadInput otherwise."""
    keeper_of(sealed)


def keeper_of(sealed: str) -> Keeper:
    """For whom this is sealed, as it says itself. BadInput for nobody known here."""
    try:
        key_id = keeper_box.key_id_of(from_text(sealed))
    except ValueError:
        raise BadInput("this was not sealed for a keeper", where="sealed") from None
    found = next((one for one in keepers() if one.key_id == key_id), None)
    if found is None:
        raise BadInput(
            "this is sealed for somebody who is no keeper of this practice", where="sealed"
        )
    return found


def sealed_columns(sealed: str, now: datetime) -> dict[str, Any]:
    """How a sealed piece lies in its row: alone."""
    return {
        "rating": None,
        "content": "",
        "for_keeper": sealed,
        "sealed_at": now,
        "handed_over_at": None,
    }


def refuse_forgetting(row: DoorAnswer) -> None:
    """Go on when the readable copy may go; OnHold while nothing of this client may be deleted."""
    refuse_held(DoorAnswer.objects.filter(pk=row.pk))


def refuse_sealed(row: DoorAnswer) -> None:
    """Go on when this answer can be read and changed here."""
    if row.release == Release.KEEPER:
        raise BadInput(
            "what was sealed for somebody else cannot be changed here",
            where="release",
            next_step="Take it back, and tell it anew.",
        )
