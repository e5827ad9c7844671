"""Turns the data files into values. Every mistake names file, line and what fits."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from lacrima.errors import BadEvidence
from lacrima.evidence.conditions import Condition, When, condition_of
from lacrima.evidence.entries import Figure, Source, Study
from lacrima.evidence.statements import (
    Advice,
    Argument,
    Basis,
    Claim,
    Note,
    Picture,
    Question,
    Row,
    Support,
)
from lacrima.evidence.words import Grade, Kind, Read, Side, Topic, Unit
from lacrima.strict_toml import Section

Entry = Source | Study | Figure | Claim | Question | Argument | Advice | Note | Picture


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of what was read already: an entry may name only those."""

    ids: dict[Kind, Container[str]]

    def named(self, section: Section, key: str, kind: Kind) -> tuple[str, ...]:
        """A list of ids, each of which must be there."""
        where = section.where(key)
        told = section.texts(key)
        for one in told:
            if one not in self.ids[kind]:
                raise BadEvidence(
                    f"{one!r}, which is not there", where=where, expected=f"an id of {kind.value}"
                )
        if len(set(told)) != len(told):
            raise BadEvidence("an id given twice", where=where, expected="each id once")
        return told

    def basis(self, section: Section) -> Basis:
        """What a statement rests on."""
        numbers = _claim_numbers(section)
        for number in numbers:
            if number not in self.ids[Kind.CLAIMS]:
                raise section.refuse(
                    "claims", f"{number!r}, which is not there", "numbers of claims"
                )
        return Basis(
            figures=self.named(section, "figures", Kind.FIGURES),
            studies=self.named(section, "studies", Kind.STUDIES),
            claims=numbers,
        )


def entry_of(section: Section, kind: Kind, known: Known) -> Entry:
    """One table of a file as a value; whatever it refuses is raised with the table's line."""
    where = section.where()
    try:
        entry = _READERS[kind](section, known)
    except BadEvidence as mistake:
        if mistake.where:
            raise
        raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake
    section.done()
    return entry


def _source(section: Section, _known: Known) -> Source:
    return Source(_words(section, "key"), _words(section, "what"), _words(section, "where"))


def _study(section: Section, known: Known) -> Study:
    return Study(
        id=section.need("id", str),
        title=_words(section, "title"),
        topic=_topic(section),
        kind=_words(section, "kind"),
        who=_words(section, "who"),
        found=_words(section, "found"),
        limits=_words(section, "limits"),
        read=Read(section.one_of("read", tuple(Read))),
        sources=known.named(section, "sources", Kind.SOURCES),
        year=section.take("year", int),
        people=section.take("people", int),
        cited=section.take("cited", str) or "",
    )


def _figure(section: Section, known: Known) -> Figure:
    study = section.take("study", str) or ""
    if study and study not in known.ids[Kind.STUDIES]:
        raise section.refuse("study", f"{study!r}, which is not there", "an id of studies")
    return Figure(
        id=section.need("id", str),
        label=_words(section, "label"),
        value=section.need("value", float),
        unit=Unit(section.one_of("unit", tuple(Unit))),
        who=_words(section, "who"),
        meaning=_words(section, "meaning"),
        read=Read(section.one_of("read", tuple(Read))),
        sources=known.named(section, "sources", Kind.SOURCES),
        study=study,
        n=section.take("n", int),
        low=section.take("low", float),
        high=section.take("high", float),
        derived=section.take("derived", str) or "",
        is_rough=section.take("rough", bool) or False,
        is_at_most=section.take("at_most", bool) or False,
    )


def _claim(section: Section, known: Known) -> Claim:
    return Claim(
        number=section.need("number", int),
        text=_words(section, "text"),
        topic=_topic(section),
        articles=_numbers(section, "articles"),
        support=_support(section),
        basis=known.basis(section),
        watch=section.take("watch", str) or "",
    )


