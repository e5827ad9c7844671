"""From the tables of the cast to rows: sessions, forms, moments, voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from lacrima.instruments.catalogue import shipped
from lacrima.moments.words import (
    HeldBack,
    LogState,
    Occasion,
    ParticipantRole,
    Side,
)
from lacrima.practice.demo_calendar import Calendar
from lacrima.practice.demo_cast import Guest, Scene
from lacrima.practice.simulate_rows import Rows, alliance, numbered
from lacrima.practice.simulate_truth import spread
from lacrima.records.models import (
    Client,
    Episode,
    Expression,
    KeptInMind,
    Member,
    Moment,
    Participant,
    Session,
    Slot,
    Voice,
)

LENGTH_MIN = 50
USUAL_TIME = time(13)
EVENING = timedelta(hours=9)
REACH = "a telephone number, and when to call (simulated)"


@dataclass(frozen=True)
class Stage:
    """Where the demo is played: its rows, calendar, therapist and colleague."""

    rows: Rows
    calendar: Calendar
    therapist: Member
    colleague: Member


@dataclass(frozen=True)
class Seats:
    """Who takes part in one episode."""

    episode: Episode
    clients: tuple[Client, ...]
    of_clients: tuple[Participant, ...]
    therapist: Participant
    other: Participant | None = None

    def named(self, name: str) -> Participant:
        """The seat of `client`, `client2` and so on, `therapist`, or `other`."""
        if name == "therapist":
            return self.therapist
        if name == "other":
            if self.other is None:
                raise LookupError("nobody else takes part in this episode")
            return self.other
        return self.of_clients[int(name.removeprefix("client") or 1) - 1]


def add_guest(stage: Stage, guest: Guest, rng: np.random.Generator) -> None:
    """One episode of the cast, with everything in it."""
    seats = seat_everybody(stage, guest)
    days = session_days(stage.calendar, guest.sessions, guest.today, guest.days_ago)
    at = USUAL_TIME if guest.today is None else stage.calendar.appointments()[guest.today]
    sessions = {
        number: add_session(stage, seats.episode, number, stage.calendar.at(day, at), guest)
        for number, day in enumerate(days, start=1)
    }
    _dates(stage, guest, seats, days, at, sessions)
    _forms(stage, guest, seats, sessions, rng)
    for scene in guest.scenes:
        add_scene(stage, seats, sessions[scene.session], scene)
    if guest.kept_in_mind:
        agreed_on = days[min(2, len(days) - 1)]
        keep_in_mind(stage, seats.episode, guest.kept_in_mind, agreed_on)


def seat_everybody(stage: Stage, guest: Guest) -> Seats:
    """The episode, its clients, its therapist, and who else takes part."""
    rows = stage.rows
    clients = tuple(rows.add(Client(code=code, reach=REACH)) for code, _role in guest.clients)
    episode = rows.add(Episode(kind=guest.kind))
    places = tuple(
        rows.seat(episode, role, client=client)
        for client, (_code, role) in zip(clients, guest.clients, strict=True)
    )
    owner = stage.colleague if guest.belongs_to_colleague else stage.therapist
    therapist = rows.seat(episode, ParticipantRole.THERAPIST, member=owner)
    other = None
    for role, label in guest.others:
        who: dict[str, Any] = {"label": label} if label else {"member": stage.colleague}
        other = rows.seat(episode, role, **who)
    return Seats(episode, clients, places, therapist, other)


def session_days(calendar: Calendar, sessions: int, today: int | None, days_ago: int) -> list[date]:
    """The local days of weekly sessions, the oldest first; with one today where there is one."""
    last = calendar.today if today is not None else calendar.days_ago(days_ago)
    count = sessions + (today is not None)
    return [last - timedelta(weeks=back) for back in reversed(range(count))]


def add_session(
    stage: Stage, episode: Episode, number: int, start: datetime, guest: Guest
) -> Session:
    """One session; today's, and those that the cast leaves open, are not logged yet."""
    is_behind = number <= guest.sessions
    is_open = number > guest.sessions - guest.open_sessions or number in guest.gaps[::2]
    has_scene = any(scene.session == number for scene in guest.scenes)
    state = LogState.MOMENTS if has_scene else LogState.NOTHING
    if not has_scene and (is_open or not is_behind):
        state = LogState.NOT_YET
    is_known = is_behind and number not in guest.gaps and number % 4 != 0
    return stage.rows.add(
        Session(
            episode=episode,
            number=number,
            start=start,
            length_min=LENGTH_MIN,
            modality=guest.modality,
            face_visible=True if guest.modality == "video" else None,
            log_state=state,
            heaviness=(number * 5 + guest.sessions) % 7 + 2 if is_known else None,
            heaviness_by=Side.THERAPIST if is_known else "",
        )
    )


def _dates(
    stage: Stage,
    guest: Guest,
    seats: Seats,
    days: list[date],
    at: time,
    sessions: Mapping[int, Session],
) -> None:
    seats.episode.started_on = days[0]
    if guest.has_ended:
        seats.episode.ended_on = days[-1]
        return
    slot = add_slot(stage, seats.episode, days[-1], at, guest.modality)
    if guest.today is not None:
        sessions[len(days)].slot = slot


