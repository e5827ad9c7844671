"""What came after with one client, as a page shows it: the sessions as they were."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from lacrima.analyses.after_outcomes import Outcome
from lacrima.analyses.panel_rows import PanelRow
from lacrima.analyses.what_came_after import Answer
from lacrima.practice import came_after, panel
from lacrima.practice.came_after import Asked
from lacrima.practice.pages_after import (
    REASONS,
    Line,
    names_of,
    nothing_measured,
    own_line,
    points,
    said,
)
from lacrima.practice.pages_parts import seeing
from lacrima.records import clock
from lacrima.records.access import find
from lacrima.records.models import Episode, Member


@dataclass(frozen=True)
class SessionOf:
    """One session with such a moment: the score before, the next, and why it does not count."""

    number: int
    before: str
    after: str
    days: str
    why: str


@dataclass(frozen=True)
class OwnPage:
    """The page of one client; couples and groups have one part a client."""

    episode_id: uuid.UUID
    looked: date | None
    next_look: date | None
    asked: Asked | None
    measures: tuple[Outcome, ...]
    parts: tuple[tuple[str, str, Line, tuple[SessionOf, ...]], ...]
    caseload: str


def own_page(
    by: Member, episode_id: uuid.UUID, *, exposure: str = "", outcome: str = ""
) -> OwnPage:
    """What came after with one client: the sessions as they were, and the shrunken interval."""
    practice = came_after.practice_of()
    episode = find(by, Episode, episode_id)
    looked, asked = came_after.looks(practice), came_after.asked(by, exposure, outcome)
    measures = came_after.measures(by)
    if asked is None:
        return OwnPage(
            episode.pk, looked.on, looked.next_on, None, measures, (), nothing_measured()
        )
    eyes = seeing(by, practice)
    found, names = came_after.answer(by, asked), names_of(eyes)
    tomorrow = clock.now().astimezone(eyes.zone).date() + timedelta(days=1)
    rows = came_after.rows(by, asked.outcome, until=panel.begin_of(tomorrow, practice))
    parts = []
    for own in came_after.of_episode(by, found, episode.pk):
        mine = [row for row in rows if row.client == own.client]
        who = names.get(own.client, "")
        sessions = _sessions_of(mine, asked.exposure.column, _in_by(found, own.client))
        parts.append((who, said(own.sentence), own_line(own, who), sessions))
    return OwnPage(
        episode.pk, looked.on, looked.next_on, asked, measures, tuple(parts), said(found.sentence)
    )


def _in_by(found: Answer, client: str) -> set[int]:
    """The sessions of a client that were compared at the last look."""
    table = found.table
    if client not in table.client.levels:
        return set()
    mine = table.is_used & (table.client.codes == table.client.levels.index(client))
    return {int(number) for number in table.columns["session"][mine]}


def _sessions_of(
    rows: Sequence[PanelRow], column: str, compared: Collection[int]
) -> tuple[SessionOf, ...]:
    return tuple(
        SessionOf(
            row.session,
            points(row.score),
            points(row.next_score),
            points(None if row.days is None else round(row.days)),
            _why_not(row, compared),
        )
        for row in rows
        if getattr(row, column)
    )


def _why_not(row: PanelRow, compared: Collection[int]) -> str:
    if row.why:
        return str(REASONS.get(row.why, row.why))
    if row.next_score is None:
        return _("no next score within three weeks")
    return "" if row.session in compared else _("since the last look; it comes in at the next")
