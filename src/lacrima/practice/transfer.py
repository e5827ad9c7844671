"""What a table holds comes in, all of it or none, and can go out again together.

First the whole file is weighed against what is known: nothing is written, everything that cannot
come in is listed. Only when nothing was refused is it published, in one transaction with one
audit line. What a thing *is* (its identity) is told by the file and never by its value: a score by
client, measure and place; a session by its number or day; a moment by its session and key; a voice
by its moment, side and occasion. The same file a second time adds nothing, and another value in
the same place is a conflict, never an overwriting.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from lacrima.formats.losses import Loss
from lacrima.formats.score_map import ScoreMap
from lacrima.formats.staged import MAX_REFUSALS, Refusal, Staged, StagedMoment
from lacrima.formats.staging import apply
from lacrima.formats.table import Table
from lacrima.practice.transfer_known import Verdict, known_about, plain_scores, weigh
from lacrima.practice.transfer_memory import AT_ONCE
from lacrima.practice.transfer_moments import known_moments, weigh_moment
from lacrima.practice.transfer_publish import Published, publish
from lacrima.practice.transfer_publish_moments import numbers_in
from lacrima.practice.transfer_sessions import Coming, known_sessions, weigh_session, zone_here
from lacrima.practice.transfer_undo import Undone, undo_batch
from lacrima.records.access import Right, require
from lacrima.records.models import Member

__all__ = ["AT_ONCE", "ImportResult", "KindCount", "Undone", "bring_in", "undo_batch"]

KINDS = ("scores", "sessions", "moments", "voices")
Watcher = Callable[[str, int], None]


@dataclass
class KindCount:
    """What came of the scores, sessions, moments or voices of a file.

    `read` were understood; of those, `completed` sessions were here and got more said of them.
    """

    read: int = 0
    added: int = 0
    completed: int = 0
    unchanged: int = 0
    conflicts: int = 0

    def take(self, verdict: Verdict) -> None:
        """Count one more."""
        self.added += verdict.is_new
        self.completed += verdict.is_completed
        self.unchanged += verdict.is_unchanged
        self.conflicts += verdict.is_conflict


@dataclass(frozen=True)
class ImportResult:
    """What came of an import.

    `read` are all scores, sessions, moments and voices in the file with the cells that were
    refused, `conflicts` those that differ from what is kept (they are among `refused` too);
    `counts` has them by kind. `batch` is None where nothing was published: in a dry run, when
    something was refused, or when nothing is new. In a dry run `added` and `completed` are what
    would be. `unused_columns` are the columns of the table that the map does not use.
    """

    batch: str | None
    rows: int
    read: int
    added: int
    completed: int
    unchanged: int
    conflicts: int
    refused: tuple[Refusal, ...]
    refused_count: int
    is_dry_run: bool
    counts: dict[str, KindCount]
    unused_columns: tuple[str, ...]

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What of the table does not come in, for the list that people see."""
        return tuple(
            Loss(f"the column {name!r}", "the map does not use it") for name in self.unused_columns
        )

    def as_json(self) -> dict[str, Any]:
        """For the command line; the names are its contract."""
        return {
            "batch": self.batch,
            "dry_run": self.is_dry_run,
            "rows": self.rows,
            "read": self.read,
            "added": self.added,
            "completed": self.completed,
            "unchanged": self.unchanged,
            "conflicts": self.conflicts,
            "counts": {kind: asdict(count) for kind, count in self.counts.items()},
            "unused_columns": list(self.unused_columns),
            "refused_count": self.refused_count,
            "refused": [asdict(refusal) for refusal in self.refused],
        }


