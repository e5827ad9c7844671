"""Forms of a weighing: until when it is kept, and what is thought; all of the latter optional."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lacrima.practice.weighing_fact_lines import SEVERAL, FactLine, fact_of
from lacrima.practice.weighing_thinking import (
    LONGEST_LINE,
    LONGEST_TEXT,
    SHORT,
    Answer,
    Speaks,
    Thinking,
)
from lacrima.web.forms.common import (
    QuietForm,
    date_field,
    perhaps_one_of,
    some_of,
    words_field,
)

AS_THE_RECORD_SAYS = ""


class ExpiryForm(QuietForm):
    """Until when is it kept for you alone?"""

    expires_on = date_field(
        _("Goes away on"),
        help_text=_("On this day it is deleted, unless you put it in the record before."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        """Remember which day is today: it cannot go away in the past."""
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_expires_on(self) -> dt.date:
        """A day to come."""
        day: dt.date = self.cleaned_data["expires_on"]
        if day <= self._today:
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class WeighingForm(QuietForm):
    """The questions, the benefit to the client, and what she takes from it."""

    def __init__(
        self,
        *args: Any,
        asked: Sequence[tuple[str, str]],
        facts: Sequence[FactLine],
        is_ahead: bool = False,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """One field for each question and its line, one for each fact."""
        super().__init__(*args, initial=dict(initial or {}), **kwargs)
        self.asked, self.facts = tuple(asked), tuple(facts)
        speaks = [(one.value, said) for one, said in SHORT.items()]
        for name, title in self.asked:
            self.fields[_speaks(name)] = perhaps_one_of(
                title, speaks, chosen=self.initial.get(_speaks(name))
            )
            self.fields[_line(name)] = forms.CharField(
                label=gettext("%(question)s A line of reason") % {"question": title},
                required=False,
                max_length=LONGEST_LINE,
            )
        for fact in self.facts:
            self.fields[_fact(fact.name)] = _fact_field(fact)
        self._closing_fields(is_ahead)
        self.keep_quiet()

    def _closing_fields(self, is_ahead: bool) -> None:
        self.fields["is_no_benefit_seen"] = forms.BooleanField(
            label=_("None that I can see"), required=False
        )
        self.fields["benefit"] = words_field(
            _("What good it could do the client") if is_ahead else _("What good it did the client"),
            required=False,
            max_length=LONGEST_TEXT,
        )
        self.fields["takes"] = words_field(
            _("What I will do if it comes") if is_ahead else _("What I take from it"),
            required=False,
            max_length=LONGEST_TEXT,
        )

    def question(self, name: str) -> tuple[BoundField, BoundField]:
        """The two fields of one question."""
        return self[_speaks(name)], self[_line(name)]

    def chosen_otherwise(self) -> list[BoundField]:
        """The fields of facts that the record knows or could know, in their order."""
        return [self[_fact(one.name)] for one in self.facts if one.name not in SEVERAL]

    def thinking(self, before: Thinking) -> Thinking:
        """What was said; answers to questions that are asked no more stay as they were."""
        kept = self.cleaned_data
        asked = {name for name, _title in self.asked}
        answers = {name: one for name, one in before.answers.items() if name not in asked}
        for name in asked:
            speaks = kept[_speaks(name)]
            answers[name] = Answer(Speaks(speaks) if speaks else None, kept[_line(name)])
        said = {one.name: kept[_fact(one.name)] for one in self.facts}
        return Thinking(
            answers=answers,
            benefit=kept["benefit"],
            is_no_benefit_seen=kept["is_no_benefit_seen"],
            takes=kept["takes"],
            facts={name: fact_of(name, value) for name, value in said.items() if value},
        )


def values_of(thinking: Thinking, facts: Sequence[FactLine]) -> dict[str, Any]:
    """A thinking as the form shows it."""
    values: dict[str, Any] = {
        "is_no_benefit_seen": thinking.is_no_benefit_seen,
        "benefit": thinking.benefit,
        "takes": thinking.takes,
    }
    for name, answer in thinking.answers.items():
        values[_speaks(name)] = answer.speaks.value if answer.speaks else ""
        values[_line(name)] = answer.line
    for one in facts:
        is_several = one.name in SEVERAL
        said = list(thinking.facts.get(one.name, ())) if is_several else one.chosen
        values[_fact(one.name)] = said
    return values


def _fact_field(fact: FactLine) -> forms.Field:
    if fact.name in SEVERAL:
        return some_of(fact.label, fact.choices)
    return forms.ChoiceField(
        label=fact.label,
        help_text=fact.rule,
        required=False,
        choices=[(AS_THE_RECORD_SAYS, _("as the record says")), *fact.choices],
    )


def _speaks(name: str) -> str:
    return f"speaks_{name}"


def _line(name: str) -> str:
    return f"line_{name}"


def _fact(name: str) -> str:
    return f"fact_{name}"
