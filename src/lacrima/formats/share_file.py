"""What stands in a share file, and in the answer that comes back: JSON inside a sealed file.

`lacrima.share/1`: what somebody shows, for what, until when. `lacrima.share-answer/1`: what the
reader says of it. How the files are sealed: vault/share_box. What comes in was written by somebody
else, so it is read strictly: nothing unknown, nothing missing, nothing without end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from lacrima import strict_json
from lacrima.errors import BadInput, BadShare
from lacrima.vault import share_box

ENDING = ".lacrima-share"
SHARE, ANSWER = "share", "answer"
SHARE_SCHEMA, ANSWER_SCHEMA = "lacrima.share/1", "lacrima.share-answer/1"
MOST_PARTS, MOST_ROWS, MOST_NOTES = 200, 500, 500
LONGEST_TEXT, LONGEST_NAME = 100_000, 120
_ID = re.compile(r"[0-9a-f]{32}")
_SCHEMA = re.compile(r"(lacrima\.[a-z-]+)/(\d+)")

ValueT = TypeVar("ValueT")


class Purpose(StrEnum):
    """What a share is for."""

    LEARNING = "learning"
    ASSESSMENT = "assessment"


class NoteKind(StrEnum):
    """What somebody says of it."""

    COMMENT = "comment"
    QUESTION = "question"
    SIGN_OFF = "sign_off"


@dataclass(frozen=True)
class ShownPart:
    """One part of what is shown: its name, pairs of what and how, and words as they were written.

    It refuses to be longer than a reader takes.
    """

    name: str
    rows: tuple[tuple[str, str], ...] = ()
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse what is too much."""
        _check("part", len(self.rows) <= MOST_ROWS)
        for text in (self.name, self.words, *(text for pair in self.rows for text in pair)):
            _check_text("part", text)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that a reader sees, as it was on the day it was shown. Nothing is looked up for it."""

    about: str
    question: str = ""
    agreed: str = ""
    parts: tuple[ShownPart, ...] = ()
    is_simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse what is too much."""
        _check("parts", len(self.parts) <= MOST_PARTS)
        for text in (self.about, self.question, self.agreed):
            _check_text("shown", text)

    def to_text(self) -> str:
        """As it is kept; empty parts as empty texts, in one form alone."""
        return _canonical(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "about": self.about,
            "question": self.question,
            "agreed": self.agreed,
            "parts": [
                {"name": one.name, "rows": [list(pair) for pair in one.rows], "words": one.words}
                for one in self.parts
            ],
            "is_simulated": self.is_simulated,
        }


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share on its way to a reader outside."""

    file_id: str
    sender_name: str
    purpose: Purpose
    expires_on: date
    shown: Shown

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        told = {
            "schema": SHARE_SCHEMA,
            "file_id": self.file_id,
            "sender_name": self.sender_name,
            "purpose": self.purpose.value,
            "expires_on": self.expires_on.isoformat(),
            "shown": self.shown.to_dict(),
        }
        return _canonical(told).encode()


@dataclass(frozen=True, kw_only=True)
class Said:
    """One comment, question or sign-off in an answer."""

    note_id: str
    kind: NoteKind
    said_at: datetime
    words: str

    def __post_init__(self) -> None:
        """Refuse what is too much, and a moment without a zone."""
        _check_text("words", self.words)
        _check("said_at", self.said_at.tzinfo is not None)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a reader says of a share, on its way back to whom it came from."""

    file_id: str
    sender_name: str
    said: tuple[Said, ...]

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        told = {
            "schema": ANSWER_SCHEMA,
            "file_id": self.file_id,
            "sender_name": self.sender_name,
            "said": [
                {
                    "note_id": one.note_id,
                    "kind": one.kind.value,
                    "said_at": one.said_at.astimezone(UTC).isoformat(),
                    "words": one.words,
                }
                for one in self.said
            ],
        }
        return _canonical(told).encode()


def shown_of(text: str) -> Shown:
    """What was kept, as a value again. Raises BadShare."""
    return _read(lambda: _shown(strict_json.read(text)))


