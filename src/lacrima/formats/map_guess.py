"""Proposes what the columns of a table are: by their names, and by what stands in them.

A proposal is shown and can be changed, all of it. Day and month are never guessed: a date that
can be read in two ways is left open. Range and direction of a new score are left open as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lacrima.formats.column_lines import (
    NUMBER,
    Line,
    bare,
    counts_sessions,
    last_number,
    lines_of,
    stem_of,
    with_number,
)
from lacrima.formats.column_looks import ColumnLook, TableLook
from lacrima.formats.map_draft import (
    MapDraft,
    NewScore,
    Place,
    Said,
    Use,
    fits_answers,
    places_for,
    slug_of,
)
from lacrima.formats.map_fields import FIELDS
from lacrima.formats.told import Sort
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import ScoreRule, Who
from lacrima.instruments.plain import PlainScore

_CLIENTS = (
    "client", "clientid", "clientcode", "code", "id", "pid", "person", "personid", "participant",
    "participantid", "patient", "patientid", "subject", "subjectid", "case", "caseid", "klient",
    "klientin", "klientid", "chiffre", "proband", "vp", "record", "recordid", "cliente",
    "paciente", "codigo",
)  # fmt: skip
_SESSIONS = (
    "session", "sessionnumber", "sessionno", "sessionnr", "sessionid", "sess", "sitzung",
    "sitzungsnummer", "sitzungnr", "sitzungsnr", "stunde", "visit", "sesion",
)  # fmt: skip
_ASSESSMENTS = (
    "time", "timepoint", "assessment", "wave", "occasion", "measurement", "measure", "mzp",
    "messzeitpunkt", "t", "point", "evaluation",
)  # fmt: skip
_NEVER_SCORES = (
    "age", "sex", "gender", "year", "birthyear", "alter", "geschlecht", "jahrgang", "edad",
    "group", "treatment", "therapist",
)  # fmt: skip


_TOLD = {
    "session.length_min": ("length", "lengthmin", "minutes", "min", "duration", "dauer", "minuten"),
    "session.modality": ("modality", "where", "setting", "place", "ort", "kanal"),
    "session.time": ("time", "at", "uhrzeit", "hora"),
    "session.heaviness": ("heavy", "heaviness", "belastung", "schwere"),
    "moment.when": ("tears", "cried", "crying", "weinen", "traenen", "tränen", "moment"),
    "moment.who": ("whose", "who", "wer", "wessen"),
    "voice.therapist.shown": ("shown", "howmuch", "intensity", "wieviel"),
    "voice.therapist.flow": ("flow", "then", "danach"),
    "voice.therapist.emotions": (
        "emotions",
        "emotion",
        "feelings",
        "feeling",
        "gefuehle",
        "gefühle",
    ),
    "voice.therapist.words": ("note", "notes", "words", "notiz", "notizen", "bemerkung"),
}
_SEPARATORS = (",", ";", "|", "/", "+")


@dataclass(frozen=True, slots=True)
class Measure:
    """Something scores can be scores of."""

    slug: str
    name: str


def known_measures(plain: Mapping[str, PlainScore]) -> tuple[Measure, ...]:
    """Every measure with a total that is known already: what is shipped, then one's own.

    What a therapist answers about herself belongs to no client, and comes in by no table.
    """
    ours = [
        Measure(one.slug, one.name)
        for one in shipped().values()
        if one.about is Who.CLIENT and one.score_rule is not ScoreRule.NONE
    ]
    return (*ours, *(Measure(one.slug, one.name) for one in plain.values()))


def propose_lines(columns: Sequence[str], plain: Mapping[str, PlainScore]) -> tuple[Line, ...]:
    """The columns as lines; the numbers in the names of measures stay where they are."""
    measures = known_measures(plain)
    names = {bare(one.slug) for one in measures} | {bare(one.name) for one in measures}
    return lines_of(columns, measures=names)


def propose(look: TableLook, lines: Sequence[Line], plain: Mapping[str, PlainScore]) -> MapDraft:
    """What each line may be. Lines that say nothing clear are left unused."""
    guess = _Guess(look, lines, plain)
    draft = MapDraft(guess.roles())
    draft = replace(draft, said={**draft.said, **guess.told(draft)})
    draft = replace(draft, said={**draft.said, **guess.scores(draft)}, new_scores=guess.new)
    draft = replace(draft, offers_moments=draft.has_moments(lines))
    return _with_places(draft, lines)


class _Guess:
    """One look at all lines."""

    def __init__(
        self, look: TableLook, lines: Sequence[Line], plain: Mapping[str, PlainScore]
    ) -> None:
        self.look, self.lines, self.plain = look, lines, plain
        self._new: dict[str, NewScore] = {}
        self._by_name = {
            name: one.slug
            for one in known_measures(plain)
            for name in (bare(one.slug), bare(one.name))
        }

    @property
    def new(self) -> tuple[NewScore, ...]:
        return tuple(self._new.values())

    def roles(self) -> dict[str, Said]:
        """Client, session, assessment, date."""
        single = [line.name for line in self.lines if line.is_single]
        found: dict[str, Said] = {}
        client = _first_named(single, _CLIENTS) or self._like_a_client(single)
        if client:
            found[client] = Said(Use.CLIENT)
        whole = [name for name in single if name not in found and self._counts(name)]
        for use, names in ((Use.SESSION, _SESSIONS), (Use.ASSESSMENT, _ASSESSMENTS)):
            named = _first_named(whole, names)
            if named and not (use is Use.ASSESSMENT and len(found) > bool(client)):
                found[named] = Said(use)
        for name in single:
            if name not in found and self.look.columns[name].is_date:
                found[name] = Said(Use.DATE, date_format=self._date_format(name))
                break
        return found

    def _like_a_client(self, single: Sequence[str]) -> str:
        """The first column, where it is filled in every row and is no number with a fraction."""
        if not single:
            return ""
        look = self.look.columns[single[0]]
        is_full = look.filled == len(self.look.rows) > 0
        return single[0] if is_full and look.is_whole and not look.is_date else ""

    def _counts(self, name: str) -> bool:
        look = self.look.columns[name]
        return look.lowest is not None and look.is_whole and look.lowest >= 0

    def _date_format(self, name: str) -> str | None:
        formats = self.look.columns[name].date_formats
        return formats[0] if len(formats) == 1 else None

    def told(self, draft: MapDraft) -> dict[str, Said]:
        """What is said of sessions and moments, where names and cells both speak for it."""
        found: dict[str, Said] = {}
        if not draft.only(self.lines, Use.SESSION) and not draft.only(self.lines, Use.DATE):
            return found
        free = [one.name for one in self.lines if one.is_single and one.name not in draft.said]
        for path, names in _TOLD.items():
            name = _first_named(free, names)
            of_moment = FIELDS[path].is_of_moment and path != "moment.when"
            has_when = any(said.told == "moment.when" for said in found.values())
            if name and self._may_say(name, path) and (has_when or not of_moment):
                found[name] = told_said(path, self.look.columns[name])
                free.remove(name)
        return found

    def _may_say(self, name: str, path: str) -> bool:
        look, one = self.look.columns[name], FIELDS[path]
        if one.wanted.sort is Sort.TEXT:
            return not look.is_number
        if one.has_words:
            return bool(look.words)
        return look.is_number

    def scores(self, draft: MapDraft) -> dict[str, Said]:
        """Totals and single answers: of measures that are known, and of new ones."""
        free = [line for line in self.lines if line.name not in draft.said]
        return {line.name: said for line in free if (said := self._score(line, draft))}

    def _score(self, line: Line, draft: MapDraft) -> Said | None:
        known = self._by_name.get(bare(line.name)) or self._by_name.get(bare(line.stem))
        if not self._is_numbers(line) and not known:
            return None
        answers = self._answers(line, known)
        if answers:
            return Said(Use.ANSWERS, answers)
        if known:
            return Said(Use.TOTAL, known)
        if self._is_one_more(line):
            return self._one_more(line)
        if line.rounds or not self._is_course(line, draft):
            return None
        return Said(Use.TOTAL, self._new_score(line))

    def _is_one_more(self, line: Line) -> bool:
        """Is it a single column beside numbered ones, as `bdi_fu1` beside `bdi_s{n}`?"""
        stems = {bare(each.stem) for each in self.lines if each.numbers}
        return line.is_single and NUMBER in with_number(line.name) and self._stem(line) in stems

    def _stem(self, line: Line) -> str:
        return bare(stem_of(with_number(line.name)))

    def _one_more(self, line: Line) -> Said:
        name = with_number(line.name)
        is_session = counts_sessions(name)
        place = Place.SESSION_NUMBER if is_session else Place.ASSESSMENT_NUMBER
        return Said(Use.TOTAL, self._new_score(line), place, last_number(line.name))

    def _is_numbers(self, line: Line) -> bool:
        """Are most of its columns numbers? One wrong cell is to be mended, not to be left out."""
        looks = [self.look.columns[column] for column in line.columns]
        filled = [look for look in looks if look.filled]
        return sum(look.is_number for look in filled) * 2 > len(filled)

    def _answers(self, line: Line, known: str | None) -> str:
        """The instrument whose single answers these are: it is named, and the number fits."""
        stem = bare(line.stem)
        for slug, one in shipped().items():
            is_named = slug == known or (stem and bare(slug).rstrip("0123456789") == stem)
            several = len(line.columns) > 1
            is_counted = line.numbers == () or line.numbers[0] in {0, 1}
            if is_named and several and is_counted and fits_answers(one, line):
                return slug
        return ""

    def _is_course(self, line: Line, draft: MapDraft) -> bool:
        """Numbered columns, or one that changes between the rows of a client."""
        if bare(line.stem) in _NEVER_SCORES:
            return False
        if not line.is_single:
            return True
        client = draft.only(self.lines, Use.CLIENT)
        return bool(client) and self.look.changes_within(client, line.name)

    def _new_score(self, line: Line) -> str:
        stem = stem_of(with_number(line.name)) if self._is_one_more(line) else line.stem
        key = bare(stem)
        if key not in self._new:
            taken = {*self.plain, *(one.slug for one in self._new.values())}
            name = stem.upper() if len(stem) <= 5 else stem[:1].upper() + stem[1:]
            self._new[key] = NewScore(slug_of(stem, taken), name)
        return self._new[key].slug


def told_said(path: str, look: ColumnLook) -> Said:
    """A column that says this; with the sign that parts several words, where one shows."""
    marks = (mark for mark in _SEPARATORS if any(mark in cell for cell in look.words))
    separator = next(marks, "") if FIELDS[path].is_several else ""
    return Said(Use.TOLD, told=path, separator=separator)


def _first_named(names: Iterable[str], wanted: Sequence[str]) -> str:
    by_bare = {bare(name): name for name in reversed(list(names))}
    return next((by_bare[each] for each in wanted if each in by_bare), "")


def _with_places(draft: MapDraft, lines: Sequence[Line]) -> MapDraft:
    """Each score gets its place, where only one is natural."""
    date = draft.only(lines, Use.DATE)
    for line in lines:
        said = draft.of(line)
        if said.is_score and not said.place:
            draft = draft.with_said(line.name, with_place(said, draft, line, lines, date=date))
    return draft


def with_place(
    said: Said, draft: MapDraft, line: Line, lines: Sequence[Line], *, date: str
) -> Said:
    """What is said of a line of scores, with the place that it most likely has."""
    draft = draft.with_said(line.name, said)
    places = places_for(draft, line, lines)
    if places[0] is Place.SESSION and (line.numbers or line.rounds) and len(places) == 2:
        is_session = NUMBER in line.name and counts_sessions(line.name)
        return replace(said, place=Place.SESSION if is_session else Place.ASSESSMENT)
    place = Place.UNSAID if places[0].is_number else places[0]
    return replace(said, place=place, date=date)
