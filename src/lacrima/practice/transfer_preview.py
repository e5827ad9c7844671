"""The first rows of a table as they would come in, for whoever wants to look before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from lacrima.formats.first_rows import first_rows
from lacrima.formats.score_map import ScoreMap
from lacrima.formats.staged import Staged, StagedMoment, StagedScore, StagedSession
from lacrima.formats.staging import apply
from lacrima.formats.table import Table
from lacrima.instruments.catalogue import shipped
from lacrima.practice import people
from lacrima.practice.words import label
from lacrima.records.access import Right, require
from lacrima.records.models import Member

LOOK_AT_ROWS = 5
MOST_SHOWN = 8


@dataclass(frozen=True)
class ComingRow:
    """One thing as it would stand in the practice.

    kind: score, session or moment. name: of the measure, or what kind of moment. A score has a
    total, or None where too many of its answers are missing.
    """

    client: str
    kind: str
    name: str
    session: int | None
    assessment: int | None
    time: datetime | None
    total: Decimal | None = None


def coming(table: Table, whole: ScoreMap, *, by: Member) -> tuple[ComingRow, ...]:
    """What the first rows would become. Raises BadMap and BadTable as the whole import does."""
    require(by, Right.BRING_IN_DATA)
    practice = people.the_practice()
    first = first_rows(table, LOOK_AT_ROWS)
    zone = people.zone_of(practice) if practice else None
    staged = apply(whole, first, zone=zone) if zone else apply(whole, first)
    return tuple(islice(_rows(staged, whole), MOST_SHOWN))


def _rows(staged: Staged, whole: ScoreMap) -> Iterator[ComingRow]:
    yield from (_moment(one) for one in staged.moments[: MOST_SHOWN // 2])
    yield from (_score(one, whole) for one in staged.scores[: MOST_SHOWN // 2])
    yield from (_session(one) for one in staged.sessions)
    yield from (_score(one, whole) for one in staged.scores[MOST_SHOWN // 2 :])


def _score(score: StagedScore, whole: ScoreMap) -> ComingRow:
    known = whole.plain if score.plain else shipped()
    name, places = known[score.instrument].name, (score.session, score.assessment, score.time)
    return ComingRow(score.client, "score", name, *places, score.total)


def _session(session: StagedSession) -> ComingRow:
    return ComingRow(session.client, "session", "", session.number, None, session.start)


def _moment(moment: StagedMoment) -> ComingRow:
    at = moment.session
    return ComingRow(at.client, "moment", str(label(moment.kind)), at.number, None, at.start)
