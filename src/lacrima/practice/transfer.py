"""Scores come in from a table, all of them or none, and can go out again together.

First the whole file is weighed against what is known: nothing is written, everything that cannot
come in is listed. Only when nothing was refused is it published, in one transaction with one
audit line. What a score *is* (its identity) is the client, the measure, and the session's number,
the assessment's number, or the time: the same file a second time adds nothing, and another value
in the same place is a conflict, never an overwriting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from lacrima.formats.score_map import ScoreMap
from lacrima.formats.staging import MAX_REFUSALS, Refusal, Staged, apply
from lacrima.formats.table import Table
from lacrima.practice import people
from lacrima.practice.transfer_known import Verdict, known_about, plain_scores, weigh
from lacrima.practice.transfer_memory import AT_ONCE
from lacrima.practice.transfer_publish import Published, publish
from lacrima.practice.transfer_undo import Undone, undo_batch
from lacrima.records.access import Right, require
from lacrima.records.models import Member

__all__ = ["AT_ONCE", "ImportResult", "Undone", "bring_in", "undo_batch"]

Watcher = Callable[[str, int], None]


@dataclass(frozen=True)
class ImportResult:
    """What came of an import. Everything but `rows` counts scores.

    `read` are all scores in the file, `conflicts` those that differ from what is kept (they are
    among `refused` too). `batch` is None where nothing was published: in a dry run, when
    something was refused, or when nothing is new. In a dry run `added` is what would be.
    """

    batch: str | None
    rows: int
    read: int
    added: int
    unchanged: int
    conflicts: int
    refused: tuple[Refusal, ...]
    refused_count: int
    is_dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """For the command line; the names are its contract."""
        return {
            "batch": self.batch,
            "dry_run": self.is_dry_run,
            "rows": self.rows,
            "read": self.read,
            "added": self.added,
            "unchanged": self.unchanged,
            "conflicts": self.conflicts,
            "refused_count": self.refused_count,
            "refused": [asdict(refusal) for refusal in self.refused],
        }


@dataclass
class _Weighed:
    added: int = 0
    unchanged: int = 0
    conflicts: int = 0

    def take(self, verdict: Verdict, staged: Staged) -> None:
        self.added += verdict.is_new
        self.unchanged += verdict.is_unchanged
        self.conflicts += verdict.is_conflict
        if verdict.refusal is not None:
            staged.refuse(verdict.refusal)


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
    """Bring the scores of a table into the practice, as the map reads them.

    New clients get the table's own id as their code, and an individual episode with whoever
    imports. Raises NotAllowed; BadMap where the map does not fit the table, or names a plain
    score that is defined otherwise here; BadTable where the table cannot be read.
    """
    require(by, Right.BRING_IN_DATA)
    practice = people.the_practice()
    zone = people.zone_of(practice) if practice else None
    staged = apply(score_map, table, zone=zone) if zone else apply(score_map, table)
    found = len(staged.scores) + staged.refused_count
    plain = plain_scores(score_map)
    weighed = _weigh_all(staged, by, on_progress)
    is_refused = staged.refused_count > 0
    published: Published | None = None
    if weighed.added and not is_refused and not dry_run:
        counts = {"read": found, "added": weighed.added, "unchanged": weighed.unchanged}
        published = publish(staged.scores, plain, by=by, counts=counts, on_progress=on_progress)
    return ImportResult(
        batch=published.batch if published else None,
        rows=staged.read,
        read=found,
        added=0 if is_refused else weighed.added,
        unchanged=weighed.unchanged,
        conflicts=weighed.conflicts,
        refused=tuple(staged.refused[:MAX_REFUSALS]),
        refused_count=staged.refused_count,
        is_dry_run=dry_run,
    )


def _weigh_all(staged: Staged, by: Member, on_progress: Watcher) -> _Weighed:
    weighed = _Weighed()
    for start in range(0, len(staged.scores), AT_ONCE):
        some = staged.scores[start : start + AT_ONCE]
        known = known_about(some, by)
        for score in some:
            weighed.take(weigh(score, known), staged)
        on_progress("looked at", start + len(some))
    return weighed
