"""Applies the part of a map that reads sessions, moments and voices to a table, row by row.

A session or a moment may be spoken of in several rows: what they say is put together, and must
agree. At the end every moment has to be one that can have been (`moments/moment.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from lacrima.errors import OutOfRange
from lacrima.formats.moment_map import PERSONS, MomentColumns, SessionMap, VoiceColumns
from lacrima.formats.moment_values import check_moment
from lacrima.formats.rows import Row
from lacrima.formats.staged import Refusal, Staged, StagedMoment, StagedSession, StagedVoice
from lacrima.formats.staging_sessions import SessionStager, time_in
from lacrima.formats.table import Table
from lacrima.formats.told import CellRefused, Told, as_many, is_filled, value_in
from lacrima.moments.words import Occasion, Party, Side

_MS_PER_MIN = 60_000


class MomentStager:
    """Reads rows into sessions, moments and voices; what cannot be is refused in `staged`."""

    def __init__(self, told: SessionMap, table: Table, zone: tzinfo, staged: Staged) -> None:
        """Begin with nothing read."""
        self._told = told
        self._table = table
        self._zone = zone
        self._staged = staged
        self._sessions = SessionStager(told, table, zone, staged)
        self._moments: dict[tuple[int, str], StagedMoment] = {}

    def has_anything(self, row: Row) -> bool:
        """Whether a row says anything of a session or a moment."""
        return any(is_filled(one, row, self._table) for one in self._told.all_told()) or any(
            self._table.text(row, column) for column in self._told.texts
        )

    def read(self, row: Row, client: str) -> None:
        """Read one row of a client."""
        try:
            session = self._sessions.read(row, client)
        except CellRefused as refused:
            self._refuse(row, refused)
            return
        if session is None:
            return
        for columns in self._told.moments:
            try:
                self._read_moment(row, columns, session)
            except CellRefused as refused:
                self._refuse(row, refused)

    def _refuse(self, row: Row, refused: CellRefused) -> None:
        self._staged.refuse(Refusal(row.number, refused.column, refused.found, refused.expected))

    def _read_moment(self, row: Row, columns: MomentColumns, session: StagedSession) -> None:
        if not self._is_there(row, columns):
            return
        said = self._said(row, columns)
        who = _people(said.pop("who", None))
        voices = [voice for one in columns.voices if (voice := self._voice(row, one, who))]
        who = who or frozenset(person for voice in voices for person in voice.people)
        anchor = _anchor(columns.all_told())
        key = self._key(row, columns, said, who, anchor)
        moment = StagedMoment(session, key, who, said, [], row.number, anchor, columns.columns)
        there = self._moments.setdefault((id(session), key), moment)
        if there is moment:
            self._staged.moments.append(moment)
        else:
            _put_together(there, moment)
        for voice in voices:
            _add_voice(there, voice)

    def _is_there(self, row: Row, columns: MomentColumns) -> bool:
        if columns.when is not None:
            return value_in(columns.when, row, self._table) is True
        return any(is_filled(one, row, self._table) for one in columns.all_told())

    def _said(self, row: Row, columns: MomentColumns) -> dict[str, Any]:
        said = as_many(columns.told, row, self._table)
        for edge in ("start", "end"):
            minutes = said.pop(f"{edge}_min", None)
            if minutes is not None:
                said[f"{edge}_ms"] = int(Decimal(minutes) * _MS_PER_MIN)
        if ("start_ms" in said) != ("end_ms" in said):
            raise CellRefused(
                _anchor_of(columns, "start", "end"), "half a span", "a start and an end"
            )
        return said

    def _key(
        self,
        row: Row,
        columns: MomentColumns,
        said: dict[str, Any],
        who: frozenset[str],
        anchor: str,
    ) -> str:
        if columns.key is not None:
            key = value_in(columns.key, row, self._table)
            if key is None:
                raise CellRefused(_anchor([columns.key]), "empty", "what this moment is known by")
            return f"key:{key}"
        if not who:
            raise CellRefused(anchor, "a moment of nobody", "whose emotion it was")
        return natural_key(str(said.get("kind", "tears")), who, said.get("start_ms"))

    def _voice(self, row: Row, columns: VoiceColumns, who: frozenset[str]) -> StagedVoice | None:
        if not any(is_filled(one, row, self._table) for one in columns.all_told()):
            return None
        anchor = _anchor(columns.all_told())
        said = as_many(columns.told, row, self._table)
        if "side" not in said:
            raise CellRefused(
                _anchor([columns.told["side"]]) or anchor, "empty", "whose voice it is"
            )
        side = Side(said.pop("side"))
        usual = Occasion.IN_SESSION if side is Side.THERAPIST else Occasion.LATER
        occasion = Occasion(said.pop("occasion", usual))
        aloud = bool(said.pop("told_aloud", side is Side.CLIENT)) and side is Side.CLIENT
        items = as_many(columns.items, row, self._table)
        if items:
            said["items"] = items
        people = self._people(row, columns, side, who, anchor)
        given_at = self._given_at(row, columns)
        return StagedVoice(
            side, occasion, aloud, given_at, said, people, row.number, anchor, columns.columns
        )

    def _people(
        self, row: Row, columns: VoiceColumns, side: Side, who: frozenset[str], anchor: str
    ) -> dict[str, dict[str, Any]]:
        shared = as_many(columns.expression, row, self._table)
        felt = shared.pop("felt", None)
        people: dict[str, dict[str, Any]] = {}
        if shared and not who:
            raise CellRefused(
                anchor, "an expression of nobody", "who, or keys such as client.shown"
            )
        if shared:
            people = {person: dict(shared) for person in PERSONS if person in who}
        if felt is not None:
            if side is Side.OBSERVER:
                raise CellRefused(anchor, "what another person felt", "what the speaker felt")
            people.setdefault(str(side), {})["felt"] = felt
        for person, told in columns.of.items():
            own = as_many(told, row, self._table)
            if own:
                people.setdefault(person, {}).update(own)
        return people

    def _given_at(self, row: Row, columns: VoiceColumns) -> datetime | None:
        if columns.date is None:
            return None
        moment = time_in(row, columns.date, columns.date_format, self._table, self._zone)
        return moment[0] if moment else None

    def finish(self) -> None:
        """When all rows are read: hand over the sessions, and refuse what cannot have been."""
        self._staged.sessions = self._sessions.all()
        for moment in self._staged.moments:
            moment.session.has_moments = True
        self._sessions.finish()
        for moment in self._staged.moments:
            _complete(moment)
            self._check(moment)

    def _check(self, moment: StagedMoment) -> None:
        try:
            check_moment(moment)
        except OutOfRange as mistake:
            self._staged.refuse(Refusal(moment.row, moment.column, mistake.found, mistake.expected))


def natural_key(kind: str, who: Iterable[str], start_ms: int | None) -> str:
    """What a moment is known by where its table has no key: kind, whose it was, and its start."""
    return f"is:{kind}:{'+'.join(sorted(who))}:{'' if start_ms is None else start_ms}"


def _people(who: object) -> frozenset[str]:
    if who is None:
        return frozenset()
    return frozenset(PERSONS) if who == Party.BOTH else frozenset({str(who)})


def _anchor(told: Iterable[Told]) -> str:
    """The first column of a block: where a mistake of the whole block is shown."""
    return next(_columns(told), "")


def _columns(told: Iterable[Told]) -> Iterator[str]:
    for one in told:
        yield from one.used


def _anchor_of(columns: MomentColumns, *beginnings: str) -> str:
    named = [one for key, one in columns.told.items() if key.startswith(beginnings)]
    return _anchor(named) or _anchor(columns.all_told())


def _put_together(there: StagedMoment, again: StagedMoment) -> None:
    for name, value in again.said.items():
        if there.said.setdefault(name, value) != value:
            raise CellRefused(
                again.column_of(name),
                f"another {name} than in row {there.row} for the same moment",
                "the same, or empty",
            )
    there.who = there.who | again.who


def _add_voice(moment: StagedMoment, voice: StagedVoice) -> None:
    for other in moment.voices:
        if (other.side, other.occasion) == (voice.side, voice.occasion):
            raise CellRefused(
                voice.column,
                f"a second voice of the side and occasion of row {other.row} in the same moment",
                "one voice for each; key in the map where these are two moments",
            )
    moment.voices.append(voice)


def _complete(moment: StagedMoment) -> None:
    """The voice that began it says whose emotion it was; without any voice, the therapist's."""
    if not moment.voices:
        moment.is_bare = True
        place = (moment.row, moment.column, moment.columns)
        moment.voices.append(
            StagedVoice(Side.THERAPIST, Occasion.IN_SESSION, False, None, {}, {}, *place)
        )
    begun = next((one for one in moment.voices if one.side is moment.begun_by), None)
    for person in sorted(moment.who):
        if begun is not None:
            begun.people.setdefault(person, {})