def read_share(plain: bytes) -> Share:
    """The inside of a share file. Raises BadShare, which says nothing of what stands in it."""
    return _read(lambda: _share(_told(plain, SHARE_SCHEMA)))


def read_answer(plain: bytes) -> Answer:
    """The inside of an answer. Raises BadShare."""
    return _read(lambda: _answer(_told(plain, ANSWER_SCHEMA)))


def _read(make: Callable[[], ValueT]) -> ValueT:
    try:
        return make()
    except BadShare:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, BadInput):
        raise BadShare(
            "what stands in this file is not written as Lacrima writes it",
            next_step="Nothing of it was taken. Ask the sender to make it once more.",
        ) from None


def _told(plain: bytes, schema: str) -> dict[str, Any]:
    told = _known(strict_json.read(plain), None)
    name, number = schema.split("/")
    found = _SCHEMA.fullmatch(str(told.pop("schema")))
    if found is None or found[1] != name:
        raise ValueError("schema")
    if int(found[2]) > int(number):
        raise share_box.newer(f"schema {found[2]}", f"schema {number}")
    if found[2] != number:
        raise ValueError("schema")
    return told


def _known(told: Any, names: set[str] | None) -> dict[str, Any]:
    if not isinstance(told, dict) or (names is not None and set(told) != names):
        raise ValueError("names")
    return dict(told)


def _share(told: Mapping[str, Any]) -> Share:
    _known(told, {"file_id", "sender_name", "purpose", "expires_on", "shown"})
    return Share(
        file_id=_id(told["file_id"]),
        sender_name=_name(told["sender_name"]),
        purpose=Purpose(told["purpose"]),
        expires_on=date.fromisoformat(told["expires_on"]),
        shown=_shown(told["shown"]),
    )


def _shown(told: Any) -> Shown:
    _known(told, {"about", "question", "agreed", "parts", "is_simulated"})
    return Shown(
        about=_text(told["about"]),
        question=_text(told["question"]),
        agreed=_text(told["agreed"]),
        parts=tuple(_part(one) for one in _list(told["parts"], MOST_PARTS)),
        is_simulated=_flag(told["is_simulated"]),
    )


def _part(told: Any) -> ShownPart:
    _known(told, {"name", "rows", "words"})
    rows = [_list(pair, 2) for pair in _list(told["rows"], MOST_ROWS)]
    pairs = tuple((_text(what), _text(how)) for what, how in rows)
    return ShownPart(_text(told["name"]), pairs, _text(told["words"]))


def _answer(told: Mapping[str, Any]) -> Answer:
    _known(told, {"file_id", "sender_name", "said"})
    return Answer(
        file_id=_id(told["file_id"]),
        sender_name=_name(told["sender_name"]),
        said=tuple(_said(one) for one in _list(told["said"], MOST_NOTES)),
    )


def _said(told: Any) -> Said:
    _known(told, {"note_id", "kind", "said_at", "words"})
    return Said(
        note_id=_id(told["note_id"]),
        kind=NoteKind(told["kind"]),
        said_at=datetime.fromisoformat(told["said_at"]),
        words=_text(told["words"]),
    )


def _list(told: Any, at_most: int) -> list[Any]:
    if not isinstance(told, list) or len(told) > at_most:
        raise ValueError("list")
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError("text")
    return told


def _name(told: Any) -> str:
    name = _text(told)
    if len(name) > LONGEST_NAME or "\0" in name:
        raise ValueError("name")
    return name


def _flag(told: Any) -> bool:
    if not isinstance(told, bool):
        raise TypeError("flag")
    return told


def _id(told: Any) -> str:
    if not _ID.fullmatch(_text(told)):
        raise ValueError("id")
    return str(told)


def _check(where: str, is_well: bool) -> None:
    if not is_well:
        raise BadInput("this is too much to be shown at once", where=where)


def _check_text(where: str, text: str) -> None:
    _check(where, len(text) <= LONGEST_TEXT and "\0" not in text)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
