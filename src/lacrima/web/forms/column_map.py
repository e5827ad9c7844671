"""The long form: every line of a table's columns, and what follows from what was said of it.

It is made from a draft of the map, and what is sent becomes the next draft: a field is there as
soon as what was said before asks for it, so it works without script, step by step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lacrima.formats.column_lines import Line
from lacrima.formats.column_looks import TableLook
from lacrima.formats.map_draft import (
    Lack,
    MapDraft,
    NewScore,
    Place,
    Problem,
    Said,
    Use,
    fits_answers,
    places_for,
)
from lacrima.formats.map_fields import FIELDS
from lacrima.formats.map_guess import known_measures
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.plain import PlainScore
from lacrima.practice import words
from lacrima.web.forms.common import QuietForm
from lacrima.web.forms.map_sent import CLEAR, NEW, OWN, PARTS, Sent
from lacrima.web.forms.map_uses import chosen_for, flat, our_words, unknown_words, uses_for
from lacrima.web.forms.map_words import (
    format_words,
    formats_for,
    lack_words,
    short,
    title_of,
)

MOST_LINES = 60
_NOT_ALWAYS_SENT = (forms.RadioSelect, forms.CheckboxInput, forms.HiddenInput)


@dataclass(frozen=True)
class Asked:
    """What one line is asked: its names, what stands in it, its fields."""

    line: Line
    title: str
    examples: str
    use: BoundField
    more: tuple[BoundField, ...]


@dataclass(frozen=True)
class AskedScore:
    """What a new score is asked."""

    title: str
    hint: str
    name: BoundField
    minimum: BoundField
    maximum: BoundField
    direction: BoundField
    recall_days: BoundField


class MapForm(QuietForm):
    """Every line, and what follows from what was said of it. `draft` is what is said so far."""

    client_prefix = forms.CharField(
        label=gettext_lazy("Put before each code"),
        required=False,
        max_length=30,
        strip=False,
        help_text=gettext_lazy(
            "Only if two tables number different people 1, 2, 3: then the person 1 of this table "
            "is not taken for the person 1 of the other."
        ),
    )

    offers_moments = forms.BooleanField(
        label=gettext_lazy("There are emotional moments in this table"),
        required=False,
        help_text=gettext_lazy("Then a column can also say what was seen, and what came of it."),
    )

    def __init__(
        self,
        *args: Any,
        draft: MapDraft,
        lines: Sequence[Line],
        look: TableLook,
        plain: Mapping[str, PlainScore],
        **kwargs: Any,
    ) -> None:
        """One field after the other, as the draft asks for them."""
        super().__init__(*args, **kwargs)
        self.draft, self.lines, self.look, self.plain = draft, lines, look, plain
        self.shown = shown_lines(draft, lines)
        for number, line in self.shown:
            self._ask_line(number, line)
        if len(self.shown) < len(lines):
            self._ask_another()
        self._ask_of_moments()
        for one in draft.used_new_scores():
            if one.slug not in plain:
                self._ask_score(one)
        self.initial["client_prefix"] = draft.client_prefix
        self.initial["offers_moments"] = draft.offers_moments
        self.keep_quiet()

    # ---- the fields -------------------------------------------------------------------------

    def _select(
        self, name: str, label: str, choices: Sequence[tuple[str, Any]], value: str, hint: str = ""
    ) -> None:
        offered = list(choices)
        known = {key for key, _words in flat(offered)}
        if value not in known:
            offered.insert(0, ("", _("choose")))
        self.fields[name] = forms.ChoiceField(
            label=label, choices=offered, required=False, initial=value, help_text=hint
        )

    def _text(self, name: str, label: str, value: str, hint: str = "", most: int = 40) -> None:
        self.fields[name] = forms.CharField(
            label=label, required=False, max_length=most, initial=value, help_text=hint
        )

    def _ask_line(self, number: int, line: Line) -> None:
        said = self.draft.of(line)
        uses = uses_for(line, moments=self.draft.offers_moments)
        self._select(f"use_{number}", title_of(line), uses, chosen_for(said))
        if said.use is Use.TOLD:
            self._ask_words(number, line, said)
        elif said.is_score:
            self._ask_measure(number, line, said)
            self._ask_place(number, line, said)
        elif said.use is Use.DATE:
            self._ask_date_format(number, line, said)

    def _ask_measure(self, number: int, line: Line, said: Said) -> None:
        if said.use is Use.ANSWERS:
            fitting = [one for one in shipped().values() if fits_answers(one, line)]
            choices: list[tuple[str, Any]] = [(one.slug, one.name) for one in fitting]
            hint = "" if fitting else _("No questionnaire here has so many items.")
            self._select(
                f"measure_{number}", _("Of which questionnaire"), choices, said.measure, hint
            )
            return
        self._select(f"measure_{number}", _("Which score"), self._measures(), said.measure)

    def _measures(self) -> list[tuple[str, Any]]:
        ours = [(one.slug, one.name) for one in known_measures({})]
        own = [(one.slug, one.name) for one in self.plain.values()]
        new = [
            (one.slug, one.name or one.slug)
            for one in self.draft.new_scores
            if one.slug not in self.plain
        ]
        groups: list[tuple[str, Any]] = [(NEW, _("a new score of your own"))]
        for label, choices in (
            (_("New with this table"), new),
            (_("Scores of your own"), own),
            (_("Come with Lacrima"), ours),
        ):
            groups += [(label, choices)] if choices else []
        return groups

    def _ask_place(self, number: int, line: Line, said: Said) -> None:
        places = places_for(self.draft, line, self.lines)
        choices = [(place.value, self._place_words(place, line)) for place in places]
        counts = bool(line.rounds) or (bool(line.numbers) and said.use is Use.TOTAL)
        label = _("What the numbers in the names count") if counts else _("Where each one belongs")
        self._select(f"place_{number}", label, choices, said.place.value)
        if counts:
            return
        if said.place.is_number:
            self._text(f"number_{number}", pgettext("of a session", "Number"), said.number, most=5)
        dates = [each.name for each in self.lines if self.draft.of(each).use is Use.DATE]
        if dates:
            choices = [("", _("no date")), *((name, name) for name in dates)]
            self._select(f"date_{number}", _("Its date"), choices, said.date)

    def _place_words(self, place: Place, line: Line) -> str:
        if line.rounds or (line.numbers and self.draft.of(line).use is Use.TOTAL):
            return {
                Place.SESSION: _("sessions"),
                Place.ASSESSMENT: _("time points without a session (intake, follow-up)"),
            }[place]
        names = {
            Place.SESSION: self.draft.only(self.lines, Use.SESSION),
            Place.ASSESSMENT: self.draft.only(self.lines, Use.ASSESSMENT),
        }
        return {
            Place.SESSION: _("to the session in the column %(name)s"),
            Place.ASSESSMENT: _("to the time point in the column %(name)s"),
            Place.DATE: _("to its date alone"),
            Place.SESSION_NUMBER: _("always to one session, by its number"),
            Place.ASSESSMENT_NUMBER: _("always to one time point without a session, by its number"),
        }[place] % {"name": names.get(place, "")}

    def _ask_date_format(self, number: int, line: Line, said: Said) -> None:
        look = self.look.columns[line.name]
        choices = [(one or CLEAR, format_words(one, look)) for one in formats_for(look)]
        value = CLEAR if said.date_format == "" else said.date_format or ""
        is_own = value != "" and value not in dict(choices)
        choices.append((OWN, _("in another way, written below")))
        hint = "" if value else _("It can be read in more than one way, so please say which.")
        self._select(
            f"format_{number}", _("How its dates are written"), choices,
            OWN if is_own else value, hint,
        )  # fmt: skip
        if is_own or len(look.date_formats) != 1:
            self._text(
                f"own_format_{number}",
                _("In another way"),
                value if is_own else "",
                _("%d day, %m month, %Y year (%y with two figures), %H hour, %M minute."),
            )

    def _ask_words(self, number: int, line: Line, said: Said) -> None:
        """What each word of the column means, where it is none of ours."""
        one = FIELDS[said.told]
        if one.is_several:
            hint = _("Such as a comma, where several words stand in one cell.")
            label = _("Between several words stands")
            self._text(f"separator_{number}", label, said.separator, hint, most=3)
        known = dict(said.words)
        ours = [("", _("not translated")), *our_words(one)] if one.has_words else []
        for place, theirs in enumerate(unknown_words(said, self.look.columns[line.name])):
            label = _("“%(word)s” means") % {"word": short(theirs)}
            meaning = known.get(theirs.casefold(), known.get(theirs, ""))
            self._select(f"word{place}_{number}", label, ours, meaning)

    def _ask_of_moments(self) -> None:
        """What holds for all moments of the table."""
        if self.draft.asks_who(self.lines):
            who = words.choices(words.Party)
            self._select("who", _("Whose emotion were they"), who, self.draft.who)
        if self.draft.has_moments(self.lines):
            self.fields["lists_all_moments"] = forms.BooleanField(
                label=_("This table lists every moment there was"),
                help_text=_(
                    "Then a session of it without one is kept as “nothing stood out”. Else it is "
                    "not logged yet, which is never “no tears”."
                ),
                required=False,
                initial=self.draft.lists_all_moments,
            )

    def _ask_another(self) -> None:
        there = {line.name for _number, line in self.shown}
        rest = [(line.name, title_of(line)) for line in self.lines if line.name not in there]
        self._select("another_line", _("Another column"), [("", _("none")), *rest], "")
        uses = uses_for(None, moments=self.draft.offers_moments)
        self._select("another_use", _("is"), uses, "")

    def _ask_score(self, one: NewScore) -> None:
        self._text(f"name.{one.slug}", _("Name"), one.name, most=80)
        self._text(f"minimum.{one.slug}", _("Lowest possible"), one.minimum, most=12)
        self._text(f"maximum.{one.slug}", _("Highest possible"), one.maximum, most=12)
        self.fields[f"direction.{one.slug}"] = forms.ChoiceField(
            label=_("A higher value means"),
            choices=[("worse", _("it is worse")), ("better", _("it is better"))],
            widget=forms.RadioSelect,
            required=False,
            initial=one.direction,
        )
        self._text(
            f"recall_days.{one.slug}", _("Over the last how many days"), one.recall_days, most=3
        )
        for part in ("minimum", "maximum"):
            self.fields[f"{part}.{one.slug}"].widget.attrs["inputmode"] = "decimal"

    # ---- for the page -----------------------------------------------------------------------

    def asked(self) -> list[Asked]:
        """The lines with their fields."""
        return [
            Asked(
                line,
                title_of(line),
                self._examples(line),
                self[f"use_{number}"],
                tuple(self[name] for name in self.fields if _is_more(name, number)),
            )
            for number, line in self.shown
        ]

    def of_moments(self) -> tuple[BoundField, ...]:
        """What is asked of all moments of the table."""
        names = ("offers_moments", "who", "lists_all_moments")
        return tuple(self[name] for name in names if name in self.fields)

    def another(self) -> tuple[BoundField, ...]:
        """The two fields that take in a further column, where there are very many."""
        names = ("another_line", "another_use")
        return tuple(self[name] for name in names if name in self.fields)

    def asked_scores(self) -> list[AskedScore]:
        """The new scores with their fields."""
        return [
            AskedScore(
                one.name or one.slug,
                self._range_words(one),
                **{part: self[f"{part}.{one.slug}"] for part in PARTS},
            )
            for one in self.draft.used_new_scores()
            if f"name.{one.slug}" in self.fields
        ]

    def always_sent(self) -> set[str]:
        """The fields that a browser sends whatever is in them; radios it leaves out."""
        return {
            name
            for name, field in self.fields.items()
            if not isinstance(field.widget, _NOT_ALWAYS_SENT)
        }

    def _examples(self, line: Line) -> str:
        cells = (self.look.columns[column].examples for column in line.columns)
        first = next((each for each in cells if each), ())
        return " · ".join(short(cell) for cell in first)

    def _range_words(self, one: NewScore) -> str:
        columns = [
            self.look.columns[column]
            for line in self.lines
            if self.draft.of(line).measure == one.slug
            for column in line.columns
        ]
        lows = [look.lowest for look in columns if look.lowest is not None]
        highs = [look.highest for look in columns if look.highest is not None]
        if not lows or not highs:
            return ""
        low, high = f"{min(lows).normalize():f}", f"{max(highs).normalize():f}"
        return _(
            "In the first rows of this table it runs from %(low)s to %(high)s. Give the range that "
            "is possible, not the one that you see."
        ) % {"low": low, "high": high}

    def next_draft(self, sent: Mapping[str, str]) -> MapDraft:
        """The draft after this was sent."""
        was_sent = Sent(sent, self.lines, self.shown, self.look, self.plain)
        return was_sent.next_draft(self.draft)

    # ---- what is lacking --------------------------------------------------------------------

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Say beside each field what is lacking."""
        self.full_clean()
        numbers = {line.name: number for number, line in self.shown}
        names = {one.slug: one.name for one in self.draft.new_scores}
        for problem in problems:
            said = lack_words(problem.lack)
            name = names.get(problem.about, "")
            self.add_error(self._field_of(problem, numbers), f"{name}: {said}" if name else said)

    def _field_of(self, problem: Problem, numbers: Mapping[str, int]) -> str | None:
        number = numbers.get(problem.about)
        part = {
            Lack.MEASURE: "measure", Lack.ANSWERS: "measure", Lack.PLACE: "place",
            Lack.NUMBER: "number", Lack.DATE_FORMAT: "format",
        }.get(problem.lack, "use")  # fmt: skip
        score_part = {
            Lack.NAME: "name", Lack.NAME_TAKEN: "name", Lack.RANGE: "maximum",
            Lack.DIRECTION: "direction", Lack.RECALL: "recall_days",
        }.get(problem.lack)  # fmt: skip
        whole = {Lack.WHO: "who", Lack.LOG: "lists_all_moments"}.get(problem.lack)
        if whole is not None:
            return whole if whole in self.fields else None
        name = f"{part}_{number}" if score_part is None else f"{score_part}.{problem.about}"
        return name if name in self.fields else None


def shown_lines(draft: MapDraft, lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The lines with a field of their own: all; of very many, the used ones and the first ones."""
    numbered = list(enumerate(lines))
    if len(lines) <= MOST_LINES:
        return numbered
    used = [pair for pair in numbered if draft.of(pair[1]).use is not Use.NOTHING]
    rest = [pair for pair in numbered if draft.of(pair[1]).use is Use.NOTHING]
    return sorted([*used, *rest[: max(0, MOST_LINES - len(used))]], key=lambda pair: pair[0])


def _is_more(name: str, number: int) -> bool:
    part, _mark, mine = name.rpartition("_")
    return mine == str(number) and part not in {"use", ""} and "." not in name
