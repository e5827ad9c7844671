"""Writes a weighed import: one transaction, one audit line, in handfuls of rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lacrima.formats.staged import Staged, StagedScore
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import Scored, score
from lacrima.practice import transfer_batch
from lacrima.practice.transfer_batch import Batch, changed_meanwhile
from lacrima.practice.transfer_homes import Home
from lacrima.practice.transfer_known import Known, kept_total, known_about, weigh
from lacrima.practice.transfer_memory import AT_ONCE, little_cache
from lacrima.practice.transfer_publish_moments import keep_moments
from lacrima.practice.transfer_publish_sessions import keep_sessions
from lacrima.records import audit, clock
from lacrima.records.models import (
    Answers,
    AnswerSource,
    ImportBatch,
    Member,
    PlainScore,
    RiskItem,
    Session,
)
from lacrima.vault.process import VAULT


@dataclass(frozen=True)
class Published:
    """What was made."""

    batch: str
    clients: int
    sessions: int


def publish(
    staged: Staged,
    plain: Mapping[str, PlainScore],
    *,
    by: Member,
    counts: Mapping[str, Any],
    on_progress: Callable[[str, int], None],
) -> Published:
    """Keep what was staged, all of it or none. `counts` are what the weighing found.

    The scores are emptied on the way: of a large file nothing is held longer than it is needed.
    Raises EditConflict when the practice changed since they were weighed.
    """
    new = transfer_batch.newcomers(_codes(staged))
    VAULT.ensure_keys(key for newcomer in new for key in newcomer.key_ids())
    with audit.change(by=by, action="import.published") as line:
        at = clock.now()
        row = ImportBatch(by=by, published_at=at, **counts)
        batch = Batch(row, at, by, plain)
        transfer_batch.begin(batch, new)
        with little_cache():
            keep_sessions(staged.sessions, batch, on_progress)
            for done, some in _handfuls(staged.scores):
                _keep(some, batch)
                on_progress("brought in", done)
            keep_moments(staged, batch, on_progress)
        transfer_batch.end(batch)
        made = Published(row.pk.hex, len(new), sum(map(len, batch.sessions.values())))
        line.about(row, clients=made.clients, sessions=made.sessions, **counts)
    return made


def _codes(staged: Staged) -> Iterator[str]:
    yield from (session.client for session in staged.sessions)
    yield from (score_read.client for score_read in staged.scores)


def _handfuls(scores: list[StagedScore]) -> Iterator[tuple[int, list[StagedScore]]]:
    done = 0
    scores.reverse()
    while scores:
        some = scores[: -AT_ONCE - 1 : -1]
        del scores[-AT_ONCE:]
        done += len(some)
        yield done, some


def _keep(scores: Sequence[StagedScore], batch: Batch) -> None:
    known = known_about(scores, batch.by)
    verdicts = [weigh(score, known) for score in scores]
    if any(verdict.refusal for verdict in verdicts):
        raise changed_meanwhile()
    new = [score for score, verdict in zip(scores, verdicts, strict=True) if verdict.is_new]
    _make_sessions(new, known, batch)
    rows, risks = [], []
    for score_read in new:
        row, scored = _answers(score_read, known, batch)
        rows.append(row)
        risks += _risks(row, scored, batch)
    Answers.objects.bulk_create(rows)
    RiskItem.objects.bulk_create(risks)
    batch.added += len(rows)


def _make_sessions(scores: Sequence[StagedScore], known: Known, batch: Batch) -> None:
    made: list[Session] = []
    for score_read in scores:
        home = known.homes.known[score_read.client]
        number = score_read.session
        if number is None or (home.episode, number) in known.sessions:
            continue
        session = Session(episode_id=home.episode, number=number, start=score_read.time)
        batch.stamp(session)
        made.append(session)
        known.sessions[home.episode, number] = session.pk
        batch.made_session(home.episode, number)
    Session.objects.bulk_create(made)


def _answers(read: StagedScore, known: Known, batch: Batch) -> tuple[Answers, Scored | None]:
    home = known.homes.known[read.client]
    row = Answers(
        client_id=home.client,
        episode_id=home.episode,
        session_id=_session_of(read, home, known),
        assessment=read.assessment,
        given_at=read.time,
        instrument=read.instrument,
        total=kept_total(read.total),
        source=AnswerSource.IMPORTED,
        batch=batch.row,
    )
    batch.stamp(row)
    if read.plain:
        row.plain_score = batch.plain[read.instrument]
        row.recall_days = row.plain_score.recall_days
        return row, None
    instrument = shipped()[read.instrument]
    row.instrument_version, row.recall_days = instrument.version, instrument.recall_days
    if read.items is None:
        return row, None
    scored = score(instrument, read.items)
    row.items, row.why, row.missing = dict(scored.items), scored.why, len(scored.missing)
    return row, scored


def _session_of(read: StagedScore, home: Home, known: Known) -> uuid.UUID | None:
    return None if read.session is None else known.sessions[home.episode, read.session]


def _risks(row: Answers, scored: Scored | None, batch: Batch) -> list[RiskItem]:
    flags = scored.flags if scored else ()
    return [
        RiskItem(answers=row, item=flag.item, value=flag.value, raised_at=batch.at)
        for flag in flags
    ]
