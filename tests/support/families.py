"""Courses of care with one to three clients each, with something of every kind kept about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from lacrima.practice import (
    answers,
    care,
    consents,
    moments,
    notes,
    safeguarding,
    sessions,
    share_making,
    supervision,
    weighing,
)
from lacrima.practice.words import EpisodeKind, Occasion
from lacrima.records.models import Client, Episode, Participant
from tests.support.cast import NOON, Cast
from tests.support.things import PHQ_9, THOUGHT

KINDS = {1: EpisodeKind.INDIVIDUAL, 2: EpisodeKind.COUPLE, 3: EpisodeKind.FAMILY}


@dataclass(frozen=True)
class Told:
    """One moment: who is told of in it, who speaks besides the therapist, and who began it."""

    of: tuple[int, ...]
    speaks: tuple[int, ...]
    by_client: bool
    nature: str


@dataclass(frozen=True)
class Plan:
    """Which of the clients come to which course of care, and what is told there."""

    episodes: tuple[tuple[int, ...], ...]
    moments: tuple[Told, ...]
    erased: int


_PEOPLE = 4
_some = st.lists(st.integers(0, 2), max_size=3, unique=True).map(tuple)
_episode = st.lists(st.integers(0, _PEOPLE - 1), min_size=1, max_size=3, unique=True).map(tuple)
_told = st.builds(
    Told,
    of=_some,
    speaks=_some,
    by_client=st.booleans(),
    nature=st.sampled_from(["showed", "held_back"]),
)
plans = st.builds(
    Plan,
    episodes=st.lists(_episode, min_size=1, max_size=3).map(tuple),
    moments=st.lists(_told, min_size=1, max_size=4).map(tuple),
    erased=st.integers(0, _PEOPLE - 1),
).filter(lambda plan: any(plan.erased in episode for episode in plan.episodes))


class Families:
    """A plan made true, in Ana's care."""

    def __init__(self, cast: Cast, plan: Plan, number: int) -> None:
        """`number` keeps the codes of several plans apart."""
        self.cast, self.plan, self.number = cast, plan, number
        self.people: dict[int, Client] = {}
        self.episodes = [self._episode(who) for who in plan.episodes]
        for told in plan.moments:
            self._moment(self.episodes[sum(told.of) % len(self.episodes)], told)

    @property
    def erased(self) -> Client:
        """Whom the plan erases."""
        return self.people[self.plan.erased]

    def _episode(self, who: Sequence[int]) -> Episode:
        ana = self.cast.ana
        comers = [self.people.get(n) or care.NewClient(f"{self.number}-{n}", f"N{n}") for n in who]
        episode = care.start_episode(by=ana, kind=KINDS[len(who)], clients=comers)
        for seat in seats_of(episode):
            n = int(seat.client.code.rpartition("-")[2])
            self.people.setdefault(n, seat.client)
            self._of_one(episode, seat)
        self._of_all(episode)
        return episode

    def _of_one(self, episode: Episode, seat: Participant) -> None:
        ana, client = self.cast.ana, seat.client
        answers.record_answers(
            client, episode, by=ana, instrument="phq-9", items=PHQ_9, assessment=1
        )
        notes.add_contact(episode, by=ana, at=NOON, participant=seat, words="of one")
        safeguarding.note_worry(episode, by=ana, seen_at=NOON, seen="of one", client=client)
        if not client.consents.exists():
            parent = consents.name_representative(
                client, by=ana, name="R.", relation="parent", ground="custody",
                from_on=date(2026, 1, 6), may_consent=True, **self._as_client(client),
            )  # fmt: skip
            consents.give_consent(
                client, by=ana, purpose="supervision", given_on=date(2026, 1, 7), given_by=parent
            )

    def _as_client(self, client: Client) -> dict[str, Any]:
        others = [one for one in self.people.values() if one.pk != client.pk]
        return {"as_client": others[0]} if others else {}

    def _of_all(self, episode: Episode) -> None:
        ana = self.cast.ana
        notes.write_record_note(episode, by=ana, words="of all")
        notes.keep_in_mind(episode, by=ana, words="of all")
        notes.add_contact(episode, by=ana, at=NOON, words="of all")
        safeguarding.note_worry(episode, by=ana, seen_at=NOON, seen="of all")
        notes.write_private_note(
            by=ana, words="alone", expires_on=date(2026, 9, 1), episode=episode
        )

    def _moment(self, episode: Episode, told: Told) -> None:
        ana, seats = self.cast.ana, seats_of(episode)
        own = episode.participants.get(member=ana)
        start = NOON - timedelta(days=episode.sessions.count() + 1)
        session = sessions.add_session(episode, by=ana, start=start, present=seats)
        people = {seats[n % len(seats)].pk.hex for n in told.of} or {own.pk.hex}
        said = {key: {"held_back": "partly"} for key in sorted(people)[:1]}
        moment = moments.log_moment(
            session, by=ana, who=sorted(people), shown=1, nature=told.nature, words="of all",
            first=min(people), expressions=said if told.nature == "held_back" else {},
        )  # fmt: skip
        for seat in {seats[n % len(seats)] for n in told.speaks}:
            moments.add_client_voice(
                moment, by=ana, participant=seat, occasion=Occasion.LATER, words="of one",
                would_like_to_talk=True,
            )  # fmt: skip
        if told.by_client and told.speaks:
            moment.started_by = "client"
            moment.save()
        row = weighing.begin_weighing(moment, by=ana, expires_on=date(2026, 6, 1))
        row = weighing.write_weighing(row, by=ana, expected_version=1, thinking=THOUGHT)
        weighing.record_weighing(row, by=ana, expected_version=2)
        self._show(moment)

    def _show(self, moment: Any) -> None:
        ana = self.cast.ana
        subject = share_making.subject_of(ana, moment=moment.pk)
        choice = share_making.Choice(
            readers=frozenset({f"member:{self.cast.hanna.pk.hex}"}),
            purpose="learning",
            expires_on=date(2026, 6, 1),
            parts=frozenset({"showed"}),
        )
        seen = share_making.mark_of(share_making.compose(ana, subject, choice))
        share = share_making.share(ana, subject, choice, seen=seen)
        supervision.say_of_share(share, by=ana, kind="comment", words="of all")


def seats_of(episode: Episode) -> list[Participant]:
    """Those who come, in the order in which they came."""
    rows = episode.participants.filter(client__isnull=False).select_related("client")
    return list(rows.order_by("created_at", "pk"))
