"""The part of a map that reads sessions, moments and voices. Read strictly, like the rest.

`docs/reference/maps.md` explains every key, `staging_moments.py` applies them to a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lacrima.errors import BadMap
from lacrima.formats.told import WHETHER, YES_NO, Told, Wanted, number, text, whole, word, words
from lacrima.formats.told_reading import all_told, date_told, told
from lacrima.moments.moment import FOCUS_BACK_MAX_MIN, RATING_MAX, RATING_MIN
from lacrima.moments.words import (
    About,
    CameAbout,
    Emotion,
    Flow,
    HeldBack,
    Kind,
    LogState,
    Modality,
    Nature,
    Noticed,
    Occasion,
    Party,
    Response,
    Seemed,
    Side,
    SpokenOf,
)
from lacrima.strict_toml import Section

PERSONS = ("therapist", "client")
SESSION_STATES = ("held", "cancelled", "not_attended")
SHORT_ITEMS = (
    "understood",
    "cared_for",
    "new_understanding",
    "relieved",
    "worried",
    "free_to_feel",
    "felt_burdened",
    "looked_after",
    "confused",
    "frightened",
    "too_close",
)
HIGHEST_SESSION = 9_999
LONGEST_SESSION_MIN = 600
LONGEST_SESSION_MS = LONGEST_SESSION_MIN * 60_000
LONGEST_KEY = 80

SESSION: dict[str, Wanted] = {
    "length_min": whole(1, LONGEST_SESSION_MIN),
    "modality": word(Modality),
    "face_visible": YES_NO,
    "state": word(SESSION_STATES),
    "heaviness": whole(0, 10),
    "heaviness_by": word(PERSONS),
    "heaviness_after": whole(0, 10),
    "heaviness_after_by": word(PERSONS),
    "log_state": word(LogState),
}
MOMENT: dict[str, Wanted] = {
    "kind": word(Kind),
    "nature": word(Nature),
    "who": word(Party),
    "begun_by": word(Side),
    "start_min": number(0, LONGEST_SESSION_MIN),
    "end_min": number(0, LONGEST_SESSION_MIN),
    "start_ms": whole(0, LONGEST_SESSION_MS),
    "end_ms": whole(0, LONGEST_SESSION_MS),
}
EXPRESSION: dict[str, Wanted] = {
    "shown": whole(0, 3),
    "held_back": word(HeldBack),
    "felt": whole(0, 3),
    "came_about": word(CameAbout),
    "emotions": words(Emotion),
}
VOICE: dict[str, Wanted] = {
    "side": word(Side),
    "occasion": word(Occasion),
    "told_aloud": YES_NO,
    "first": word(PERSONS),
    "flow": word(Flow),
    "about": words(About),
    "noticed": word(Noticed),
    "burdened": word(Noticed),
    "spoken_of": word(SpokenOf),
    "spoken_by": word(Side),
    "spoken_session": whole(0, HIGHEST_SESSION),
    "focus_back_min": whole(0, FOCUS_BACK_MAX_MIN),
    "response": words(Response),
    "seemed": words(Seemed),
    "rating": whole(RATING_MIN, RATING_MAX),
    "would_like_to_talk": YES_NO,
    "words": text(),
}
ITEMS: dict[str, Wanted] = {name: whole(0, 4) for name in SHORT_ITEMS}


@dataclass(frozen=True, slots=True)
class SessionColumns:
    """Where a row says which session it belongs to, and what it says of that session.

    columns: the first column of each key (also below), for messages.
    """

    number: Told | None
    date: str | None
    date_format: str | None
    time: str | None
    told: Mapping[str, Told]
    lists_all_moments: bool
    columns: Mapping[str, str]
    where: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns that are read as text or dates."""
        return tuple(name for name in (self.date, self.time) if name is not None)

    def all_told(self) -> Iterator[Told]:
        """Everything that is found in a cell."""
        yield from self.told.values()
        if self.number is not None:
            yield self.number


@dataclass(frozen=True, slots=True)
class VoiceColumns:
    """Where one voice of a moment stands.

    expression: what holds for each of those whose moment it was; of: what is said of one person
    alone; items: the short items.
    """

    told: Mapping[str, Told]
    expression: Mapping[str, Told]
    of: Mapping[str, Mapping[str, Told]]
    items: Mapping[str, Told]
    date: str | None
    date_format: str | None
    columns: Mapping[str, str]
    where: str

    def all_told(self) -> Iterator[Told]:
        """Everything that is found in a cell."""
        yield from (*self.told.values(), *self.expression.values(), *self.items.values())
        for person in self.of.values():
            yield from person.values()


@dataclass(frozen=True, slots=True)
class MomentColumns:
    """Where a row says that there was a moment, which, and who speaks of it."""

    when: Told | None
    key: Told | None
    told: Mapping[str, Told]
    voices: tuple[VoiceColumns, ...]
    columns: Mapping[str, str]
    where: str

    def all_told(self) -> Iterator[Told]:
        """Everything that is found in a cell, the voices' too."""
        yield from self.told.values()
        yield from (one for one in (self.when, self.key) if one is not None)
        for voice in self.voices:
            yield from voice.all_told()