@dataclass
class _Weighed:
    staged: Staged
    counts: dict[str, KindCount] = field(default_factory=dict)
    places: dict[int, uuid.UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.staged.found
        self.counts = {kind: KindCount(read=found[kind]) for kind in KINDS}

    def take(self, kind: str, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            self.counts[kind].take(verdict)
            if verdict.refusal is not None:
                self.staged.refuse(verdict.refusal)

    def total(self, what: str) -> int:
        return sum(getattr(count, what) for count in self.counts.values())

    @property
    def is_new(self) -> bool:
        return bool(self.total("added") + self.total("completed"))


def _quiet(_what: str, _done: int) -> None:
    """Nobody watches."""


def bring_in(
    table: Table,
    score_map: ScoreMap,
    *,
    by: Member,
    dry_run: bool = False,
    on_progress: Watcher = _quiet,
) -> ImportResult:
    """Bring what a table holds into the practice, as the map reads it.

    New clients get the table's own id as their code, and an individual episode with whoever
    imports. Raises NotAllowed; BadMap where the map does not fit the table, or names a plain
    score that is defined otherwise here; BadTable where the table cannot be read.
    """
    require(by, Right.BRING_IN_DATA)
    staged = apply(score_map, table, zone=zone_here())
    read = sum(staged.found.values()) + staged.refused_count
    plain = plain_scores(score_map)
    weighed = _weigh_all(staged, by, on_progress)
    is_refused = staged.refused_count > 0
    published: Published | None = None
    if weighed.is_new and not is_refused and not dry_run:
        counts = _for_the_row(weighed, read)
        published = publish(staged, plain, by=by, counts=counts, on_progress=on_progress)
    if is_refused:
        for count in weighed.counts.values():
            count.added = count.completed = 0
    return ImportResult(
        batch=published.batch if published else None,
        rows=staged.read,
        read=read,
        added=weighed.total("added"),
        completed=weighed.total("completed"),
        unchanged=weighed.total("unchanged"),
        conflicts=weighed.total("conflicts"),
        refused=tuple(staged.refused[:MAX_REFUSALS]),
        refused_count=staged.refused_count,
        is_dry_run=dry_run,
        counts=weighed.counts,
        unused_columns=staged.unused,
    )


def _for_the_row(weighed: _Weighed, read: int) -> dict[str, Any]:
    return {
        "read": read,
        "added": weighed.total("added"),
        "unchanged": weighed.total("unchanged"),
        "counts": {kind: count.added for kind, count in weighed.counts.items() if count.read},
    }


def _weigh_all(staged: Staged, by: Member, on_progress: Watcher) -> _Weighed:
    weighed = _Weighed(staged)
    _weigh_sessions(weighed, by, on_progress)
    for start in range(0, len(staged.scores), AT_ONCE):
        some = staged.scores[start : start + AT_ONCE]
        known = known_about(some, by)
        weighed.take("scores", (weigh(score, known) for score in some))
        on_progress("looked at", start + len(some))
    _weigh_moments(weighed, by, on_progress)
    return weighed


def _weigh_sessions(weighed: _Weighed, by: Member, on_progress: Watcher) -> None:
    sessions, coming = weighed.staged.sessions, Coming()
    for start in range(0, len(sessions), AT_ONCE):
        some = sessions[start : start + AT_ONCE]
        known = known_sessions(some, by, coming)
        for session in some:
            found = weigh_session(session, known)
            weighed.take("sessions", [found.verdict])
            row = coming.take(session, found, known)
            if row is not None:
                weighed.places[id(session)] = row.pk
        on_progress("sessions looked at", start + len(some))


def _weigh_moments(weighed: _Weighed, by: Member, on_progress: Watcher) -> None:
    moments, numbers = weighed.staged.moments, numbers_in(weighed.staged)
    seen: dict[tuple[uuid.UUID, str, str], int] = {}
    for start in range(0, len(moments), AT_ONCE):
        some = moments[start : start + AT_ONCE]
        known = known_moments(some, weighed.places, by)
        for moment in some:
            found = weigh_moment(moment, known, weighed.places.get(id(moment.session)), numbers)
            weighed.take("moments", [found.verdict])
            _refuse_a_twin(moment, weighed, seen)
            weighed.take("voices", (verdict for _, verdict in found.voices))
        on_progress("moments looked at", start + len(some))


def _refuse_a_twin(
    moment: StagedMoment, weighed: _Weighed, seen: dict[tuple[uuid.UUID, str, str], int]
) -> None:
    """Rows that name one kept session in two ways (by number, by day) may name a moment twice."""
    place = weighed.places.get(id(moment.session))
    if place is None:
        return
    earlier = seen.setdefault((place, moment.session.client, moment.key), moment.row)
    if earlier != moment.row:
        found = f"the moment of row {earlier} again, in a session that is named in another way"
        weighed.staged.refuse(
            Refusal(moment.row, moment.column, found, "one way of naming a session")
        )
