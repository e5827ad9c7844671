"""The practice, those who work in it, and those who come."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lacrima.records.marks import harmless, sensitive
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

YEARS_LIMITS = [MinValueValidator(1), MaxValueValidator(100)]
AGE_LIMITS = [MinValueValidator(18), MaxValueValidator(100)]
BIRTH_LIMITS = [MinValueValidator(1900), MaxValueValidator(2200)]


class Role(models.TextChoices):
    """What somebody is here. What a role may do stands in access.py."""

    THERAPIST = "therapist", _("Therapist")
    COLLEAGUE = "colleague", _("Colleague")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    RESEARCHER = "researcher", _("Researcher")


class Practice(Row):
    """The one practice of this folder or database."""

    name = sensitive(models.CharField(max_length=120))
    zone = harmless(models.CharField(max_length=64, default="UTC"))
    country = harmless(models.CharField(max_length=2, blank=True, default=""))
    crisis_contacts = sensitive(models.TextField(blank=True, default=""))
    is_simulated = harmless(models.BooleanField(default=False))
    shows_names = harmless(models.BooleanField(default=False))
    idle_minutes = harmless(models.PositiveSmallIntegerField(default=10))
    backup_target = sensitive(models.CharField(max_length=1000, blank=True, default=""))
    backup_retention_days = harmless(models.PositiveSmallIntegerField(default=35))
    last_backup_at = harmless(models.DateTimeField(null=True, blank=True))
    last_backup_problem = harmless(models.CharField(max_length=60, blank=True, default=""))
    recovery_proved_at = harmless(models.DateTimeField(null=True, blank=True))
    # How many years after the end of the last course of care a record is kept; empty: no rule.
    keep_years = harmless(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=YEARS_LIMITS)
    )
    # Up to which age it is kept at least, where the client was a child at that end.
    keep_child_until_age = harmless(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=AGE_LIMITS)
    )

    class Meta:
        db_table = "practice"

    def __str__(self) -> str:
        """No name: this text may reach a log."""
        return f"practice {self.pk}"


class Member(Row):
    """Somebody who works here."""

    name = sensitive(models.CharField(max_length=120))
    role = harmless(models.CharField(max_length=20, choices=Role.choices, default=Role.THERAPIST))
    is_owner = harmless(models.BooleanField(default=False))
    left_on = harmless(models.DateField(null=True, blank=True))
    # In which language this person reads pages; empty: as the browser asks.
    language = harmless(models.CharField(max_length=10, blank=True, default=""))

    class Meta:
        db_table = "member"
        ordering = ["created_at"]

    def __str__(self) -> str:
        """No name: this text may reach a log."""
        return f"member {self.pk}"

    def sealing_key_id(self) -> str:
        """The key that only this person's private things are sealed with."""
        return f"member:{self.pk.hex}"


class Client(Row):
    """Somebody who comes. The code is shown unless the practice shows names."""

    code = sensitive(models.CharField(max_length=40, unique=True))
    name = sensitive(models.CharField(max_length=120, blank=True, default=""))
    reach = sensitive(SealedTextField())  # how to reach her, in the therapist's words
    # Asked for only where the rule of the practice keeps records of children longer.
    birth_year = sensitive(
        models.PositiveSmallIntegerField(null=True, blank=True, validators=BIRTH_LIMITS)
    )
    # Where the law asks for longer than the practice's own rule, for a child for example.
    keep_until = sensitive(models.DateField(null=True, blank=True))

    class Meta:
        db_table = "client"
        ordering = ["code"]

    def __str__(self) -> str:
        """No name: this text may reach a log."""
        return f"client {self.pk}"

    def sealing_key_id(self) -> str:
        """The key of this client."""
        return f"client:{self.pk.hex}"
