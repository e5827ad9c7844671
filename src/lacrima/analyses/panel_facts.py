"""What one course of care tells the panel: its sessions, what was seen in them, its scores.

Plain values, so that a practice, a file and a simulation are read by the same rules
(`analyses.panel_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lacrima.errors import BadInput

THERAPIST, CLIENT = "therapist", "client"
USUAL_LENGTH = timedelta(minutes=50)


class Timing(StrEnum):
    """When a measure is filled in, against the session it belongs to."""

    BEFORE = "before_session"
    AFTER = "after_session"
    ANY = "any_time"


class End(StrEnum):
    """How a course of care ended, as far as it matters here."""

    OPEN = ""
    AGREED = "agreed"  # a planned goodbye, handed over, or the client died: nobody stayed away
    STAYED_AWAY = "stayed_away"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one voice tells of the tears of one moment.

    therapist, client: the most that showed, 0 to 3; for the client of a row, her own. is_held: the
    therapist's tears were wholly held back. first: whose came first, "" where it is not told.
    noticed: whether the client noticed, "" where it is not told. start_ms: where in the session.
    """

    therapist: int = 0
    client: int = 0
    is_held: bool = False
    first: str = ""
    noticed: str = ""
    start_ms: int | None = None

    def __post_init__(self) -> None:
        """Refuse more than there is, and somebody who is neither."""
        if not (0 <= self.therapist <= 3 and 0 <= self.client <= 3):
            raise BadInput("tears off their scale", where="shown", expected="0 to 3")
        if self.first not in {"", THERAPIST, CLIENT}:
            raise BadInput("tears of somebody else first", where="first", expected="one of the two")


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session. told: the therapist's voice, heard: the client's; None: it did not speak.

    is_logged: it was looked back on; else nothing is known of tears, which is not "no tears".
    heavy: 0 to 10, before the first moment; heavy_after: given afterwards, and never an
    adjustment. order: its place in the course of care, which no two share.
    """

    key: str
    order: int
    number: int | None = None
    start: datetime | None = None
    length: timedelta = USUAL_LENGTH
    is_held: bool = True
    is_logged: bool = False
    heavy: float | None = None
    heavy_after: float | None = None
    told: tuple[Sight, ...] = ()
    heard: tuple[Sight, ...] | None = None


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """One score: the session it belongs to, when it was given; each may be missing."""

    value: float
    session: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """One client in one course of care with one therapist: the unit of every comparison."""

    person: str
    therapist: str
    sessions: tuple[SessionFacts, ...]
    scores: tuple[ScoreFacts, ...] = ()
    end: End = End.OPEN
    is_single: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """What has to be known of a measure: when it is filled in, and over how many days it looks."""

    timing: Timing = Timing.BEFORE
    recall_days: int | None = None
