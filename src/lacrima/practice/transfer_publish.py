"""Writes a weighed import: one transaction, one audit line, in handfuls of rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lacrima.errors import EditConflict
from lacrima.formats.staging import StagedScore
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import Scored, score
from lacrima.moments.words import EpisodeKind, ParticipantRole
from lacrima.practice.transfer_known import Home, Known, kept_total, known_about, weigh
from lacrima.practice.transfer_memory import AT_ONCE, little_cache
from lacrima.records import audit, clock
from lacrima.records.models import (
    Answers,
    AnswerSource,
    Client,
    Episode,
    ImportBatch,
    Member,
    Participant,
    PlainScore,
    RiskItem,
    Session,
)
from lacrima.records.row import Row, new_id
from lacrima.vault.process import VAULT


@dataclass(frozen=True)
class Published:
    """What was made."""

    batch: str
    clients: int
    sessions: int


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A client who is not known yet, and the ids that her rows will have."""

    code: str
    client: uuid.UUID
    episode: uuid.UUID

    def key_ids(self) -> tuple[str, str]:
        """The keys that must be there before the rows."""
        client, episode = Client(id=self.client), Episode(id=self.episode)
        return client.sealing_key_id(), episode.sealing_key_id()


@dataclass
class _Batch:
    """The batch on its way: its row, when, by whom, and what it has made so far."""

    row: ImportBatch
    at: datetime
    by: Member
    plain: Mapping[str, PlainScore]
    sessions: dict[uuid.UUID, list[int]]
    added: int = 0


def publish(
    scores: list[StagedScore],
    plain: Mapping[str, PlainScore],
    *,
    by: Member,
    counts: Mapping[str, int],
    on_progress: Callable[[str, int], None],
) -> Published:
    """Keep these scores, all of them or none. `counts` are what the weighing found.

    `scores` is emptied on the way: of a large file nothing is held longer than it is needed.
    Raises EditConflict when the practice changed since they were weighed.
    """
    newcomers = _newcomers(scores)
    VAULT.ensure_keys(key for newcomer in newcomers for key in newcomer.key_ids())
    with audit.change(by=by, action="import.published") as line:
        at = clock.now()
        row = ImportBatch(by=by, published_at=at, **counts)
        batch = _Batch(row, at, by, plain, {})
        _begin(batch, newcomers)
        with little_cache():
            for done, some in _handfuls(scores):
                _keep(some, batch)
                on_progress("brought in", done)
        _end(batch)
        made = Published(row.pk.hex, len(newcomers), sum(map(len, batch.sessions.values())))
        line.about(row, clients=made.clients, sessions=made.sessions, **counts)
    return made


def _handfuls(scores: list[StagedScore]) -> Iterator[tuple[int, list[StagedScore]]]:
    done = 0
    scores.reverse()
    while scores:
        some = scores[: -AT_ONCE - 1 : -1]
        del scores[-AT_ONCE:]
        done += len(some)
        yield done, some


def _newcomers(scores: Sequence[StagedScore]) -> list[_Newcomer]:
    codes = dict.fromkeys(score.client for score in scores)
    known = set(Client.objects.values_list("code", flat=True))
    return [_Newcomer(code, new_id(), new_id()) for code in codes if code not in known]


def _begin(batch: _Batch, newcomers: Sequence[_Newcomer]) -> None:
    batch.row.clients_made = [newcomer.client.hex for newcomer in newcomers]
    batch.row.save(force_insert=True)
    new_plain = [row for row in batch.plain.values() if row._state.adding]
    for row in new_plain:
        _stamp(row, batch)  # by which an undo knows that this batch defined it
    PlainScore.objects.bulk_create(new_plain)
    for start in range(0, len(newcomers), AT_ONCE):
        _let_in(newcomers[start : start + AT_ONCE], batch)


def _let_in(newcomers: Sequence[_Newcomer], batch: _Batch) -> None:
    """New clients, each with an episode of their own with whoever imports."""
    Client.objects.bulk_create(Client(id=one.client, code=one.code) for one in newcomers)
    Episode.objects.bulk_create(
        Episode(id=one.episode, kind=EpisodeKind.INDIVIDUAL) for one in newcomers
    )
    role = ParticipantRole
    Participant.objects.bulk_create(
        [
            *(
                Participant(episode_id=one.episode, client_id=one.client, role=role.CLIENT)
                for one in newcomers
            ),
            *(
                Participant(episode_id=one.episode, member=batch.by, role=role.THERAPIST)
                for one in newcomers
            ),
        ]
    )


def _keep(scores: Sequence[StagedScore], batch: _Batch) -> None:
    known = known_about(scores, batch.by)
    verdicts = [weigh(score, known) for score in scores]
    if any(verdict.refusal for verdict in verdicts):
        raise EditConflict(
            "the practice was changed while the file came in",
            next_step="Nothing was kept. Try again.",
        )
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


def _make_sessions(scores: Sequence[StagedScore], known: Known, batch: _Batch) -> None:
    made: list[Session] = []
    for score_read in scores:
        home = known.homes[score_read.client]
        number = score_read.session
        if number is None or (home.episode, number) in known.sessions:
            continue
        session = Session(episode_id=home.episode, number=number, start=score_read.time)
        _stamp(session, batch)
        made.append(session)
        known.sessions[home.episode, number] = session.pk
        batch.sessions.setdefault(home.episode, []).append(number)
    Session.objects.bulk_create(made)


def _stamp(row: Row, batch: _Batch) -> None:
    row.created_at = row.changed_at = batch.at


def _answers(read: StagedScore, known: Known, batch: _Batch) -> tuple[Answers, Scored | None]:
    home = known.homes[read.client]
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
    _stamp(row, batch)
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


def _risks(row: Answers, scored: Scored | None, batch: _Batch) -> list[RiskItem]:
    flags = scored.flags if scored else ()
    return [
        RiskItem(answers=row, item=flag.item, value=flag.value, raised_at=batch.at)
        for flag in flags
    ]


def _end(batch: _Batch) -> None:
    if batch.added != batch.row.added:
        raise EditConflict(
            "the practice was changed while the file came in",
            next_step="Nothing was kept. Try again.",
        )
    batch.row.sessions_made = [
        [episode.hex, numbers] for episode, numbers in batch.sessions.items()
    ]
    batch.row.save(force_update=True)
