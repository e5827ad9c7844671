"""What somebody thinks over: weighings, what was shared for supervision, what is hers alone."""

from __future__ import annotations

from django.db import models

from lacrima.records.care import Episode, Session
from lacrima.records.findings import Moment
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField


class WeighingTime(models.TextChoices):
    """Whether it is thought over afterwards, or before a session in which tears are likely."""

    AFTER = "after"
    BEFOREHAND = "beforehand"


class Weighing(Row):
    """The therapist's thinking about one moment, or about a session to come.

    Private and without versions until it is put in the record: then `recorded_at` is there,
    `expires_on` is not, the thinking is sealed with the key of the episode, and versions are kept.
    """

    member = harmless(models.ForeignKey(Member, on_delete=models.CASCADE, related_name="weighings"))
    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="weighings")
    )
    session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.CASCADE, related_name="weighings"
        )
    )
    moment = harmless(
        models.ForeignKey(
            Moment, null=True, blank=True, on_delete=models.CASCADE, related_name="weighings"
        )
    )
    time = harmless(
        models.CharField(max_length=12, choices=WeighingTime.choices, default=WeighingTime.AFTER)
    )
    thinking = sensitive(SealedTextField())
    expires_on = harmless(models.DateField(null=True, blank=True))
    recorded_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "weighing"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=False) ^ models.Q(recorded_at__isnull=False),
                name="weighing_expires_or_is_recorded",
            ),
            models.UniqueConstraint(fields=["member", "moment"], name="weighing_of_moment_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"weighing {self.pk}"

    def sealing_key_id(self) -> str:
        """The writer's own key; once it is in the record, the episode's."""
        if self.recorded_at is None:
            return f"member:{self.member_id.hex}"
        return f"episode:{self.episode_id.hex}"


class WeighingVersion(Row):
    """One version of a weighing that is in the record. Never changed, never taken away alone."""

    weighing = harmless(
        models.ForeignKey(Weighing, on_delete=models.CASCADE, related_name="versions")
    )
    number = harmless(models.PositiveSmallIntegerField())
    by = harmless(models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+"))
    thinking = sensitive(SealedTextField())
    content_hash = harmless(models.CharField(max_length=64))

    class Meta:
        db_table = "weighing_version"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["weighing", "number"], name="weighing_version_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"weighing version {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the episode."""
        return f"episode:{self.weighing.episode_id.hex}"


class Colleague(Row):
    """Somebody outside this folder to whom sealed share files go, known by her public key."""

    member = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="colleagues")
    )
    name = sensitive(models.CharField(max_length=120))
    public_key = harmless(models.CharField(max_length=64))

    class Meta:
        db_table = "colleague"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["member", "public_key"], name="colleague_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"colleague {self.pk}"


class SupervisionGroup(Row):
    """Some people of this practice to whom something can be shown together."""

    name = sensitive(models.CharField(max_length=120))
    made_by = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="groups_made")
    )
    people = harmless(
        models.ManyToManyField(Member, related_name="groups", db_table="supervision_group_person")
    )

    class Meta:
        db_table = "supervision_group"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"supervision group {self.pk}"


class SharePurpose(models.TextChoices):
    """What a share is for; the two are never mixed."""

    LEARNING = "learning"
    ASSESSMENT = "assessment"


class Share(Row):
    """What somebody showed for supervision: exactly these parts, to these people, until a day.

    `content` is what was shown, as it was on that day. To people of this practice (`readers`) it
    stays here and ends at once when it is withdrawn; to a colleague outside it went as a sealed
    file, which cannot be called back.
    """

    by = harmless(models.ForeignKey(Member, on_delete=models.CASCADE, related_name="shares"))
    # Everybody here who may read it; `group` is only how they were chosen.
    readers = harmless(
        models.ManyToManyField(
            Member, blank=True, related_name="shares_to_read", db_table="share_reader"
        )
    )
    group = harmless(
        models.ForeignKey(
            SupervisionGroup,
            null=True,
            blank=True,
            on_delete=models.SET_NULL,
            related_name="shares",
        )
    )
    to_colleague = harmless(
        models.ForeignKey(
            Colleague, null=True, blank=True, on_delete=models.PROTECT, related_name="shares"
        )
    )
    episode = harmless(
        models.ForeignKey(
            Episode, null=True, blank=True, on_delete=models.CASCADE, related_name="shares"
        )
    )
    moment = harmless(
        models.ForeignKey(
            Moment, null=True, blank=True, on_delete=models.CASCADE, related_name="shares"
        )
    )
    purpose = harmless(
        models.CharField(max_length=12, choices=SharePurpose.choices, default=SharePurpose.LEARNING)
    )
    content = sensitive(SealedTextField())
    file_id = harmless(models.CharField(max_length=32, blank=True, default=""))
    expires_on = harmless(models.DateField())
    withdrawn_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "share"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_colleague__isnull=True) ^ ~models.Q(file_id=""),
                name="share_outside_is_a_file",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"share {self.pk}"

    def sealing_key_id(self) -> str:
        """The episode's key, so that erasing it erases what was shown; else the practice's.

        Not the writer's own: others read it.
        """
        return f"episode:{self.episode_id.hex}" if self.episode_id is not None else "practice"


class ReceivedShare(Row):
    """A share file that somebody outside sent to a member of this practice."""

    member = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="received_shares")
    )
    sender_name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    sender_key = harmless(models.CharField(max_length=64))
    file_id = harmless(models.CharField(max_length=32))
    purpose = harmless(models.CharField(max_length=12, choices=SharePurpose.choices))
    content = sensitive(SealedTextField())
    expires_on = harmless(models.DateField())
    returned_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "received_share"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["member", "file_id"], name="received_share_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"received share {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the one who received it."""
        return f"member:{self.member_id.hex}"


class ShareNoteKind(models.TextChoices):
    """What somebody says about a share."""

    COMMENT = "comment"
    QUESTION = "question"
    SIGN_OFF = "sign_off"


class ShareNote(Row):
    """A comment, a question or a sign-off on a share, here or on the way back to its sender."""

    share = harmless(
        models.ForeignKey(
            Share, null=True, blank=True, on_delete=models.CASCADE, related_name="share_notes"
        )
    )
    received = harmless(
        models.ForeignKey(
            ReceivedShare,
            null=True,
            blank=True,
            on_delete=models.CASCADE,
            related_name="share_notes",
        )
    )
    kind = harmless(
        models.CharField(
            max_length=10, choices=ShareNoteKind.choices, default=ShareNoteKind.COMMENT
        )
    )
    by = harmless(models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+"))
    by_name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    said_at = harmless(models.DateTimeField())
    words = sensitive(SealedTextField())

    class Meta:
        db_table = "share_note"
        ordering = ["said_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__isnull=False) ^ models.Q(received__isnull=False),
                name="share_note_is_about_one",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"share note {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of what it is about."""
        about = self.share or self.received
        return about.sealing_key_id() if about else ""


class SupervisionHour(Row):
    """Time spent in supervision: when, how long, alone or in a group, on what."""

    member = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="supervision_hours")
    )
    on = sensitive(models.DateField())
    minutes = harmless(models.PositiveSmallIntegerField())
    is_group = harmless(models.BooleanField(default=False))
    with_whom = sensitive(models.CharField(max_length=120, blank=True, default=""))
    topics = sensitive(SealedTextField())

    class Meta:
        db_table = "supervision_hour"
        ordering = ["-on"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"supervision hour {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the one whose hour it was."""
        return f"member:{self.member_id.hex}"


class OwnCare(Row):
    """One entry of My care. What it is about, and when, stands inside, sealed to her alone."""

    member = harmless(models.ForeignKey(Member, on_delete=models.CASCADE, related_name="own_care"))
    content = sensitive(SealedTextField())

    class Meta:
        db_table = "own_care"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"own care {self.pk}"

    def sealing_key_id(self) -> str:
        """Her own key, and nobody else's."""
        return f"member:{self.member_id.hex}"
