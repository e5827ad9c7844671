"""The story of the demo and its counter-story: Mia L., who was helped and also worried, and
Daniel K., who would only like to talk. Show both, or it is an advertisement for tears.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lacrima.moments.words import (
    About,
    CameAbout,
    Emotion,
    Flow,
    HeldBack,
    Nature,
    Noticed,
    Occasion,
    Response,
    Seemed,
    Shown,
    Side,
    SpokenOf,
)
from lacrima.practice.demo_cast import ALLY, CLIENT, PHQ, THERAPIST, Guest, Scene, one
from lacrima.practice.demo_guests import (
    EVENING,
    LENGTH_MIN,
    USUAL_TIME,
    Seats,
    Stage,
    add_answers,
    add_scene,
    add_session,
    add_slot,
    client_voice,
    express,
    keep_in_mind,
    seat_everybody,
    session_days,
    therapist_voice,
)
from lacrima.practice.demo_weighing import add_weighing
from lacrima.practice.simulate_rows import alliance, numbered
from lacrima.records.models import Contact, ContactKind, Moment, Offer, OfferKind, Session

# 17, 16, 15, no form, 14, 15, 12, 12, 13, 10, 9, 9: the nine answers of each form.
MIA_PHQ_9: tuple[tuple[int, ...] | None, ...] = (
    (2, 3, 2, 3, 1, 3, 2, 1, 0),
    (2, 3, 2, 2, 1, 3, 2, 1, 0),
    (2, 2, 2, 2, 1, 3, 2, 1, 0),
    None,
    (2, 2, 2, 2, 1, 3, 1, 1, 0),
    (2, 3, 2, 2, 1, 3, 1, 1, 0),
    (1, 2, 2, 2, 1, 2, 1, 1, 0),
    (1, 2, 2, 2, 0, 2, 2, 1, 0),
    (2, 2, 2, 2, 1, 2, 1, 1, 0),
    (1, 1, 2, 2, 1, 2, 1, 0, 0),
    (1, 1, 1, 2, 1, 2, 1, 0, 0),
    (1, 1, 2, 1, 1, 2, 1, 0, 0),
)
# Three whole answers cannot have every mean: each comes as near as a third of a point.
MIA_ALLIANCE_TENTHS = (69, 74, 76, None, 79, 72, 80, 82, 66, 79, 86, 87)
DANIEL_PHQ_9 = (
    (2, 2, 2, 2, 1, 2, 2, 1, 0),
    (2, 2, 2, 2, 1, 2, 2, 0, 0),
    (2, 2, 1, 2, 1, 2, 2, 0, 0),
    (2, 2, 2, 2, 1, 2, 1, 1, 0),
)
DANIEL_ALLIANCE_TENTHS = (73, 77, 80, 67)

MIA = Guest(
    one("Mia L."),
    12,
    {PHQ: (17, 9), ALLY: (69, 87)},
    today=0,
    gaps=(4,),
    scenes=(
        Scene(2, shown=1, told={"about": [About.GRIEF], "response": [Response.GAVE_ROOM]}),
        Scene(
            6,
            who=(THERAPIST,),
            shown=0,
            nature=Nature.HELD_BACK,
            held_back=HeldBack.WHOLLY,
            came_about=CameAbout.HELD_BACK,
            told={"noticed": Noticed.NO},
        ),
        Scene(9),
    ),
)
DANIEL = Guest(
    one("Daniel K."),
    4,
    {PHQ: (14, 13), ALLY: (73, 67)},
    days_ago=4,
    scenes=(Scene(4),),
)


def add_mia(stage: Stage) -> None:
    """Twelve sessions and one today; a goodbye letter in the ninth."""
    seats, sessions = _sessions(stage, MIA)
    for number, form in enumerate(MIA_PHQ_9, start=1):
        _form(stage, seats, sessions[number], form, MIA_ALLIANCE_TENTHS[number - 1])
    for scene in MIA.scenes[:2]:
        add_scene(stage, seats, sessions[scene.session], scene)
    _goodbye_letter(stage, seats, sessions)
    agreed_on = stage.calendar.days_ago(7 * 10)
    keep_in_mind(stage, seats.episode, "Tell me if I am too much. I am not.", agreed_on)


def add_daniel(stage: Stage) -> None:
    """Four sessions; the fourth paused. He said that he would like to talk, and no more."""
    seats, sessions = _sessions(stage, DANIEL)
    forms = zip(DANIEL_PHQ_9, DANIEL_ALLIANCE_TENTHS, strict=True)
    for number, (form, tenths) in enumerate(forms, start=1):
        _form(stage, seats, sessions[number], form, tenths)
    _paused(stage, seats, sessions[4])


def _sessions(stage: Stage, guest: Guest) -> tuple[Seats, Mapping[int, Session]]:
    calendar = stage.calendar
    seats = seat_everybody(stage, guest)
    at = USUAL_TIME if guest.today is None else calendar.appointments()[guest.today]
    days = session_days(calendar, guest.sessions, guest.today, guest.days_ago)
    seats.episode.started_on = days[0]
    sessions = {
        number: add_session(stage, seats.episode, number, calendar.at(day, at), guest)
        for number, day in enumerate(days, start=1)
    }
    slot = add_slot(stage, seats.episode, days[-1], at)
    if guest.today is not None:
        sessions[len(days)].slot = slot
    return seats, sessions


def _form(
    stage: Stage,
    seats: Seats,
    session: Session,
    form: tuple[int, ...] | None,
    tenths: int | None,
) -> None:
    client = seats.clients[0]
    if form is not None:
        add_answers(stage, client, session, PHQ, numbered("phq9", form))
    if tenths is not None:
        add_answers(stage, client, session, ALLY, alliance(tenths))


def _goodbye_letter(stage: Stage, seats: Seats, sessions: Mapping[int, Session]) -> None:
    moment = stage.rows.add(Moment(session=sessions[9]))
    told = {
        "first": seats.named(CLIENT),
        "flow": Flow.WENT_ON,
        "about": [About.GOODBYE, About.GRIEF],
        "noticed": Noticed.UNSURE,
        "burdened": Noticed.NO,
        "spoken_of": SpokenOf.YES,
        "spoken_by": Side.THERAPIST,
        "spoken_session": sessions[10],
        "focus_back_min": 2,
        "response": [Response.STAYED_WITH_IT, Response.GAVE_ROOM],
        "words": "She read the goodbye letter to her mother aloud.",
    }
    voice = therapist_voice(stage, seats, moment, told)
    express(stage, voice, seats.named(CLIENT), shown=Shown.TEARS_FALL)
    express(
        stage,
        voice,
        seats.named(THERAPIST),
        shown=Shown.TEARS_FALL,
        felt=2,
        came_about=CameAbout.UNBIDDEN,
        emotions=[Emotion.TOUCHED, Emotion.SAD],
    )
    add_weighing(stage, moment)
    _mia_that_evening(stage, seats, moment)
    _mia_later(stage, seats, moment)


def _mia_that_evening(stage: Stage, seats: Seats, moment: Moment) -> None:
    told = {
        "rating": 2,
        "noticed": Noticed.YES,
        "burdened": Noticed.YES,
        "first": seats.named(CLIENT),
        "flow": Flow.WENT_ON,
        "seemed": [Seemed.WARM, Seemed.NEAR],
        "items": {"understood": 4, "cared_for": 4, "worried": 3},
        "words": "Good. Then on the bus: is she all right, should I go easier?",
    }
    voice = client_voice(stage, seats, moment, told, occasion=Occasion.SAME_EVENING, after=EVENING)
    express(stage, voice, seats.named(CLIENT), shown=Shown.TEARS_FALL, felt=3)
    express(stage, voice, seats.named(THERAPIST), shown=Shown.TEARS_FALL, held_back="")


def _mia_later(stage: Stage, seats: Seats, moment: Moment) -> None:
    after_two_days = {"rating": 2, "burdened": Noticed.YES, "items": {"worried": 3}}
    client_voice(
        stage,
        seats,
        moment,
        after_two_days,
        occasion=Occasion.SECOND_THOUGHTS,
        after=timedelta(days=2),
    )
    after_the_next = {
        "rating": 3,
        "burdened": Noticed.NO,
        "items": {"worried": 0},
        "words": "We talked. She is all right.",
    }
    client_voice(
        stage,
        seats,
        moment,
        after_the_next,
        occasion=Occasion.LATER,
        after=timedelta(days=7) + EVENING,
    )


def _paused(stage: Stage, seats: Seats, session: Session) -> None:
    moment = stage.rows.add(Moment(session=session))
    told = {
        "flow": Flow.PAUSED,
        "about": [About.ILLNESS_OR_DYING],
        "noticed": Noticed.YES,
        "burdened": Noticed.UNSURE,
        "spoken_of": SpokenOf.PLANNED,
        "focus_back_min": 7,
    }
    voice = therapist_voice(stage, seats, moment, told)
    express(
        stage,
        voice,
        seats.named(THERAPIST),
        shown=Shown.TEARS_FALL,
        held_back=HeldBack.PARTLY,
        emotions=[Emotion.OVERWHELMED],
    )
    wish = {"would_like_to_talk": True}
    client_voice(stage, seats, moment, wish, occasion=Occasion.SAME_EVENING, after=EVENING)
    wrote_at = (session.start or stage.calendar.now) + EVENING
    ended_at = (session.start or stage.calendar.now) + timedelta(minutes=LENGTH_MIN)
    stage.rows.add(Offer(moment=moment, kind=OfferKind.SPEAK_OF_IT, made_at=ended_at))
    stage.rows.add(Offer(moment=moment, kind=OfferKind.CLIENT_WOULD_TALK, made_at=wrote_at))
    stage.rows.add(
        Contact(
            episode=seats.episode,
            participant=seats.of_clients[0],
            at=wrote_at,
            kind=ContactKind.MESSAGE,
            started_by=Side.CLIENT,
            words="I would like to talk about session 4. No more than that for now.",
        )
    )
