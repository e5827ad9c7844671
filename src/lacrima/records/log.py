"""What was done: the audit chain, its head, receipts for forms, batches that came in."""

from __future__ import annotations

from django.db import models

from lacrima.records.marks import harmless, sensitive
from lacrima.records.people import Member
from lacrima.records.row import Row, new_id


class AuditLine(models.Model):
    """One change, one line, chained to the line before. No client's words are in it."""

    id = harmless(models.UUIDField(primary_key=True, default=new_id, editable=False))
    segment = harmless(models.PositiveIntegerField(default=1))
    sequence = harmless(models.PositiveBigIntegerField())
    at = harmless(models.DateTimeField())
    by = harmless(models.CharField(max_length=32, blank=True, default=""))
    action = harmless(models.CharField(max_length=60))
    thing = harmless(models.CharField(max_length=40, blank=True, default=""))
    thing_id = harmless(models.CharField(max_length=32, blank=True, default=""))
    details = harmless(models.JSONField(default=dict))
    previous_hash = harmless(models.CharField(max_length=64))
    line_hash = harmless(models.CharField(max_length=64))

    class Meta:
        db_table = "audit_line"
        ordering = ["segment", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["segment", "sequence"], name="audit_sequence_once"),
        ]

    def __str__(self) -> str:
        """Its place in the chain."""
        return f"audit line {self.segment}.{self.sequence}"


class AuditHead(models.Model):
    """Where the chain ends now: one row, held while a line is added."""

    id = harmless(models.PositiveSmallIntegerField(primary_key=True, default=1))
    segment = harmless(models.PositiveIntegerField(default=1))
    sequence = harmless(models.PositiveBigIntegerField(default=0))
    line_hash = harmless(models.CharField(max_length=64))

    class Meta:
        db_table = "audit_head"

    def __str__(self) -> str:
        """Where the chain ends."""
        return f"audit head {self.segment}.{self.sequence}"


class Receipt(models.Model):
    """A form that was kept: the same key again changes nothing and leads to the same page."""

    key = harmless(models.CharField(max_length=64, primary_key=True))
    by = harmless(models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+"))
    kept_at = harmless(models.DateTimeField())
    location = harmless(models.CharField(max_length=300, blank=True, default=""))

    class Meta:
        db_table = "receipt"

    def __str__(self) -> str:
        """When it was kept."""
        return f"receipt of {self.kept_at:%Y-%m-%d}"


class ImportBatch(Row):
    """Rows that came in together, in one transaction, and can go out together.

    `read`, `added` and `unchanged` count all of them; `counts` has the same by kind (scores,
    sessions, moments, voices). `sessions_completed` are those that were here before and got more
    said of them: id, names of the fields, version after it, log state before it.
    """

    by = harmless(models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+"))
    published_at = harmless(models.DateTimeField(null=True, blank=True))
    undone_at = harmless(models.DateTimeField(null=True, blank=True))
    read = harmless(models.PositiveIntegerField(default=0))
    added = harmless(models.PositiveIntegerField(default=0))
    unchanged = harmless(models.PositiveIntegerField(default=0))
    clients_made = harmless(models.JSONField(default=list, blank=True))
    sessions_made = harmless(models.JSONField(default=list, blank=True))
    counts = harmless(models.JSONField(default=dict, blank=True))
    sessions_completed = harmless(models.JSONField(default=list, blank=True))

    class Meta:
        db_table = "import_batch"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"import batch {self.pk}"


class ColumnMap(Row):
    """Which column was what, the last time a table with these columns came in.

    `fingerprint` is a hash over the names of the columns, by which the map is found again;
    `text` is the map as a file would hold it (its column names are the practice's own words).
    """

    fingerprint = harmless(models.CharField(max_length=64, unique=True))
    name = sensitive(models.CharField(max_length=120))
    text = sensitive(models.TextField())
    used_at = harmless(models.DateTimeField())

    class Meta:
        db_table = "column_map"
        ordering = ["-used_at"]

    def __str__(self) -> str:
        """Its id, which tells nothing."""
        return f"column map {self.pk}"
