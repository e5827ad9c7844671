"""What a client agreed to, for which purpose, and who decides and reads for a child."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Client, Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField


class Purpose(models.TextChoices):
    """What a client may agree to, each on its own."""

    FEEDBACK = "feedback", _("Feedback: questionnaires and the client's own voice")
    RECORDING = "recording", _("Recording sessions")
    SUPERVISION = "supervision", _("Supervision: the client's own answers are shown")
    RESEARCH = "research", _("Research: rows without names")
    TRAINING = "training", _("Training of others")


class Representative(Row):
    """Somebody who decides or reads for a client, such as a parent for a child; each said apart."""

    client = sensitive(
        models.ForeignKey(Client, on_delete=models.CASCADE, related_name="representatives")
    )
    # Where this person is a client of the practice too (a parent in the same course of care).
    as_client = sensitive(
        models.ForeignKey(
            Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="represents"
        )
    )
    name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    relation = sensitive(models.CharField(max_length=120, blank=True, default=""))
    may_consent = harmless(models.BooleanField(default=False))
    may_read = harmless(models.BooleanField(default=False))
    ground = sensitive(SealedTextField())
    from_on = sensitive(models.DateField())
    until_on = sensitive(models.DateField(null=True, blank=True))

    class Meta:
        db_table = "representative"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"representative {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client who is represented."""
        return f"client:{self.client_id.hex}"


class ConsentWay(models.TextChoices):
    """How somebody agreed."""

    IN_WRITING = "in_writing", _("in writing")
    ALOUD = "aloud", _("said aloud")
    AT_THE_DOOR = "at_the_door", _("on the client's own page")


class Consent(Row):
    """One agreement of one client to one purpose, in the words that were read, until withdrawn."""

    client = sensitive(models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents"))
    purpose = sensitive(models.CharField(max_length=12, choices=Purpose.choices))
    given_on = sensitive(models.DateField())
    way = harmless(
        models.CharField(max_length=12, choices=ConsentWay.choices, default=ConsentWay.ALOUD)
    )
    # Empty: the client herself.
    given_by = sensitive(
        models.ForeignKey(
            Representative, null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
        )
    )
    noted_by = harmless(
        models.ForeignKey(
            Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
        )
    )
    wording = sensitive(SealedTextField())
    withdrawn_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "consent"
        ordering = ["-given_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_active_once",
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"consent {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        return f"client:{self.client_id.hex}"
