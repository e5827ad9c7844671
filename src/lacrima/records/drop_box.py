"""The sealed drop-box: where the relay is, our keys, who was invited, which letters came."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.care import Participant
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

NAME_SIGNS = 32


class DropBox(Row):
    """The relay that this practice named, and how far its letters were fetched."""

    relay = harmless(models.CharField(max_length=300))
    page = harmless(models.CharField(max_length=300))
    # The two secrets of our mailbox there, as JSON.
    secrets = sensitive(SealedTextField())
    fetched_to = harmless(models.BigIntegerField(default=0))
    asked_at = harmless(models.DateTimeField(null=True, blank=True))
    collected_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "drop_box"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"drop-box {self.pk}"

    def sealing_key_id(self) -> str:
        """The practice's key."""
        return "practice"


class DropBoxKey(Row):
    """One key pair to which letters are sealed; an earlier one stays while letters may come."""

    key_id = harmless(models.CharField(max_length=16, unique=True))
    public = harmless(models.CharField(max_length=130))
    private = sensitive(SealedTextField())
    retired_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "drop_box_key"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"drop-box key {self.pk}"

    def sealing_key_id(self) -> str:
        """The practice's key."""
        return "practice"


class DropBoxInvitation(Row):
    """A client's link to the sealed page. Its secret is erased with the client."""

    participant = harmless(
        models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="box_invitations")
    )
    name = harmless(models.CharField(max_length=NAME_SIGNS, unique=True))
    secret = sensitive(SealedTextField())
    until_at = harmless(models.DateTimeField())
    revoked_at = harmless(models.DateTimeField(null=True, blank=True))
    # The briefs that letters may be bound to, by number: digest, and the number of the last.
    briefs = harmless(models.JSONField(default=dict, blank=True))
    brief_number = harmless(models.PositiveIntegerField(default=0))
    put_at = harmless(models.DateTimeField(null=True, blank=True))
    # Sittings that were taken back, each with where or when: what was told before is not kept, also
    # where its letter comes late.
    taken_back = harmless(models.JSONField(default=dict, blank=True))
    made_by = harmless(
        models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    )

    class Meta:
        db_table = "drop_box_invitation"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"drop-box invitation {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        client = self.participant.client_id
        return f"client:{client.hex}" if client else f"episode:{self.participant.episode_id.hex}"


class DropBoxName(Row):
    """A name that we put at the relay. It outlives its invitation until the relay has let go."""

    name = harmless(models.CharField(max_length=NAME_SIGNS, unique=True))
    until_at = harmless(models.DateTimeField())

    class Meta:
        db_table = "drop_box_name"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"drop-box name {self.pk}"


class LetterState(models.TextChoices):
    """What became of a letter."""

    KEPT = "kept", _("kept")
    TAKEN_BACK = "taken_back", _("taken back by the client before it came")
    ASIDE = "aside", _("set aside")
    THROWN_AWAY = "thrown_away", _("thrown away")


class DropBoxLetter(Row):
    """One letter, known by its id for good, so that it is kept once however often it comes."""

    letter_id = harmless(models.CharField(max_length=NAME_SIGNS, unique=True))
    name = harmless(models.CharField(max_length=NAME_SIGNS))
    invitation = harmless(
        models.ForeignKey(
            DropBoxInvitation,
            null=True,
            blank=True,
            on_delete=models.SET_NULL,
            related_name="letters",
        )
    )
    sitting = harmless(models.CharField(max_length=NAME_SIGNS, blank=True, default=""))
    came_at = harmless(models.DateTimeField())
    stored_at = harmless(models.DateTimeField())  # at the relay, by the relay's clock
    state = harmless(models.CharField(max_length=12, choices=LetterState.choices))
    reason = harmless(models.CharField(max_length=40, blank=True, default=""))
    is_clock_off = harmless(models.BooleanField(default=False))
    forgotten_at_relay = harmless(models.BooleanField(default=False))
    # Still sealed, base64: only while it is set aside.
    content = harmless(models.TextField(blank=True, default=""))

    class Meta:
        db_table = "drop_box_letter"
        ordering = ["came_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"drop-box letter {self.pk}"
