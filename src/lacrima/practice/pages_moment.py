"""The page of a session, and the page of a moment with its voices side by side."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lacrima.evidence.conditions import Facts
from lacrima.practice.cards import offer_sentence, planned_among
from lacrima.practice.differences import Difference, differences
from lacrima.practice.moment_facts import facts_of
from lacrima.practice.occasions import occasions
from lacrima.practice.offers import open_offers
from lacrima.practice.pages_client import MomentLine
from lacrima.practice.pages_moment_words import line_of, who_would_talk
from lacrima.practice.pages_parts import (
    AnswersLine,
    PersonView,
    RiskLine,
    Seeing,
    SessionLine,
    answers_line,
    people_of,
    risk_line,
    seeing,
    session_line,
    who_comes,
)
from lacrima.practice.pages_voice import VoiceView, voice_view
from lacrima.practice.pages_weighing_lists import (
    WeighingLine,
    WeighingMark,
    weighing_of,
    weighings_of_session,
)
from lacrima.practice.pages_what_next import Advice, GuideView, advice_of, card_view
from lacrima.practice.words import Kind, Nature, OfferKind, Shown, Side, label
from lacrima.records import clock
from lacrima.records.access import find, visible
from lacrima.records.models import (
    KeptInMind,
    Member,
    Moment,
    Offer,
    PrivateNote,
    RecordNote,
    RiskItem,
    Session,
)


@dataclass(frozen=True)
class SessionPage:
    """All that the page of one session shows."""

    session: Session
    line: SessionLine
    who: str
    people: tuple[PersonView, ...]
    present: tuple[PersonView, ...]
    moments: tuple[MomentLine, ...]
    answers: tuple[AnswersLine, ...]
    risks: tuple[RiskLine, ...]
    crisis_contacts: str
    kept_in_mind: tuple[KeptInMind, ...]
    record_notes: tuple[RecordNote, ...]
    private_notes: tuple[PrivateNote, ...]
    weighings: tuple[WeighingLine, ...]
    previous_id: uuid.UUID | None
    next_id: uuid.UUID | None


def session_page(by: Member, key: uuid.UUID | str) -> SessionPage:
    """One session: who was there, how heavy it was, what was logged, asked and written.

    `present` is everybody of the episode unless somebody said otherwise.
    """
    eyes, now = seeing(by), clock.now()
    session = find(by, Session, key)
    people = people_of([session.episode_id], eyes)[session.episode_id]
    there = {person.pk for person in session.present.all()}
    moments = list(_told(session.moments.all()))
    answers = session.answers.select_related("client", "session", "plain_score")
    before, after = _neighbours(session)
    return SessionPage(
        session=session,
        line=session_line(session, eyes, who=who_comes(people), moments=len(moments), now=now),
        who=who_comes(people),
        people=people,
        present=tuple(one for one in people if not there or one.participant_id in there),
        moments=tuple(_line(moment, session, eyes) for moment in moments),
        answers=tuple(answers_line(row, eyes) for row in answers.order_by("instrument")),
        risks=_risks(by, session, eyes),
        crisis_contacts=eyes.practice.crisis_contacts,
        kept_in_mind=tuple(KeptInMind.objects.filter(episode=session.episode_id, let_go_on=None)),
        record_notes=tuple(session.record_notes.all()),
        private_notes=tuple(visible(by, PrivateNote).filter(session=session)),
        weighings=weighings_of_session(session, eyes),
        previous_id=before,
        next_id=after,
    )


def _told(moments: QuerySet[Moment]) -> QuerySet[Moment]:
    told = "voices__expressions__participant"
    rows = moments.order_by("created_at")
    return rows.prefetch_related(
        f"{told}__client",
        f"{told}__member",
        "voices__participant__client",
        "voices__participant__member",
        "voices__first__client",
        "voices__first__member",
        "voices__spoken_session",
    )


def _line(moment: Moment, session: Session, eyes: Seeing) -> MomentLine:
    return MomentLine(
        moment.pk, session.pk, session.number, line_of(moment, eyes), len(moment.voices.all())
    )


def _risks(by: Member, session: Session, eyes: Seeing) -> tuple[RiskLine, ...]:
    rows = visible(by, RiskItem).filter(seen_at=None, answers__session=session)
    rows = rows.select_related("answers__client", "answers__session")
    return tuple(risk_line(row, eyes) for row in rows.order_by("raised_at"))


def _neighbours(session: Session) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    if session.number is None:
        return None, None
    others = Session.objects.filter(episode=session.episode_id)
    before = others.filter(number__lt=session.number).order_by("-number")
    after = others.filter(number__gt=session.number).order_by("number")
    keys = [rows.values_list("pk", flat=True).first() for rows in (before, after)]
    return keys[0], keys[1]


@dataclass(frozen=True)
class VoiceGroup:
    """All that one person said of a moment, in the order of time."""

    side: str
    speaker: str
    voices: tuple[VoiceView, ...]


@dataclass(frozen=True)
class OfferView:
    """A suggestion that stands; `advice` is how it could be said, and what that rests on."""

    id: uuid.UUID
    kind: str
    sentence: str
    version: int
    advice: Advice | None = None


@dataclass(frozen=True)
class MomentPage:
    """A moment: its voices grouped by who speaks, yours first; differences in words."""

    moment: Moment
    session: Session
    session_start_local: datetime | None
    who: str
    words: str
    nature_label: str
    kind_label: str
    people: tuple[PersonView, ...]
    groups: tuple[VoiceGroup, ...]
    differences: tuple[Difference, ...]
    offers: tuple[OfferView, ...]
    card: GuideView | None
    weighing: WeighingMark
    own_voice: VoiceView | None
    is_simulated: bool

    @property
    def clients_not_heard(self) -> tuple[PersonView, ...]:
        """Clients whose voice is not there yet."""
        heard = {voice.participant_id for group in self.groups for voice in group.voices}
        return tuple(
            one for one in self.people if one.is_client and one.participant_id not in heard
        )


def moment_page(by: Member, key: uuid.UUID | str) -> MomentPage:
    """One moment with every voice on it, as this person may see it."""
    eyes = seeing(by)
    found = find(by, Moment, key)
    moment = _told(Moment.objects.filter(pk=found.pk).select_related("session")).get()
    session = moment.session
    people = people_of([session.episode_id], eyes)[session.episode_id]
    groups = _groups(moment, eyes)
    own = [voice for group in groups for voice in group.voices if voice.is_yours]
    return MomentPage(
        moment=moment,
        session=session,
        session_start_local=eyes.local(session.start),
        who=who_comes(people),
        words=line_of(moment, eyes),
        nature_label=str(label(Nature(moment.nature))),
        kind_label=str(label(Kind(moment.kind))),
        people=people,
        groups=groups,
        differences=tuple(differences(moment, eyes.practice, by=by)),
        offers=_offers(moment, eyes),
        card=card_view() if _is_for_the_room(own) else None,
        weighing=weighing_of(moment, eyes),
        own_voice=own[0] if own else None,
        is_simulated=eyes.practice.is_simulated,
    )


def _offers(moment: Moment, eyes: Seeing) -> tuple[OfferView, ...]:
    """What stands, in the order it came; the facts are looked up only where something does."""
    rows = list(open_offers(eyes.by, now=clock.now()).filter(moment=moment))
    if not rows:
        return ()
    facts, planned = facts_of(moment), planned_among(rows)
    return tuple(_offer(row, moment, eyes, facts, planned) for row in rows)


def _offer(
    row: Offer, moment: Moment, eyes: Seeing, facts: Facts, planned: frozenset[uuid.UUID]
) -> OfferView:
    sentence = offer_sentence(row, planned)
    if row.kind == OfferKind.CLIENT_WOULD_TALK:
        who = who_would_talk(moment, eyes)
        sentence = _("%(who)s would like to talk about it.") % {"who": who}
    return OfferView(row.pk, row.kind, sentence, row.version, advice_of(row.kind, facts))


def _is_for_the_room(own: list[VoiceView]) -> bool:
    """Whether your own emotion has a part in it: then the card for the room stands here."""
    expressions = [one for view in own for one in view.voice.expressions.all()]
    yours = [one for one in expressions if one.participant_id == own[0].participant_id]
    return any(one.shown != Shown.NOTHING or one.held_back for one in yours)


_SIDES = [Side.THERAPIST, Side.CLIENT, Side.OBSERVER]


def _groups(moment: Moment, eyes: Seeing) -> tuple[VoiceGroup, ...]:
    whens = occasions(moment, eyes.practice)
    views = [
        voice_view(voice, moment, eyes, occasion=whens[voice.pk]) for voice in moment.voices.all()
    ]
    views.sort(key=lambda view: view.given_at or view.created_at)
    grouped: dict[tuple[str, str], list[VoiceView]] = {}
    for view in views:
        grouped.setdefault((view.side, view.speaker), []).append(view)
    order = sorted(grouped, key=lambda pair: _SIDES.index(Side(pair[0])))
    return tuple(VoiceGroup(side, who, tuple(grouped[side, who])) for side, who in order)
