"""The training workbook: three parts of exercises with questions, each with what it rests on.

All of it is data, in `guidance/workbook.toml`. Answers are kept elsewhere, for their writer alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from lacrima import strict_toml
from lacrima.errors import BadEvidence
from lacrima.evidence.checks import check_id
from lacrima.evidence.spoken import in_each_language
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import Grade
from lacrima.strict_toml import Section

SCHEMA = "lacrima.workbook/1"
FILE = "workbook.toml"
PARTS = 3
MOST_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question, and how many lines an answer gets on paper. Its id is unique in its part."""

    id: str
    asks: str
    lines: int

    @property
    def rules(self) -> range:
        """One a line, for whatever draws them."""
        return range(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise: why and how, its questions, what it rests on."""

    id: str
    title: str
    text: str
    questions: tuple[Prompt, ...]
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookPart:
    """One of the three parts."""

    id: str
    title: str
    lead: str
    exercises: tuple[Exercise, ...]

    @property
    def questions(self) -> tuple[Prompt, ...]:
        """All questions of the part, in their order."""
        return tuple(one for exercise in self.exercises for one in exercise.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The whole of it, with what is said before one begins."""

    title: str
    lead: str
    care: str
    grounds: Grounds
    parts: tuple[WorkbookPart, ...]

    def part(self, part_id: str) -> WorkbookPart | None:
        """The part of this id."""
        return next((one for one in self.parts if one.id == part_id), None)

    def grounds_named(self) -> Iterator[Grounds]:
        """All that it says it rests on."""
        yield self.grounds
        for part in self.parts:
            yield from (one.grounds for one in part.exercises)


@in_each_language
def shipped() -> Workbook:
    """What comes with Lacrima. Raises BadEvidence where the file has a mistake.

    >>> [part.id for part in shipped().parts]
    ['own-tears', 'tears-of-others', 'in-the-session']
    """
    path = resources.files("lacrima.evidence") / "guidance" / FILE
    return read_workbook(path.read_bytes())


def read_workbook(data: bytes) -> Workbook:
    """The file's bytes as values; every mistake with file, line and what fits."""
    text = strict_toml.decode(data, name=FILE, error=BadEvidence)
    top = strict_toml.read(text, name=FILE, error=BadEvidence)
    if top.need("schema", str) != SCHEMA:
        raise top.refuse("schema", "another schema", repr(SCHEMA))
    found = Workbook(
        title=_words(top, "title"),
        lead=_words(top, "lead"),
        care=_words(top, "care"),
        grounds=_grounds(top),
        parts=tuple(map(_part, top.sections("part"))),
    )
    if len(found.parts) != PARTS:
        raise top.refuse("part", f"{len(found.parts)} parts", f"{PARTS} [[part]] tables")
    _once(top, [one.id for one in found.parts])
    top.done("title, lead, care, grade, studies, figures, [[part]] tables")
    return found


def _part(section: Section) -> WorkbookPart:
    part = WorkbookPart(
        id=_id(section),
        title=_words(section, "title"),
        lead=_words(section, "lead"),
        exercises=tuple(map(_exercise, section.sections("exercise"))),
    )
    if not part.exercises:
        raise section.refuse("exercise", "no exercises", "[[part.exercise]] tables")
    _once(section, [one.id for one in part.exercises])
    _once(section, [one.id for one in part.questions])
    section.done()
    return part


def _exercise(section: Section) -> Exercise:
    exercise = Exercise(
        id=_id(section),
        title=_words(section, "title"),
        text=_words(section, "text"),
        questions=tuple(map(_prompt, section.sections("question"))),
        grounds=_grounds(section),
    )
    if not exercise.questions:
        raise section.refuse("question", "no questions", "[[part.exercise.question]] tables")
    section.done()
    return exercise


def _prompt(section: Section) -> Prompt:
    lines = section.need("lines", int)
    if not 1 <= lines <= MOST_LINES:
        raise section.refuse("lines", f"{lines} lines", f"1 to {MOST_LINES}")
    prompt = Prompt(id=_id(section), asks=_words(section, "asks"), lines=lines)
    section.done()
    return prompt


def _once(section: Section, ids: list[str]) -> None:
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice:
        raise section.refuse("", f"the id {twice!r} twice", "each id once")


def _id(section: Section) -> str:
    where, told = section.where("id"), section.need("id", str)
    try:
        check_id(told)
    except BadEvidence as mistake:
        raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake
    return told


def _grounds(section: Section) -> Grounds:
    grade, where = Grade(section.one_of("grade", tuple(Grade))), section.where()
    try:
        return Grounds(
            grade=grade, studies=section.texts("studies"), figures=section.texts("figures")
        )
    except BadEvidence as mistake:
        raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake


def _words(section: Section, key: str) -> str:
    text = " ".join(section.need(key, str).split())
    if not text:
        raise section.refuse(key, "an empty text", "some words")
    return text
