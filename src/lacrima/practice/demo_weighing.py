"""What Ana thought over about Mia's session 9: a private weighing, and not a tidy one."""

from __future__ import annotations

from datetime import timedelta

from lacrima.practice.demo_guests import Stage
from lacrima.practice.weighing import USUAL_DAYS
from lacrima.practice.weighing_thinking import Answer, Speaks, Thinking
from lacrima.records.models import Moment, Weighing

DAYS_LATER = 8  # the day after session 10, in which they spoke of it

ANSWERS = {
    "clients-interest": Answer(
        Speaks.FOR, "Mia wrote that evening that she felt understood, and I believe her."
    ),
    "own-state": Answer(
        Speaks.AGAINST, "I had read a letter of my own that morning. I did not think of it then."
    ),
    "outside": Answer(Speaks.UNSURE, "Not yet. Ask Hanna for half an hour."),
    "control": Answer(Speaks.FOR, "It came unbidden; we were back with her letter in two minutes."),
    "honest": Answer(
        Speaks.FOR, "In session 10, and I began it. I had taken for granted that it was no burden."
    ),
    "trust": Answer(Speaks.FOR),
    "how-much": Answer(Speaks.FOR),
    "culture": Answer(
        Speaks.UNSURE, "She once asked to be told if she is too much. My tears may say that."
    ),
    "old-wounds": Answer(Speaks.AGAINST, "She looked after her mother when she was small."),
}
THINKING = Thinking(
    answers=ANSWERS,
    benefit="She read the letter to the end, with somebody beside her who was moved by it.",
    takes=(
        "I was wrong in my guess. She saw it, and on the bus she worried about me. "
        "Ask at the end of the hour, not a week later."
    ),
)


def add_weighing(stage: Stage, moment: Moment) -> None:
    """Ana's weighing, still private, until three months after she wrote it."""
    session = moment.session
    written_on = (session.start or stage.calendar.now).date() + timedelta(days=DAYS_LATER)
    stage.rows.add(
        Weighing(
            member=stage.therapist,
            episode_id=session.episode_id,
            session=session,
            moment=moment,
            thinking=THINKING.to_text(),
            expires_on=written_on + timedelta(days=USUAL_DAYS),
        )
    )
