"""What the record knows of one moment, in the words that conditions of evidence look at.

A fact that nobody recorded stays unknown. Own life and exhaustion are never looked for: they
live in My care, and no rule of these pages may read them there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lacrima.evidence.conditions import Facts
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When
from lacrima.practice.pages_parts import score_words
from lacrima.practice.words import (
    CLIENT_ROLES,
    About,
    Flow,
    Kind,
    ParticipantRole,
    Party,
    Response,
    Shown,
    Side,
)
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    Episode,
    Expression,
    KeptInMind,
    Member,
    Moment,
    Participant,
    PlainScore,
    Session,
    Voice,
)

LATELY_DAYS = 28
COUNTED_AT_MOST = 1_000
EARLY_SESSIONS = 3
ENDING_DAYS = 35
WORRIED_FROM = 2  # of 4: "somewhat"
WEAK_BELOW, STRONG_FROM = 0.6, 0.8  # of the scale; our own division, and the page says so


@dataclass(frozen=True)
class PriorAlliance:
    """The last answers about the session itself before this one, and what we call them."""

    word: str
    score: str
    session_number: int | None


def told_facts(
    kind: str, voices: Sequence[Voice], *, member_id: UUID | None, told: Iterable[Expression] = ()
) -> Facts:
    """What these voices tell of a moment; no question to the database is asked.

    `told` are the expressions of a voice that was made just now.
    """
    own = [voice for voice in voices if voice.side == Side.THERAPIST]
    heard = sorted(
        (voice for voice in voices if voice.side == Side.CLIENT),
        key=lambda voice: voice.given_at or voice.created_at,
    )
    told = list(told) or [one for voice in own or heard for one in voice.expressions.all()]
    shown = _shown(told, member_id)
    tears = shown if kind == Kind.TEARS else _NOTHING_KNOWN
    return Facts(
        who=_who(tears),
        therapist_shown=tears.therapist,
        client_shown=tears.client,
        held_back=shown.held_back or None,
        came_about=shown.came_about or None,
        is_paused=_is_paused([*own, *heard]),
        about=frozenset(word for voice in [*own, *heard] for word in voice.about),
        noticed_guess=_last(own, "noticed"),
        spoken_of=_last(own, "spoken_of"),
        client_noticed=_last(heard, "noticed"),
        client_felt=_felt([voice.rating for voice in heard if voice.rating is not None]),
        is_client_worried=_worried(heard),
        seemed=frozenset(next((v.seemed for v in reversed(heard) if v.seemed), ())),
        is_asked_to_stop=_asked_to_stop(own),
    )


@dataclass(frozen=True)
class _Seen:
    """How much showed on each side, and how the therapist's came."""

    therapist: int | None = None
    client: int | None = None
    held_back: str = ""
    came_about: str = ""


_NOTHING_KNOWN = _Seen()


def _shown(rows: Sequence[Expression], member_id: UUID | None) -> _Seen:
    """The most that was seen on each side. Co-therapists and interpreters are on neither."""
    of_client = [row for row in rows if row.participant.role in CLIENT_ROLES]
    of_therapist = [row for row in rows if member_id and row.participant.member_id == member_id]
    return _Seen(
        therapist=_most(of_therapist),
        client=_most(of_client),
        held_back=next((row.held_back for row in of_therapist if row.held_back), ""),
        came_about=next((row.came_about for row in of_therapist if row.came_about), ""),
    )


def _most(rows: Sequence[Expression]) -> int | None:
    return max((row.shown for row in rows if row.shown is not None), default=None)


def _who(seen: _Seen) -> str | None:
    yours, theirs = (seen.therapist or 0) > 0, (seen.client or 0) > 0
    if yours and theirs:
        return Party.BOTH.value
    return Party.THERAPIST.value if yours else Party.CLIENT.value if theirs else None


def _is_paused(voices: Sequence[Voice]) -> bool | None:
    said = next((voice.flow for voice in voices if voice.flow), "")
    return None if not said else said != Flow.WENT_ON


def _last(voices: Sequence[Voice], name: str) -> Any:
    return next((said for voice in reversed(voices) if (said := getattr(voice, name))), None)


def _felt(ratings: Sequence[int]) -> str | None:
    """The client's latest word on how it was, from hindering to helpful."""
    if not ratings:
        return None
    return "better" if ratings[-1] > 0 else "worse" if ratings[-1] < 0 else "same"


def _worried(heard: Sequence[Voice]) -> bool | None:
    said = [voice.items["worried"] for voice in heard if "worried" in voice.items]
    return None if not said else said[-1] >= WORRIED_FROM


def _asked_to_stop(own: Sequence[Voice]) -> bool | None:
    done = [word for voice in own for word in voice.response]
    return None if not done else Response.ASKED_TO_STOP in done


# --- what the rest of the record adds


def facts_of(moment: Moment) -> Facts:
    """All that the record knows of a moment whose voices were read with their expressions."""
    voices = sorted(moment.voices.all(), key=lambda voice: voice.given_at or voice.created_at)
    member_id = teller_of(voices)
    told = told_facts(moment.kind, voices, member_id=member_id)
    session = moment.session
    about_trauma = About.TRAUMA_OR_ABUSE in told.about
    return replace(
        facts_of_session(session.episode, session, is_trauma_known=about_trauma or None),
        **{name: getattr(told, name) for name in _TOLD},
        own_tears_lately=own_tears_lately(member_id, _at(session), but=moment),
    )


_TOLD = (
    "who",
    "therapist_shown",
    "client_shown",
    "held_back",
    "came_about",
    "is_paused",
    "about",
    "noticed_guess",
    "spoken_of",
    "client_noticed",
    "client_felt",
    "is_client_worried",
    "seemed",
    "is_asked_to_stop",
)


