"""What may leave: ticked part by part and text by text, in a format somebody can use."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.formats.export_formats import FORMATS
from lacrima.practice.export_choice import USUAL, Choice, Look, Part
from lacrima.practice.export_rows import Layout
from lacrima.web.forms.base import KeptForm
from lacrima.web.forms.common import QuietForm, one_of, some_of

FORMAT_WORDS = {
    "csv": _("CSV: opens in any spreadsheet"),
    "parquet": _("Parquet: for R, Python and databases"),
    "json": _("JSON: for programs"),
    "bids": _("BIDS: questionnaires alone"),
    "redcap": _("REDCap: questionnaires alone"),
}


def format_field(names: list[str]) -> forms.ChoiceField:
    """How the tables are written."""
    return one_of(_("How"), [(name, FORMAT_WORDS[name]) for name in names], initial="csv")


class ClientExportForm(QuietForm):
    """What of one course of care goes along. A box that is not ticked stays."""

    parts = some_of(_("What goes along"), [])
    texts = some_of(_("Texts"), [])
    clients = some_of(_("Whose answers, voices and contacts"), [])
    table_format = format_field(list(FORMATS))

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        """Offer what there is."""
        kwargs.setdefault("initial", _at_first(look))
        super().__init__(*args, **kwargs)
        self._look = look
        self._offer("parts", [(part.value, about.name) for part, about, _n in look.parts()])
        self._offer("texts", [(text.row.hex, text.above) for text in _written(look)])
        self._offer("clients", [(key.hex, name) for key, name in look.clients])
        if len(look.clients) < 2:
            del self.fields["clients"]
        self.keep_quiet()

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast("forms.MultipleChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Something goes along, of somebody."""
        values = super().clean() or {}
        if not values.get("parts"):
            self.add_error("parts", _("Tick what goes along."))
        if "clients" in self.fields and not values.get("clients"):
            self.add_error("clients", _("Tick at least one person."))
        return values

    def choice(self) -> Choice:
        """What was chosen."""
        said = self.cleaned_data
        ticked = set(said["texts"])
        everybody = {key for key, _name in self._look.clients}
        chosen = {UUID(key) for key in said.get("clients", ())}
        return Choice(
            parts=frozenset(map(Part, said["parts"])),
            without=frozenset(
                text.row for text in _written(self._look) if text.row.hex not in ticked
            ),
            clients=None if not chosen or chosen == everybody else frozenset(chosen),
        )

    def hidden(self) -> list[tuple[str, str]]:
        """The same once more, for the form that hands it out."""
        said = self.cleaned_data
        several = ("parts", "texts", "clients")
        pairs = [(name, value) for name in several for value in said.get(name, ())]
        return [*pairs, ("table_format", said["table_format"])]


def _written(look: Look) -> list[Any]:
    return [text for text in look.texts if text.words]


def _at_first(look: Look) -> dict[str, Any]:
    return {
        "parts": [part.value for part, _about, _n in look.parts() if part in USUAL],
        "texts": [text.row.hex for text in _written(look)],
        "clients": [key.hex for key, _name in look.clients],
        "table_format": "csv",
    }


class OfferedCareForm(ClientExportForm):
    """The same for somebody who asked: nothing is ticked at first, and nothing of others."""

    table_format = None  # type: ignore[assignment]

    def __init__(self, *args: Any, look: Look, own: UUID, **kwargs: Any) -> None:
        """`own` is the client whose record was asked for."""
        ticked = {**_at_first(look), "parts": [], "clients": [own.hex]}
        super().__init__(*args, look=look, initial=ticked, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Of one of several courses of care nothing may go along."""
        values = super(ClientExportForm, self).clean() or {}
        if values.get("parts") and "clients" in self.fields and not values.get("clients"):
            self.add_error("clients", _("Tick at least one person."))
        return values

    def is_chosen(self) -> bool:
        """Does anything of it go along?"""
        return bool(self.cleaned_data["parts"])

    def hidden(self) -> list[tuple[str, str]]:
        """The same once more, for the form that gives it."""
        several = ("parts", "texts", "clients")
        said = self.cleaned_data
        return [(self.add_prefix(name), one) for name in several for one in said.get(name, ())]


class PracticeExportForm(KeptForm):
    """How the whole practice is written."""

    table_format = format_field(list(FORMATS))


class ResearchRowsForm(KeptForm):
    """How rows for research are laid out; whose they are is said by who agreed."""

    layout = format_field([layout.value for layout in Layout])


class RowsExportForm(KeptForm):
    """How rows without names are laid out, and whose they are."""

    layout = format_field([layout.value for layout in Layout])
    what_for = one_of(
        _("What for"),
        [
            ("own", _("to look at the work of this practice")),
            ("research", _("for research, or for others")),
        ],
        initial="own",
        required=False,
        help_text=_(
            "For research only those leave who agreed to it and did not withdraw; how many others "
            "were left out is said in the file."
        ),
    )
    of_everybody = forms.BooleanField(
        label=_("Of everybody who works here, not only your own clients"), required=False
    )

    def __init__(self, *args: Any, is_owner: bool, **kwargs: Any) -> None:
        """Everybody's only for whom the practice belongs to."""
        super().__init__(*args, **kwargs)
        if not is_owner:
            del self.fields["of_everybody"]
