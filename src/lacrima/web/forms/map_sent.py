"""What a browser sent of the long form becomes the next draft of the map.

Nothing is refused here: what cannot be is left unsaid, and asked again beside its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lacrima.formats.column_lines import Line, bare
from lacrima.formats.column_looks import TableLook
from lacrima.formats.map_draft import MapDraft, NewScore, Place, Said, Use, fits_answers, slug_of
from lacrima.formats.map_fields import FIELDS
from lacrima.formats.map_guess import known_measures, told_said, with_place
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.plain import PlainScore
from lacrima.web.forms.map_uses import our_words, said_by, unknown_words

NEW, OWN, CLEAR = "+", "own", "clear"
PARTS = ("name", "minimum", "maximum", "direction", "recall_days")
LONGEST_SENT = 1_000
LONGEST_PART = 80


@dataclass(frozen=True)
class Sent:
    """One sending of the form. `shown`: the lines that had a field, with their numbers."""

    values: Mapping[str, str]
    lines: Sequence[Line]
    shown: Sequence[tuple[int, Line]]
    look: TableLook
    plain: Mapping[str, PlainScore]

    def next_draft(self, before: MapDraft) -> MapDraft:
        """The draft after this was sent; what was not asked stays as it was."""
        draft = replace(before, new_scores=tuple(self._scores(before)))
        draft, changed = self._whole_table(draft), list[Line]()
        for number, line in self.shown:
            was, now = draft.of(line), said_by(self._value(f"use_{number}"), line)
            if (now.use, now.told) == (was.use, was.told):
                now, draft = self._details(number, line, was, draft)
            else:
                changed.append(line)
            draft = draft.with_said(line.name, now)
        another = next((one for one in self.lines if one.name == self._value("another_line")), None)
        if another is not None:
            said = said_by(self._value("another_use"), another)
            draft = draft.with_said(another.name, said)
            changed.append(another)
        for line in changed:
            draft = self._with_what_is_natural(draft, line)
        return draft

    def _value(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) and len(value) <= LONGEST_SENT else ""

    def _scores(self, draft: MapDraft) -> Iterator[NewScore]:
        for one in draft.new_scores:
            if f"name.{one.slug}" not in self.values:
                yield one
                continue
            said = {part: self._value(f"{part}.{one.slug}").strip() for part in PARTS}
            yield replace(one, **{part: value[:LONGEST_PART] for part, value in said.items()})

    def _whole_table(self, draft: MapDraft) -> MapDraft:
        """What was said of the table as a whole; boxes that are not ticked are not sent."""
        if "client_prefix" not in self.values:
            return draft
        return replace(
            draft,
            client_prefix=self._value("client_prefix"),
            who=self._value("who") if draft.asks_who(self.lines) else draft.who,
            lists_all_moments="lists_all_moments" in self.values and draft.has_moments(self.lines),
            offers_moments="offers_moments" in self.values,
        )

    # ---- one line ---------------------------------------------------------------------------

    def _details(
        self, number: int, line: Line, said: Said, draft: MapDraft
    ) -> tuple[Said, MapDraft]:
        if said.use is Use.TOLD:
            return self._words(number, line, said), draft
        if said.use is Use.DATE:
            return replace(said, date_format=self._date_format(number, said)), draft
        if not said.is_score or f"measure_{number}" not in self.values:
            return said, draft
        measure, place = self._value(f"measure_{number}"), self._value(f"place_{number}")
        if measure == NEW:
            draft, measure = self._with_new_score(draft, line)
        said = replace(
            said,
            measure=measure,
            place=Place(place) if place in set(Place) else Place.UNSAID,
            number=self._value(f"number_{number}").strip(),
            date=self._value(f"date_{number}"),
        )
        return said, draft

    def _words(self, number: int, line: Line, said: Said) -> Said:
        asked = unknown_words(said, self.look.columns[line.name])
        if asked and f"word0_{number}" in self.values:
            ours = {key for key, _label in our_words(FIELDS[said.told])}
            meant = {
                theirs.casefold(): self._value(f"word{place}_{number}")
                for place, theirs in enumerate(asked)
            }
            others = [pair for pair in said.words if pair[0].casefold() not in meant]
            new = [pair for pair in meant.items() if pair[1] in ours]
            said = replace(said, words=(*others, *new))
        if f"separator_{number}" in self.values:
            said = replace(said, separator=self._value(f"separator_{number}").strip()[:3])
        return said

    def _date_format(self, number: int, said: Said) -> str | None:
        if f"format_{number}" not in self.values:
            return said.date_format
        chosen = self._value(f"format_{number}")
        if chosen == OWN:
            return self._value(f"own_format_{number}").strip() or None
        return "" if chosen == CLEAR else chosen or None

    # ---- what begins anew -------------------------------------------------------------------

    def _with_what_is_natural(self, draft: MapDraft, line: Line) -> MapDraft:
        """What was just called a score, a date or a word begins with what is natural for it."""
        said = draft.of(line)
        if said.use is Use.TOLD:
            return draft.with_said(line.name, told_said(said.told, self.look.columns[line.name]))
        if said.use is Use.DATE:
            formats = self.look.columns[line.name].date_formats
            date_format = formats[0] if len(formats) == 1 else None
            return draft.with_said(line.name, replace(said, date_format=date_format))
        if said.use is Use.ANSWERS:
            fitting = [one.slug for one in shipped().values() if fits_answers(one, line)]
            said = replace(said, measure=fitting[0] if len(fitting) == 1 else "")
        elif said.use is Use.TOTAL:
            draft, measure = self._measure(draft, line)
            said = replace(said, measure=measure)
        else:
            return draft
        date = draft.only(self.lines, Use.DATE)
        said = with_place(said, draft, line, self.lines, date=date)
        return draft.with_said(line.name, said)

    def _measure(self, draft: MapDraft, line: Line) -> tuple[MapDraft, str]:
        """A measure of this name, known or just defined; else a new one."""
        names = {bare(line.name), bare(line.stem)}
        known = [(one.slug, one.name) for one in known_measures(self.plain)]
        known += [(one.slug, one.name) for one in draft.new_scores]
        for slug, name in known:
            if names & {bare(slug), bare(name)}:
                return draft, slug
        return self._with_new_score(draft, line)

    def _with_new_score(self, draft: MapDraft, line: Line) -> tuple[MapDraft, str]:
        taken = {*self.plain, *(one.slug for one in draft.new_scores)}
        slug = slug_of(line.stem, taken)
        return replace(draft, new_scores=(*draft.new_scores, NewScore(slug, line.stem))), slug
