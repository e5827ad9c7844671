"""The practice and those who work in it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice import share_ending
from lacrima.practice.changing import check_version, make, only, put
from lacrima.practice.finding import as_id
from lacrima.records import audit, clock
from lacrima.records.access import PRACTICE, ROLE_SENTENCES, Right, may, require, rights_of
from lacrima.records.models import Client, Member, Practice, Role
from lacrima.records.standing import Standing, looked_at_once
from lacrima.vault.process import VAULT

__all__ = [
    "PRACTICE_FIELDS",
    "ROLE_SENTENCES",
    "Client",
    "Member",
    "Practice",
    "Right",
    "Role",
    "add_member",
    "change_member",
    "change_practice",
    "display_name",
    "looked_at_once",
    "may",
    "member",
    "members",
    "note_recovery_code_proved",
    "open_practice",
    "owner",
    "require",
    "rights_of",
    "the_practice",
    "zone_of",
]

PRACTICE_FIELDS = frozenset(
    {
        "name",
        "zone",
        "country",
        "crisis_contacts",
        "shows_names",
        "idle_minutes",
        "backup_target",
        "backup_retention_days",
        "keep_years",
        "keep_child_until_age",
    }
)
PRACTICE_KEY_ID = "practice"
_OWNER = Standing(Member, is_owner=True, left_on=None)


def the_practice() -> Practice | None:
    """The practice of this folder; None before the first run."""
    return PRACTICE.now()


def zone_of(practice: Practice) -> ZoneInfo:
    """The zone its clocks show."""
    return ZoneInfo(practice.zone)


def display_name(client: Client, practice: Practice) -> str:
    """The code, unless the practice shows names and a name is there."""
    return client.name if practice.shows_names and client.name else client.code


def members() -> list[Member]:
    """Everybody who works here now."""
    return list(Member.objects.filter(left_on=None).order_by("created_at"))


def owner() -> Member:
    """Who the folder belongs to; NotFound before the first run."""
    return _there(_OWNER.now())


def member(key: uuid.UUID | str) -> Member:
    """One person who works here now, for signing in and "look as"."""
    return _there(Member.objects.filter(pk=as_id(key), left_on=None).first())


def _there(found: Member | None) -> Member:
    if found is None:
        raise NotFound("nobody of this practice", next_step="Go back to Today.")
    return found


def open_practice(
    *,
    owner_name: str,
    practice_name: str,
    zone: str,
    country: str = "",
    crisis_contacts: str = "",
    backup_target: str = "",
    is_simulated: bool = False,
) -> Member:
    """The first run: the practice and the person it belongs to. Returns that person."""
    with audit.change(by=None, action="practice.opened") as line:
        if the_practice() is not None:
            raise BadInput("this folder already holds a practice", next_step="Go to Today.")
        line.about(
            make(
                Practice,
                name=practice_name,
                zone=_known_zone(zone),
                country=country.upper(),
                crisis_contacts=crisis_contacts,
                backup_target=backup_target,
                is_simulated=is_simulated,
            )
        )
        VAULT.ensure_keys([PRACTICE_KEY_ID])
        return _new_member(owner_name, Role.THERAPIST, is_owner=True)


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise OutOfRange(
            "a time zone nobody knows", where="zone", expected="a name such as Europe/Madrid"
        )
    return zone


def _new_member(name: str, role: Role | str, *, is_owner: bool = False) -> Member:
    new = Member()
    VAULT.ensure_keys([new.sealing_key_id()])
    return make(Member, id=new.pk, name=name, role=_role(role), is_owner=is_owner)


def _role(role: Role | str) -> str:
    if role not in Role.values:
        raise OutOfRange("not a role", where="role", expected=", ".join(Role.values))
    return str(Role(role))


def change_practice(*, by: Member, expected_version: int | None = None, **fields: Any) -> Practice:
    """Change settings of the practice: any of PRACTICE_FIELDS."""
    with audit.change(by=by, action="practice.changed") as line:
        require(by, Right.CHANGE_PRACTICE)
        practice = Practice.objects.select_for_update().order_by("created_at").first()
        if practice is None:
            raise NotFound("no practice yet", next_step="Begin with the first page.")
        check_version(practice, expected_version)
        values = only(fields, PRACTICE_FIELDS)
        if "zone" in values:
            _known_zone(values["zone"])
        line.about(practice, fields=put(practice, **values))
        return practice


def note_recovery_code_proved(*, by: Member) -> Practice:
    """The recovery code was typed back and opens the practice."""
    with audit.change(by=by, action="practice.recovery_code_proved") as line:
        require(by, Right.HANDLE_VAULT)
        practice = Practice.objects.select_for_update().order_by("created_at").get()
        put(practice, recovery_proved_at=clock.now())
        line.about(practice)
        return practice


def add_member(*, by: Member, name: str, role: Role | str) -> Member:
    """Somebody more who works here."""
    with audit.change(by=by, action="member.added") as line:
        require(by, Right.CHANGE_PRACTICE)
        new = _new_member(name, role)
        line.about(new, role=new.role)
        return new


def change_member(
    who: Member,
    *,
    by: Member,
    expected_version: int | None = None,
    name: str | None = None,
    role: Role | str | None = None,
    left_on: date | None = None,
) -> Member:
    """Change a name or a role, or note that somebody left. The owner cannot leave."""
    with audit.change(by=by, action="member.changed") as line:
        require(by, Right.CHANGE_PRACTICE)
        row = Member.objects.select_for_update().filter(pk=who.pk).first()
        row = _there(row)
        check_version(row, expected_version)
        if row.is_owner and left_on is not None:
            raise BadInput("the practice belongs to this person", where="left_on")
        values: dict[str, Any] = {"name": name, "left_on": left_on}
        values["role"] = None if role is None else _role(role)
        kept = {key: value for key, value in values.items() if value is not None}
        line.about(row, fields=put(row, **kept))
        if left_on is not None:
            share_ending.end_with_member(row)
        return row
