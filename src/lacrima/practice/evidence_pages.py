"""What the pages on evidence show: entries with everything that hangs on them. No client's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.errors import NotFound
from lacrima.evidence import what_next, workbook
from lacrima.evidence.entries import Figure, Source, Study, number_words
from lacrima.evidence.library import Library, shipped
from lacrima.evidence.reading import Entry
from lacrima.evidence.search import index
from lacrima.evidence.statements import Advice, Argument, Basis, Claim, Note, Picture, Question
from lacrima.evidence.words import Grade, Kind, Read, Side, Topic, Unit

__all__ = [
    "EvidenceFigure",
    "EvidencePicture",
    "Grade",
    "Kind",
    "Read",
    "Side",
    "Topic",
    "Unit",
    "number_words",
]

EvidenceFigure = Figure  # under these names pages know them
EvidencePicture = Picture

GRADES = {
    Grade.SUPPORTED: gettext_lazy("supported"),
    Grade.MIXED: gettext_lazy("mixed"),
    Grade.CONTRADICTED: gettext_lazy("contradicted"),
    Grade.UNSTUDIED: gettext_lazy("nobody has studied it"),
}
READ = {
    Read.PAPER: gettext_lazy("read in the paper itself"),
    Read.ABOUT: gettext_lazy("read in a page about it"),
    Read.WEAK: gettext_lazy("weak: one loose page, or stories"),
    Read.DERIVED: gettext_lazy("worked out here"),
}
TOPICS = {
    Topic.THERAPIST_TEARS: gettext_lazy("Tears of the therapist"),
    Topic.CLIENT_TEARS: gettext_lazy("Tears of the client"),
    Topic.SPEAKING: gettext_lazy("Speaking of it"),
    Topic.BOND: gettext_lazy("The bond, its breaks and repairs"),
    Topic.ROLES: gettext_lazy("Roles and burden"),
    Topic.SELF: gettext_lazy("Knowing yourself, training, support"),
    Topic.CONTEXT: gettext_lazy("Person, story and culture"),
    Topic.CRYING: gettext_lazy("Crying at large"),
    Topic.MEASURES: gettext_lazy("Scores, outcome and harm"),
}
SIDES = {
    Side.FOR: gettext_lazy("Speaks for"),
    Side.AGAINST: gettext_lazy("Speaks against"),
    Side.CARE: gettext_lazy("Asks for care"),
}
KINDS = {
    Kind.QUESTIONS: gettext_lazy("Questions people ask"),
    Kind.CLAIMS: gettext_lazy("Claims of the debate"),
    Kind.ARGUMENTS: gettext_lazy("For and against"),
    Kind.STEPS: gettext_lazy("What one can do after tears"),
    Kind.RISKS: gettext_lazy("When to take more care"),
    Kind.CONFLICTS: gettext_lazy("Where sources disagree"),
    Kind.GAPS: gettext_lazy("What nobody has studied"),
    Kind.FIGURES: gettext_lazy("Figures"),
    Kind.STUDIES: gettext_lazy("Studies"),
    Kind.PICTURES: gettext_lazy("Pictures"),
    Kind.SOURCES: gettext_lazy("Sources"),
}
ONE_OF_KIND = {
    Kind.QUESTIONS: gettext_lazy("Question"),
    Kind.CLAIMS: gettext_lazy("Claim"),
    Kind.ARGUMENTS: gettext_lazy("For or against"),
    Kind.STEPS: gettext_lazy("Step"),
    Kind.RISKS: gettext_lazy("More care"),
    Kind.CONFLICTS: gettext_lazy("Disagreement"),
    Kind.GAPS: gettext_lazy("Not studied"),
    Kind.FIGURES: gettext_lazy("Figure"),
    Kind.STUDIES: gettext_lazy("Study"),
    Kind.PICTURES: gettext_lazy("Picture"),
    Kind.SOURCES: gettext_lazy("Source"),
}
SHOWN = tuple(kind for kind in KINDS if kind is not Kind.SOURCES)


@dataclass(frozen=True)
class Tag:
    """A grade as word and value."""

    grade: Grade
    label: str


@dataclass(frozen=True)
class Line:
    """One entry in a list."""

    kind: Kind
    id: str
    title: str
    grades: tuple[Tag, ...]

    @property
    def kind_label(self) -> str:
        """What it is, in a word; a claim with its number."""
        one = str(ONE_OF_KIND[self.kind])
        return f"{one} {self.id}" if self.kind is Kind.CLAIMS else one


@dataclass(frozen=True)
class Group:
    """Entries of one kind under one heading."""

    kind: Kind
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FigureLine:
    """One number with all that belongs to it."""

    id: str
    label: str
    said: str
    who: str
    n: int | None
    meaning: str
    read: str
    derived: str
    sources: tuple[str, ...]
    study: Line | None


@dataclass(frozen=True)
class SupportLine:
    """One grade of a statement, with its reason and scope."""

    tag: Tag
    scope: str
    why: str


@dataclass(frozen=True)
class EntryPage:
    """One study, claim, question, argument, piece of advice or note, with what it rests on."""

    line: Line
    entry: Any
    topic: str
    read: str
    support: tuple[SupportLine, ...]
    figures: tuple[FigureLine, ...]
    rests_on: tuple[Group, ...]
    hangs_on_it: tuple[Group, ...]


@dataclass(frozen=True)
class FoundPage:
    """What a search or a filter gives."""

    lines: tuple[Line, ...]
    is_whole: bool


def prepare() -> None:
    """Read everything once. Raises BadEvidence where a file has a mistake: nothing starts then."""
    index()
    what_next.shipped()
    workbook.shipped()


def found(
    asked: str, *, kind: Kind | None = None, grade: Grade | None = None, topic: Topic | None = None
) -> FoundPage:
    """The entries with these words, of this kind, grade and topic."""
    told = index().search(asked, kind=kind, grade=grade, topic=topic)
    return FoundPage(tuple(_line(hit.kind, hit.entry) for hit in told.hits), told.is_whole)


def counts() -> dict[str, int]:
    """How many entries there are of each kind."""
    return shipped().counts()


def one(kind: Kind, entry_id: str) -> EntryPage:
    """One entry. Raises NotFound where there is none."""
    entry = shipped().of(kind).get(entry_id)
    if entry is None:
        raise NotFound(_("there is no such entry"), next_step=_("Go back to Evidence."))
    return _page(kind, entry)


def every(kind: Kind) -> tuple[EntryPage, ...]:
    """All entries of one kind, each with what it rests on."""
    return tuple(_page(kind, entry) for entry in shipped().of(kind).values())


def figures() -> tuple[tuple[Line | None, tuple[FigureLine, ...]], ...]:
    """All figures, by the study they come from; those of no single study last."""
    library = shipped()
    by_study: dict[str, list[FigureLine]] = {}
    for figure in library.figures.values():
        by_study.setdefault(figure.study, []).append(_figure(figure, library))
    named = [key for key in by_study if key]
    return tuple(
        (_line(Kind.STUDIES, library.studies[key]) if key else None, tuple(by_study[key]))
        for key in [*named, *([""] if "" in by_study else [])]
    )


def sources() -> tuple[Source, ...]:
    """All pages that were read."""
    return tuple(shipped().sources.values())


def pictures() -> tuple[Picture, ...]:
    """The pictures, as figures under headings."""
    return tuple(shipped().pictures.values())


def figure(figure_id: str) -> Figure:
    """One figure that a picture names."""
    return shipped().figures[figure_id]


def unstudied_claims() -> tuple[Line, ...]:
    """The claims of which nothing, or not all, was studied."""
    return found("", kind=Kind.CLAIMS, grade=Grade.UNSTUDIED).lines


def _tag(grade: Grade) -> Tag:
    return Tag(grade, str(GRADES[grade]))


def _line(kind: Kind, entry: Entry) -> Line:
    grades: tuple[Grade, ...] = getattr(entry, "grades", ())
    return Line(kind, entry.id, entry.called, tuple(map(_tag, grades)))


def _figure(figure: Figure, library: Library) -> FigureLine:
    study = library.studies.get(figure.study)
    return FigureLine(
        id=figure.id,
        label=figure.label,
        said=figure.said,
        who=figure.who,
        n=figure.n,
        meaning=figure.meaning,
        read=str(READ[figure.read]),
        derived=figure.derived,
        sources=figure.sources,
        study=_line(Kind.STUDIES, study) if study else None,
    )


def _page(kind: Kind, entry: Entry) -> EntryPage:
    library = shipped()
    basis = _basis_of(entry)
    own = _figures_of(entry, library)
    topic = getattr(entry, "topic", None)
    return EntryPage(
        line=_line(kind, entry),
        entry=entry,
        topic=str(TOPICS[topic]) if topic else "",
        read=str(READ[entry.read]) if isinstance(entry, Study | Figure) else "",
        support=tuple(_support(entry)),
        figures=tuple(_figure(library.figures[one], library) for one in own),
        rests_on=_groups(_named(basis, entry, library)),
        hangs_on_it=_groups(_hanging(kind, entry, set(own), library)),
    )


def _basis_of(entry: Entry) -> Basis:
    found: Basis = getattr(entry, "basis", Basis())
    return found


def _figures_of(entry: Entry, library: Library) -> tuple[str, ...]:
    """A study's own figures, else those that a statement names."""
    if isinstance(entry, Study):
        return tuple(one.id for one in library.figures.values() if one.study == entry.id)
    return _basis_of(entry).figures


