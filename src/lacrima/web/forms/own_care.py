"""Forms of My care. Nothing typed here is kept half-typed anywhere."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.evidence.workbook import Exercise, Prompt, WorkbookPart
from lacrima.instruments.definition import Instrument, Item
from lacrima.practice.own_care import KEEP_DAYS
from lacrima.practice.own_care_entries import (
    FULLEST,
    HELD,
    LONGEST_ANSWER,
    LONGEST_WORDS,
    MOST_WEEKS,
    OF_ONESELF,
    REMINDS,
    WHENS,
    Entry,
    Filled,
    OfOneself,
    Own,
    Remind,
    State,
    When,
)
from lacrima.practice.words import HeldBack
from lacrima.web.forms.common import (
    QuietForm,
    date_field,
    numbered,
    one_of,
    perhaps_one_of,
    some_of,
    words_field,
)

_KEPT: Mapping[int, str | Promise] = {
    90: _("three months"),
    365: _("one year"),
    730: _("two years"),
    1825: _("five years"),
}
_HELD = [(one.value, said) for one, said in HELD.items()]


def _own_words(label: str | Promise, **kwargs: Any) -> Any:
    """A field for words that stay here."""
    kwargs.setdefault("max_length", LONGEST_WORDS)
    return words_field(label, required=False, is_of_the_record=False, **kwargs)


class StateForm(QuietForm):
    """How full are you, before or after a session?"""

    full = one_of(_("How full are you?"), numbered(0, FULLEST))
    when = one_of(_("When"), [(one.value, said) for one, said in WHENS.items()])
    session = forms.ChoiceField(label=_("Which session"), required=False)
    day = date_field(_("The day"), required=False)
    words = _own_words(_("A few words, if you like"))

    def __init__(
        self, *args: Any, sessions: Sequence[tuple[str, str]], today: dt.date, **kwargs: Any
    ) -> None:
        """Offer these sessions; without a day it is today."""
        super().__init__(*args, **kwargs)
        self._today = today
        choice = self.fields["session"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  mypy cannot know
        choice.choices = [("", _("none, the day as a whole")), *sessions]

    def entry(self) -> Entry:
        """What was said."""
        kept = self.cleaned_data
        return Entry(
            day=kept["day"] or self._today,
            content=State(when=When(kept["when"]), full=int(kept["full"])),
            session=uuid.UUID(kept["session"]) if kept["session"] else None,
            words=kept["words"],
        )


class OwnForm(QuietForm):
    """What of yourself was in it?"""

    of = some_of(
        _("What it touched in you"), [(one.value, said) for one, said in OF_ONESELF.items()]
    )
    held = perhaps_one_of(_("Tears you held back"), _HELD)
    day = date_field(_("The day"), required=False)
    words = _own_words(_("A few words, if you like"))

    def __init__(
        self,
        *args: Any,
        today: dt.date,
        session: uuid.UUID | None,
        moment: uuid.UUID | None,
        **kwargs: Any,
    ) -> None:
        """About this moment, this session, or neither; without a day it is today."""
        super().__init__(*args, **kwargs)
        self._today, self._session, self._moment = today, session, moment
        label, chosen = self.fields["held"].label or "", self.initial.get("held")
        self.fields["held"] = perhaps_one_of(label, _HELD, chosen=chosen)

    def clean(self) -> dict[str, Any]:
        """One tap, or a few words."""
        kept = super().clean() or {}
        if not self.errors and not any(kept.get(name) for name in ("of", "held", "words")):
            raise forms.ValidationError(_("Tap one of them, or write a few words."))
        return kept

    def entry(self) -> Entry:
        """What was said."""
        kept = self.cleaned_data
        held_back = HeldBack(kept["held"]) if kept["held"] else None
        return Entry(
            day=kept["day"] or self._today,
            content=Own(of=frozenset(map(OfOneself, kept["of"])), held_back=held_back),
            session=self._session,
            moment=self._moment,
            words=kept["words"],
        )


class ProQOLForm(QuietForm):
    """ProQOL 5, unchanged, item by item."""

    day = date_field(_("The day"), required=False)

    def __init__(self, *args: Any, instrument: Instrument, today: dt.date, **kwargs: Any) -> None:
        """One field an item, in the order of the form."""
        super().__init__(*args, **kwargs)
        self.instrument, self._today = instrument, today
        for place, item in enumerate(instrument.items):
            name = f"item_{place}"
            choices = [(str(one.value), one.text) for one in item.scale.choices]
            self.fields[name] = perhaps_one_of(
                f"{place + 1}. {item.text}", choices, chosen=self.initial.get(name)
            )
        self.keep_quiet()

    def questions(self) -> list[tuple[BoundField, Item]]:
        """Each item with its field."""
        return [(self[f"item_{place}"], item) for place, item in enumerate(self.instrument.items)]

    def clean(self) -> dict[str, Any]:
        """One answer at least."""
        kept = super().clean() or {}
        if not self.errors and all(value is None for value in self._items(kept).values()):
            raise forms.ValidationError(_("Nothing is answered yet. Give at least one answer."))
        return kept

    def _items(self, kept: Mapping[str, Any]) -> dict[str, int | None]:
        told = [kept.get(f"item_{place}") for place in range(len(self.instrument.items))]
        pairs = zip(self.instrument.items, told, strict=True)
        return {item.id: int(value) if value else None for item, value in pairs}

    def entry(self) -> Entry:
        """What was filled in."""
        kept = self.cleaned_data
        return Entry(day=kept["day"] or self._today, content=Filled(items=self._items(kept)))


def values_of(entry: Entry) -> dict[str, Any]:
    """An entry as its form shows it."""
    content = entry.content
    values: dict[str, Any] = {"day": entry.day, "words": entry.words}
    if isinstance(content, State):
        session = str(entry.session or "")
        return values | {"full": str(content.full), "when": content.when.value, "session": session}
    if isinstance(content, Own):
        held = content.held_back.value if content.held_back else ""
        return values | {"of": sorted(one.value for one in content.of), "held": held}
    items = enumerate(content.items.values())
    return values | {f"item_{place}": "" if one is None else str(one) for place, one in items}


class ReminderForm(QuietForm):
    """A day, or every so many weeks."""

    what = one_of(_("What for"), [(one.value, said) for one, said in REMINDS.items()])
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=200,
        help_text=_("Only My care shows them; Today never does."),
    )
    first_on = date_field(_("On which day"))
    every_weeks = forms.IntegerField(
        label=_("Every how many weeks"),
        required=False,
        min_value=1,
        max_value=MOST_WEEKS,
        help_text=_("Empty: once."),
    )
    is_on_today = forms.BooleanField(
        label=_("Say it quietly on Today as well: what it is for, and no more"), required=False
    )

    def reminder(self) -> dict[str, Any]:
        """What was set."""
        said = self.said()
        return {**said, "what": Remind(said["what"]), "every_weeks": said["every_weeks"] or 0}


class KeptForForm(QuietForm):
    """How long do entries stay?"""

    keep_days = one_of(
        _("Entries stay"),
        [("", _("until I delete them")), *((str(days), _KEPT[days]) for days in KEEP_DAYS)],
        required=False,
        help_text=_("Counted from the day you wrote them. Then they are deleted without asking."),
    )

    def days(self) -> int | None:
        """The days; None for as long as she likes."""
        said = self.cleaned_data["keep_days"]
        return int(said) if said else None


class WorkbookForm(QuietForm):
    """One part of the workbook: every answer may stay empty."""

    def __init__(self, *args: Any, part: WorkbookPart, version: int, **kwargs: Any) -> None:
        """One field a question. Version 0: nothing was ever written."""
        super().__init__(*args, **kwargs)
        self.part = part
        for one in part.questions:
            field = _own_words(one.asks, max_length=LONGEST_ANSWER)
            field.widget.attrs["rows"] = one.lines
            self.fields[one.id] = field
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, min_value=0, initial=version
        )
        self.keep_quiet()

    def exercises(self) -> list[tuple[Exercise, list[tuple[Prompt, BoundField]]]]:
        """Each exercise with its questions and their fields."""
        return [
            (one, [(asked, self[asked.id]) for asked in one.questions])
            for one in self.part.exercises
        ]

    def answers(self) -> dict[str, str]:
        """What was written."""
        return {one.id: self.cleaned_data[one.id] for one in self.part.questions}
