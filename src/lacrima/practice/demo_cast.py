"""The people of the demo beside Mia L. and Daniel K., as tables. Nobody here exists.

A scene is one moment: in which session, whose emotion, and what your voice tells of it; `client`
is what the client's own voice tells, where it speaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lacrima.moments.words import (
    About,
    CameAbout,
    EpisodeKind,
    Flow,
    HeldBack,
    Kind,
    Modality,
    Nature,
    Noticed,
    ParticipantRole,
    Response,
    SpokenOf,
)

CLIENT, THERAPIST = "client", "therapist"


@dataclass(frozen=True)
class Scene:
    """One moment. `who` are seats: client, client2, therapist, other; the first of them began."""

    session: int
    who: tuple[str, ...] = (CLIENT,)
    shown: int = 2
    kind: Kind = Kind.TEARS
    nature: Nature = Nature.SHOWED
    held_back: HeldBack = HeldBack.NO
    came_about: CameAbout | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] | None = None
    is_begun_by_client: bool = False


@dataclass(frozen=True)
class Guest:
    """One episode: its clients' codes and roles, how many sessions are behind it, its scores.

    `today`: which of today's appointments it has. `days_ago`: else, when the last session was.
    `scores`: instrument to first and last total (tenths for the alliance check).
    `open_sessions` from the end, and `gaps`, are sessions not logged and without forms.
    """

    clients: tuple[tuple[str, ParticipantRole], ...]
    sessions: int
    scores: Mapping[str, tuple[int, int]]
    kind: EpisodeKind = EpisodeKind.INDIVIDUAL
    others: tuple[tuple[ParticipantRole, str], ...] = ()
    today: int | None = None
    days_ago: int = 3
    modality: Modality = Modality.ROOM
    gaps: tuple[int, ...] = ()
    open_sessions: int = 0
    scenes: tuple[Scene, ...] = ()
    kept_in_mind: str = ""
    has_ended: bool = False
    has_risk: bool = False
    belongs_to_colleague: bool = False


def one(code: str) -> tuple[tuple[str, ParticipantRole], ...]:
    """One client."""
    return ((code, ParticipantRole.CLIENT),)


def several(*codes: str) -> tuple[tuple[str, ParticipantRole], ...]:
    """Several clients."""
    return tuple((code, ParticipantRole.CLIENT) for code in codes)


PHQ, GAD, ALLY = "phq-9", "gad-7", "alliance-check"
HELPED = {"rating": 3, "items": {"understood": 4, "cared_for": 3, "worried": 0}}
TORN = {
    "rating": 1,
    "noticed": Noticed.YES,
    "burdened": Noticed.YES,
    "items": {"understood": 3, "worried": 3},
}

TODAYS = (
    Guest(
        one("R 14"),
        5,
        {PHQ: (14, 11), ALLY: (70, 83)},
        today=1,
        gaps=(2,),
        scenes=(
            Scene(3, shown=1, told={"about": [About.GRIEF], "response": [Response.GAVE_ROOM]}),
        ),
    ),
    Guest(
        several("Jo", "Sam"),
        2,
        {GAD: (11, 10), ALLY: (60, 67)},
        kind=EpisodeKind.COUPLE,
        today=2,
        scenes=(
            Scene(1, who=("client", "client2"), kind=Kind.LAUGHTER, shown=2),
            Scene(
                2,
                who=("client2",),
                kind=Kind.ANGER,
                shown=3,
                told={"flow": Flow.WENT_ON, "about": [About.RELATIONSHIP]},
                client={"rating": -1, "items": {"understood": 1}},
            ),
        ),
    ),
    Guest(
        one("T 02"),
        20,
        {PHQ: (18, 8), GAD: (13, 6), ALLY: (63, 87)},
        today=3,
        modality=Modality.VIDEO,
        gaps=(7, 15),
        kept_in_mind="No questions about the accident unless I begin.",
        scenes=(
            Scene(
                4,
                shown=3,
                told={
                    "about": [About.TRAUMA_OR_ABUSE],
                    "flow": Flow.WENT_ON,
                    "response": [Response.STAYED_WITH_IT, Response.ASKED_TO_STOP],
                },
                client={"rating": -2, "items": {"understood": 1, "relieved": 1}},
            ),
            Scene(
                12,
                who=(THERAPIST,),
                shown=0,
                nature=Nature.HELD_BACK,
                held_back=HeldBack.WHOLLY,
                came_about=CameAbout.HELD_BACK,
                told={"noticed": Noticed.NO, "about": [About.ILLNESS_OR_DYING]},
            ),
            Scene(17, who=(CLIENT, THERAPIST), kind=Kind.LAUGHTER, shown=2),
            Scene(18, shown=0, nature=Nature.MISSED, told={"about": [About.GOODBYE]}),
        ),
    ),
    Guest(
        (("L 08", ParticipantRole.CHILD), ("L 08, mother", ParticipantRole.PARENT)),
        7,
        {ALLY: (67, 77)},
        kind=EpisodeKind.CHILD_AND_PARENT,
        today=4,
        scenes=(
            Scene(4, who=("client2",), shown=2, told={"response": [Response.TISSUE]}),
            Scene(6, kind=Kind.SILENCE, shown=2),
        ),
    ),
    Guest(
        one("K 31"),
        11,
        {PHQ: (16, 13), ALLY: (57, 73)},
        others=((ParticipantRole.INTERPRETER, "Interpreter"),),
        today=5,
        gaps=(3, 8),
        scenes=(
            Scene(5, kind=Kind.TREMBLING, shown=2, told={"about": [About.TRAUMA_OR_ABUSE]}),
            Scene(
                9,
                who=(CLIENT, "other"),
                shown=2,
                told={"flow": Flow.PAUSED, "about": [About.GRIEF], "focus_back_min": 6},
                client={"rating": 2, "items": {"understood": 3}},
            ),
        ),
    ),
)

OTHERS = (
    Guest(
        several("G 1", "G 2", "G 3", "G 4"),
        9,
        {GAD: (12, 9)},
        kind=EpisodeKind.GROUP,
        others=((ParticipantRole.CO_THERAPIST, ""),),
        days_ago=2,
        gaps=(4,),
        scenes=(
            Scene(3, who=("client3",), shown=2, told={"response": [Response.GAVE_ROOM]}),
            Scene(8, who=("client", "client4"), kind=Kind.LAUGHTER, shown=3),
        ),
    ),
    Guest(
        one("M 22"),
        30,
        {PHQ: (20, 6), ALLY: (60, 93)},
        days_ago=40,
        gaps=(5, 12, 19),
        has_ended=True,
        scenes=(
            Scene(11, shown=3, told={"about": [About.GRIEF]}, client=HELPED),
            Scene(24, shown=1, told={"about": [About.JOY_OR_BREAKTHROUGH]}),
            Scene(
                30,
                who=(CLIENT, THERAPIST),
                shown=1,
                came_about=CameAbout.LET_IT_COME,
                told={"about": [About.GOODBYE], "spoken_of": SpokenOf.YES, "flow": Flow.WENT_ON},
                client=HELPED,
            ),
        ),
    ),
    Guest(
        one("S 11"),
        12,
        {PHQ: (12, 17), ALLY: (77, 63)},
        days_ago=1,
        gaps=(6,),
        has_risk=True,
        scenes=(Scene(10, shown=2, told={"flow": Flow.WENT_ON}),),
    ),
    Guest(
        one("E 07"),
        8,
        {PHQ: (15, 13), ALLY: (73, 70)},
        days_ago=4,
        scenes=(
            Scene(
                6,
                who=(THERAPIST,),
                shown=1,
                came_about=CameAbout.UNBIDDEN,
                told={"noticed": Noticed.NO, "burdened": Noticed.NO, "flow": Flow.WENT_ON},
                client=TORN,
            ),
        ),
    ),
    Guest(
        one("P 19"),
        15,
        {PHQ: (13, 12)},
        days_ago=5,
        modality=Modality.PHONE,
        gaps=(2, 3, 7, 10, 11),
        open_sessions=4,
        scenes=(Scene(5, kind=Kind.SILENCE, shown=2),),
    ),
    Guest(
        one("A 03"),
        22,
        {GAD: (15, 9), ALLY: (80, 83)},
        days_ago=6,
        gaps=(9,),
        scenes=(
            Scene(
                8,
                kind=Kind.ANGER,
                shown=3,
                told={"about": [About.RELATIONSHIP], "flow": Flow.ENDED_EARLY},
                client={"rating": -3, "items": {"understood": 0}},
            ),
            Scene(9, shown=2, told={"about": [About.RELATIONSHIP]}, client=HELPED),
        ),
    ),
    Guest(
        one("H 40"),
        6,
        {PHQ: (17, 15), ALLY: (70, 77)},
        days_ago=2,
        open_sessions=1,
        scenes=(
            Scene(
                4,
                shown=1,
                is_begun_by_client=True,
                client={"rating": 0, "items": {"understood": 2}, "words": "I nearly cried."},
            ),
        ),
    ),
    Guest(
        one("N 16"),
        18,
        {PHQ: (21, 16), ALLY: (53, 67)},
        days_ago=3,
        gaps=(4, 13),
        scenes=(
            Scene(7, shown=3, told={"flow": Flow.ENDED_EARLY, "about": [About.TRAUMA_OR_ABUSE]}),
            Scene(15, shown=2, held_back=HeldBack.PARTLY, client={"rating": 1}),
        ),
    ),
    Guest(one("V 27"), 4, {PHQ: (11, 9), ALLY: (73, 80)}, days_ago=1),
    Guest(
        one("C 12"),
        26,
        {PHQ: (14, 7), ALLY: (67, 90)},
        days_ago=4,
        gaps=(8, 21),
        scenes=(
            Scene(6, shown=0, nature=Nature.ORDINARY),
            Scene(14, shown=2, told={"about": [About.JOY_OR_BREAKTHROUGH]}, client=HELPED),
            Scene(20, shown=0, nature=Nature.ORDINARY),
        ),
    ),
    Guest(
        (
            ("O 09, mother", ParticipantRole.PARENT),
            ("O 09, father", ParticipantRole.PARENT),
            ("O 09, daughter", ParticipantRole.CHILD),
        ),
        10,
        {ALLY: (57, 70)},
        kind=EpisodeKind.FAMILY,
        days_ago=5,
        scenes=(Scene(7, who=("client", "client3"), shown=2, told={"flow": Flow.WENT_ON}),),
    ),
    Guest(
        one("W 33"),
        13,
        {PHQ: (19, 12), ALLY: (63, 83)},
        days_ago=6,
        gaps=(10,),
        scenes=(
            Scene(
                5,
                who=(THERAPIST,),
                shown=1,
                came_about=CameAbout.UNBIDDEN,
                told={"noticed": Noticed.UNSURE, "spoken_of": SpokenOf.SAW_NO_NEED},
                client={"rating": 2, "noticed": Noticed.NO},
            ),
        ),
    ),
    Guest(
        one("D 18"),
        9,
        {"phq-8": (15, 10), ALLY: (70, 80)},
        days_ago=2,
        scenes=(Scene(4, kind=Kind.OTHER, shown=1),),
    ),
    Guest(
        one("I 24"),
        16,
        {PHQ: (13, 5), ALLY: (73, 87)},
        days_ago=75,
        has_ended=True,
        scenes=(Scene(9, shown=2, told={"about": [About.GRIEF]}, client=HELPED),),
    ),
    Guest(
        one("Y 06"),
        5,
        {GAD: (14, 12), ALLY: (67, 73)},
        others=((ParticipantRole.CO_THERAPIST, ""),),
        days_ago=3,
        scenes=(Scene(3, who=(CLIENT,), kind=Kind.TREMBLING, shown=1),),
    ),
    Guest(one("F 21"), 7, {PHQ: (10, 9), ALLY: (80, 83)}, days_ago=5, open_sessions=2),
    Guest(
        one("Z 02"),
        6,
        {PHQ: (16, 14), ALLY: (63, 70)},
        days_ago=4,
        belongs_to_colleague=True,
        scenes=(Scene(2, shown=1, told={"about": [About.GRIEF]}),),
    ),
    Guest(one("B 05"), 8, {PHQ: (15, 9)}, days_ago=4_100, gaps=(4,), has_ended=True),
)
