"""What the practice adds to questionnaires: wordings that may not be shipped, and expectations."""

from __future__ import annotations

from django.db import models

from lacrima.records.marks import harmless
from lacrima.records.row import Row


class InstrumentText(Row):
    """The wording of one skeleton, typed in by a practice that is allowed to use it.

    `items` has item id to text; `anchors` has the name of a scale to its words by value (a
    value is text in JSON). Wording of a questionnaire tells nothing of a person.
    """

    slug = harmless(models.SlugField(max_length=40, unique=True))
    instrument_version = harmless(models.CharField(max_length=20))
    language = harmless(models.CharField(max_length=20, blank=True, default=""))
    instruction = harmless(models.TextField(blank=True, default=""))
    items = harmless(models.JSONField(default=dict, blank=True))
    anchors = harmless(models.JSONField(default=dict, blank=True))
    permission = harmless(models.TextField(blank=True, default=""))

    class Meta:
        db_table = "instrument_text"
        ordering = ["slug"]

    def __str__(self) -> str:
        """The slug of the questionnaire, which tells nothing of a person."""
        return f"instrument text {self.slug}"


class NamedExpectation(Row):
    """How scores of one questionnaire went elsewhere, for a practice with too few of its own.

    `measure` is the questionnaire's short name, with "own." before it for a score of the practice's
    own. `content` is the file as it came: numbers of a fit and counts, which tell of nobody here.
    """

    measure = harmless(models.CharField(max_length=44, unique=True))
    name = harmless(models.CharField(max_length=80))
    content = harmless(models.TextField())

    class Meta:
        db_table = "named_expectation"
        ordering = ["measure"]

    def __str__(self) -> str:
        """The short name of the questionnaire, which tells nothing of a person."""
        return f"named expectation {self.measure}"