def facts_of_session(
    episode: Episode, session: Session | None, *, is_trauma_known: bool | None = None
) -> Facts:
    """What is known around a session, or of a course of care before a session to come."""
    prior = prior_alliance(episode, session)
    return Facts(
        prior_alliance=prior.word if prior else None,
        phase=phase_of(episode, session),
        is_kept_in_mind=KeptInMind.objects.filter(episode=episode, let_go_on=None).exists(),
        modality=session.modality if session else None,
        is_minor=_is_minor(episode),
        is_trauma_known=is_trauma_known or _is_trauma_known(episode),
    )


def facts_ahead(episode: Episode, session: Session | None, *, member_id: UUID) -> Facts:
    """What is known before a session in which tears are likely."""
    at = _at(session) if session else clock.now()
    known = facts_of_session(episode, session)
    return replace(known, is_ahead=True, own_tears_lately=own_tears_lately(member_id, at))


def teller_of(voices: Iterable[Voice]) -> UUID | None:
    """The member whose voice it is: the first therapist who spoke."""
    found = (v.participant.member_id for v in voices if v.side == Side.THERAPIST and v.participant)
    return next((one for one in found if one), None)


def _at(session: Session) -> datetime:
    return session.start or clock.now()


def _is_minor(episode: Episode) -> bool | None:
    """True where a child takes part. That everybody is grown up is nowhere recorded."""
    children = Participant.objects.filter(episode=episode, role=ParticipantRole.CHILD)
    return True if children.exists() else None


def _is_trauma_known(episode: Episode) -> bool | None:
    """True where a moment was about trauma or abuse. That there was none is nowhere recorded."""
    told = Voice.objects.filter(moment__session__episode=episode).order_by()
    about = told.exclude(about=[]).values_list("about", flat=True)
    return True if any(About.TRAUMA_OR_ABUSE in words for words in about) else None


def own_tears_lately(
    member_id: UUID | None,
    at: datetime,
    *,
    but: Moment | None = None,
    at_most: int = COUNTED_AT_MOST,
) -> int | None:
    """In how many other moments of the four weeks before `at` her own tears showed.

    Counted up to `at_most`: who only asks whether there were several need not hear of all.
    """
    if member_id is None:
        return None
    but_id = _as_kept(Moment._meta.pk, but.pk if but else NOBODY)
    span = [_as_kept(_START, one) for one in (at - timedelta(days=LATELY_DAYS), at)]
    hers = [Side.THERAPIST.value, _as_kept(Member._meta.pk, member_id), Shown.MOIST.value]
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [Kind.TEARS.value, *span, but_id, *hers, at_most])
        return int(cursor.fetchone()[0])


# Asked with every kept moment, so it is written out: Django's own way began with everybody who
# takes part somewhere, and took a third of keeping a moment.
_LATELY = """
SELECT COUNT(*) FROM (SELECT 1 FROM session s JOIN moment m ON m.session_id = s.id
WHERE m.kind = %s AND s.start > %s AND s.start <= %s AND m.id <> %s AND EXISTS (
    SELECT 1 FROM voice v
    JOIN expression e ON e.voice_id = v.id
    JOIN participant p ON p.id = e.participant_id
    WHERE v.moment_id = m.id AND v.side = %s AND p.member_id = %s AND e.shown >= %s)
LIMIT %s) AS hers
"""
_START: Any = Session._meta.get_field("start")
NOBODY = UUID(int=0)


def _as_kept(field: Any, value: Any) -> Any:
    return field.get_db_prep_value(value, connection)


def phase_of(episode: Episode, session: Session | None) -> str | None:
    """Early up to the third session; ending in the five weeks before the last day."""
    number = session.number if session else None
    at = (session.start if session else None) or clock.now()
    if episode.ended_on and (episode.ended_on - at.date()).days <= ENDING_DAYS:
        return "ending"
    if number is None:
        return None
    return "early" if number <= EARLY_SESSIONS else "middle"


def prior_alliance(episode: Episode, session: Session | None) -> PriorAlliance | None:
    """The last answers about a session before this one; where several come, the lowest."""
    rows = _about_sessions(episode, session)
    latest: dict[UUID, Answers] = {}
    for row in sorted(rows, key=_order):
        latest[row.client_id] = row
    shares = [(share, row) for row in latest.values() if (share := _share(row)) is not None]
    if not shares:
        return None
    share, row = min(shares, key=lambda pair: pair[0])
    word = "weak" if share < WEAK_BELOW else "middling" if share < STRONG_FROM else "strong"
    return PriorAlliance(word, score_words(row), row.session.number if row.session else None)


def _about_sessions(episode: Episode, session: Session | None) -> Iterator[Answers]:
    asked = [slug for slug, one in shipped().items() if one.when is When.AFTER_SESSION]
    rows = Answers.objects.filter(episode=episode, instrument__in=asked, total__isnull=False)
    if session is not None and session.number is not None:
        rows = rows.filter(session__number__lt=session.number)
    elif session is not None and session.start is not None:
        rows = rows.filter(Q(session__start__lt=session.start) | Q(given_at__lt=session.start))
    yield from rows.select_related("session", "plain_score").order_by()


def _order(row: Answers) -> tuple[int, float]:
    number = row.session.number if row.session else None
    return number or 0, row.given_at.timestamp() if row.given_at else 0.0


def _share(row: Answers) -> float | None:
    """How far up its scale a score stands, from 0 to 1."""
    scale: PlainScore | Any = row.plain_score or shipped().get(row.instrument)
    if scale is None or row.total is None or scale.maximum <= scale.minimum:
        return None
    return float((row.total - scale.minimum) / (scale.maximum - scale.minimum))
