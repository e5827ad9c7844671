"""What one entry of My care holds, as values: all of it is sealed as one text.

What it is about, on which day and after which session stands inside the sealed text alone.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima import strict_json
from lacrima.errors import BadInput, Damaged, OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import Scored, score
from lacrima.practice.words import HeldBack

SCHEMA = "lacrima.own-care/1"
LONGEST_WORDS = 20_000
LONGEST_ANSWER = 3_000  # in the workbook: all of it stands in one sealed text
FULLEST = 10
PROQOL = "proqol-5"


class When(StrEnum):
    """When somebody says how full she is."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class OfOneself(StrEnum):
    """What of herself a moment was about. These words are in no table of the record."""

    OWN_LIFE = "own_life"
    WORN_OUT = "worn_out"


WHENS: Mapping[When, Promise] = {
    When.BEFORE: _("before a session"),
    When.AFTER: _("after a session"),
    When.OTHER: _("at another time"),
}
OF_ONESELF: Mapping[OfOneself, Promise] = {
    OfOneself.OWN_LIFE: _("my own life"),
    OfOneself.WORN_OUT: _("being worn out"),
}
HELD: Mapping[HeldBack, Promise] = {
    HeldBack.PARTLY: _("partly"),
    HeldBack.WHOLLY: _("wholly"),
}


@dataclass(frozen=True, kw_only=True)
class State:
    """How full she is: 0 is plenty of room, 10 is full to the brim."""

    when: When
    full: int

    def __post_init__(self) -> None:
        """Refuse a number off the scale."""
        if not 0 <= self.full <= FULLEST:
            raise OutOfRange("a number off the scale", where="full", expected=f"0 to {FULLEST}")


@dataclass(frozen=True, kw_only=True)
class Own:
    """What of herself was in a session: what it was about, and tears that were held back."""

    of: frozenset[OfOneself] = frozenset()
    held_back: HeldBack | None = None

    def __post_init__(self) -> None:
        """Refuse tears that were held back to no degree."""
        if self.held_back is HeldBack.NO:
            raise OutOfRange("tears held back: no", where="held_back", expected="partly or wholly")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """ProQOL 5, as she filled it in."""

    items: Mapping[str, int | None]

    def __post_init__(self) -> None:
        """Refuse answers that the form does not allow, and a form without any."""
        score(shipped()[PROQOL], self.items)
        if all(value is None for value in self.items.values()):
            raise BadInput("nothing is answered yet", expected="one answer at least")
        object.__setattr__(self, "items", MappingProxyType(dict(self.items)))

    def scored(self) -> Scored:
        """Its three scores."""
        return score(shipped()[PROQOL], self.items)


