"""The card and the page of a second look: what is known, what could help, what it cannot show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.analyses.course_prompts import Reason
from lacrima.evidence.library import shipped
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import SAID_OF_GRADE, Grade
from lacrima.practice.door_cards import Words
from lacrima.practice.evidence_refs import Reference, references
from lacrima.practice.pages_door import seat_of
from lacrima.practice.pages_expected import caveats
from lacrima.practice.pages_parts import Seeing, seeing
from lacrima.practice.second_looks import About, Look, Sign, instrument_said, sign_of
from lacrima.practice.usual_alliance import AtTop, alliance_of, ceiling_words, scored
from lacrima.records.models import Member, Participant

GROUNDS = {
    About.COURSE: Grounds(
        grade=Grade.SUPPORTED,
        studies=("progress-feedback", "deterioration"),
        figures=("feedback-all", "feedback-off-track", "worse-low", "worse-high"),
    ),
    About.ALLIANCE: Grounds(
        grade=Grade.SUPPORTED, studies=("alliance-adults", "rupture-repair", "rupture-noticed")
    ),
}


@dataclass(frozen=True)
class SecondLook:
    """All that the page shows. `why` is empty where nothing is to be looked at any more."""

    seat: Participant
    about: About
    who: str
    title: str
    why: str
    ceiling: tuple[str, ...]
    cannot: tuple[str, ...]
    grade: str
    references: tuple[Reference, ...]
    is_looked_at: bool


def second_look_page(by: Member, episode_id: uuid.UUID, about: str, who: str = "") -> SecondLook:
    """Why one client may be worth a second look, and what goes with it. NotFound for a stranger.

    about: of `About`; anything else is taken for the course.
    """
    which = About.ALLIANCE if about == About.ALLIANCE else About.COURSE
    eyes, seat = seeing(by), seat_of(by, episode_id, who)
    sign, grounds = sign_of(seat, which), GROUNDS[which]
    looked_at = seat.course_looked_at if which is About.COURSE else seat.alliance_looked_at
    return SecondLook(
        seat=seat,
        about=which,
        who=eyes.name(seat),
        title=_title(which),
        why=_why(sign) if sign else "",
        ceiling=_ceiling(sign, eyes) if sign and which is About.ALLIANCE else (),
        cannot=caveats() if which is About.COURSE else (_alliance_cannot(),),
        grade=SAID_OF_GRADE[grounds.grade],
        references=references(shipped(), grounds),
        is_looked_at=looked_at is not None,
    )


def look_words(look: Look, eyes: Seeing) -> Words:
    """The card of one of them."""
    said = {
        "who": eyes.name(look.seat),
        "name": instrument_said(look.sign.slug),
        "number": look.sign.session,
    }
    reason = _("%(who)s, %(name)s in session %(number)d") % said
    return Words(_title(look.sign.about), reason)


def _title(about: About) -> str:
    if about is About.COURSE:
        return _("A course that may be worth a second look")
    return _("An alliance that has lately been lower than usual")


def _why(sign: Sign) -> str:
    said = {"name": instrument_said(sign.slug), "number": sign.session}
    return _reason(sign) % said


def _reason(sign: Sign) -> str:
    """A whole sentence with room for the questionnaire and the session."""
    if sign.about is About.ALLIANCE:
        return _(
            "%(name)s was lower in the last two sessions (up to session %(number)d) than is "
            "usual for this client, given how much such answers vary by themselves."
        )
    if sign.reason == Reason.TWO_IN_A_ROW:
        return _(
            "%(name)s was worse twice in a row (up to session %(number)d) than 9 in 10 scores "
            "of clients of this practice who began alike."
        )
    return _(
        "In session %(number)d %(name)s was worse than at first, by more than chance would explain."
    )


def _ceiling(sign: Sign, eyes: Seeing) -> tuple[str, ...]:
    """How much stands at the top of the scale, of hers and of all."""
    what = scored(sign.slug)
    if what is None:
        return ()
    usual = alliance_of(eyes.practice.pk, what)
    return ceiling_words(usual, sign.seat, AtTop(*usual.own_top.get(sign.seat, (0, 0))))


def _alliance_cannot() -> str:
    return _(
        "It cannot show why. Two low answers in a row come by chance as well: of clients whose "
        "alliance stays as it is, 2 to 6 in a hundred have them at some time within 15 sessions."
    )
