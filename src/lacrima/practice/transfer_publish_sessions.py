"""Writes the sessions of a weighed import: new ones, and what was empty in those that are here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lacrima.formats.staged import StagedSession
from lacrima.moments.words import LogState, Modality
from lacrima.practice.changing import put
from lacrima.practice.transfer_batch import Batch, changed_meanwhile
from lacrima.practice.transfer_memory import AT_ONCE
from lacrima.practice.transfer_sessions import (
    fill_in,
    known_sessions,
    new_session,
    weigh_session,
)
from lacrima.records.models import Session


def keep_sessions(
    sessions: Sequence[StagedSession], batch: Batch, on_progress: Callable[[str, int], None]
) -> None:
    """Keep these sessions. Raises EditConflict when one cannot come in any more."""
    completed: list[list[Any]] = []
    for start in range(0, len(sessions), AT_ONCE):
        some = sessions[start : start + AT_ONCE]
        _keep(some, batch, completed)
        on_progress("sessions brought in", start + len(some))
    batch.row.sessions_completed = completed


def _keep(sessions: Sequence[StagedSession], batch: Batch, completed: list[list[Any]]) -> None:
    known = known_sessions(sessions, batch.by)
    made = []
    for session in sessions:
        weighed = weigh_session(session, known)
        if weighed.verdict.refusal is not None:
            raise changed_meanwhile()
        row = weighed.row
        if row is None:
            row = new_session(session, known.homes.known[session.client].episode)
            batch.stamp(row)
            batch.made_session(row.episode_id, row.number)
            made.append(row)
        if weighed.fill and not row._state.adding:
            completed.append(_complete(row, weighed.fill))
        fill_in(row, weighed.fill, known)
        batch.places[id(session)] = row.pk
    Session.objects.bulk_create(made)
    batch.added += len(made)


def _complete(row: Session, fill: dict[str, Any]) -> list[Any]:
    """Fill in what was empty; what an undo needs to empty it again."""
    before = row.log_state
    names = put(row, **fill)
    return [row.pk.hex, names, row.version, before]


def emptied(names: Sequence[str], log_state_before: str) -> dict[str, Any]:
    """The values these fields had before an import filled them in."""
    usual: dict[str, Any] = {
        "modality": Modality.ROOM,
        "heaviness_by": "",
        "heaviness_after_by": "",
        "log_state": log_state_before or LogState.NOT_YET,
    }
    return {name: usual.get(name) for name in names}