Content: TypeAlias = State | Own | Filled


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: its day, what it holds, the session and the moment it is about, words."""

    day: date
    content: Content
    session: uuid.UUID | None = None
    moment: uuid.UUID | None = None
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse an entry that says nothing, or too much for one."""
        _check_words(self.words, "words")
        own = self.content
        if isinstance(own, Own) and not (own.of or own.held_back or self.words):
            raise BadInput("nothing was said yet", expected="one tap, or a few words")

    def to_text(self) -> str:
        """As it is sealed."""
        told = {
            "schema": SCHEMA,
            "kind": _KINDS[type(self.content)],
            "day": self.day.isoformat(),
            "session": self.session.hex if self.session else "",
            "moment": self.moment.hex if self.moment else "",
            "values": _values(self.content),
            "words": self.words,
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_KINDS: Mapping[type[Content], str] = {State: "state", Own: "own", Filled: PROQOL}


def _values(content: Content) -> dict[str, Any]:
    if isinstance(content, State):
        return {"when": content.when.value, "full": content.full}
    if isinstance(content, Own):
        return {
            "of": sorted(one.value for one in content.of),
            "held_back": content.held_back.value if content.held_back else "",
        }
    return {"items": dict(content.items)}


def _content(kind: str, values: Mapping[str, Any]) -> Content:
    if kind == "state":
        return State(when=When(values["when"]), full=int(values["full"]))
    if kind == "own":
        held_back = HeldBack(values["held_back"]) if values["held_back"] else None
        return Own(of=frozenset(map(OfOneself, values["of"])), held_back=held_back)
    if kind == PROQOL:
        return Filled(items=values["items"])
    raise ValueError("an unknown kind")


def entry_of(text: str) -> Entry:
    """An entry as it was sealed. Raises Damaged where it is none that we wrote."""
    try:
        told = strict_json.read(text)
        if told["schema"] != SCHEMA:
            raise ValueError("another schema")
        return Entry(
            day=date.fromisoformat(told["day"]),
            content=_content(told["kind"], told["values"]),
            session=uuid.UUID(told["session"]) if told["session"] else None,
            moment=uuid.UUID(told["moment"]) if told["moment"] else None,
            words=told["words"],
        )
    except (BadInput, ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(
            "an entry of My care that cannot be read", next_step="Restore a backup."
        ) from None


def _check_words(words: str, where: str, at_most: int = LONGEST_WORDS) -> None:
    if len(words) > at_most or "\0" in words:
        raise OutOfRange(
            "a text that is too long", where=where, expected=f"at most {at_most} characters"
        )


# --- what stands once for each person: reminders, how long entries stay, the workbook


class Remind(StrEnum):
    """What a reminder is for."""

    REST = "rest"
    OWN_THERAPY = "own_therapy"
    SOMETHING_ELSE = "something_else"


REMINDS: Mapping[Remind, Promise] = {
    Remind.REST: _("rest"),
    Remind.OWN_THERAPY: _("own therapy"),
    Remind.SOMETHING_ELSE: _("something else"),
}
DAYS_A_REMINDER_STANDS = 7
MOST_REMINDERS = 20
MOST_WEEKS = 52


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """On a day, or from that day every so many weeks (0: once). It stands a week, then is quiet."""

    id: str
    what: Remind
    first_on: date
    every_weeks: int = 0
    is_on_today: bool = False
    words: str = ""
    seen_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a rhythm that is none."""
        _check_words(self.words, "words")
        if not 0 <= self.every_weeks <= MOST_WEEKS:
            raise OutOfRange(
                "a rhythm that does not fit", where="every_weeks", expected=f"0 to {MOST_WEEKS}"
            )

    def turn(self, today: date) -> date | None:
        """Its latest day up to today; None before the first."""
        days = (today - self.first_on).days
        if days < 0:
            return None
        rhythm = self.every_weeks * 7
        return date.fromordinal(today.toordinal() - days % rhythm) if rhythm else self.first_on

    def next_turn(self, today: date) -> date | None:
        """Its next day after today; None where there is none."""
        latest = self.turn(today)
        if latest is None:
            return self.first_on
        rhythm = self.every_weeks * 7
        return date.fromordinal(latest.toordinal() + rhythm) if rhythm else None

    def stands(self, today: date) -> bool:
        """Is it shown today? From its day for a week, unless it was seen."""
        latest = self.turn(today)
        if latest is None or (today - latest).days >= DAYS_A_REMINDER_STANDS:
            return False
        return self.seen_on is None or self.seen_on < latest


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What she set up for herself. `keep_days`: entries go that long after they were written."""

    reminders: tuple[Reminder, ...] = ()
    keep_days: int | None = None
    workbook: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse more reminders than anybody reads, and texts that are too long."""
        if len(self.reminders) > MOST_REMINDERS:
            raise OutOfRange(
                "very many reminders", where="reminders", expected=f"at most {MOST_REMINDERS}"
            )
        for answers in self.workbook.values():
            for question, words in answers.items():
                _check_words(words, question, LONGEST_ANSWER)

    def reminder(self, key: str) -> Reminder | None:
        """The reminder of this id."""
        return next((one for one in self.reminders if one.id == key), None)

    def written(self, part: str) -> Mapping[str, str]:
        """What was written in one part of the workbook."""
        return self.workbook.get(part, {})

    def to_text(self) -> str:
        """As it is sealed."""
        told = {
            "schema": SCHEMA,
            "kind": "desk",
            "reminders": [_reminder_values(one) for one in self.reminders],
            "keep_days": self.keep_days,
            "workbook": {part: dict(answers) for part, answers in self.workbook.items()},
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _reminder_values(one: Reminder) -> dict[str, Any]:
    return {
        "id": one.id,
        "what": one.what.value,
        "first_on": one.first_on.isoformat(),
        "every_weeks": one.every_weeks,
        "is_on_today": one.is_on_today,
        "words": one.words,
        "seen_on": one.seen_on.isoformat() if one.seen_on else "",
    }


def _reminder_of(told: Mapping[str, Any]) -> Reminder:
    return Reminder(
        id=told["id"],
        what=Remind(told["what"]),
        first_on=date.fromisoformat(told["first_on"]),
        every_weeks=told["every_weeks"],
        is_on_today=told["is_on_today"],
        words=told["words"],
        seen_on=date.fromisoformat(told["seen_on"]) if told["seen_on"] else None,
    )


def desk_of(text: str) -> Desk:
    """The desk as it was sealed. Raises Damaged where it is none that we wrote."""
    try:
        told = strict_json.read(text)
        if told["schema"] != SCHEMA or told["kind"] != "desk":
            raise ValueError("another schema")
        return Desk(
            reminders=tuple(map(_reminder_of, told["reminders"])),
            keep_days=told["keep_days"],
            workbook=told["workbook"],
        )
    except (BadInput, ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("My care cannot be read", next_step="Restore a backup.") from None
