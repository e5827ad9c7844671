"""How long something is kept, what may not be deleted now, and what was given away on request."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Client, Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField


class LegalHold(Row):
    """While it stands, nothing about this client is deleted, and nothing of it expires."""

    client = sensitive(models.ForeignKey(Client, on_delete=models.CASCADE, related_name="holds"))
    reason = sensitive(SealedTextField())
    set_by = harmless(
        models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    )
    lifted_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "legal_hold"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"legal hold {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        return f"client:{self.client_id.hex}"


class DisclosureState(models.TextChoices):
    """What became of somebody's request to see a record."""

    ASKED = "asked", _("asked")
    GIVEN = "given", _("given")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class DisclosureGround(models.TextChoices):
    """On what ground somebody asks. What the law says about each is for whoever decides."""

    CLIENT = "client", _("the client asks to see the record")
    AUTHORITY = "authority", _("a court or an authority")
    PROFESSIONAL = "professional", _("another professional")
    INSURER = "insurer", _("an insurer or another payer")
    OTHER = "other", _("something else")


class Disclosure(Row):
    """Somebody asked for a record: who, on what ground, what was given and what was left out."""

    client = sensitive(
        models.ForeignKey(Client, on_delete=models.CASCADE, related_name="disclosures")
    )
    asked_on = sensitive(models.DateField())
    asked_by = sensitive(SealedTextField())
    kind = harmless(
        models.CharField(
            max_length=12, choices=DisclosureGround.choices, default=DisclosureGround.OTHER
        )
    )
    ground = sensitive(SealedTextField())
    state = harmless(
        models.CharField(
            max_length=10, choices=DisclosureState.choices, default=DisclosureState.ASKED
        )
    )
    # What was given, in words, and what was left out and why: as it stood in the preview.
    outcome = sensitive(SealedTextField())
    content_hash = harmless(models.CharField(max_length=64, blank=True, default=""))
    redactions = harmless(models.PositiveSmallIntegerField(default=0))
    answered_at = harmless(models.DateTimeField(null=True, blank=True))
    noted_by = harmless(
        models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    )

    class Meta:
        db_table = "disclosure"
        ordering = ["-asked_on", "-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"disclosure {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the client."""
        return f"client:{self.client_id.hex}"
