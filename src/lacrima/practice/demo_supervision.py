"""Supervision in the demo: Ana showed the moment of Mia's session 9 to Hanna, who asked one thing.

Of Daniel's session 4 nothing was shown yet.
"""

from __future__ import annotations

from datetime import time, timedelta

from lacrima.practice import share_making
from lacrima.practice.changing import make
from lacrima.practice.demo_guests import Stage
from lacrima.records.models import (
    Member,
    Moment,
    Share,
    ShareNote,
    ShareNoteKind,
    SharePurpose,
    SupervisionHour,
)

PARTS = frozenset({"when", "showed", "about", "course", "guesses"})
QUESTION = (
    "She read the letter and we both cried, she first. It went on, and I did not ask her then how "
    "it was for her. What would you listen for?"
)
ASKED = "In the minutes after it: who looked after whom?"
HOURS = (
    (24, 50, False, "Hanna Weiss", "Crying with a client who says goodbye."),
    (45, 90, True, "", "When it is ours and not theirs."),
    (66, 50, False, "Hanna Weiss", "Beginnings."),
)


def add_supervision(stage: Stage, hanna: Member) -> None:
    """What was shown, what was asked, and Ana's hours. Call it once the moments are written."""
    found = Moment.objects.filter(
        session__number=9, session__episode__participants__client__code="Mia L."
    )
    moment = found.select_related("session").get()
    day = (moment.session.start or stage.calendar.now).date()
    shown_at = stage.calendar.at(day + timedelta(days=1), time(18, 10))
    asked_at = stage.calendar.at(day + timedelta(days=2), time(19, 30))
    row = make(
        Share,
        created_at=shown_at,
        changed_at=shown_at,
        by=stage.therapist,
        episode_id=moment.session.episode_id,
        moment=moment,
        purpose=SharePurpose.LEARNING,
        content=_content(stage.therapist, hanna, moment),
        expires_on=stage.calendar.days_ago(-60),
    )
    row.readers.add(hanna)
    make(
        ShareNote,
        share=row,
        by=hanna,
        kind=ShareNoteKind.QUESTION,
        said_at=asked_at,
        created_at=asked_at,
        words=ASKED,
    )
    for days_ago, minutes, is_group, with_whom, topics in HOURS:
        make(
            SupervisionHour,
            member=stage.therapist,
            on=stage.calendar.days_ago(days_ago),
            minutes=minutes,
            is_group=is_group,
            with_whom=with_whom,
            topics=topics,
        )


def _content(ana: Member, hanna: Member, moment: Moment) -> str:
    choice = share_making.Choice(
        readers=frozenset({f"member:{hanna.pk.hex}"}),
        purpose=SharePurpose.LEARNING,
        expires_on=share_making.usual_expiry(),
        parts=PARTS,
        question=QUESTION,
    )
    subject = share_making.subject_of(ana, moment=moment.pk)
    return share_making.compose(ana, subject, choice).to_text()
