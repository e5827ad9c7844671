"""The reference page of what could come next, written from its data file."""

from __future__ import annotations

from collections.abc import Iterable

from lacrima.evidence.conditions import Condition, When
from lacrima.evidence.library import shipped as library
from lacrima.evidence.what_next import (
    FADES_AFTER_DAYS,
    FILE,
    MOST_A_MOMENT,
    MOST_CARD_WORDS,
    Grounds,
    Guide,
    Suggestion,
    shipped,
)
from lacrima.evidence.words import SAID_OF_GRADE

HEAD = """# What could come next

{generated}

The card for the room, the suggestions after a moment and the words to ask beforehand are data:
`src/lacrima/evidence/guidance/{file}`. A mistake in it is refused with file and line.
[How it looks from outside](../how-to/weigh-a-moment.md).

A suggestion is made when all conditions of one line under *when* hold, and no line under *unless*
holds. The facts are those of [evidence](evidence.md); one that nobody recorded fulfils nothing.
At most {most} stand for a moment; the order of this page decides which. What a client wished
comes before them, and a plan to speak of it too. They fade after {days} days. Own life and
exhaustion, which live in My care alone, are never looked at.

To change a rule or a wording, change the file, run `make test`, and look at this page again.
"""


def what_next(generated: str) -> str:
    """The whole page."""
    told = shipped()
    parts = [
        HEAD.format(generated=generated, file=FILE, most=MOST_A_MOMENT, days=FADES_AFTER_DAYS),
        *(_suggestion(one) for one in told.suggestions),
        _guide(told.card, f"{told.card.words} words; at most {MOST_CARD_WORDS}."),
        _guide(told.ahead, ""),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _suggestion(one: Suggestion) -> str:
    lines = [f"## {one.title} (`{one.kind}`)\n", f"{one.words}\n", *_tables("when", one.when)]
    lines += _tables("unless", one.unless)
    return "\n".join([*lines, _grounds(one.grounds), ""])


def _tables(word: str, tables: Iterable[When]) -> list[str]:
    return [f"- {word}: {' and '.join(map(_condition, one.conditions))}" for one in tables]


def _condition(one: Condition) -> str:
    if one.values:
        return f"`{one.fact}` is {' or '.join(str(value).lower() for value in one.values)}"
    limits = [f"at least {one.at_least}" if one.at_least is not None else ""]
    limits.append(f"at most {one.at_most}" if one.at_most is not None else "")
    return f"`{one.fact}` is {' and '.join(filter(None, limits))}"


def _guide(one: Guide, note: str) -> str:
    steps = [f"{n}. **{step.title}.** {step.text}" for n, step in enumerate(one.steps, start=1)]
    lines = [f"## {one.title}\n", f"{one.lead} {note}".rstrip(), "", *steps]
    return "\n".join([*lines, _grounds(one.grounds), ""])


def _grounds(grounds: Grounds) -> str:
    names = [library().studies[one].title for one in grounds.studies]
    figures = [library().figures[one] for one in grounds.figures]
    names += [f"{one.label} ({one.said})" for one in figures]
    return f"\n*{SAID_OF_GRADE[grounds.grade]}*: {'; '.join(names)}"