@dataclass(frozen=True, slots=True)
class SessionMap:
    """What a map says of sessions and moments; empty where it says nothing of them."""

    session: SessionColumns | None = None
    moments: tuple[MomentColumns, ...] = field(default=())

    def all_told(self) -> Iterator[Told]:
        """Everything that is found in a cell."""
        if self.session is not None:
            yield from self.session.all_told()
        for moment in self.moments:
            yield from moment.all_told()

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns of dates and times."""
        dates = [voice.date for moment in self.moments for voice in moment.voices]
        own = self.session.texts if self.session else ()
        return (*own, *(name for name in dates if name is not None))


NOTHING = SessionMap()


def _columns(*several: Mapping[str, Told]) -> dict[str, str]:
    """The first column of each key, for whoever wants to say where something is wrong."""
    found: dict[str, str] = {}
    for named in several:
        for name, one in named.items():
            if one.used:
                found.setdefault(name.replace("_min", "_ms"), one.used[0])
                found.setdefault(name, one.used[0])
    return found


def read_sessions_and_moments(top: Section) -> SessionMap:
    """The blocks [session], [[moment]] and [[moment.voice]]. Raises BadMap with file and line."""
    inner = top.section("session")
    session = _session(inner) if inner is not None else None
    moments = tuple(_moment(one) for one in top.sections("moment"))
    if moments and session is None:
        raise top.refuse("moment", "a moment without a session", "a table [session]")
    if session is not None and session.lists_all_moments:
        _check_lists_all(session, moments)
    return SessionMap(session, moments)


def _session(section: Section) -> SessionColumns:
    where = section.where()
    number = told(section, "number", whole(0, HIGHEST_SESSION))
    date, date_format = date_told(section)
    time = section.take("time", str)
    values = all_told(section, SESSION)
    lists_all = section.take("lists_all_moments", bool) or False
    section.done(f"number, date, date_format, time, {', '.join(SESSION)}, lists_all_moments")
    if number is None and date is None:
        raise BadMap("a session without a place", where=where, expected="number or date")
    if time is not None and date is None:
        raise BadMap("a time without a date", where=where, expected="date")
    columns = _columns({"number": number} if number else {}, values)
    if date is not None:
        columns |= {"date": date, "time": time or date}
    return SessionColumns(number, date, date_format, time, values, lists_all, columns, where)


def _check_lists_all(session: SessionColumns, moments: tuple[MomentColumns, ...]) -> None:
    if not moments:
        raise BadMap(
            "lists_all_moments in a map that reads no moments",
            where=session.where,
            expected="a block [[moment]]; or log_state",
        )
    if "log_state" in session.told:
        raise BadMap(
            "lists_all_moments and log_state", where=session.where, expected="one of the two"
        )


def _moment(section: Section) -> MomentColumns:
    where = section.where()
    when = told(section, "when", WHETHER)
    key = told(section, "key", text(LONGEST_KEY))
    values = all_told(section, MOMENT)
    voices = tuple(_voice(one) for one in section.sections("voice"))
    section.done(f"when, key, {', '.join(MOMENT)}, [[moment.voice]]")
    if not any(one.used for one in (*values.values(), *filter(None, (when, key)))) and not any(
        one.used for voice in voices for one in voice.all_told()
    ):
        raise BadMap(
            "a moment that no column speaks of", where=where, expected="a column, such as when ="
        )
    if {"start_min", "start_ms"} <= values.keys() or {"end_min", "end_ms"} <= values.keys():
        raise BadMap("minutes and milliseconds", where=where, expected="one of the two")
    if key is None and "who" not in values and not any(voice.of for voice in voices):
        raise BadMap(
            "nobody whose moment it was", where=where, expected="who, or keys such as client.shown"
        )
    return MomentColumns(when, key, values, voices, _columns(values), where)


def _voice(section: Section) -> VoiceColumns:
    where = section.where()
    date, date_format = date_told(section)
    values, expression = all_told(section, VOICE), all_told(section, EXPRESSION)
    of = {person: _inner(section, person, EXPRESSION) for person in PERSONS}
    items = _inner(section, "items", ITEMS)
    section.done(
        f"{', '.join(VOICE)}, date, date_format, items, {', '.join(EXPRESSION)}, "
        "and these five after client. or therapist."
    )
    if "side" not in values:
        raise BadMap("a voice of no side", where=where, expected=VOICE["side"].expected)
    said = {person: one for person, one in of.items() if one}
    columns = _columns(values, expression, *said.values())
    columns |= {"date": date} if date is not None else {}
    columns |= {"items": next(iter(_columns(items).values()), "")} if items else {}
    return VoiceColumns(values, expression, said, items, date, date_format, columns, where)


def _inner(section: Section, key: str, wanted: Mapping[str, Wanted]) -> dict[str, Told]:
    inner = section.section(key)
    if inner is None:
        return {}
    values = all_told(inner, wanted)
    inner.done(", ".join(wanted))
    return values
