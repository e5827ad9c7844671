"""The pages of a weighing: the questions, what is known, what the record says, what she wrote."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest

from lacrima.evidence import what_next
from lacrima.evidence.conditions import Facts, matching
from lacrima.evidence.library import Library, shipped
from lacrima.evidence.statements import Argument, Question
from lacrima.evidence.words import SAID_OF_GRADE, SAID_OF_SIDE, Grade, Side
from lacrima.practice.evidence_refs import Reference, references
from lacrima.practice.finding import as_id
from lacrima.practice.pages_moment_words import line_of
from lacrima.practice.pages_parts import Seeing, people_of, seeing, who_comes
from lacrima.practice.weighing import is_untouched
from lacrima.practice.weighing_fact_lines import FactLine, fact_lines
from lacrima.practice.weighing_facts import facts_as_seen, known_facts, moment_of
from lacrima.practice.weighing_thinking import (
    Answer,
    Changed,
    Thinking,
    benefit_words,
    changes_between,
    said_of,
    thinking_from_version,
    thinking_of,
)
from lacrima.records.access import find
from lacrima.records.models import (
    KeptInMind,
    Member,
    Moment,
    Session,
    Weighing,
    WeighingTime,
    WeighingVersion,
)

MOST_ARGUMENTS_AT_ONCE = 3
_IN_TURN = (Side.FOR, Side.AGAINST, Side.CARE)


@dataclass(frozen=True)
class ArgumentView:
    """One consideration, what it speaks for, how far it is studied, and why it stands here."""

    id: str
    text: str
    side: str
    grade: str
    grade_word: str
    is_unstudied: bool
    because: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class QuestionView:
    """One question with what is known about it."""

    id: str
    title: str
    asks: str
    known: str
    grades: tuple[str, ...]
    references: tuple[Reference, ...]
    answer: Answer

    @property
    def grade_words(self) -> str:
        """The grade in short, for the line that opens what is known."""
        return " · ".join(self.grades)


@dataclass(frozen=True)
class VersionView:
    """One version in the record: when, by whom, its hash, and what is otherwise than before."""

    number: int
    at_local: datetime | None
    by: str
    content_hash: str
    is_untouched: bool
    changes: tuple[Changed, ...]


@dataclass(frozen=True)
class WeighingPage:
    """All that the pages of one weighing show."""

    weighing: Weighing
    thinking: Thinking
    who: str
    session: Session | None
    session_start_local: datetime | None
    moment_id: uuid.UUID | None
    moment_words: str
    is_yours: bool
    recorded_at_local: datetime | None
    facts: tuple[FactLine, ...]
    kept_in_mind: tuple[KeptInMind, ...]
    arguments: tuple[ArgumentView, ...]
    questions: tuple[QuestionView, ...]
    benefit: str
    versions: tuple[VersionView, ...]

    @property
    def is_ahead(self) -> bool:
        """Whether it is about a session to come."""
        return bool(self.weighing.time == WeighingTime.BEFOREHAND)

    @property
    def is_recorded(self) -> bool:
        """Whether it is in the record."""
        return self.weighing.recorded_at is not None

    @property
    def known_facts(self) -> tuple[FactLine, ...]:
        """Those that are known at all; the others can be said."""
        return tuple(one for one in self.facts if one.is_known)

    @property
    def first_arguments(self) -> tuple[ArgumentView, ...]:
        """Those closest to what is known."""
        return self.arguments[:MOST_ARGUMENTS_AT_ONCE]

    @property
    def other_arguments(self) -> tuple[ArgumentView, ...]:
        """The rest of them."""
        return self.arguments[MOST_ARGUMENTS_AT_ONCE:]

    @property
    def answered(self) -> tuple[tuple[str, str], ...]:
        """The questions she said something to, with what she said."""
        asked = {one.id: one.title for one in self.questions}
        left = {name: name for name in self.thinking.answers if name not in asked}
        said = {title: self.thinking.answer(name) for name, title in (asked | left).items()}
        return tuple((title, said_of(one)) for title, one in said.items() if not one.is_empty)


def weighing_page(by: Member, key: uuid.UUID | str) -> WeighingPage:
    """One weighing, as this person may see it."""
    eyes = seeing(by)
    weighing = find(by, Weighing, as_id(key), "session", "episode", "member")
    thinking = thinking_of(weighing.thinking)
    moment = moment_of(weighing)
    known = _known(weighing, thinking, moment)
    seen = facts_as_seen(known, thinking)
    library, session = shipped(), weighing.session
    return WeighingPage(
        weighing=weighing,
        thinking=thinking,
        who=who_comes(people_of([weighing.episode_id], eyes)[weighing.episode_id]),
        session=session,
        session_start_local=eyes.local(session.start) if session else None,
        moment_id=weighing.moment_id,
        moment_words=line_of(moment, eyes) if moment else "",
        is_yours=weighing.member_id == by.pk,
        recorded_at_local=eyes.local(weighing.recorded_at),
        facts=fact_lines(known, thinking, is_ahead=weighing.time == WeighingTime.BEFOREHAND),
        kept_in_mind=_kept_in_mind(weighing),
        arguments=_arguments(library, seen),
        questions=_questions(library, weighing, thinking),
        benefit=benefit_words(thinking),
        versions=_versions(weighing, library, eyes) if weighing.recorded_at else (),
    )


def _known(weighing: Weighing, thinking: Thinking, moment: Moment | None) -> Facts:
    """What the record says now; of a weighing in the record, what it said on that day."""
    if weighing.recorded_at is None:
        return known_facts(weighing, moment)
    return facts_as_seen(Facts(), Thinking(facts=thinking.known))


def _kept_in_mind(weighing: Weighing) -> tuple[KeptInMind, ...]:
    """What is kept in mind now; it is not part of what the record said on another day."""
    if weighing.recorded_at is not None:
        return ()
    return tuple(KeptInMind.objects.filter(episode=weighing.episode_id, let_go_on=None))


def _arguments(library: Library, facts: Facts) -> tuple[ArgumentView, ...]:
    """The closest to these facts first, the sides in turn, so that none stands above the other."""
    found = matching(library.arguments.values(), facts)
    sides = [[pair for pair in found if pair[0].side is side] for side in _IN_TURN]
    turns = chain.from_iterable(zip_longest(*sides))
    return tuple(_argument(library, *pair) for pair in turns if pair is not None)


def _argument(library: Library, one: Argument, because: str) -> ArgumentView:
    return ArgumentView(
        id=one.id,
        text=one.text,
        side=SAID_OF_SIDE[one.side],
        grade=SAID_OF_GRADE[one.grade],
        grade_word=one.grade.value,
        is_unstudied=one.grade is Grade.UNSTUDIED,
        because=because,
        references=references(library, one.basis),
    )


def _questions(
    library: Library, weighing: Weighing, thinking: Thinking
) -> tuple[QuestionView, ...]:
    """All of them; beforehand the few that can be asked of a session to come."""
    if weighing.time == WeighingTime.AFTER:
        all_of_them = library.questions.values()
        return tuple(_question(library, one, one.asks, thinking) for one in all_of_them)
    asked = what_next.shipped().asked_ahead
    return tuple(
        _question(library, library.questions[name], asks, thinking) for name, asks in asked.items()
    )


def _question(library: Library, one: Question, asks: str, thinking: Thinking) -> QuestionView:
    grades = tuple(
        f"{SAID_OF_GRADE[part.grade]} ({part.scope})" if part.scope else SAID_OF_GRADE[part.grade]
        for part in one.support
    )
    return QuestionView(
        id=one.id,
        title=one.title,
        asks=asks,
        known=one.known,
        grades=grades,
        references=references(library, one.basis),
        answer=thinking.answer(one.id),
    )


def question_titles() -> dict[str, str]:
    """The titles of all questions by their ids."""
    return {one.id: one.title for one in shipped().questions.values()}


def _versions(weighing: Weighing, library: Library, eyes: Seeing) -> tuple[VersionView, ...]:
    rows = list(weighing.versions.select_related("by").order_by("number"))
    for row in rows:
        row.weighing = weighing  # its key to open the words is found over the weighing
    told = [thinking_from_version(row.thinking) for row in rows]
    titles = {one.id: one.title for one in library.questions.values()}
    before = [None, *told]
    views = [
        _version(row, eyes, changes_between(old, new, titles) if old else ())
        for row, old, new in zip(rows, before, told, strict=False)
    ]
    return tuple(reversed(views))


def _version(row: WeighingVersion, eyes: Seeing, changes: tuple[Changed, ...]) -> VersionView:
    return VersionView(
        number=row.number,
        at_local=eyes.local(row.created_at),
        by=str(row.by.name) if row.by else "",
        content_hash=row.content_hash,
        is_untouched=is_untouched(row),
        changes=changes,
    )
