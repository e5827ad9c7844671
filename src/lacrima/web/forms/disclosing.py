"""Forms of a request to see a record: who asked, what is covered, how it was answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.disclosing import LONGEST
from lacrima.practice.words import DisclosureGround
from lacrima.web.forms.common import QuietForm, date_field, one_of, words_field


class RequestForm(QuietForm):
    """Who asked, on which day, on what ground?"""

    asked_by = words_field(
        _("Who asks"),
        max_length=LONGEST,
        is_of_the_record=False,
        help_text=_("A name and where the answer goes. Make sure that it is this person."),
    )
    kind = one_of(_("On what ground"), list(DisclosureGround.choices))
    asked_on = date_field(_("On which day"))
    ground = words_field(
        _("The ground in words"),
        required=False,
        max_length=LONGEST,
        is_of_the_record=False,
        help_text=_("A letter and its number, a signed agreement, what it is for."),
    )

    def clean(self) -> dict[str, Any]:
        """Something else has to be said in words."""
        values = super().clean() or {}
        if values.get("kind") == DisclosureGround.OTHER and not values.get("ground"):
            self.add_error("ground", _("Write a few words."))
        return values


class WhyForm(QuietForm):
    """Why is nothing given?"""

    why = words_field(_("Why"), max_length=LONGEST, is_of_the_record=False)


class CoverForm(QuietForm):
    """Words that nobody shall read in what is given."""

    covered = forms.CharField(
        label=_("Names and words to cover"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One in each line: who is named in the texts and did not agree. A star covers every "
            "ending: Anna* covers Annas too. You see the result before anything leaves."
        ),
    )


class RemarkForm(QuietForm):
    """What to remember of giving it."""

    remark = words_field(
        _("For the log"),
        required=False,
        max_length=LONGEST,
        is_of_the_record=False,
        help_text=_("How it is handed over, and whom you asked before."),
    )
