"""What holds for all doors: the name shown, who reads when, who stands outside, who keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lacrima.errors import BadInput
from lacrima.practice.changing import check_version, make, only, put
from lacrima.practice.people import the_practice
from lacrima.records import audit
from lacrima.records.access import Right, may, require
from lacrima.records.models import DoorHouse, KeeperPurpose, Member
from lacrima.vault import keeper_box, keeper_code

FIELDS = frozenset(
    {
        "shown_name",
        "reading",
        "read_by_hour",
        "cover",
        "outside_member",
        "outside",
        "complaints",
        "keeper_name",
        "keeper_code",
        "keeper_purpose",
    }
)


__all__ = [
    "FIELDS",
    "House",
    "KeeperPurpose",
    "change_house",
    "the_house",
    "the_row",
]


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
    keeper_name: str = ""
    keeper_code: str = ""
    keeper_purpose: str = ""

    @property
    def has_keeper(self) -> bool:
        """Is there somebody for whom a client can seal an answer?"""
        return bool(self.keeper_code)

    @property
    def is_study(self) -> bool:
        """Is it a study?"""
        return self.keeper_purpose == KeeperPurpose.STUDY

    @property
    def keeper_key_id(self) -> str:
        """Which key seals, so that nobody seals for another one than she read of; else empty."""
        return keeper_box.key_id(self._keeper_public).hex() if self.has_keeper else ""

    @property
    def keeper_words(self) -> str:
        """Ten words of the key, to compare with what the keeper says."""
        return " ".join(keeper_code.words_of(self._keeper_public)) if self.has_keeper else ""

    @property
    def _keeper_public(self) -> bytes:
        return keeper_code.public_of(self.keeper_code)

    def without_keeper(self) -> House:
        """The same where nobody keeps anything."""
        return replace(self, keeper_name="", keeper_code="", keeper_purpose="")

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
        keeper_name=row.keeper_name if row.keeper_code else "",
        keeper_code=row.keeper_code,
        keeper_purpose=row.keeper_purpose if row.keeper_code else "",
    )


def change_house(*, by: Member, expected_version: int | None = None, **fields: Any) -> DoorHouse:
    """Other words for all doors. Empty ones are left out at the door, which says so."""
    with audit.change(by=by, action="door_house.changed") as line:
        require(by, Right.CHANGE_PRACTICE)
        values = only(fields, FIELDS)
        _check_outside(values.get("outside_member"))
        row = the_row()
        values |= _keeper_values(values, row or DoorHouse())
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


def _keeper_values(values: dict[str, Any], row: DoorHouse) -> dict[str, Any]:
    """Who keeps from now on, with a key that fits; another key lets the one before be an earlier.

    Raises BadInput for a code that is none, and for a name or a code without the other.
    """
    now = {name: values.get(name, getattr(row, name)) for name in ("keeper_name", "keeper_code")}
    now = {name: value.strip() for name, value in now.items()}
    if bool(now["keeper_name"]) != bool(now["keeper_code"]):
        raise BadInput(
            "a keeper needs a name and a code",
            where="keeper_code" if now["keeper_name"] else "keeper_name",
            expected="both, or neither",
        )
    code = now["keeper_code"]
    code = keeper_code.code_of(keeper_code.public_of(code)) if code else ""
    before = [one for one in row.keepers_before if one["code"] != code]
    if row.keeper_code not in {"", code}:
        before.append({"name": row.keeper_name, "code": row.keeper_code})
    purpose = values.get("keeper_purpose", row.keeper_purpose) or KeeperPurpose.OUTSIDE
    kept = {"keeper_code": code, "keeper_purpose": purpose, "keepers_before": before}
    return {**now, **kept}
