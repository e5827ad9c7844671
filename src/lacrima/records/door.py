"""The door: how a client is asked, by which way, and what was answered there."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.care import Participant, Session
from lacrima.records.findings import Voice
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

RATING_LIMITS = [MinValueValidator(-4), MaxValueValidator(4)]
HOUR_LIMITS = [MaxValueValidator(23)]


class KeeperPurpose(models.TextChoices):
    """For what somebody keeps what clients seal for them."""

    OUTSIDE = "outside", _("somebody outside the therapy")
    STUDY = "study", _("a study")


class DoorHouse(Row):
    """What holds for all doors of a practice: whom clients read about, and when they are read."""

    shown_name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    # When answers are read, in words a client reads, and by which hour of the next working day.
    reading = sensitive(models.CharField(max_length=300, blank=True, default=""))
    read_by_hour = harmless(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=HOUR_LIMITS)
    )
    # Who looks when nobody of the practice can: asked for before item 9 is.
    cover = sensitive(models.TextField(blank=True, default=""))
    # A person outside the therapy: in a clinic one of the house, else in words.
    outside_member = harmless(
        models.ForeignKey(
            Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    outside = sensitive(models.TextField(blank=True, default=""))
    complaints = sensitive(models.TextField(blank=True, default=""))
    # Whose key seals what a client tells somebody outside the therapy, or a study. The code is
    # public, and opens nothing.
    keeper_name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    keeper_code = sensitive(models.CharField(max_length=120, blank=True, default=""))
    keeper_purpose = harmless(
        models.CharField(
            max_length=8,
            choices=KeeperPurpose.choices,
            blank=True,
            default=KeeperPurpose.OUTSIDE,
        )
    )
    # Those before, each with name and code: what was sealed for them is theirs.
    keepers_before = sensitive(models.JSONField(default=list, blank=True))

    class Meta:
        db_table = "door_house"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"door house {self.pk}"


class Door(Row):
    """One client's door in one course of care: the plan, and what the client settled there."""

    participant = harmless(
        models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="door")
    )
    # After each session, or after every second, third, ...
    every_sessions = harmless(
        models.PositiveSmallIntegerField(
            default=1, validators=[MinValueValidator(1), MaxValueValidator(8)]
        )
    )
    # Which questionnaires, each by its short name, and every how many days.
    plan = sensitive(models.JSONField(default=list, blank=True))
    for_child = harmless(models.BooleanField(default=False))
    # In which language the client reads; empty: as the browser asks.
    language = sensitive(models.CharField(max_length=10, blank=True, default=""))
    read_first_at = harmless(models.DateTimeField(null=True, blank=True))
    evening_hour = sensitive(models.PositiveSmallIntegerField(default=20, validators=HOUR_LIMITS))
    # A word of the client's own, as a slow hash: it shows again what was kept from everybody else.
    own_word = harmless(models.CharField(max_length=160, blank=True, default=""))
    own_word_since = harmless(models.DateTimeField(null=True, blank=True))
    # Asks that stood open up to here were looked at: the card of Today speaks of later ones alone.
    asks_closed_at = harmless(models.DateTimeField(null=True, blank=True))
    paused_until = sensitive(models.DateField(null=True, blank=True))
    stopped_at = sensitive(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "door"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"door {self.pk}"


class DoorLink(Row):
    """A way in without an account: what opens it is kept only as a hash."""

    participant = harmless(
        models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="door_links")
    )
    token_hash = harmless(models.CharField(max_length=64, unique=True))
    code_hash = harmless(models.CharField(max_length=64, unique=True))
    expires_at = harmless(models.DateTimeField())
    revoked_at = harmless(models.DateTimeField(null=True, blank=True))
    made_by = harmless(
        models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    )

    class Meta:
        db_table = "door_link"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"door link {self.pk}"


class DoorStep(models.TextChoices):
    """What was asked."""

    ASKED = "asked", _("the two questions")
    FIRST = "first", _("first impression")
    SECOND = "second", _("second thoughts")
    STATEMENT = "statement", _("a statement")


