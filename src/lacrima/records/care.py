"""Courses of care: episodes, who takes part, sessions, contacts, what we keep in mind, notes."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.moments.words import EpisodeKind, LogState, Modality, ParticipantRole, Side
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Client, Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

HEAVINESS_LIMITS = [MinValueValidator(0), MaxValueValidator(10)]


class Ending(models.TextChoices):
    """How a course of care ended."""

    PLANNED = "planned", _("a planned goodbye")
    DROP_OUT = "drop_out", _("the client did not come back")
    TRANSFER = "transfer", _("handed over to somebody else")
    DEATH = "death", _("the client died")
    OTHER = "other", _("in another way")


class Episode(Row):
    """One course of care: one or more clients with one or more therapists."""

    kind = harmless(models.CharField(max_length=20, default=EpisodeKind.INDIVIDUAL))
    started_on = sensitive(models.DateField(null=True, blank=True))
    ended_on = sensitive(models.DateField(null=True, blank=True))
    ending = sensitive(
        models.CharField(max_length=10, choices=Ending.choices, blank=True, default="")
    )
    # The last day on which anything is still asked of the clients; empty: none is set.
    ask_until = sensitive(models.DateField(null=True, blank=True))

    class Meta:
        db_table = "episode"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"episode {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of what is written about this course of care as a whole."""
        return f"episode:{self.pk.hex}"


class Participant(Row):
    """Somebody's place in an episode: one door and one voice each."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="participants")
    )
    role = harmless(models.CharField(max_length=20, default=ParticipantRole.CLIENT))
    client = sensitive(
        models.ForeignKey(
            Client, null=True, blank=True, on_delete=models.CASCADE, related_name="participations"
        )
    )
    member = harmless(
        models.ForeignKey(
            Member, null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
        )
    )
    label = sensitive(models.CharField(max_length=120, blank=True, default=""))
    # A therapist who handed over: what she told stays, and she reads no more.
    left_on = harmless(models.DateField(null=True, blank=True))
    # When a client's course, and her alliance, were looked at a second time: once is enough.
    course_looked_at = harmless(models.DateTimeField(null=True, blank=True))
    alliance_looked_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "participant"
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(client__isnull=False, member__isnull=False),
                name="participant_is_one_person",
            ),
            models.UniqueConstraint(fields=["episode", "client"], name="participant_client_once"),
            models.UniqueConstraint(fields=["episode", "member"], name="participant_member_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"participant {self.pk}"


class Slot(Row):
    """A recurring appointment, in the practice's own zone: sessions make themselves out of it."""

    episode = harmless(models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="slots"))
    weekday = sensitive(models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]))
    local_time = sensitive(models.TimeField())
    length_min = harmless(models.PositiveSmallIntegerField(default=50))
    modality = harmless(models.CharField(max_length=10, default=Modality.ROOM))
    every_weeks = harmless(
        models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    )
    from_on = sensitive(models.DateField())
    until_on = sensitive(models.DateField(null=True, blank=True))
    # Up to this local day sessions were made: one that was moved or deleted does not come back.
    made_until = harmless(models.DateField(null=True, blank=True, editable=False))

    class Meta:
        db_table = "slot"
        ordering = ["weekday", "local_time"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"slot {self.pk}"


class SessionState(models.TextChoices):
    """Whether a session took place."""

    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class Session(Row):
    """One meeting. Not logged is missing, never "no tears"."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="sessions")
    )
    number = harmless(models.PositiveSmallIntegerField(null=True, blank=True))
    start = sensitive(models.DateTimeField(null=True, blank=True, db_index=True))
    length_min = harmless(models.PositiveSmallIntegerField(null=True, blank=True))
    modality = harmless(models.CharField(max_length=10, default=Modality.ROOM))
    face_visible = harmless(models.BooleanField(null=True, blank=True))
    state = harmless(
        models.CharField(max_length=14, choices=SessionState.choices, default=SessionState.HELD)
    )
    log_state = harmless(models.CharField(max_length=10, default=LogState.NOT_YET))
    heaviness = sensitive(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=HEAVINESS_LIMITS)
    )
    heaviness_by = harmless(models.CharField(max_length=10, blank=True, default=""))
    heaviness_after = sensitive(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=HEAVINESS_LIMITS)
    )
    heaviness_after_by = harmless(models.CharField(max_length=10, blank=True, default=""))
    slot = harmless(
        models.ForeignKey(
            Slot, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
        )
    )
    calendar_uid = sensitive(models.CharField(max_length=255, blank=True, default=""))
    present = harmless(
        models.ManyToManyField(
            Participant, blank=True, related_name="sessions", db_table="presence"
        )
    )

    class Meta:
        db_table = "session"
        ordering = ["episode", "number"]
        indexes = [
            models.Index(
                fields=["start"],
                condition=models.Q(log_state=LogState.NOT_YET),
                name="session_not_logged",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["episode", "number"], name="session_number_once"),
            models.UniqueConstraint(fields=["slot", "start"], name="session_of_slot_once"),
            models.UniqueConstraint(
                fields=["calendar_uid", "start"],
                condition=~models.Q(calendar_uid=""),
                name="session_of_calendar_once",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"session {self.pk}"


class ContactKind(models.TextChoices):
    """How somebody was in touch between sessions."""

    MESSAGE = "message"
    PHONE = "phone"
    EMAIL = "email"
    OTHER = "other"


class Contact(Row):
    """A contact between sessions."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="contacts")
    )
    participant = sensitive(
        models.ForeignKey(
            Participant, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
        )
    )
    at = sensitive(models.DateTimeField())
    kind = harmless(
        models.CharField(max_length=10, choices=ContactKind.choices, default=ContactKind.MESSAGE)
    )
    started_by = harmless(models.CharField(max_length=10, default=Side.CLIENT))
    minutes = harmless(models.PositiveSmallIntegerField(null=True, blank=True))
    words = sensitive(SealedTextField())

    class Meta:
        db_table = "contact"
        ordering = ["-at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"contact {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the episode."""
        return f"episode:{self.episode_id.hex}"


class KeptInMind(Row):
    """What therapist and client agreed to keep in mind, in their own words, dated."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="kept_in_mind")
    )
    words = sensitive(SealedTextField())
    agreed_on = sensitive(models.DateField())
    let_go_on = sensitive(models.DateField(null=True, blank=True))

    class Meta:
        db_table = "kept_in_mind"
        ordering = ["-agreed_on"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"kept in mind {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the episode."""
        return f"episode:{self.episode_id.hex}"


class RecordNote(Row):
    """A note that belongs to the record: what happened and what was done."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="record_notes")
    )
    session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="record_notes"
        )
    )
    words = sensitive(SealedTextField())

    class Meta:
        db_table = "record_note"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"record note {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the episode."""
        return f"episode:{self.episode_id.hex}"


class PrivateNote(Row):
    """A note for its writer alone: sealed with her own key, with a date on which it goes."""

    member = harmless(
        models.ForeignKey(Member, on_delete=models.CASCADE, related_name="private_notes")
    )
    episode = harmless(
        models.ForeignKey(
            Episode, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    words = sensitive(SealedTextField())
    expires_on = harmless(models.DateField())

    class Meta:
        db_table = "private_note"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"private note {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the writer."""
        return f"member:{self.member_id.hex}"
