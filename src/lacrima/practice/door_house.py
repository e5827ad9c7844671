"""What holds for all doors: the name shown, who reads when, who stands outside the therapy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lacrima.errors import BadInput
from lacrima.practice.changing import check_version, make, only, put
from lacrima.practice.people import the_practice
from lacrima.records import audit
from lacrima.records.access import Right, may, require
from lacrima.records.models import DoorHouse, Member

FIELDS = frozenset(
    {
        "shown_name",
        "reading",
        "read_by_hour",
        "cover",
        "outside_member",
        "outside",
        "complaints",
    }
)


@dataclass(frozen=True)
class House:
    """The words of the practice at its doors, whether or not any were written yet."""

    name: str
    reading: str
    read_by_hour: int | None
    cover: str
    crisis_contacts: str
    outside: str
    outside_member_id: str
    complaints: str
    is_simulated: bool = False

    @property
    def may_ask_for_danger(self) -> bool:
        """May a question on thoughts of death be asked where nobody sits beside the client?"""
        return self.read_by_hour is not None and bool(self.cover)


def the_row() -> DoorHouse | None:
    """What was written, if anything was."""
    return DoorHouse.objects.select_related("outside_member").first()


def the_house() -> House:
    """The words that every door shows now."""
    practice, row = the_practice(), the_row() or DoorHouse()
    outside = row.outside_member
    return House(
        name=row.shown_name or (practice.name if practice else ""),
        reading=row.reading,
        read_by_hour=row.read_by_hour,
        cover=row.cover,
        crisis_contacts=practice.crisis_contacts if practice else "",
        outside=row.outside or (outside.name if outside else ""),
        outside_member_id=outside.pk.hex if outside and outside.left_on is None else "",
        complaints=row.complaints,
        is_simulated=practice is not None and practice.is_simulated,
    )


def change_house(*, by: Member, expected_version: int | None = None, **fields: Any) -> DoorHouse:
    """Other words for all doors. Empty ones are left out at the door, which says so."""
    with audit.change(by=by, action="door_house.changed") as line:
        require(by, Right.CHANGE_PRACTICE)
        values = only(fields, FIELDS)
        _check_outside(values.get("outside_member"))
        row = the_row()
        if row is None:
            row = make(DoorHouse, **values)
            line.about(row, fields=sorted(values))
            return row
        check_version(row, expected_version)
        line.about(row, fields=put(row, **values))
        return row


def _check_outside(member: Member | None) -> None:
    if member is not None and not may(member, Right.HEAR_FROM_THE_DOOR):
        raise BadInput(
            "somebody who cannot read what a client writes",
            where="outside_member",
            expected="a therapist, colleague or supervisor of the practice",
        )
