"""What Ana wrote in My care: around Mia's session 9, after Daniel's, and on a few other days.

Nobody here exists. In the demo, too, only Ana's own eyes open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lacrima.instruments.catalogue import shipped
from lacrima.practice.demo_guests import Stage
from lacrima.practice.own_care import KEEP_DAYS, desk_id
from lacrima.practice.own_care_entries import (
    PROQOL,
    Content,
    Desk,
    Entry,
    Filled,
    OfOneself,
    Own,
    Remind,
    Reminder,
    State,
    When,
)
from lacrima.practice.words import HeldBack
from lacrima.records.models import Moment, OwnCare, Participant, Session

MIA, DANIEL = "Mia L.", "Daniel K."
_LIFE, _WORN = frozenset({OfOneself.OWN_LIFE}), frozenset({OfOneself.WORN_OUT})


@dataclass(frozen=True)
class _Noted:
    """One entry: of whom, which session, what. `is_of_moment`: of the moment logged in it."""

    who: str
    session: int
    content: Content
    words: str = ""
    is_of_moment: bool = False


def _before(full: int) -> State:
    return State(when=When.BEFORE, full=full)


def _after(full: int) -> State:
    return State(when=When.AFTER, full=full)


NOTED = (
    _Noted(MIA, 6, Own(of=_WORN), "Third night of little sleep.", is_of_moment=True),
    _Noted(MIA, 8, _before(3)),
    _Noted(MIA, 8, _after(4)),
    _Noted(MIA, 9, _before(6), "The letter about the house came this morning."),
    _Noted(MIA, 9, _after(8)),
    _Noted(
        MIA,
        9,
        Own(of=_LIFE),
        "It was also about selling Mother's house. I had not thought of it until she read.",
        is_of_moment=True,
    ),
    _Noted(MIA, 10, _before(5), "I want to ask her, and I am a little afraid of the answer."),
    _Noted(MIA, 10, _after(3)),
    _Noted(MIA, 12, _before(4)),
    _Noted(MIA, 12, _after(4)),
    _Noted(DANIEL, 3, Own(held_back=HeldBack.PARTLY), "In the throat, for a minute or so."),
    _Noted(DANIEL, 4, _before(7)),
    _Noted(DANIEL, 4, _after(9)),
    _Noted(
        DANIEL,
        4,
        Own(of=_LIFE | _WORN),
        "The corridor he spoke of. I was in it again. Seven minutes are long.",
        is_of_moment=True,
    ),
)

# ProQOL 5, one digit an item, and how many days ago.
FORMS: tuple[tuple[int, str], ...] = (
    (260, "425424212225214444243414134145"),
    (110, "434424322224224444343414134144"),
    (12, "334434323234324434344414243144"),
)

WORKBOOK = {
    "own-tears": {
        "home": "My father went out to the garden. My mother made tea and spoke of something else.",
        "rule": "One cries alone, and washes one's face. With clients I no longer believe it.",
        "raw": "Mother's house. Everything with letters, keys, and rooms that are being emptied.",
        "who": "Hanna, a little. My sister.",
    }
}


def add_own_care(stage: Stage) -> None:
    """Her entries, three ProQOL forms, two reminders, the beginning of the workbook."""
    places = {row.client.code: row.episode_id for row in _seats(stage) if row.client}
    sessions = {(row.episode_id, row.number): row for row in stage.rows.of(Session)}
    moments = {row.session_id: row for row in stage.rows.of(Moment)}
    for one in NOTED:
        session = sessions[places[one.who], one.session]
        moment = moments[session.pk] if one.is_of_moment else None
        day = _local_day(stage, session)
        _add(stage, _entry(one, day, session, moment))
    for days, digits in FORMS:
        pairs = zip(shipped()[PROQOL].items, digits, strict=True)
        items: dict[str, int | None] = {item.id: int(digit) for item, digit in pairs}
        _add(stage, Entry(day=stage.calendar.days_ago(days), content=Filled(items=items)))
    text = _desk(stage.calendar.today).to_text()
    stage.rows.add(OwnCare(id=desk_id(stage.therapist), member=stage.therapist, content=text))


def _local_day(stage: Stage, session: Session) -> date:
    return (session.start or stage.calendar.now).astimezone(stage.calendar.zone).date()


def _seats(stage: Stage) -> list[Participant]:
    return [row for row in stage.rows.of(Participant) if row.client_id]


def _entry(one: _Noted, day: date, session: Session, moment: Moment | None) -> Entry:
    return Entry(
        day=day,
        content=one.content,
        session=session.pk,
        moment=moment.pk if moment else None,
        words=one.words,
    )


def _add(stage: Stage, entry: Entry) -> None:
    stage.rows.add(OwnCare(member=stage.therapist, content=entry.to_text()))


def _desk(today: date) -> Desk:
    rest = Reminder(
        id="5e2c1f9a7b3d4e60",
        what=Remind.REST,
        first_on=today - timedelta(days=1),
        every_weeks=4,
        words="a Friday without clients",
    )
    therapy = Reminder(
        id="0c94d1b2a6f85e37",
        what=Remind.OWN_THERAPY,
        first_on=today - timedelta(days=11),
        every_weeks=2,
    )
    return Desk(reminders=(rest, therapy), keep_days=KEEP_DAYS[2], workbook=WORKBOOK)
