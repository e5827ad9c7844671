"""Inviting a client to the sealed page, keeping the brief there true, and ending it.

No network inside a transaction: a brief is put at the relay first, and noted afterwards. What was
put for an invitation that was never noted is ciphertext that nobody can open; it ends by its date.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lacrima.errors import NotFound, OutOfRange
from lacrima.practice import drop_box_relay
from lacrima.practice.changing import make, put, take
from lacrima.practice.door_links import DAYS
from lacrima.practice.door_plan import take_client
from lacrima.practice.drop_box import key_now, mailbox_of, needed, open_invitations
from lacrima.practice.drop_box_brief import brief_of, numbered
from lacrima.practice.drop_box_relay import Mailbox
from lacrima.practice.removing import remove
from lacrima.records import audit, clock
from lacrima.records.access import find, visible
from lacrima.records.models import (
    DropBox,
    DropBoxInvitation,
    DropBoxKey,
    DropBoxName,
    Episode,
    Member,
    Participant,
)
from lacrima.vault import drop_box

FRESH_FOR = timedelta(days=3)  # an unchanged brief is put anew after this long
MOST_BRIEFS = 40


@dataclass(frozen=True)
class Invited:
    """A new link, told once. Whoever has it can write as this client."""

    invitation: DropBoxInvitation
    link: str = field(repr=False)


def invite(participant: Participant, *, by: Member, days: int = 90) -> Invited:
    """A link to the sealed page for this client. Earlier ones go on until they end."""
    box = needed()
    if days not in DAYS:
        raise OutOfRange("how long it holds", where="days", expected="14, 30, 90 or 180 days")
    seat = find(by, Participant, participant.pk, "client", "episode")
    secret, key, now = drop_box.new_secret(), key_now(), clock.now()
    until = now + timedelta(days=days)
    told = drop_box.invitation(secret)
    brief = brief_of(seat, public=bytes.fromhex(key.public), from_at=now, until_at=until)
    content = numbered(brief, 1)
    sealed = drop_box.seal_brief(told, 1, content)
    drop_box_relay.put_brief(mailbox_of(box), told.name.hex(), sealed, until=until)
    with audit.change(by=by, action="drop_box.invited") as line:
        row = _noted(take_client(by, seat), by, secret, until)
        _note_brief(row, 1, content, brief)
        put(row, put_at=now)
        line.about(row)
    return Invited(row, f"{box.page}/#{drop_box.fragment(secret)}")


def _noted(seat: Participant, by: Member, secret: bytes, until: datetime) -> DropBoxInvitation:
    name = drop_box.invitation(secret).name.hex()
    make(DropBoxName, name=name, until_at=until)
    return make(
        DropBoxInvitation,
        participant=seat,
        name=name,
        secret=base64.b64encode(secret).decode(),
        until_at=until,
        made_by=by,
    )


def told_by(row: DropBoxInvitation) -> drop_box.Invitation:
    """Name and keys of an invitation. KeyGone where its client was erased."""
    return drop_box.invitation(base64.b64decode(row.secret))


def _note_brief(row: DropBoxInvitation, number: int, content: bytes, brief: dict[str, Any]) -> None:
    """From now on letters may be bound to this brief; the oldest of many are forgotten."""
    noted = {
        "digest": drop_box.digest(content).hex(),
        "same": _fingerprint(brief),
    }
    briefs = {**row.briefs, str(number): noted}
    latest = dict(sorted(briefs.items(), key=lambda one: int(one[0]))[-MOST_BRIEFS:])
    put(row, briefs=latest, brief_number=number, put_at=None)


def _fingerprint(brief: dict[str, Any]) -> str:
    """Tells whether anything has changed since. It is of a sealed thing, and says nothing."""
    text = json.dumps(brief, sort_keys=True).encode()
    return hashlib.sha256(b"lacrima/1/brief|" + text).hexdigest()


def refresh(box: DropBox) -> int:
    """Put every brief anew in which something has changed; how many were put."""
    mailbox, key, count = mailbox_of(box), key_now(), 0
    for row in open_invitations():
        count += _refreshed(row, mailbox, key)
    _let_go(mailbox)
    return count


def _refreshed(row: DropBoxInvitation, mailbox: Mailbox, key: DropBoxKey) -> bool:
    brief = brief_of(
        row.participant,
        public=bytes.fromhex(key.public),
        from_at=row.created_at,
        until_at=row.until_at,
        invitation=row,
    )
    last = row.briefs.get(str(row.brief_number), {})
    is_fresh = row.put_at is not None and clock.now() - row.put_at < FRESH_FOR
    if is_fresh and last.get("same") == _fingerprint(brief):
        return False
    number = row.brief_number + 1
    content, told = numbered(brief, number), told_by(row)
    # Noted before it is put: a letter bound to it can come the moment after.
    with audit.change(by=None, action="drop_box.brief_put") as line:
        line.about(row)
        _note_brief(row, number, content, brief)
    sealed = drop_box.seal_brief(told, number, content)
    drop_box_relay.put_brief(mailbox, row.name, sealed, until=row.until_at)
    DropBoxInvitation.objects.filter(pk=row.pk).update(put_at=clock.now())
    return True


def _let_go(mailbox: Mailbox) -> None:
    """Names whose invitation is revoked, over or erased are taken from the relay."""
    still = {row.name for row in open_invitations()}
    for row in DropBoxName.objects.exclude(name__in=still):
        drop_box_relay.delete_brief(mailbox, row.name)
        remove(row)


def revoke(invitation: DropBoxInvitation, *, by: Member) -> DropBoxInvitation:
    """What is written from now on is not kept. The relay is told at the next collecting."""
    with audit.change(by=by, action="drop_box.revoked") as line:
        row = take(by, invitation)
        if row.revoked_at is None:
            put(row, revoked_at=clock.now())
        line.about(row)
        return row


def invitation_of(by: Member, episode_id: uuid.UUID, invitation_id: uuid.UUID) -> DropBoxInvitation:
    """One link of this course of care; NotFound for any other."""
    row = find(by, DropBoxInvitation, invitation_id, "participant")
    if row.participant.episode_id != find(by, Episode, episode_id).pk:
        raise NotFound("there is nothing here for you", next_step="Go back to the client.")
    return row


def invitations_of(by: Member, participant: Participant) -> list[DropBoxInvitation]:
    """The links of this client by which letters may still come."""
    rows = visible(by, DropBoxInvitation).filter(participant=participant, revoked_at=None)
    return list(rows.filter(until_at__gt=clock.now()))