class DoorWay(models.TextChoices):
    """How somebody came to the door."""

    HANDED_OVER = "handed_over", _("on a device of the practice")
    LINK = "link", _("by a link")
    DROP_BOX = "drop_box", _("by the sealed drop-box")
    PAPER = "paper", _("on paper")
    ALOUD = "aloud", _("told aloud")


BY_HAND = (DoorWay.PAPER, DoorWay.ALOUD)  # entered by somebody of the practice


class Release(models.TextChoices):
    """Who may read it. Nothing is read before the client chose."""

    NOT_YET = "", _("not chosen yet")
    OPEN = "open", _("my therapist may read it")
    TALK = "talk", _("tell my therapist only that I would like to talk")
    NOBODY = "nobody", _("nobody reads it for now")
    KEEPER = "keeper", _("only somebody outside the therapy: my therapist cannot read it")


class DoorAnswer(Row):
    """What one client answered at one step. No page of a member reads this table.

    What the client let the therapist read is a voice of its own, or what `door_reading` shows.
    """

    participant = harmless(
        models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="door_answers")
    )
    session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.CASCADE, related_name="door_answers"
        )
    )
    step = harmless(models.CharField(max_length=10, choices=DoorStep.choices))
    way = harmless(models.CharField(max_length=12, choices=DoorWay.choices))
    given_at = harmless(models.DateTimeField())
    # How the session was: read by the therapist, and said so beside the question.
    rating = sensitive(models.SmallIntegerField(null=True, blank=True, validators=RATING_LIMITS))
    release = sensitive(
        models.CharField(max_length=8, choices=Release.choices, blank=True, default="")
    )
    content = sensitive(SealedTextField())  # everything else, as JSON
    voice = sensitive(
        models.OneToOneField(
            Voice, null=True, blank=True, on_delete=models.SET_NULL, related_name="door_answer"
        )
    )
    # One stay on the sealed page: whoever has its receipt code may take it back.
    sitting = harmless(models.CharField(max_length=32, blank=True, default="", db_index=True))
    # Sealed for a keeper's key, as base64; then nothing else is kept of what was told.
    for_keeper = sensitive(SealedTextField())
    sealed_at = sensitive(models.DateTimeField(null=True, blank=True))
    handed_over_at = sensitive(models.DateTimeField(null=True, blank=True))
    is_simulated = harmless(models.BooleanField(default=False))

    class Meta:
        db_table = "door_answer"
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "session", "step"],
                condition=~models.Q(step="statement"),
                name="door_answer_once",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"door answer {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client, or of the course of care where none is named."""
        client = self.participant.client_id
        return f"client:{client.hex}" if client else f"episode:{self.participant.episode_id.hex}"


class WayOutKind(models.TextChoices):
    """What a client asks somebody outside the therapy for."""

    ANOTHER = "another", _("another therapist")
    CROSSED = "crossed", _("something crossed a line")
    OTHER = "other", _("something else")


class WayOut(Row):
    """A word to somebody outside the therapy: for the one it was sent to, and nobody else."""

    participant = sensitive(
        models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="ways_out")
    )
    to = harmless(models.ForeignKey(Member, on_delete=models.PROTECT, related_name="ways_out"))
    kind = sensitive(models.CharField(max_length=8, choices=WayOutKind.choices))
    words = sensitive(SealedTextField())
    reach = sensitive(SealedTextField())
    may_tell_therapist = sensitive(models.BooleanField(default=False))
    sent_at = harmless(models.DateTimeField())
    seen_at = harmless(models.DateTimeField(null=True, blank=True))
    done = sensitive(SealedTextField())

    class Meta:
        db_table = "way_out"
        ordering = ["sent_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"way out {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        client = self.participant.client_id
        return f"client:{client.hex}" if client else f"episode:{self.participant.episode_id.hex}"