def add_slot(
    stage: Stage, episode: Episode, last_on: date, at: time, modality: str = "room"
) -> Slot:
    """A weekly appointment; its sessions up to today are there already."""
    return stage.rows.add(
        Slot(
            episode=episode,
            weekday=last_on.weekday(),
            local_time=at,
            length_min=LENGTH_MIN,
            modality=modality,
            from_on=last_on,
            made_until=stage.calendar.today,
        )
    )


def _forms(
    stage: Stage,
    guest: Guest,
    seats: Seats,
    sessions: Mapping[int, Session],
    rng: np.random.Generator,
) -> None:
    for client in seats.clients:
        for slug, (first, last) in guest.scores.items():
            for number in range(1, guest.sessions + 1):
                if number in guest.gaps:
                    continue
                level = first + (last - first) * (number - 1) / max(1, guest.sessions - 1)
                wobble = 0 if number in {1, guest.sessions} else rng.normal(0, 1.2)
                is_risk = guest.has_risk and number == guest.sessions
                items = filled(slug, round(level + wobble), rng, is_risk=is_risk)
                add_answers(stage, client, sessions[number], slug, items)


def filled(
    slug: str, total: int, rng: np.random.Generator, *, is_risk: bool = False
) -> dict[str, int | None]:
    """Item answers of that total (tenths of the mean for the alliance check).

    The last item of the PHQ-9 is above 0 only where the story says so.
    """
    if slug == "alliance-check":
        return alliance(min(100, max(0, total)))
    places = len(shipped()[slug].scored_items)
    prefix = slug.replace("-", "") if slug != "phq-8" else "phq8"
    ninth = [int(is_risk)] if slug == "phq-9" else []
    spread_over = places - len(ninth)
    sum_of_rest = min(spread_over * 3, max(0, total - sum(ninth)))
    return numbered(prefix, [*spread(sum_of_rest, spread_over, 3, rng), *ninth])


def add_answers(
    stage: Stage, client: Client, session: Session, slug: str, items: Mapping[str, int | None]
) -> None:
    """A form: the alliance check after the session, the others before it."""
    offset = timedelta(minutes=LENGTH_MIN + 5 if slug == "alliance-check" else -10)
    given_at = session.start + offset if session.start else None
    stage.rows.answers(client, session, slug, items, given_at=given_at)


def keep_in_mind(stage: Stage, episode: Episode, words: str, agreed_on: date) -> None:
    """What therapist and client agreed to keep in mind."""
    stage.rows.add(KeptInMind(episode=episode, words=words, agreed_on=agreed_on))


def add_scene(stage: Stage, seats: Seats, session: Session, scene: Scene) -> Moment:
    """One moment with the voices that speak of it."""
    side = Side.CLIENT if scene.is_begun_by_client else Side.THERAPIST
    moment = stage.rows.add(
        Moment(session=session, nature=scene.nature, kind=scene.kind, started_by=side)
    )
    if not scene.is_begun_by_client:
        first = {"first": seats.named(scene.who[0])} if len(scene.who) > 1 else {}
        voice = therapist_voice(stage, seats, moment, {**first, **scene.told})
        _express(stage, seats, voice, scene)
    if scene.client is not None:
        voice = client_voice(
            stage, seats, moment, scene.client, occasion=Occasion.SAME_EVENING, after=EVENING
        )
        if scene.is_begun_by_client:
            _express(stage, seats, voice, scene)
    return moment


def therapist_voice(stage: Stage, seats: Seats, moment: Moment, told: Mapping[str, Any]) -> Voice:
    """Your own voice."""
    return _voice(
        stage,
        moment,
        told,
        side=Side.THERAPIST,
        participant=seats.therapist,
        occasion=Occasion.IN_SESSION,
        given_at=_after(moment, timedelta(minutes=LENGTH_MIN)),
    )


def client_voice(
    stage: Stage,
    seats: Seats,
    moment: Moment,
    told: Mapping[str, Any],
    *,
    occasion: Occasion,
    after: timedelta,
) -> Voice:
    """A client's voice, so long after the session began."""
    return _voice(
        stage,
        moment,
        told,
        side=Side.CLIENT,
        participant=seats.of_clients[0],
        occasion=occasion,
        given_at=_after(moment, after),
    )


def _voice(stage: Stage, moment: Moment, told: Mapping[str, Any], **who: Any) -> Voice:
    return stage.rows.add(Voice(moment=moment, is_simulated=True, **who, **told))


def _after(moment: Moment, delay: timedelta) -> datetime | None:
    start = moment.session.start
    return start + delay if start else None


def _express(stage: Stage, seats: Seats, voice: Voice, scene: Scene) -> None:
    for name in scene.who:
        express(
            stage,
            voice,
            seats.named(name),
            shown=scene.shown,
            held_back=scene.held_back,
            came_about=scene.came_about or "",
        )


def express(
    stage: Stage,
    voice: Voice,
    seat: Participant,
    *,
    shown: int,
    held_back: HeldBack | str = HeldBack.NO,
    **more: Any,
) -> Expression:
    """What one person showed, as this voice tells it."""
    return stage.rows.add(
        Expression(voice=voice, participant=seat, shown=shown, held_back=held_back, **more)
    )
