"""Who may come into a clinic, and how: invitations, roles, leaving, browsers that are signed in.

Whoever looks after the people does all of it, and sees no client by it. A code is shown once and
kept as a hash; no message is sent by anybody.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from enum import StrEnum

from lacrima.errors import BadInput, NotFound
from lacrima.practice import browser_sessions, share_ending
from lacrima.practice.changing import check_version, make, put
from lacrima.practice.finding import as_id
from lacrima.practice.handing_over import hand_over_all, open_episodes_of
from lacrima.practice.notes import today_here
from lacrima.records import audit, clock
from lacrima.records.access import Right, may, require
from lacrima.records.accounts import Account, Invitation, InvitationKind
from lacrima.records.models import Member, Role
from lacrima.vault import crockford

__all__ = ["InvitationKind", "SignInChange"]

GOOD_FOR = timedelta(days=7)
_CODE_BYTES = 20


class SignInChange(StrEnum):
    """What somebody changed about her own way in."""

    PASSWORD = "password_changed"  # noqa: S105  a word, no secret
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    NEW_CODES = "recovery_codes_renewed"


def note_change(change: SignInChange, *, by: Member) -> None:
    """Write down that her own way in changed; nothing of it is said."""
    with audit.change(by=by, action=f"account.{change}") as line:
        line.about(by)


def invite(*, by: Member, name: str, role: Role | str) -> tuple[Member, str]:
    """Somebody new, and the code that lets her in once, within a week."""
    with audit.change(by=by, action="member.invited") as line:
        require(by, Right.CHANGE_PRACTICE)
        if role not in Role.values or not name.strip():
            raise BadInput("a name and a role are needed", where="name")
        new = make(Member, name=name, role=str(Role(role)))
        line.about(new, role=new.role)
        return new, _new_code(new, InvitationKind.JOIN, by)


def invite_first(administrator: Member) -> str:
    """The code of a clinic's first person, for whoever sets the server up."""
    with audit.change(by=None, action="member.invited") as line:
        if Account.objects.exists():
            raise BadInput("somebody signs in here already", next_step="Ask her for an invitation.")
        line.about(administrator, role=administrator.role)
        return _new_code(administrator, InvitationKind.JOIN, administrator)


def invite_again(who: Member, *, by: Member, kind: InvitationKind | str) -> str:
    """Another code for somebody who is here: to join, or because something was lost.

    It opens nothing of hers alone: that takes her own passphrase. Codes from before hold no more.
    """
    with audit.change(by=by, action="member.invited_again") as line:
        require(by, Right.CHANGE_PRACTICE)
        kind = InvitationKind(kind)
        has_account = Account.objects.filter(member=who).exists()
        if who.left_on is not None or has_account == (kind is InvitationKind.JOIN):
            raise BadInput("this invitation does not fit this person", where="kind")
        line.about(who, kind=kind.value)
        return _new_code(who, kind, by)


def _new_code(who: Member, kind: InvitationKind, by: Member) -> str:
    Invitation.objects.filter(member=who, used_at=None).delete()
    code = crockford.encoded(secrets.token_bytes(_CODE_BYTES))
    make(
        Invitation,
        member=who,
        kind=kind,
        code_hash=_hash(code),
        made_by=by,
        ends_at=clock.now() + GOOD_FOR,
    )
    return crockford.grouped(code)


def _hash(code: str) -> str:
    return hashlib.sha256(crockford.letters_of(code).encode()).hexdigest()


def accept(code: str, *, sign_in_name: str, password: str) -> Account:
    """Come in by an invitation: a name and a password to join, else a new password alone.

    NotFound for a code that was used, is too old or never was: we do not say which.
    """
    with audit.change(by=None, action="account.invitation_accepted") as line:
        found = Invitation.objects.select_for_update().filter(
            code_hash=_hash(code), used_at=None, ends_at__gt=clock.now(), member__left_on=None
        )
        invitation = found.first()
        if invitation is None:
            raise NotFound(
                "This code opens nothing",
                next_step="It works once, and for a week. Ask for another.",
            )
        account = _account_for(invitation, sign_in_name.strip())
        account.set_password(password)
        account.save()
        put(invitation, used_at=clock.now())
        browser_sessions.end_all(account)
        line.about(invitation.member, kind=invitation.kind)
        return account


