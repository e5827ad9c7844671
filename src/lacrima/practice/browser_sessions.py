"""The browsers that are signed in to a clinic: rows that hold a name as a hash, and sealed things.

Whoever holds the tables finds no name that a browser would have to show, and nothing that is
remembered for it. No address is kept.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Q

from lacrima import strict_json
from lacrima.practice.finding import as_id
from lacrima.records import clock
from lacrima.records.accounts import Account, BrowserSession

__all__ = ["Account", "BrowserSession"]

LONGEST_LIFE = timedelta(hours=12)
LONGEST_LIFE_OF_A_STRANGER = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
KNOWN_FOR = timedelta(days=1)  # after its end: whose half-typed form a late one is
_LONGEST_DEVICE = 120


def _hash(key: str) -> str:
    # The key is 160 bits by chance, so a quick hash is enough.
    return hashlib.sha256(key.encode()).hexdigest()


def find(key: str) -> BrowserSession | None:
    """The session of this name, with its account and member; None when it has ended."""
    rows = BrowserSession.objects.select_related("account__member")
    return rows.filter(key_hash=_hash(key), ends_at__gt=clock.now()).order_by().first()


def exists(key: str) -> bool:
    """Is there a session of this name, ended or not?"""
    return BrowserSession.objects.filter(key_hash=_hash(key)).exists()


def whose(key: str) -> uuid.UUID | None:
    """The member of a session that may have ended; None for a stranger's, or for none."""
    rows = BrowserSession.objects.filter(key_hash=_hash(key)).order_by()
    return rows.values_list("account__member_id", flat=True).first()


def content_of(row: BrowserSession) -> dict[str, Any]:
    """What is remembered for it."""
    found: dict[str, Any] = strict_json.read(row.content) if row.content else {}
    return found


def begin(key: str, content: dict[str, Any], *, account: str, device: str) -> BrowserSession:
    """A new session."""
    row = BrowserSession(key_hash=_hash(key), seen_at=clock.now())
    _fill(row, content, account, device)
    row.ends_at = clock.now() + _life(row)
    row.save(force_insert=True)
    return row


def keep(row: BrowserSession, content: dict[str, Any], *, account: str, device: str) -> bool:
    """Write down what is remembered now; False when it was ended meanwhile.

    Its life is counted anew when somebody signs in, and never otherwise.
    """
    before = row.account_id
    _fill(row, content, account, device)
    if row.account_id != before:
        row.ends_at = clock.now() + _life(row)
    names = ("content", "account", "device", "ends_at")
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    sealed = {field.name: field.pre_save(row, False) for field in fields}
    return bool(BrowserSession.objects.filter(pk=row.pk).update(**sealed))


def _fill(row: BrowserSession, content: dict[str, Any], account: str, device: str) -> None:
    row.content = json.dumps(content, separators=(",", ":"))
    row.account_id = as_id(account) if account else None
    row.device = device[:_LONGEST_DEVICE]


def _life(row: BrowserSession) -> timedelta:
    return LONGEST_LIFE if row.account_id else LONGEST_LIFE_OF_A_STRANGER


def note_seen(row: BrowserSession) -> None:
    """Somebody is here; written at most once a minute."""
    now = clock.now()
    if now - row.seen_at >= SEEN_EVERY:
        row.seen_at = now
        BrowserSession.objects.filter(pk=row.pk).update(seen_at=now)


def is_quiet(row: BrowserSession, *, idle_minutes: int) -> bool:
    """Was nobody here for longer than the practice allows, and the minute not written down?"""
    return clock.now() - row.seen_at > timedelta(minutes=max(idle_minutes, 1)) + SEEN_EVERY


def end(key: str) -> None:
    """End the session of this name."""
    BrowserSession.objects.filter(key_hash=_hash(key)).delete()


def of(account: Account) -> list[BrowserSession]:
    """The sessions of this account that have not ended, the latest first."""
    return list(account.sessions.filter(ends_at__gt=clock.now()))


def end_all(account: Account, *, but: uuid.UUID | None = None) -> int:
    """End all sessions of this account, or all but one; how many."""
    ended, _ = account.sessions.filter(~Q(pk=but)).delete()
    return int(ended)


def forget_ended() -> int:
    """Delete those that ended a day ago; how many."""
    ended, _ = BrowserSession.objects.filter(ends_at__lt=clock.now() - KNOWN_FOR).delete()
    return int(ended)
