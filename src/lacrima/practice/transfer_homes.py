"""Where the clients of a file are at home here, and which codes are somebody else's."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lacrima.moments.words import EpisodeKind
from lacrima.records.access import visible
from lacrima.records.models import Client, Member, Participant

MOST_CODE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Home:
    """Where what a file says of a client belongs."""

    client: uuid.UUID
    episode: uuid.UUID


@dataclass
class Homes:
    """The clients of some codes: where each is at home, and which are not this person's."""

    clients: Mapping[uuid.UUID, str] = field(default_factory=dict)
    known: dict[str, Home] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    @property
    def episodes(self) -> set[uuid.UUID]:
        """The episodes of those who are known."""
        return {home.episode for home in self.known.values()}

    def problem(self, code: str) -> tuple[str, str] | None:
        """Why a code cannot come in, and what would do."""
        if len(code) > MOST_CODE_CHARACTERS:
            return "a client's id that is too long", f"at most {MOST_CODE_CHARACTERS} characters"
        if code in self.foreign:
            return (
                "a code that is in use here for somebody else",
                "a client of yours, or a new code",
            )
        return None


def homes_of(codes: Collection[str], by: Member) -> Homes:
    """Look these codes up in two queries."""
    clients = dict(Client.objects.filter(code__in=codes).values_list("pk", "code"))
    known = _homes(clients, by)
    return Homes(clients, known, set(clients.values()) - known.keys())


def _homes(clients: Mapping[uuid.UUID, str], by: Member) -> dict[str, Home]:
    seats = visible(by, Participant).filter(client__in=clients).select_related("episode")
    best: dict[str, Participant] = {}
    for seat in seats.order_by("episode__created_at"):
        code = clients[_there(seat.client_id)]
        if code not in best or _rank(seat) >= _rank(best[code]):
            best[code] = seat
    return {code: Home(_there(seat.client_id), seat.episode_id) for code, seat in best.items()}


def _there(found: uuid.UUID | None) -> uuid.UUID:
    if found is None:
        raise TypeError("a client's place without a client")
    return found


def _rank(seat: Participant) -> tuple[bool, bool]:
    return seat.episode.ended_on is None, seat.episode.kind == EpisodeKind.INDIVIDUAL
