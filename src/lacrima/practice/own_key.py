"""In a clinic: the key of what is hers alone. Only she can open it, and nobody can open it for her.

What was sealed with it is lost when she has lost passphrase, recovery code and passkeys: then she
can begin anew, and it is deleted. The lines in the log name no object and no count. The slow work
is done before the transaction, because the log lets one change in at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db.models import QuerySet

from lacrima.errors import BadInput, NotFound
from lacrima.practice.changing import check_version, make, put
from lacrima.practice.mode import is_clinic
from lacrima.practice.removing import free, remove_all
from lacrima.records import audit, clock
from lacrima.records.access import Right, may, require
from lacrima.records.models import (
    Member,
    OwnCare,
    PersonalKey,
    PrivateNote,
    ReceivedShare,
    SupervisionHour,
    Weighing,
)
from lacrima.vault import in_hand, personal, personal_file
from lacrima.vault.personal import PersonalSecret
from lacrima.vault.personal_file import PersonalFile, PersonalWay
from lacrima.vault.process import VAULT

CHANGED = "own_key.changed"
KEPT_AFTER_LEAVING = timedelta(days=365)


class OwnThings(Enum):
    """How it stands with what is hers alone, for whoever looks at a page."""

    OPEN = "open"
    CLOSED = "closed"
    NO_KEY_YET = "no key yet"


@dataclass(frozen=True)
class Opened:
    """Her key, opened. `about` says whose it is, which one, and how its ways stood."""

    key: bytearray = field(repr=False)
    about: str


@dataclass(frozen=True)
class Made:
    """A key or a code that was just made. The code is shown once and kept nowhere."""

    code: str = field(repr=False)
    opened: Opened


def needs_own_key(by: Member) -> bool:
    """Whether what this person writes for herself alone is closed until she opens it."""
    return is_clinic() and may(by, Right.WRITE_PRIVATELY)


def is_open(by: Member) -> bool:
    """Whether her own things can be read and written now."""
    return not is_clinic() or VAULT.has_key(by.sealing_key_id())


def require_open(by: Member) -> None:
    """Go on when her own things are open; PersonalThingsClosed, or NotAllowed for who has none."""
    require(by, Right.WRITE_PRIVATELY)
    if not is_open(by):
        raise in_hand.closed()


def how_it_stands(by: Member) -> OwnThings:
    """Open, closed, or no key was made yet."""
    if is_open(by):
        return OwnThings.OPEN
    return OwnThings.CLOSED if has_own_key(by) else OwnThings.NO_KEY_YET


def has_own_key(by: Member) -> bool:
    """Whether she made her own key."""
    return PersonalKey.objects.filter(member=by).exists()


def still_lacks_own_key(by: Member) -> bool:
    """Whether what she writes for herself alone waits for a key that she has not made yet."""
    return needs_own_key(by) and how_it_stands(by) is OwnThings.NO_KEY_YET


def own_key(by: Member) -> PersonalKey:
    """The row of her key; NotFound before she made one."""
    found = PersonalKey.objects.filter(member=by).first()
    if found is None:
        raise NotFound("there is no key of yours yet", next_step="Make one first.")
    return found


def ways_of(row: PersonalKey) -> PersonalFile:
    """The ways to open this key."""
    return personal_file.parse(row.slots)


def passkeys_of(row: PersonalKey) -> list[bytes]:
    """The credential ids of her passkeys."""
    return passkeys_in(ways_of(row))


def passkeys_in(content: PersonalFile) -> list[bytes]:
    """The same, of what was read already."""
    return [slot.credential_id for slot in content.of(PersonalWay.PASSKEY)]


def about_now(by: Member) -> str:
    """Whose key, which one, in which version; empty where there is none."""
    row = PersonalKey.objects.filter(member=by).first()
    return _about(row) if row else ""


def _about(row: PersonalKey) -> str:
    return f"{row.member_id.hex}|{ways_of(row).number}|{row.version}"


# --- making and opening


def make_own_key(passphrase: str, *, by: Member) -> Made:
    """Make the key of what is hers alone. Once: a second one would open nothing of the first."""
    require(by, Right.WRITE_PRIVATELY)
    _refuse_outside_a_clinic()
    _refuse_second(by)
    new = personal.make(by.pk.hex, passphrase)
    with audit.change(by=by, action="own_key.made"):
        _refuse_second(by)
        row = make(PersonalKey, member=by, slots=new.content.to_json())
    return Made(str(new.code), Opened(new.key, _about(row)))


def _refuse_outside_a_clinic() -> None:
    if not is_clinic():
        raise NotFound("one passphrase opens everything here", next_step="Go back to Today.")


def _refuse_second(by: Member) -> None:
    if has_own_key(by):
        raise BadInput("your own key is there already", next_step="Open it, or begin anew.")


def open_own_key(secret: PersonalSecret, *, by: Member) -> Opened:
    """Open what is hers alone. Changes nothing and leaves no line: when she reads is hers too.

    Raises WrongPassphrase, WrongRecoveryCode, Locked.
    """
    row = own_key(by)
    return Opened(personal.opened(ways_of(row), secret), _about(row))


# --- other ways to open it


def add_way(new: PersonalSecret, *, by: Member, opened_by: PersonalSecret) -> Opened:
    """One way more, or another in the place of the former one of its kind.

    In every other browser her things are closed by it.
    """

    def changed(content: PersonalFile, key: bytearray) -> PersonalFile:
        return personal.with_way(content, key, new)

    return _change(by, opened_by, changed)


def replace_recovery_code(*, by: Member, opened_by: PersonalSecret) -> Made:
    """Another recovery code; the sheet before opens nothing any more."""
    codes: list[str] = []

    def changed(content: PersonalFile, key: bytearray) -> PersonalFile:
        content, code = personal.with_new_recovery_code(content, key)
        codes.append(str(code))
        return content

    opened = _change(by, opened_by, changed, recovery_proved_at=None)
    return Made(codes[0], opened)


def note_recovery_code_proved(code: PersonalSecret, *, by: Member) -> Opened:
    """She typed the code from her sheet, and it opens her things. WrongRecoveryCode otherwise."""
    return _change(by, code, lambda content, _key: content, recovery_proved_at=clock.now())


def remove_passkeys(*, by: Member, opened_by: PersonalSecret) -> Opened:
    """No passkey opens her things any more; passphrase and recovery code do."""

    def changed(content: PersonalFile, _key: bytearray) -> PersonalFile:
        for credential_id in passkeys_in(content):
            content = content.without_passkey(credential_id)
        return content

    return _change(by, opened_by, changed)


def _change(
    by: Member,
    opened_by: PersonalSecret,
    do: Callable[[PersonalFile, bytearray], PersonalFile],
    **values: Any,
) -> Opened:
    before = own_key(by)
    content = ways_of(before)
    key = personal.opened(content, opened_by)
    changed = do(content, key)
    with audit.change(by=by, action=CHANGED):
        require(by, Right.WRITE_PRIVATELY)
        row = PersonalKey.objects.select_for_update().get(pk=before.pk)
        check_version(row, before.version)
        put(row, slots=changed.to_json(), **values)
    return Opened(key, _about(row))


# --- what is lost, and what nobody opens any more


def begin_anew(passphrase: str, *, by: Member) -> Made:
    """She lost every way: all that was sealed with her key is deleted, and she has a new one.

    OnHold where something of it is about a client whose record is on hold.
    """
    require(by, Right.WRITE_PRIVATELY)
    before = own_key(by)
    new = personal.make(by.pk.hex, passphrase)
    with audit.change(by=by, action="own_key.begun_anew"):
        row = PersonalKey.objects.select_for_update().get(pk=before.pk)
        check_version(row, before.version)
        for rows in _sealed_with_the_key_of([by]):
            remove_all(rows)
        put(row, slots=new.content.to_json(), recovery_proved_at=None)
    return Made(str(new.code), Opened(new.key, _about(row)))


def forget_things_of_those_who_left(*, now: datetime) -> None:
    """A year after somebody left, what was hers alone is deleted: nobody can open it any more."""
    until = now.date() - KEPT_AFTER_LEAVING
    left = list(Member.objects.filter(left_on__lte=until))
    rows = [free(kind) for kind in (*_sealed_with_the_key_of(left), _keys_of(left))]
    if any(kind.exists() for kind in rows):
        with audit.change(by=None, action="own_things.forgotten"):
            for kind in rows:
                remove_all(kind)


def _keys_of(members: list[Member]) -> QuerySet[Any]:
    return PersonalKey.objects.filter(member__in=members)


def _sealed_with_the_key_of(members: list[Member]) -> Iterator[QuerySet[Any]]:
    for kind in (OwnCare, PrivateNote, ReceivedShare, SupervisionHour):
        yield kind._default_manager.filter(member__in=members)
    yield Weighing.objects.filter(member__in=members, recorded_at=None)
