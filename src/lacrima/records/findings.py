"""What was found: moments with their voices, answers, risk, offers."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from lacrima.moments.words import Kind, Nature, Occasion, Side
from lacrima.records.care import Episode, Participant, Session
from lacrima.records.log import ImportBatch
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Client, Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

RATING_LIMITS = [MinValueValidator(-4), MaxValueValidator(4)]
STEP_LIMITS = [MaxValueValidator(3)]


class Moment(Row):
    """A span of a session in which somebody's emotion showed, was held back, or was missed."""

    session = harmless(models.ForeignKey(Session, on_delete=models.CASCADE, related_name="moments"))
    nature = sensitive(models.CharField(max_length=12, default=Nature.SHOWED))
    kind = sensitive(models.CharField(max_length=12, default=Kind.TEARS))
    started_by = harmless(models.CharField(max_length=10, default=Side.THERAPIST))
    start_ms = sensitive(models.PositiveIntegerField(null=True, blank=True))
    end_ms = sensitive(models.PositiveIntegerField(null=True, blank=True))
    # What the table it came from knew it by, so that the same file twice adds nothing.
    source_key = sensitive(models.CharField(max_length=120, blank=True, default=""))
    batch = harmless(
        models.ForeignKey(
            ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="moments"
        )
    )

    class Meta:
        db_table = "moment"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"moment {self.pk}"


class Voice(Row):
    """One side of a moment. Voices are kept apart and never averaged."""

    moment = harmless(models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="voices"))
    side = harmless(models.CharField(max_length=10, default=Side.THERAPIST))
    participant = sensitive(
        models.ForeignKey(
            Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="voices"
        )
    )
    occasion = harmless(models.CharField(max_length=16, default=Occasion.IN_SESSION))
    given_at = harmless(models.DateTimeField(null=True, blank=True))
    told_aloud = harmless(models.BooleanField(default=False))
    is_simulated = harmless(models.BooleanField(default=False))
    first = sensitive(
        models.ForeignKey(
            Participant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    flow = sensitive(models.CharField(max_length=12, blank=True, default=""))
    about = sensitive(models.JSONField(default=list, blank=True))
    noticed = sensitive(models.CharField(max_length=8, blank=True, default=""))
    burdened = sensitive(models.CharField(max_length=8, blank=True, default=""))
    spoken_of = sensitive(models.CharField(max_length=14, blank=True, default=""))
    spoken_by = sensitive(models.CharField(max_length=10, blank=True, default=""))
    spoken_session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    focus_back_min = sensitive(models.PositiveSmallIntegerField(null=True, blank=True))
    response = sensitive(models.JSONField(default=list, blank=True))
    seemed = sensitive(models.JSONField(default=list, blank=True))
    rating = sensitive(models.SmallIntegerField(null=True, blank=True, validators=RATING_LIMITS))
    items = sensitive(models.JSONField(default=dict, blank=True))
    would_like_to_talk = sensitive(models.BooleanField(default=False))
    words = sensitive(SealedTextField())
    batch = harmless(
        models.ForeignKey(
            ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="voices"
        )
    )

    class Meta:
        db_table = "voice"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"voice {self.pk}"

    def sealing_key_id(self) -> str:
        """The client's own key for the client's voice, the episode's for the others."""
        if self.side == Side.CLIENT and self.participant and self.participant.client_id:
            return f"client:{self.participant.client_id.hex}"
        return f"episode:{self.moment.session.episode_id.hex}"


class Expression(Row):
    """What one person showed, held back and felt in a moment, as one voice tells it."""

    voice = harmless(models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="expressions"))
    participant = sensitive(
        models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="expressions")
    )
    shown = sensitive(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=STEP_LIMITS)
    )
    held_back = sensitive(models.CharField(max_length=8, blank=True, default=""))
    felt = sensitive(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=STEP_LIMITS)
    )
    came_about = sensitive(models.CharField(max_length=12, blank=True, default=""))
    emotions = sensitive(models.JSONField(default=list, blank=True))

    class Meta:
        db_table = "expression"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["voice", "participant"], name="expression_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"expression {self.pk}"