def _question(section: Section, known: Known) -> Question:
    return Question(
        id=section.need("id", str),
        title=_words(section, "title"),
        asks=_words(section, "asks"),
        known=_words(section, "known"),
        topic=_topic(section),
        support=_support(section),
        basis=known.basis(section),
    )


def _argument(section: Section, known: Known) -> Argument:
    return Argument(
        id=section.need("id", str),
        side=Side(section.one_of("side", tuple(Side))),
        text=_words(section, "text"),
        topic=_topic(section),
        grade=_grade(section),
        basis=known.basis(section),
        questions=known.named(section, "questions", Kind.QUESTIONS),
        when=_when(section),
    )


def _advice(section: Section, known: Known) -> Advice:
    return Advice(
        id=section.need("id", str),
        title=_words(section, "title"),
        text=_words(section, "text"),
        topic=_topic(section),
        grade=_grade(section),
        basis=known.basis(section),
    )


def _note(section: Section, known: Known) -> Note:
    return Note(
        id=section.need("id", str),
        title=_words(section, "title"),
        text=_words(section, "text"),
        topic=_topic(section),
        basis=known.basis(section),
    )


def _picture(section: Section, known: Known) -> Picture:
    return Picture(
        id=section.need("id", str),
        title=_words(section, "title"),
        text=_words(section, "text"),
        topic=_topic(section),
        lowest=section.need("lowest", float),
        highest=section.need("highest", float),
        rows=tuple(_row(one, known) for one in section.sections("row")),
    )


def _row(section: Section, known: Known) -> Row:
    row = Row(_words(section, "name"), known.named(section, "figures", Kind.FIGURES))
    section.done()
    return row


_READERS: dict[Kind, Callable[[Section, Known], Entry]] = {
    Kind.SOURCES: _source,
    Kind.STUDIES: _study,
    Kind.FIGURES: _figure,
    Kind.CLAIMS: _claim,
    Kind.QUESTIONS: _question,
    Kind.ARGUMENTS: _argument,
    Kind.STEPS: _advice,
    Kind.RISKS: _advice,
    Kind.CONFLICTS: _note,
    Kind.GAPS: _note,
    Kind.PICTURES: _picture,
}


def _words(section: Section, key: str) -> str:
    """A text that says something, its line breaks in the file made into spaces."""
    text = " ".join(section.need(key, str).split())
    if not text:
        raise section.refuse(key, "an empty text", "some words")
    return text


def _topic(section: Section) -> Topic:
    return Topic(section.one_of("topic", tuple(Topic)))


def _grade(section: Section) -> Grade:
    return Grade(section.one_of("grade", tuple(Grade)))


def _support(section: Section) -> tuple[Support, ...]:
    """`grade` and `why` in the table itself; or several `support` tables, each with its scope."""
    if section.has("grade"):
        return (Support(_grade(section), _words(section, "why")),)
    return tuple(_scoped(one) for one in section.sections("support"))


def _scoped(section: Section) -> Support:
    one = Support(_grade(section), _words(section, "why"), _words(section, "scope"))
    section.done()
    return one


def _numbers(section: Section, key: str) -> tuple[int, ...]:
    told = section.take(key, list) or []
    if not all(type(one) is int for one in told):
        raise section.refuse(key, "a list that does not hold whole numbers alone", "numbers")
    return tuple(told)


def _claim_numbers(section: Section) -> tuple[str, ...]:
    return tuple(map(str, _numbers(section, "claims")))


def _when(section: Section) -> tuple[When, ...]:
    if section.take("always", bool):
        return (When(),)
    return tuple(_one_when(one) for one in section.sections("when"))


def _one_when(section: Section) -> When:
    found: list[Condition] = []
    keys = section.keys()
    for key in keys:
        kind = section.kind_of(key)
        where = section.where(key)
        try:
            found.append(condition_of(key, section.take(key, kind or str)))
        except BadEvidence as mistake:
            raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake
    if not found:
        raise section.refuse("", "a table of conditions without conditions", "always = true")
    return When(tuple(found))
