"""The form of a wording: the words of a printed form, item by item, and the right to use them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lacrima.instruments.definition import Instrument, Item, Scale
from lacrima.instruments.wording import MOST_CHARACTERS, scales_of
from lacrima.practice.instrument_texts import InstrumentText
from lacrima.web.forms.common import QuietForm, words_field


class WordingForm(QuietForm):
    """The words above the items, of each item, and of the answers; and by what right."""

    language = forms.CharField(
        label=_("Language of the form"),
        max_length=20,
        help_text=_("Its short sign, such as en, de or es."),
        error_messages={"required": _("Give the language.")},
    )
    permission = words_field(
        _("By what right you use these words"),
        missing=_("Write who allowed it and when, or under what licence."),
        help_text=_("Who allowed it and when, or the licence. It is kept beside the words."),
        max_length=MOST_CHARACTERS,
        is_of_the_record=False,
    )
    instruction = words_field(
        _("The words above the items"),
        missing=_("Give the words above the items."),
        max_length=MOST_CHARACTERS,
        is_of_the_record=False,
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        """One field for each item, and one for each answer of each scale."""
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for place, item in enumerate(instrument.items):
            said = {"number": _printed(item)}
            self.fields[f"item_{place}"] = forms.CharField(
                label=gettext("Item %(number)s") % said,
                max_length=MOST_CHARACTERS,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": gettext("Give the words of item %(number)s.") % said},
            )
        for name, value in self._anchor_names():
            self.fields[name] = forms.CharField(
                label=str(value), max_length=MOST_CHARACTERS, required=False
            )
        self.keep_quiet()

    def _scales(self) -> tuple[Scale, ...]:
        return scales_of(self.instrument)

    def _anchor_names(self) -> list[tuple[str, int]]:
        return [
            (_anchor(place, value), value)
            for place, scale in enumerate(self._scales())
            for value in scale.values
        ]

    def item_fields(self) -> list[BoundField]:
        """The words of the items, in their order."""
        return [self[f"item_{place}"] for place, _item in enumerate(self.instrument.items)]

    def anchor_fields(self) -> list[BoundField]:
        """The words of the answers, lowest first."""
        return [self[name] for name, _value in self._anchor_names()]

    def words(self) -> dict[str, Any]:
        """What was typed in, as the practice takes it."""
        kept = self.cleaned_data
        anchors = {
            scale.name: {value: kept[_anchor(place, value)] for value in scale.values}
            for place, scale in enumerate(self._scales())
        }
        return {
            "language": kept["language"],
            "permission": kept["permission"],
            "instruction": kept["instruction"],
            "items": {
                item.id: kept[f"item_{place}"] for place, item in enumerate(self.instrument.items)
            },
            "anchors": anchors,
        }


def values_of(instrument: Instrument, row: InstrumentText | None) -> dict[str, Any]:
    """What the form shows at first: the words that are kept, or nothing but the language."""
    if row is None:
        return {"language": instrument.language}
    items = {f"item_{n}": row.items.get(item.id, "") for n, item in enumerate(instrument.items)}
    anchors = {
        _anchor(place, value): row.anchors.get(scale.name, {}).get(str(value), "")
        for place, scale in enumerate(scales_of(instrument))
        for value in scale.values
    }
    said = {name: getattr(row, name) for name in ("language", "permission", "instruction")}
    return {**said, **items, **anchors}


def _anchor(place: int, value: int) -> str:
    return f"anchor_{place}_{value}"


def _printed(item: Item) -> str:
    return item.id.rsplit("_", 1)[-1].upper()