def _account_for(invitation: Invitation, sign_in_name: str) -> Account:
    there = Account.objects.filter(member=invitation.member).first()
    if there is not None:
        if invitation.kind == InvitationKind.NEW_SIGN_IN:
            there.forget_second_factors()
        found: Account = there
        return found
    if not sign_in_name:
        raise BadInput("Choose a name to sign in with", where="sign_in_name")
    if Account.objects.filter(sign_in_name__iexact=sign_in_name).exists():
        raise BadInput("This name is taken. Choose another", where="sign_in_name")
    return Account(member=invitation.member, sign_in_name=sign_in_name)


def waiting_invitations() -> dict[uuid.UUID, Invitation]:
    """By member: the invitation that is still good."""
    found = Invitation.objects.filter(used_at=None, ends_at__gt=clock.now())
    return {one.member_id: one for one in found}


def those_with_account() -> frozenset[uuid.UUID]:
    """The members who have chosen a name and a password."""
    return frozenset(Account.objects.values_list("member_id", flat=True))


def change_role(who: Member, *, by: Member, role: Role | str, expected_version: int) -> Member:
    """Another role; it holds from the next page on. The last administrator stays one."""
    with audit.change(by=by, action="member.changed") as line:
        row = _held(who, by, expected_version)
        if role not in Role.values:
            raise BadInput("not a role", where="role")
        if role != Role.ADMINISTRATOR:
            _refuse_last_administrator(row)
        line.about(row, fields=put(row, role=str(Role(role))))
        return row


def let_leave(
    who: Member, *, by: Member, to: Member | None = None, leaves_care_open: bool = False
) -> Member:
    """She works here no more: out at once, everywhere. Her open care goes to `to`.

    Refused while a course of care would be without a therapist, unless that is said on purpose.
    """
    with audit.change(by=by, action="member.left") as line:
        row = _held(who, by, None)
        _refuse_last_administrator(row)
        if to is not None and open_episodes_of(row):
            hand_over_all(row, by=by, to=to)
        if alone_with(row) and not leaves_care_open:
            raise BadInput(
                "some courses of care would have no therapist",
                where="to",
                next_step="Choose who takes them over.",
            )
        put(row, left_on=today_here())
        share_ending.end_with_member(row)
        Invitation.objects.filter(member=row, used_at=None).delete()
        _end_everywhere(row)
        line.about(row)
        return row


def alone_with(who: Member) -> int:
    """How many open courses of care have no therapist but her."""
    return sum(
        not episode.participants.filter(member__left_on=None, left_on=None, member__isnull=False)
        .exclude(member=who)
        .exists()
        for episode in open_episodes_of(who)
    )


def who_could_take_over(who: Member) -> list[Member]:
    """The others here who work with clients."""
    others = Member.objects.filter(left_on=None).exclude(pk=who.pk).order_by("created_at")
    return [one for one in others if may(one, Right.WRITE_CARE)]


def end_sessions(who: Member, *, by: Member, but: uuid.UUID | None = None) -> int:
    """Sign somebody out of every browser: herself, or by whoever looks after the people."""
    with audit.change(by=by, action="account.sessions_ended") as line:
        if who.pk != by.pk:
            require(by, Right.CHANGE_PRACTICE)
        ended = _end_everywhere(who, but=but)
        line.about(who, count=ended)
        return ended


def end_one_session(browser_id: str, *, by: Member) -> None:
    """Sign one of her own browsers out."""
    with audit.change(by=by, action="account.sessions_ended") as line:
        account = Account.objects.filter(member=by).first()
        found = account.sessions.filter(pk=as_id(browser_id)).first() if account else None
        if found is None:
            raise NotFound("there is nothing here for you", next_step="Go back to Today.")
        found.delete()
        line.about(by, count=1)


def _end_everywhere(who: Member, *, but: uuid.UUID | None = None) -> int:
    account = Account.objects.filter(member=who).first()
    return browser_sessions.end_all(account, but=but) if account else 0


def _held(who: Member, by: Member, expected_version: int | None) -> Member:
    require(by, Right.CHANGE_PRACTICE)
    row = Member.objects.select_for_update().filter(pk=who.pk, left_on=None).first()
    if row is None:
        raise NotFound("nobody of this practice", next_step="Go back to the people.")
    check_version(row, expected_version)
    return row


def _refuse_last_administrator(row: Member) -> None:
    if row.role != Role.ADMINISTRATOR:
        return
    others = Member.objects.filter(role=Role.ADMINISTRATOR, left_on=None, account__isnull=False)
    if not others.exclude(pk=row.pk).exists():
        raise BadInput(
            "nobody else could look after the people here",
            where="role",
            next_step="Let somebody else be an administrator first.",
        )
