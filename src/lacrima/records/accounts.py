"""How somebody signs in to a clinic's server, and the key only she can open. Empty elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField


class Account(AbstractBaseUser, Row):
    """With which name and password a member signs in. Whether she may, her member row says."""

    member = harmless(
        models.OneToOneField(Member, on_delete=models.CASCADE, related_name="account")
    )
    sign_in_name = sensitive(models.CharField(max_length=120, unique=True))
    password = sensitive(models.CharField(max_length=128))
    last_login = harmless(models.DateTimeField(null=True, blank=True))

    objects: ClassVar[Any] = BaseUserManager()

    USERNAME_FIELD = "sign_in_name"

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        """No name: this text may reach a log."""
        return f"account {self.pk}"

    def forget_second_factors(self) -> None:
        """What allauth keeps for her goes: she begins anew, as on her first day."""
        kept = getattr(self, "authenticator_set", None)
        if kept is not None:
            kept.all().delete()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whoever left does not come in."""
        return self.member.left_on is None


class BrowserSession(Row):
    """One browser that knows us. Its name is kept as a hash alone, what it holds is sealed."""

    key_hash = harmless(models.CharField(max_length=64, unique=True))
    account = harmless(
        models.ForeignKey(
            Account, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
        )
    )
    content = sensitive(SealedTextField())
    device = sensitive(models.CharField(max_length=120, blank=True, default=""))
    seen_at = harmless(models.DateTimeField())
    ends_at = harmless(models.DateTimeField(db_index=True))

    class Meta:
        db_table = "browser_session"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"browser session {self.pk}"

    def sealing_key_id(self) -> str:
        """The practice's key."""
        return "practice"


class InvitationKind(models.TextChoices):
    """What an invitation lets somebody do."""

    JOIN = "join"
    NEW_PASSWORD = "new_password"  # noqa: S105  a word, no secret
    NEW_SIGN_IN = "new_sign_in"  # the second factor was lost too


class Invitation(Row):
    """A code handed to one person, good once and until a day."""

    member = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    )
    kind = harmless(models.CharField(max_length=14, choices=InvitationKind.choices))
    code_hash = harmless(models.CharField(max_length=64, unique=True))
    made_by = harmless(models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+"))
    ends_at = harmless(models.DateTimeField())
    used_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "invitation"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"invitation {self.pk}"


class PersonalKey(Row):
    """The key of what is hers alone, wrapped once for each way in which only she can open it.

    Nothing here opens it without her passphrase, her recovery code or her passkey.
    """

    member = harmless(
        models.OneToOneField(Member, on_delete=models.CASCADE, related_name="personal_key")
    )
    slots = sensitive(models.JSONField(default=dict))
    recovery_proved_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "personal_key"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"personal key {self.pk}"
