"""What could come next after a moment: a card, suggestions with their rules, words to ask.

All of it is data, in `guidance/what_next.toml`; the rules look at the same facts as arguments do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from lacrima import strict_toml
from lacrima.errors import BadEvidence
from lacrima.evidence.conditions import Condition, Facts, When, condition_of, matching
from lacrima.evidence.spoken import in_each_language
from lacrima.evidence.words import Grade
from lacrima.strict_toml import Section

SCHEMA = "lacrima.what-next/1"
FILE = "what_next.toml"
MOST_CARD_WORDS = 110
FADES_AFTER_DAYS = 28
MOST_A_MOMENT = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to say."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """How far studies support a text, and which ones: ids of the library."""

    grade: Grade
    studies: tuple[str, ...]
    figures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse advice that rests on nothing and does not say so."""
        if self.grade is not Grade.UNSTUDIED and not (self.studies or self.figures):
            raise BadEvidence("advice that rests on nothing", expected="studies or figures")


@dataclass(frozen=True, slots=True)
class Guide:
    """A few steps under one heading, with what they rest on."""

    title: str
    lead: str
    steps: tuple[Step, ...]
    grounds: Grounds

    @property
    def words(self) -> int:
        """How many words it takes to read, headings too."""
        said = [self.title, self.lead, *(f"{one.title} {one.text}" for one in self.steps)]
        return len(" ".join(said).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One kind of next step: when it is suggested, and how it could be said."""

    kind: str
    title: str
    words: str
    grounds: Grounds
    when: tuple[When, ...]
    unless: tuple[When, ...] = ()

    def is_apt(self, facts: Facts) -> bool:
        """Whether one table of conditions holds, and none that speaks against it."""
        is_off = any(table.holds(facts) for table in self.unless)
        return not is_off and any(table.holds(facts) for table in self.when)


@dataclass(frozen=True, slots=True)
class WhatNext:
    """The card for the room, the suggestions in their order, the words to ask beforehand.

    `asked_ahead` are questions of the library by their ids, worded for a session to come.
    """

    card: Guide
    ahead: Guide
    asked_ahead: Mapping[str, str]
    suggestions: tuple[Suggestion, ...]

    def suggestion(self, kind: str) -> Suggestion | None:
        """The suggestion of this kind."""
        return next((one for one in self.suggestions if one.kind == kind), None)

    def apt(self, facts: Facts) -> list[str]:
        """The kinds that these facts make apt, the most needed first.

        >>> from lacrima.evidence.what_next import shipped
        >>> shipped().apt(Facts(who="therapist", therapist_shown=3, noticed_guess="unsure"))
        ['supervision', 'ask']
        """
        return [one.kind for one in self.suggestions if one.is_apt(facts)]

    def because(self, kind: str, facts: Facts) -> str:
        """Why this is suggested, as the end of a sentence; empty where no rule holds."""
        found = matching([one for one in self.suggestions if one.kind == kind], facts)
        return found[0][1] if found else ""


@in_each_language
def shipped() -> WhatNext:
    """What comes with Lacrima. Raises BadEvidence where the file has a mistake."""
    path = resources.files("lacrima.evidence") / "guidance" / FILE
    return read_what_next(path.read_bytes())


def read_what_next(data: bytes) -> WhatNext:
    """The file's bytes as values; every mistake with file, line and what fits."""
    text = strict_toml.decode(data, name=FILE, error=BadEvidence)
    top = strict_toml.read(text, name=FILE, error=BadEvidence)
    if top.need("schema", str) != SCHEMA:
        raise top.refuse("schema", "another schema", repr(SCHEMA))
    card = _guide(top, "card")
    if card.words > MOST_CARD_WORDS:
        raise top.refuse("card", f"a card of {card.words} words", f"at most {MOST_CARD_WORDS}")
    ahead, asked = _ahead(top)
    suggestions = tuple(_suggestion(section) for section in top.sections("offer"))
    _check_once(top, [one.kind for one in suggestions])
    top.done("card, ahead, [[offer]] tables")
    return WhatNext(card, ahead, asked, suggestions)


def _check_once(top: Section, kinds: Sequence[str]) -> None:
    if not kinds or len(set(kinds)) != len(kinds):
        raise top.refuse("", "no suggestion, or two of one kind", "each kind once")


def _guide(top: Section, key: str) -> Guide:
    section = _table_of(top, key)
    found = _guide_in(section, key)
    section.done()
    return found


def _ahead(top: Section) -> tuple[Guide, Mapping[str, str]]:
    section = _table_of(top, "ahead")
    asked = {one.need("id", str): _asks(one) for one in section.sections("question")}
    found = _guide_in(section, "ahead")
    section.done()
    return found, MappingProxyType(asked)


def _asks(section: Section) -> str:
    asks = _words(section, "asks")
    section.done()
    return asks


def _table_of(top: Section, key: str) -> Section:
    section = top.section(key)
    if section is None:
        raise top.refuse(key, "the table is missing", f"[{key}]")
    return section


def _guide_in(section: Section, key: str) -> Guide:
    steps = tuple(_step(one) for one in section.sections("step"))
    found = Guide(_words(section, "title"), _words(section, "lead"), steps, _grounds(section))
    if not steps:
        raise section.refuse("step", "no steps", f"[[{key}.step]] tables")
    return found


def _step(section: Section) -> Step:
    step = Step(_words(section, "title"), _words(section, "text"))
    section.done()
    return step


def _suggestion(section: Section) -> Suggestion:
    found = Suggestion(
        kind=section.need("kind", str),
        title=_words(section, "title"),
        words=_words(section, "words"),
        grounds=_grounds(section),
        when=_tables(section, "when"),
        unless=_tables(section, "unless"),
    )
    if not found.when:
        raise section.refuse("when", "a suggestion that nothing would ever make", "[[offer.when]]")
    section.done()
    return found


def _grounds(section: Section) -> Grounds:
    grade = Grade(section.one_of("grade", tuple(Grade)))
    where = section.where()
    try:
        return Grounds(
            grade=grade, studies=section.texts("studies"), figures=section.texts("figures")
        )
    except BadEvidence as mistake:
        raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake


def _tables(section: Section, key: str) -> tuple[When, ...]:
    return tuple(_table(one) for one in section.sections(key))


def _table(section: Section) -> When:
    names = section.keys()
    found = tuple(_condition(section, key) for key in names)
    if not found:
        raise section.refuse("", "a table of conditions without conditions", "one at least")
    return When(found)


def _condition(section: Section, key: str) -> Condition:
    where, kind = section.where(key), section.kind_of(key)
    try:
        return condition_of(key, section.take(key, kind or str))
    except BadEvidence as mistake:
        raise BadEvidence(mistake.found, where=where, expected=mistake.expected) from mistake


def _words(section: Section, key: str) -> str:
    text = " ".join(section.need(key, str).split())
    if not text:
        raise section.refuse(key, "an empty text", "some words")
    return text
