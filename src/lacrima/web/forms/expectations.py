"""The file of an expectation of somebody else."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from lacrima.web.forms.common import QuietForm


class ExpectationFileForm(QuietForm):
    """The file. It is read in memory."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "It ends in .json and was written with “lacrima course --expectation-out”."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("There is nothing in this file."),
        },
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