def _support(entry: Entry) -> Iterator[SupportLine]:
    if isinstance(entry, Claim | Question):
        for one in entry.support:
            yield SupportLine(_tag(one.grade), one.scope, one.why)
    elif isinstance(entry, Argument | Advice):
        yield SupportLine(_tag(entry.grade), "", "")


def _named(basis: Basis, entry: Entry, library: Library) -> Iterator[tuple[Kind, Entry]]:
    """The studies and claims a statement rests on, and the questions an argument belongs to."""
    behind = (library.figures[one].study for one in basis.figures)
    for study in dict.fromkeys([*basis.studies, *filter(None, behind)]):
        yield Kind.STUDIES, library.studies[study]
    for claim in basis.claims:
        yield Kind.CLAIMS, library.claims[claim]
    if isinstance(entry, Argument):
        for question in entry.questions:
            yield Kind.QUESTIONS, library.questions[question]


_Test = Callable[[Basis, Entry], bool]


def _hanging(
    kind: Kind, entry: Entry, own_figures: set[str], library: Library
) -> Iterator[tuple[Kind, Entry]]:
    """Every statement that names this entry, or one of its figures."""
    tests: Mapping[Kind, _Test] = {
        Kind.STUDIES: lambda basis, _one: (
            entry.id in basis.studies or not own_figures.isdisjoint(basis.figures)
        ),
        Kind.CLAIMS: lambda basis, _one: entry.id in basis.claims,
        Kind.QUESTIONS: lambda _basis, one: isinstance(one, Argument) and entry.id in one.questions,
    }
    test = tests.get(kind)
    if test is None:
        return
    for other_kind in SHOWN:
        for one in library.of(other_kind).values():
            if isinstance(one, Claim | Question | Argument | Advice | Note) and test(
                one.basis, one
            ):
                yield other_kind, one


def _groups(named: Iterable[tuple[Kind, Entry]]) -> tuple[Group, ...]:
    by_kind: dict[Kind, list[Line]] = {}
    for kind, entry in named:
        by_kind.setdefault(kind, []).append(_line(kind, entry))
    return tuple(
        Group(kind, str(label), tuple(by_kind[kind]))
        for kind, label in KINDS.items()
        if kind in by_kind
    )
