"""When a therapist is away, who stands in for her, and who opens what must go on without her."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.care import Episode
from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Client, Member
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField


class AbsenceKind(models.TextChoices):
    """Why somebody is away. Clients are told the dates and never the kind."""

    HOLIDAY = "holiday", _("holiday")
    ILLNESS = "illness", _("illness")
    OTHER = "other", _("something else")


class Absence(Row):
    """Days on which a therapist is away, and who can be asked instead."""

    member = harmless(models.ForeignKey(Member, on_delete=models.CASCADE, related_name="absences"))
    kind = sensitive(
        models.CharField(max_length=10, choices=AbsenceKind.choices, default=AbsenceKind.HOLIDAY)
    )
    from_on = sensitive(models.DateField())
    until_on = sensitive(models.DateField())
    # Somebody of the practice, who then sees her clients on these days; else only words.
    cover = harmless(
        models.ForeignKey(
            Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="covers"
        )
    )
    cover_contact = sensitive(SealedTextField())

    class Meta:
        db_table = "absence"
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="absence_ends_later"
            ),
        ]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"absence {self.pk}"

    def sealing_key_id(self) -> str:
        """The practice's key: clients and colleagues are told."""
        return "practice"


class ClinicalWill(Row):
    """For whom a therapist left a code by which contacts, appointments and risk can be opened."""

    member = harmless(models.OneToOneField(Member, on_delete=models.CASCADE, related_name="will"))
    colleague_name = sensitive(models.CharField(max_length=120))
    second_name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    public_key = harmless(models.CharField(max_length=64))
    written_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "clinical_will"

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"clinical will {self.pk}"


class Safeguarding(Row):
    """A worry about somebody's safety: what was seen, who was told and when, what was done."""

    episode = harmless(
        models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="safeguarding")
    )
    client = sensitive(
        models.ForeignKey(
            Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="safeguarding"
        )
    )
    noted_by = harmless(
        models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    )
    seen_at = sensitive(models.DateTimeField())
    seen = sensitive(SealedTextField())
    told = sensitive(SealedTextField())
    told_at = sensitive(models.DateTimeField(null=True, blank=True))
    done = sensitive(SealedTextField())
    closed_at = harmless(models.DateTimeField(null=True, blank=True))

    class Meta:
        db_table = "safeguarding"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"safeguarding {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of the episode."""
        return f"episode:{self.episode_id.hex}"
