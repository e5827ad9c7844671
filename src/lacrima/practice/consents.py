"""What clients agreed to: noted with the words that were read, and withdrawn at once.

What needs an agreement stands in records/purposes.py and is asked wherever something is changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice.changing import make, only, put, take
from lacrima.practice.consent_words import wording
from lacrima.practice.notes import today_here
from lacrima.practice.words import ParticipantRole
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require, visible
from lacrima.records.models import (
    Client,
    Consent,
    ConsentWay,
    Member,
    Participant,
    Purpose,
    Representative,
)
from lacrima.records.purposes import purposes_in_use

__all__ = [
    "ConsentWay",
    "Purpose",
    "active_consents",
    "change_representative",
    "consents_of",
    "correct_consent",
    "give_consent",
    "name_representative",
    "purposes_in_use",
    "representatives_of",
    "withdraw_consent",
]


def is_child(client: Client) -> bool:
    """Does this client come as a child?"""
    return Participant.objects.filter(client=client, role=ParticipantRole.CHILD).exists()


def give_consent(
    client: Client,
    *,
    by: Member,
    purpose: Purpose | str,
    given_on: date | None = None,
    way: ConsentWay | str = ConsentWay.ALOUD,
    given_by: Representative | None = None,
) -> Consent:
    """Somebody agreed: the client herself, or who may decide for her. One that stands stays."""
    with audit.change(by=by, action="consent.given") as line:
        require(by, Right.WRITE_CARE)
        there = find(by, Client, client.pk)
        meant, day = _purpose(purpose), given_on or today_here()
        _check_day(there, meant, day)
        _check_who(there, given_by, day)
        row = make(
            Consent,
            client=there,
            purpose=meant,
            given_on=day,
            way=way,
            given_by=given_by,
            noted_by=by,
            wording=wording(meant, is_for_child=given_by is None and is_child(there)),
        )
        line.about(row, purpose=meant.value)
        return row


def _purpose(purpose: Purpose | str) -> Purpose:
    offered = purposes_in_use()
    if purpose not in offered:
        raise BadInput("nothing here serves this", where="purpose", expected=", ".join(offered))
    return Purpose(purpose)


def _check_day(client: Client, purpose: Purpose, day: date) -> None:
    if day > today_here():
        raise OutOfRange("a day that has not been yet", where="given_on", expected="until today")
    if active_consents([client.pk], purpose):
        raise BadInput("this was agreed to already", where="purpose", next_step="It stands.")


def _check_who(client: Client, given_by: Representative | None, day: date) -> None:
    if given_by is None:
        return
    if given_by.client_id != client.pk or not (given_by.may_consent and stands(given_by, day)):
        raise BadInput("somebody who may not decide for this client on that day", where="given_by")


def stands(one: Representative, day: date) -> bool:
    """Does she represent the client on this day?"""
    return one.from_on <= day and (one.until_on is None or day <= one.until_on)


def withdraw_consent(consent: Consent, *, by: Member) -> Consent:
    """From this moment nothing that serves the purpose is done any more."""
    with audit.change(by=by, action="consent.withdrawn") as line:
        require(by, Right.WRITE_CARE)
        there = take(by, consent)
        if there.withdrawn_at is None:
            put(there, withdrawn_at=clock.now())
        line.about(there, purpose=there.purpose)
        return there


def correct_consent(
    consent: Consent, *, by: Member, expected_version: int, given_on: date, way: ConsentWay | str
) -> Consent:
    """The day or the way was noted wrongly."""
    with audit.change(by=by, action="consent.corrected") as line:
        require(by, Right.WRITE_CARE)
        there = take(by, consent, expected_version)
        if given_on > today_here():
            raise OutOfRange(
                "a day that has not been yet", where="given_on", expected="until today"
            )
        line.about(there, fields=put(there, given_on=given_on, way=way))
        return there


def active_consents(clients: Collection[uuid.UUID], purpose: Purpose) -> list[Consent]:
    """The agreements to one purpose that stand, of these clients."""
    rows = Consent.objects.filter(client__in=clients, purpose=purpose, withdrawn_at=None)
    return list(rows.select_related("client", "given_by"))


def consents_of(by: Member, client: Client) -> QuerySet[Consent]:
    """All of one client, the latest first, withdrawn ones too."""
    rows = visible(by, Consent).filter(client=client)
    return rows.select_related("given_by", "noted_by").order_by("-given_on", "-created_at")


@dataclass(frozen=True)
class Standing:
    """Where one client stands with one purpose."""

    purpose: Purpose
    consent: Consent | None
    was_withdrawn: bool
    ask_anew: bool


def standing_of(by: Member, client: Client) -> tuple[Standing, ...]:
    """For each purpose that something serves: the agreement that stands, if one does.

    `ask_anew`: it was given by somebody who does not represent the client any more.
    """
    rows, today = list(consents_of(by, client)), today_here()
    found = []
    for purpose in purposes_in_use():
        of_it = [row for row in rows if row.purpose == purpose]
        active = next((row for row in of_it if row.withdrawn_at is None), None)
        giver = active.given_by if active else None
        found.append(
            Standing(
                purpose,
                active,
                was_withdrawn=active is None and bool(of_it),
                ask_anew=giver is not None and not stands(giver, today),
            )
        )
    return tuple(found)


# --- who decides and who reads for a client


_FIELDS = frozenset(
    {"name", "relation", "may_consent", "may_read", "ground", "from_on", "until_on", "as_client"}
)


def name_representative(
    client: Client,
    *,
    by: Member,
    name: str,
    relation: str,
    ground: str,
    from_on: date,
    may_consent: bool = False,
    may_read: bool = False,
    until_on: date | None = None,
    as_client: Client | None = None,
) -> Representative:
    """Somebody decides, or reads, for this client; each said apart, on a ground, from a day on."""
    with audit.change(by=by, action="representative.named") as line:
        require(by, Right.WRITE_CARE)
        there = find(by, Client, client.pk)
        values = {"name": name, "relation": relation, "ground": ground, "from_on": from_on}
        values |= {"may_consent": may_consent, "may_read": may_read, "until_on": until_on}
        row = make(Representative, client=there, **_checked(values | {"as_client": as_client}))
        line.about(row, may_consent=may_consent, may_read=may_read)
        return row


def change_representative(
    representative: Representative, *, by: Member, expected_version: int, **fields: object
) -> Representative:
    """Another ground, other days, other rights."""
    with audit.change(by=by, action="representative.changed") as line:
        require(by, Right.WRITE_CARE)
        there = take(by, representative, expected_version)
        now = {name: getattr(there, name) for name in _FIELDS}
        values = _checked(now | only(dict(fields), _FIELDS))
        line.about(there, fields=put(there, **values))
        return there


def _checked(values: dict[str, object]) -> dict[str, object]:
    if not (values["may_consent"] or values["may_read"]):
        raise BadInput("somebody who neither decides nor reads", where="may_consent")
    for name in ("name", "ground"):
        if not str(values[name]).strip():
            raise BadInput("nothing was written", where=name, expected="a few words")
    first, last = values["from_on"], values["until_on"]
    if isinstance(first, date) and isinstance(last, date) and last < first:
        raise OutOfRange("an end before the beginning", where="until_on", expected="a later day")
    return values


def representatives_of(by: Member, client: Client) -> QuerySet[Representative]:
    """Who decides or reads for this client, now or before."""
    return visible(by, Representative).filter(client=client)
