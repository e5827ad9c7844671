"""A map while somebody makes it: what each line of columns is, in words that a page can ask for.

A draft may still lack something; `problems_of` says what. A whole one becomes the text of a map
(`map_writing.py`), which is read by the same reader as any other map.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lacrima.errors import OutOfRange
from lacrima.formats.column_lines import Line
from lacrima.formats.dates import problem_with_format
from lacrima.formats.map_fields import FIELDS, TIME, WHO, MapField
from lacrima.formats.numbers import to_number
from lacrima.formats.table import Reading
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument, Who
from lacrima.instruments.plain import PlainScore

HIGHEST_PLACE = 32_767
PERSONS = ("therapist.", "client.")
WHOSE = ("therapist", "client", "both")


class Use(StrEnum):
    """What a line of columns is."""

    NOTHING = ""
    CLIENT = "client"
    SESSION = "session"
    ASSESSMENT = "assessment"
    DATE = "date"
    TOTAL = "total"
    ANSWERS = "answers"
    TOLD = "told"


class Place(StrEnum):
    """Where a score belongs: what the row says, or a number that holds for the whole column.

    For a line of numbered columns SESSION and ASSESSMENT say what the number in the names counts.
    """

    UNSAID = ""
    SESSION = "session"
    ASSESSMENT = "assessment"
    DATE = "date"
    SESSION_NUMBER = "session_number"
    ASSESSMENT_NUMBER = "assessment_number"

    @property
    def is_number(self) -> bool:
        """Is it one number for all rows?"""
        return self in {Place.SESSION_NUMBER, Place.ASSESSMENT_NUMBER}


class Lack(StrEnum):
    """What a draft still lacks."""

    SESSION = "session"
    TIME = "time"
    WHO = "who"
    LOG = "log"
    CLIENT = "client"
    ONCE = "once"
    SINGLE = "single"
    SCORES = "scores"
    MEASURE = "measure"
    ANSWERS = "answers"
    PLACE = "place"
    NUMBER = "number"
    DATE_FORMAT = "date_format"
    NAME = "name"
    NAME_TAKEN = "name_taken"
    RANGE = "range"
    DIRECTION = "direction"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is lacking: of which line or new score, and what."""

    about: str
    lack: Lack


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about one line.

    measure: a shipped instrument's slug, or that of a plain score; with the number of the place
    where that is the same for all rows. date: the column with the date of a score. date_format:
    of a date; None while nobody said it, "" for ISO dates. told: the path of what it says of a
    session, a moment or a voice (`map_fields.py`), with the file's words and ours, and what stands
    between several words in a cell.
    """

    use: Use = Use.NOTHING
    measure: str = ""
    place: Place = Place.UNSAID
    number: str = ""
    date: str = ""
    date_format: str | None = None
    told: str = ""
    words: tuple[tuple[str, str], ...] = ()
    separator: str = ""

    @property
    def is_score(self) -> bool:
        """Does it hold scores or their answers?"""
        return self.use in {Use.TOTAL, Use.ANSWERS}


@dataclass(frozen=True, slots=True)
class NewScore:
    """A plain score that this map defines, as it was typed."""

    slug: str
    name: str = ""
    minimum: str = ""
    maximum: str = ""
    direction: str = ""
    recall_days: str = ""

    def value(self) -> PlainScore | None:
        """The score; None while something is lacking."""
        if any(self.lacks()):
            return None
        low, high = (_number(each) or Decimal(0) for each in (self.minimum, self.maximum))
        recall = int(self.recall_days) if self.recall_days else None
        return PlainScore(self.slug, self.name, low, high, self.direction == "better", recall)

    def lacks(self) -> Iterator[Lack]:
        """What is lacking or wrong."""
        low, high = _number(self.minimum), _number(self.maximum)
        if not self.name.strip():
            yield Lack.NAME
        if low is None or high is None or low >= high:
            yield Lack.RANGE
        if self.direction not in {"better", "worse"}:
            yield Lack.DIRECTION
        if self.recall_days and not _is_recall(self.recall_days):
            yield Lack.RECALL


def _is_recall(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and int(typed) <= 366


def _number(typed: str) -> Decimal | None:
    try:
        return to_number(typed, "," if "," in typed else ".")
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True)
class MapDraft:
    """A map on its way. `said` by the line's name; a line that is not in it is not used.

    who: whose emotion every moment was, where no column says it. lists_all_moments: a session of
    this table without a moment had none. offers_moments: whether it is asked about moments at all.
    """

    said: Mapping[str, Said] = field(default_factory=dict)
    new_scores: tuple[NewScore, ...] = ()
    client_prefix: str = ""
    reading: Reading = field(default_factory=Reading)
    who: str = ""
    lists_all_moments: bool = False
    offers_moments: bool = False

    def of(self, line: Line) -> Said:
        """What is said of this line."""
        return self.said.get(line.name, Said())

    def only(self, lines: Sequence[Line], use: Use) -> str:
        """The one column of this use; empty where there is none."""
        return next((line.name for line in lines if self.of(line).use is use), "")

    def told_fields(self, lines: Sequence[Line]) -> dict[str, MapField]:
        """What the columns say of sessions and moments: each line's name, and what it is."""
        every = ((line.name, self.of(line)) for line in lines)
        return {name: FIELDS[said.told] for name, said in every if said.use is Use.TOLD}

    def has_sessions(self, lines: Sequence[Line]) -> bool:
        """Do sessions come in by it, and not scores alone?"""
        uses = {self.of(line).use for line in lines}
        is_without_scores = not uses & {Use.TOTAL, Use.ANSWERS}
        return Use.TOLD in uses or (is_without_scores and bool(uses & {Use.SESSION, Use.DATE}))

    def has_moments(self, lines: Sequence[Line]) -> bool:
        """Do moments come in by it?"""
        return any(one.is_of_moment for one in self.told_fields(lines).values())

    def asks_who(self, lines: Sequence[Line]) -> bool:
        """Is it open whose emotion a moment was, unless it is said for all of them?"""
        fields = self.told_fields(lines).values()
        said = any(one.path == WHO or one.key.startswith(PERSONS) for one in fields)
        return self.has_moments(lines) and not said

    def used_new_scores(self) -> tuple[NewScore, ...]:
        """The new scores that a line uses."""
        slugs = {said.measure for said in self.said.values() if said.is_score}
        return tuple(one for one in self.new_scores if one.slug in slugs)

    def with_said(self, name: str, said: Said) -> MapDraft:
        """The same with this said about one line."""
        return replace(self, said={**self.said, name: said})


