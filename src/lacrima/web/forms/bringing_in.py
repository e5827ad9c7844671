"""Small forms of bringing in a table: the file, how it is read, a map, and the last word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.formats.table import Reading
from lacrima.web.forms.base import KeptForm
from lacrima.web.forms.common import QuietForm

LONGEST_MAP = 200_000
LONGEST_NAME = 120
MOST_BYTES = 50 * 1024 * 1024
TOO_LARGE = gettext_lazy("This file is larger than 50 MB. Cut it into several files.")


class TableFileForm(KeptForm):
    """The table. Nothing is kept by looking at it."""

    use_required_attribute = False

    table = forms.FileField(
        label=gettext_lazy("The table"),
        help_text=gettext_lazy("CSV, TSV or Parquet, at most 50 MB. It is only read."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("There is nothing in this file."),
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.parquet,text/csv",
                "data-most-bytes": MOST_BYTES,
                "data-too-large": TOO_LARGE,
            }
        ),
    )


class MapFileForm(KeptForm):
    """A map that was written, or downloaded here, before."""

    use_required_attribute = False

    map = forms.FileField(
        label=gettext_lazy("Map (TOML)"),
        error_messages={
            "required": gettext_lazy("Choose a map first."),
            "empty": gettext_lazy("There is nothing in this file."),
        },
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )


class MapTextForm(QuietForm):
    """The map as text, for what choices cannot say."""

    text = forms.CharField(
        label=gettext_lazy("The map"),
        max_length=LONGEST_MAP,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write the map, or choose again.")},
    )


class ReadingForm(QuietForm):
    """How the file is to be read, where it was not understood by itself."""

    delimiter = forms.ChoiceField(label=gettext_lazy("Between the cells"), required=False)
    decimal = forms.ChoiceField(label=gettext_lazy("Decimal mark"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Letters are written in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what there is, and finding it out."""
        super().__init__(*args, **kwargs)
        found_out = ("", _("found out by itself"))
        self._offer("delimiter", [found_out, *delimiters()])
        self._offer("decimal", [found_out, (".", _("point (4.5)")), (",", _("comma (4,5)"))])
        names = [("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("windows-1252", "Windows-1252")]
        self._offer("encoding", [found_out, *names])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101  mypy cannot know
        chosen.choices = choices

    def reading(self) -> Reading:
        """What was said; None is: find out."""
        return Reading(
            **{name: self.cleaned_data[name] or None for name in ("delimiter", "decimal")},
            encoding=self.cleaned_data["encoding"] or None,
        )


def delimiters() -> list[tuple[str, str]]:
    """What can stand between cells, with its name."""
    return [(",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("upright bar"))]


class BringInForm(QuietForm):
    """The last word: bring in what was looked at, and remember the map under a name.

    `seen` marks the map that was looked at: when another window changed it since, nothing comes in.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    map_name = forms.CharField(
        label=gettext_lazy("Remember how this table was read, as"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy(
            "The next table with the same columns opens with it filled in. Leave it empty and "
            "nothing is remembered."
        ),
    )


class MapNameForm(QuietForm):
    """What a remembered map is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
