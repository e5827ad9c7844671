"""What can be said by a column of a session, of one moment in a row, and by its two voices.

The choices of a page: one moment a row, your voice and the client's. A map as text can say more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lacrima.formats.moment_map import EXPRESSION, ITEMS, MOMENT, SESSION, VOICE
from lacrima.formats.told import WHETHER, Sort, Wanted, text, understood

SESSION_BLOCK, MOMENT_BLOCK = "session", "moment"
OWN_VOICE, CLIENTS_VOICE = "therapist", "client"
TIME = "session.time"
WHO = "moment.who"
_OWN = [
    "shown",
    "held_back",
    "came_about",
    "emotions",
    "felt",
    "first",
    "flow",
    "about",
    "noticed",
    "burdened",
    "spoken_of",
    "spoken_session",
    "focus_back_min",
    "response",
    "rating",
    "words",
    "therapist.shown",
    "client.shown",
]
_CLIENTS = [
    "shown",
    "held_back",
    "emotions",
    "felt",
    "noticed",
    "burdened",
    "rating",
    "seemed",
    "items.understood",
    "items.cared_for",
    "items.new_understanding",
    "items.relieved",
    "items.worried",
    "would_like_to_talk",
    "words",
]


@dataclass(frozen=True, slots=True)
class MapField:
    """One thing that a column can say.

    path: its name among all (`session.modality`, `client.rating`). block: which part of the map
    it stands in. key: what it is called there. with_it: what the map says beside it.
    """

    path: str
    block: str
    key: str
    wanted: Wanted
    with_it: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_words(self) -> bool:
        """Does it take words or a step, which a table may have in words of its own?"""
        sorts = {Sort.WORD, Sort.WORDS, Sort.YES_NO, Sort.WHETHER}
        return self.wanted.sort in sorts or self.is_step

    @property
    def is_step(self) -> bool:
        """Is it a step from 0 to 3 that has a word of its own?"""
        return self.key.rpartition(".")[2] in {"shown", "felt"}

    def unknown_among(self, cells: Iterable[str], separator: str) -> tuple[str, ...]:
        """Those words of a column that are none of ours, each once."""
        parts = (
            part.strip()
            for cell in cells
            for part in (cell.split(separator) if separator and self.is_several else [cell])
        )
        unknown = (one for one in parts if one and understood(self.wanted, one) is None)
        return tuple({one.casefold(): one for one in unknown}.values())

    @property
    def is_several(self) -> bool:
        """May several words stand in one cell?"""
        return self.wanted.sort is Sort.WORDS

    @property
    def is_of_moment(self) -> bool:
        """Does it speak of a moment, in whatever voice?"""
        return self.block != SESSION_BLOCK


def _fields() -> Iterator[MapField]:
    yield MapField(TIME, SESSION_BLOCK, "time", text(40))
    for key in ("length_min", "modality", "face_visible", "state"):
        yield MapField(f"session.{key}", SESSION_BLOCK, key, SESSION[key])
    for key in ("heaviness", "heaviness_after"):  # said by the therapist, or else by the client
        yield MapField(f"session.{key}", SESSION_BLOCK, key, SESSION[key])
        by_client = {f"{key}_by": CLIENTS_VOICE}
        path = f"session.{key}.{CLIENTS_VOICE}"
        yield MapField(path, SESSION_BLOCK, key, SESSION[key], by_client)
    yield MapField("session.log_state", SESSION_BLOCK, "log_state", SESSION["log_state"])
    yield MapField("moment.when", MOMENT_BLOCK, "when", WHETHER)
    for key in ("who", "kind", "nature", "start_min", "end_min"):
        yield MapField(f"moment.{key}", MOMENT_BLOCK, key, MOMENT[key])
    yield MapField("moment.key", MOMENT_BLOCK, "key", text(80))
    for block, keys in ((OWN_VOICE, _OWN), (CLIENTS_VOICE, _CLIENTS)):
        for key in keys:
            yield MapField(f"voice.{block}.{key}", block, key, _wanted(key))


def _wanted(key: str) -> Wanted:
    person_or_items, _dot, inner = key.rpartition(".")
    if person_or_items == "items":
        return ITEMS[inner]
    return EXPRESSION.get(inner) or VOICE[inner]


FIELDS: Mapping[str, MapField] = {one.path: one for one in _fields()}