def slug_of(name: str, taken: Sequence[str] | set[str] = ()) -> str:
    """A short name in small letters, digits and hyphens that nothing else has.

    >>> slug_of("Own distress (0-10)"), slug_of("BDI", {"bdi"}), slug_of("悲しみ")
    ('own-distress-0-10', 'bdi-2', 'score')
    """
    base = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:36].strip("-") or "score"
    slug, number = base, 1
    while slug in taken or slug in shipped():
        number += 1
        slug = f"{base}-{number}"
    return slug


def fits_answers(instrument: Instrument, line: Line) -> bool:
    """Has the line as many columns (a session) as the instrument has items, of a client?"""
    if instrument.about is not Who.CLIENT:
        return False
    known = {len(instrument.items), len(instrument.scored_items)}
    return all(len(one.columns) in known for one in line.answers_together)


def problems_of(
    draft: MapDraft, lines: Sequence[Line], plain: Mapping[str, PlainScore]
) -> list[Problem]:
    """Everything that is lacking before the draft can become a map.

    plain: the plain scores that the practice knows.
    """
    return [*_of_roles(draft, lines), *_of_lines(draft, lines, plain), *_of_scores(draft, plain)]


def _of_roles(draft: MapDraft, lines: Sequence[Line]) -> Iterator[Problem]:
    uses = Counter(draft.of(line).use for line in lines)
    if not uses[Use.CLIENT]:
        yield Problem("", Lack.CLIENT)
    if not uses[Use.TOTAL] and not uses[Use.ANSWERS] and not draft.has_sessions(lines):
        yield Problem("", Lack.SCORES)
    yield from _of_sessions(draft, lines)
    seen: set[Use] = set()
    for line in lines:
        use = draft.of(line).use
        is_role = use in {Use.CLIENT, Use.SESSION, Use.ASSESSMENT, Use.DATE, Use.TOLD}
        if is_role and not line.is_single:
            yield Problem(line.name, Lack.SINGLE)
        elif use in seen:
            yield Problem(line.name, Lack.ONCE)
        if is_role and use not in {Use.DATE, Use.TOLD}:
            seen.add(use)


