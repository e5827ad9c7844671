"""A link without an account: a token for the fragment, a code for typing, an end, a way to revoke.

Only hashes are kept. The token has 256 bits; the code has ten characters of an alphabet of 28
(about 48 bits), is no use after the link's end, and is tried at a limited rate (web/door_limits).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice.changing import make, put, take
from lacrima.practice.door_visits import client_at
from lacrima.practice.words import CLIENT_ROLES
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import DoorLink, Member, Participant

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXY"  # nothing that looks like something else
CODE_CHARACTERS = 10
DAYS = (14, 30, 90, 180)


@dataclass(frozen=True)
class Made:
    """A new link, told once: what opens it is not kept."""

    link: DoorLink
    token: str
    code: str

    @property
    def shown_code(self) -> str:
        """The code in two halves, as it is printed."""
        half = CODE_CHARACTERS // 2
        return f"{self.code[:half]} {self.code[half:]}"


def make_link(participant: Participant, *, by: Member, days: int = 90) -> Made:
    """A new way in for this client. Earlier links go on until they end or are revoked."""
    with audit.change(by=by, action="door.link_made") as line:
        seat = take(by, participant)
        if seat.role not in CLIENT_ROLES or seat.client_id is None:
            raise BadInput("somebody who is no client", where="participant", expected="a client")
        if days not in DAYS:
            raise OutOfRange("how long it holds", where="days", expected="14, 30, 90 or 180 days")
        token = secrets.token_urlsafe(32)
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
        row = make(
            DoorLink,
            participant=seat,
            token_hash=_hash("token", token),
            code_hash=_hash("code", code),
            expires_at=clock.now() + timedelta(days=days),
            made_by=by,
        )
        line.about(row)
        return Made(row, token, code)


def revoke_link(link: DoorLink, *, by: Member) -> DoorLink:
    """It opens nothing from this moment, also where somebody has come in by it already."""
    with audit.change(by=by, action="door.link_revoked") as line:
        row = take(by, link)
        if row.revoked_at is None:
            put(row, revoked_at=clock.now())
        line.about(row)
        return row


def links_of(by: Member, participant: Participant) -> list[DoorLink]:
    """The links of this client that still open something."""
    rows = visible(by, DoorLink).filter(participant=participant, revoked_at=None)
    return list(rows.filter(expires_at__gt=clock.now()))


def come_in(opener: str) -> DoorLink:
    """The link that this token or code opens. NotFound for anything else, and it says no more."""
    typed = opener.strip()
    as_code = "".join(typed.upper().split()).replace("-", "")
    hashes = {"token_hash": _hash("token", typed), "code_hash": _hash("code", as_code)}
    for name, value in hashes.items():
        found = DoorLink.objects.filter(**{name: value}).select_related("participant").first()
        if found is not None and is_open(found):
            return found
    raise NotFound("this link or code opens nothing (any more)")


def link_still_open(link_id: str) -> bool:
    """Does the link that somebody came in by hold still?"""
    found = DoorLink.objects.filter(pk=link_id).select_related("participant").first()
    return found is not None and is_open(found)


def is_open(link: DoorLink) -> bool:
    """Not revoked, not at its end, and for a client who is still here."""
    if link.revoked_at is not None or link.expires_at <= clock.now():
        return False
    try:
        client_at(link.participant_id)
    except NotFound:
        return False
    return True


def _hash(kind: str, secret: str) -> str:
    return hashlib.sha256(f"lacrima door {kind}|{secret}".encode()).hexdigest()