class PlainScore(Row):
    """A score that the practice defines itself: a name, a range, a direction; totals only."""

    slug = harmless(models.SlugField(max_length=40, unique=True))
    name = harmless(models.CharField(max_length=80))
    minimum = harmless(models.DecimalField(max_digits=12, decimal_places=4))
    maximum = harmless(models.DecimalField(max_digits=12, decimal_places=4))
    higher_is_better = harmless(models.BooleanField(default=False))
    recall_days = harmless(models.PositiveSmallIntegerField(null=True, blank=True))

    class Meta:
        db_table = "plain_score"
        ordering = ["name"]

    def __str__(self) -> str:
        """The slug of the score, which is the practice's own and tells nothing of a person."""
        return f"plain score {self.slug}"


class AnswerSource(models.TextChoices):
    """How answers came in."""

    HAND = "hand"
    TOLD_ALOUD = "told_aloud"
    IMPORTED = "imported"
    SIMULATED = "simulated"
    AT_THE_DOOR = "at_the_door"


class Answers(Row):
    """One filled questionnaire, or one plain score. Belongs to a session, a number, or a time."""

    client = sensitive(models.ForeignKey(Client, on_delete=models.CASCADE, related_name="answers"))
    episode = harmless(models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="answers"))
    session = harmless(
        models.ForeignKey(
            Session, null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
        )
    )
    assessment = harmless(models.PositiveSmallIntegerField(null=True, blank=True))
    given_at = sensitive(models.DateTimeField(null=True, blank=True))
    instrument = harmless(models.CharField(max_length=40))
    instrument_version = harmless(models.CharField(max_length=20, blank=True, default=""))
    plain_score = harmless(
        models.ForeignKey(
            PlainScore, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
        )
    )
    recall_days = harmless(models.PositiveSmallIntegerField(null=True, blank=True))
    items = sensitive(models.JSONField(null=True, blank=True))
    total = sensitive(models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True))
    why = harmless(models.CharField(max_length=40, blank=True, default=""))
    missing = harmless(models.PositiveSmallIntegerField(default=0))
    source = harmless(
        models.CharField(max_length=12, choices=AnswerSource.choices, default=AnswerSource.HAND)
    )
    batch = harmless(
        models.ForeignKey(
            ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
        )
    )

    class Meta:
        db_table = "answers"
        ordering = ["created_at"]
        indexes = [models.Index(fields=["episode", "instrument"], name="answers_by_episode")]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "instrument", "session"],
                condition=models.Q(session__isnull=False),
                name="answers_of_session_once",
            ),
            models.UniqueConstraint(
                fields=["client", "episode", "instrument", "assessment"],
                condition=models.Q(assessment__isnull=False),
                name="answers_of_assessment_once",
            ),
            models.UniqueConstraint(
                fields=["client", "episode", "instrument", "given_at"],
                condition=models.Q(session__isnull=True, assessment__isnull=True),
                name="answers_at_time_once",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"answers {self.pk}"


class RiskItem(Row):
    """An answer that may mean danger: stands until it is noted who saw it, when, what was done."""

    answers = harmless(
        models.ForeignKey(Answers, on_delete=models.CASCADE, related_name="risk_items")
    )
    item = harmless(models.CharField(max_length=40))
    value = sensitive(models.SmallIntegerField())
    raised_at = harmless(models.DateTimeField())
    seen_by = harmless(
        models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    )
    seen_at = harmless(models.DateTimeField(null=True, blank=True))
    done = sensitive(SealedTextField())

    class Meta:
        db_table = "risk_item"
        ordering = ["raised_at"]
        indexes = [
            models.Index(
                fields=["raised_at"],
                condition=models.Q(seen_at__isnull=True),
                name="risk_item_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["answers", "item"], name="risk_item_once"),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"risk item {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        return f"client:{self.answers.client_id.hex}"


class OfferKind(models.TextChoices):
    """What may be suggested."""

    CLIENT_WOULD_TALK = "client_would_talk"
    SPEAK_OF_IT = "speak_of_it"
    ASK = "ask"
    REPAIR = "repair"
    SUPERVISION = "supervision"
    REST = "rest"


class Offer(Row):
    """A suggested next step with its reason; closed by one tap, fades after 28 days."""

    moment = harmless(models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="offers"))
    kind = harmless(models.CharField(max_length=20, choices=OfferKind.choices))
    made_at = harmless(models.DateTimeField())
    closed_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "offer"
        ordering = ["made_at"]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=models.Q(closed_at__isnull=True),
                name="offer_open",
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["moment", "kind"], name="offer_once")]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"offer {self.pk}"