def _of_sessions(draft: MapDraft, lines: Sequence[Line]) -> Iterator[Problem]:
    """A session needs a place, a moment somebody whose it was, and each thing one column."""
    if not draft.has_sessions(lines):
        return
    fields = draft.told_fields(lines)
    has_date, has_number = (bool(draft.only(lines, use)) for use in (Use.DATE, Use.SESSION))
    if not has_date and not has_number:
        yield Problem("", Lack.SESSION)
    if draft.asks_who(lines) and draft.who not in WHOSE:
        yield Problem("", Lack.WHO)
    if draft.lists_all_moments and not draft.has_moments(lines):
        yield Problem("", Lack.LOG)
    known: set[tuple[str, str]] = set()
    for name, one in fields.items():
        if (one.block, one.key) in known:
            yield Problem(name, Lack.ONCE)
        known.add((one.block, one.key))
        if one.path == TIME and not has_date:
            yield Problem(name, Lack.TIME)


def _of_lines(
    draft: MapDraft, lines: Sequence[Line], plain: Mapping[str, PlainScore]
) -> Iterator[Problem]:
    measures = {*shipped(), *plain, *(one.slug for one in draft.new_scores)}
    dates = {line.name for line in lines if draft.of(line).use is Use.DATE}
    for line in lines:
        said = draft.of(line)
        if said.use is Use.DATE and not _is_date_format(said.date_format):
            yield Problem(line.name, Lack.DATE_FORMAT)
        if not said.is_score:
            continue
        if said.use is Use.ANSWERS:
            instrument = shipped().get(said.measure)
            if instrument is None or not fits_answers(instrument, line):
                yield Problem(line.name, Lack.ANSWERS)
        elif said.measure not in measures:
            yield Problem(line.name, Lack.MEASURE)
        yield from _of_place(draft, line, lines, dates)


def _is_date_format(said: str | None) -> bool:
    return said is not None and (said == "" or not problem_with_format(said))


def places_for(draft: MapDraft, line: Line, lines: Sequence[Line]) -> tuple[Place, ...]:
    """The places that a line of scores can have in this draft."""
    counts_itself = bool(line.rounds) or (bool(line.numbers) and draft.of(line).use is Use.TOTAL)
    if counts_itself:
        return (Place.SESSION, Place.ASSESSMENT)
    by_row = {Use.SESSION: Place.SESSION, Use.ASSESSMENT: Place.ASSESSMENT, Use.DATE: Place.DATE}
    uses = {draft.of(each).use for each in lines}
    rows = [place for use, place in by_row.items() if use in uses]
    return (*rows, Place.SESSION_NUMBER, Place.ASSESSMENT_NUMBER)


def _of_place(
    draft: MapDraft, line: Line, lines: Sequence[Line], dates: set[str]
) -> Iterator[Problem]:
    said = draft.of(line)
    is_without_date = said.place is Place.DATE and said.date not in dates
    if said.place not in places_for(draft, line, lines) or is_without_date:
        yield Problem(line.name, Lack.PLACE)
    elif said.place.is_number and not _is_place_number(said.number):
        yield Problem(line.name, Lack.NUMBER)


def _is_place_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and int(typed) <= HIGHEST_PLACE


def _of_scores(draft: MapDraft, plain: Mapping[str, PlainScore]) -> Iterator[Problem]:
    taken = {*shipped(), *plain}
    for one in draft.used_new_scores():
        yield from (Problem(one.slug, lack) for lack in one.lacks())
        if one.slug in taken:
            yield Problem(one.slug, Lack.NAME_TAKEN)
        taken.add(one.slug)
        try:
            one.value()
        except OutOfRange:
            yield Problem(one.slug, Lack.RANGE)
