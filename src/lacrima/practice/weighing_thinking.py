"""What somebody thinks over about a moment, as one value: answers, benefit, what she takes from it.

There is no score in it, no sum and no verdict, and nothing here could form one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima import strict_json
from lacrima.errors import BadEvidence, Damaged, OutOfRange
from lacrima.evidence.conditions import Facts

SCHEMA = "lacrima.weighing/1"
LONGEST_LINE, LONGEST_TEXT = 500, 20_000


class Speaks(StrEnum):
    """What an answer to one question speaks for."""

    FOR = "for"
    AGAINST = "against"
    UNSURE = "unsure"
    NOT_RELEVANT = "not_relevant"


SPEAKS: Mapping[Speaks, Promise] = {
    Speaks.FOR: gettext_lazy("speaks for"),
    Speaks.AGAINST: gettext_lazy("speaks against"),
    Speaks.UNSURE: gettext_lazy("unsure"),
    Speaks.NOT_RELEVANT: gettext_lazy("not relevant"),
}
# The same for a form, where the page says once what it is for or against.
SHORT: Mapping[Speaks, Promise] = {
    **SPEAKS,
    Speaks.FOR: gettext_lazy("for"),
    Speaks.AGAINST: gettext_lazy("against"),
}


def _check(text: str, where: str, at_most: int) -> None:
    if len(text) > at_most or "\0" in text:
        raise OutOfRange("a text that is too long", where=where, expected=f"at most {at_most}")


@dataclass(frozen=True)
class Answer:
    """One question: what it speaks for, and a line of reason; either may be empty."""

    speaks: Speaks | None = None
    line: str = ""

    def __post_init__(self) -> None:
        """Refuse a line that is a text."""
        _check(self.line, "line", LONGEST_LINE)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return self.speaks is None and not self.line


NO_ANSWER = Answer()


@dataclass(frozen=True, kw_only=True)
class Thinking:
    """One weighing as it stands.

    `facts` are facts she sees otherwise than the record; `known` is what the record said when it
    was put there. Both hold words and numbers of the evidence room's vocabulary.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    benefit: str = ""
    is_no_benefit_seen: bool = False
    takes: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse texts too long, and facts that no condition knows."""
        for name in ("benefit", "takes"):
            _check(getattr(self, name), name, LONGEST_TEXT)
        said = {name: one for name, one in self.answers.items() if not one.is_empty}
        object.__setattr__(self, "answers", MappingProxyType(said))
        try:
            with_lists_as_sets(self.facts, Facts())
        except (BadEvidence, TypeError):
            raise OutOfRange("a fact with an unknown word", where="facts") from None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was thought yet."""
        return not (self.answers or self.benefit or self.is_no_benefit_seen or self.takes)

    def answer(self, question: str) -> Answer:
        """What she says to one question."""
        return self.answers.get(question, NO_ANSWER)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "schema": SCHEMA,
            "answers": {
                name: {"speaks": one.speaks.value if one.speaks else "", "line": one.line}
                for name, one in self.answers.items()
            },
            "benefit": self.benefit,
            "no_benefit_seen": self.is_no_benefit_seen,
            "takes": self.takes,
            "facts": dict(self.facts),
            "known": dict(self.known),
        }

    def to_text(self) -> str:
        """As it is sealed."""
        return canonical(self.to_dict())


def thinking_of(text: str) -> Thinking:
    """A thinking as it was sealed; an empty text is one in which nothing was thought yet."""
    if not text:
        return Thinking()
    try:
        return thinking_from(strict_json.read(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("a weighing that cannot be read", next_step="Restore a backup.") from None


def thinking_from(told: Mapping[str, Any]) -> Thinking:
    """A thinking out of plain values of our own making."""
    if told["schema"] != SCHEMA:
        raise ValueError("another schema")
    return Thinking(
        answers={
            name: Answer(Speaks(one["speaks"]) if one["speaks"] else None, one["line"])
            for name, one in told["answers"].items()
        },
        benefit=told["benefit"],
        is_no_benefit_seen=told["no_benefit_seen"],
        takes=told["takes"],
        facts=told["facts"],
        known=told["known"],
    )


def thinking_from_version(text: str) -> Thinking:
    """The thinking inside the text of one version."""
    try:
        return thinking_from(strict_json.read(text)["thinking"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("a version that cannot be read", next_step="Restore a backup.") from None


def with_lists_as_sets(values: Mapping[str, Any], facts: Facts) -> Facts:
    """These facts with `values` in the place of what was known; lists come out of JSON."""
    kept = {name: getattr(facts, name) for name in Facts.__dataclass_fields__}
    for name, value in values.items():
        kept[name] = frozenset(value) if isinstance(value, list | tuple) else value
    return Facts(**kept) if not set(values) - set(Facts.__dataclass_fields__) else _refuse()


def _refuse() -> Facts:
    raise BadEvidence("an unknown fact")


def facts_to_dict(facts: Facts) -> dict[str, Any]:
    """What is known, as plain values for JSON; what is not known is left out."""
    found: dict[str, Any] = {}
    for name in Facts.__dataclass_fields__:
        value = getattr(facts, name)
        if value is None or value == frozenset():
            continue
        found[name] = sorted(value) if isinstance(value, frozenset) else value
    return found


def canonical(value: Any) -> str:
    """JSON of one form alone: sorted keys, no blanks, plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Changed:
    """One thing that is otherwise in a later version. Empty words: nothing was said."""

    what: str
    before: str
    after: str


def changes_between(
    before: Thinking, after: Thinking, titles: Mapping[str, str]
) -> tuple[Changed, ...]:
    """What is otherwise, in words; `titles` are the questions' titles by their ids."""
    return tuple(one for one in _compared(before, after, titles) if one.before != one.after)


def _compared(before: Thinking, after: Thinking, titles: Mapping[str, str]) -> Iterator[Changed]:
    asked = [*titles, *sorted((before.answers.keys() | after.answers.keys()) - titles.keys())]
    for name in asked:
        yield Changed(
            titles.get(name, name), said_of(before.answer(name)), said_of(after.answer(name))
        )
    yield Changed(_("Benefit to the client"), benefit_words(before), benefit_words(after))
    yield Changed(_("What you take from it"), before.takes, after.takes)


def said_of(answer: Answer) -> str:
    """An answer in one line."""
    speaks = str(SPEAKS[answer.speaks]) if answer.speaks else ""
    return ": ".join(part for part in (speaks, answer.line) if part)


def benefit_words(thinking: Thinking) -> str:
    """The benefit as she sees it."""
    none = _("none I can see") if thinking.is_no_benefit_seen else ""
    return ". ".join(part for part in (none, thinking.benefit) if part)
