"""What a file holds, read and weighed against the map, on its way to those who publish it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from lacrima.moments.words import Kind, Nature, Occasion, Side

MAX_REFUSALS = 1_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that cannot be used: where it is, what kind of thing it holds, what would do."""

    row: int
    column: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class StagedScore:
    """One score from a file. `items` are None where the file held a total alone.

    `total` is None only where items were given and the instrument's missing rule forms none.
    `time` is aware. At least one of session, assessment and time is there.
    """

    client: str
    instrument: str
    plain: bool
    session: int | None
    assessment: int | None
    time: datetime | None
    total: Decimal | None
    items: Mapping[str, int | None] | None
    row: int
    column: str


@dataclass(slots=True, eq=False)
class StagedSession:
    """One session from a file: its number, or else its start, and what is said of it.

    `start` is aware; where `has_time` is false it stands at noon of its day. `values` hold only
    what was said, by the names of the record.
    """

    client: str
    number: int | None
    start: datetime | None
    has_time: bool
    values: dict[str, Any]
    row: int
    column: str
    columns: Mapping[str, str]
    has_moments: bool = False

    def column_of(self, name: str) -> str:
        """Where what is said under this name stands."""
        return self.columns.get(name, self.column)


@dataclass(slots=True, eq=False)
class StagedVoice:
    """One voice of a moment. `people` hold what is said of each person's emotion."""

    side: Side
    occasion: Occasion
    told_aloud: bool
    given_at: datetime | None
    values: dict[str, Any]
    people: dict[str, dict[str, Any]]
    row: int
    column: str
    columns: Mapping[str, str]

    def column_of(self, name: str) -> str:
        """Where what is said under this name stands."""
        return self.columns.get(name, self.column)


@dataclass(slots=True, eq=False)
class StagedMoment:
    """One moment from a file, with its voices.

    `key`: what it is known by within its session, as it is kept with the row. `said`: what of
    kind, nature, span and beginning the file said itself; the rest are the usual values.
    `is_bare`: no voice of the file speaks of it, so that its one voice only says who.
    """

    session: StagedSession
    key: str
    who: frozenset[str]
    said: dict[str, Any]
    voices: list[StagedVoice]
    row: int
    column: str
    columns: Mapping[str, str]
    is_bare: bool = False

    def column_of(self, name: str) -> str:
        """Where what is said under this name stands."""
        return self.columns.get(name, self.column)

    @property
    def kind(self) -> Kind:
        """How the emotion came out."""
        return Kind(self.said.get("kind", Kind.TEARS))

    @property
    def nature(self) -> Nature:
        """What sort of moment."""
        return Nature(self.said.get("nature", Nature.SHOWED))

    @property
    def span(self) -> tuple[int | None, int | None]:
        """Where in the session, in milliseconds."""
        return self.said.get("start_ms"), self.said.get("end_ms")

    @property
    def begun_by(self) -> Side:
        """Whose voice began it: as said, else the therapist's, else the first in the file."""
        if "begun_by" in self.said:
            return Side(self.said["begun_by"])
        sides = [voice.side for voice in self.voices]
        return Side.THERAPIST if Side.THERAPIST in sides or not sides else sides[0]


@dataclass(slots=True)
class Staged:
    """What a file holds: rows read, what was found in the file's order, and what was refused.

    Of very many refusals the first thousand are kept; `refused_count` counts them all.
    `unused` names the columns that the map does not use.
    """

    read: int = 0
    scores: list[StagedScore] = field(default_factory=list)
    sessions: list[StagedSession] = field(default_factory=list)
    moments: list[StagedMoment] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    unused: tuple[str, ...] = ()

    def refuse(self, refusal: Refusal) -> None:
        """Take note of a cell that cannot be used."""
        self.refused_count += 1
        if len(self.refused) < MAX_REFUSALS:
            self.refused.append(refusal)

    @property
    def found(self) -> dict[str, int]:
        """How many of each kind were understood."""
        return {
            "scores": len(self.scores),
            "sessions": len(self.sessions),
            "moments": len(self.moments),
            "voices": sum(len(moment.voices) for moment in self.moments),
        }
