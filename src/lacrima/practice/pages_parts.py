"""Pieces that several pages show: people, sessions, answers and risks, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar, overload
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.instruments.definition import Instrument
from lacrima.practice.answers import as_read
from lacrima.practice.pages_answered import Filled
from lacrima.practice.people import display_name, the_practice, zone_of
from lacrima.practice.words import (
    CLIENT_ROLES,
    AnswerSource,
    LogState,
    Modality,
    ParticipantRole,
    SessionState,
    label,
)
from lacrima.records.models import (
    Member,
    Moment,
    Participant,
    Practice,
    RiskItem,
    Safeguarding,
    Session,
)

RowT = TypeVar("RowT")
LineT = TypeVar("LineT")


@dataclass(frozen=True)
class Seeing:
    """Who looks, in which practice, by which clock."""

    by: Member
    practice: Practice
    zone: ZoneInfo

    def local(self, at: datetime | None) -> datetime | None:
        """The same moment on the practice's own clock."""
        return at.astimezone(self.zone) if at else None

    def name(self, person: Participant) -> str:
        """What this person is called on a page; the one who looks is *you*."""
        if person.client_id and person.client:
            return display_name(person.client, self.practice)
        if person.member_id == self.by.pk:
            return _("you")
        if person.member_id and person.member:
            return str(person.member.name)
        return person.label or str(label(ParticipantRole(person.role)))


def seeing(by: Member, practice: Practice | None = None) -> Seeing:
    """The eyes of this person; NotFound before the first run. `practice`, when it is in hand."""
    practice = practice or the_practice()
    if practice is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    return Seeing(by, practice, zone_of(practice))


@dataclass(frozen=True)
class PersonView:
    """Somebody's place in an episode."""

    participant_id: uuid.UUID
    name: str
    role: str
    role_label: str
    is_client: bool
    is_you: bool
    client_id: uuid.UUID | None = None
    client_version: int | None = None
    code: str = ""
    reach: str = ""


def person_view(person: Participant, eyes: Seeing, *, with_reach: bool = False) -> PersonView:
    """One participant for a page; `with_reach` opens what was written of how to reach her."""
    return PersonView(
        participant_id=person.pk,
        name=eyes.name(person),
        role=person.role,
        role_label=str(label(ParticipantRole(person.role))),
        is_client=person.role in CLIENT_ROLES,
        is_you=person.member_id == eyes.by.pk,
        client_id=person.client_id,
        client_version=person.client.version if person.client else None,
        code=person.client.code if person.client else "",
        reach=person.client.reach if person.client and with_reach else "",
    )


def who_comes(people: Iterable[PersonView]) -> str:
    """The clients in one line: "M 01", or "Jo and Sam"."""
    return joined([person.name for person in people if person.is_client])


def joined(names: Sequence[str]) -> str:
    """Several names in one line: "Jo and Sam"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def names_by_episode(episodes: Collection[uuid.UUID], eyes: Seeing) -> dict[uuid.UUID, str]:
    """Who comes, in one line an episode; one light query for any number of them."""
    rows = Participant.objects.filter(episode__in=episodes, client__isnull=False)
    told: dict[uuid.UUID, list[str]] = {key: [] for key in episodes}
    fields = ("created_at", "episode_id", "client__code", "client__name")
    for _at, episode, code, name in sorted(rows.order_by().values_list(*fields)):
        told[episode].append(name if eyes.practice.shows_names and name else code)
    return {key: joined(names) for key, names in told.items()}


def moments_by_session(sessions: Iterable[Session]) -> dict[uuid.UUID, int]:
    """How many moments were logged in each of these sessions; no query where none was."""
    logged = [row.pk for row in sessions if row.log_state == LogState.MOMENTS]
    if not logged:
        return {}
    rows = Moment.objects.filter(session__in=logged).order_by().values_list("session")
    return dict(rows.annotate(n=Count("pk")))


# What a line needs of a session: other columns are not read for a list.
LINE_FIELDS = (
    "episode_id",
    "number",
    "start",
    "length_min",
    "modality",
    "state",
    "log_state",
    "version",
)


def people_of(
    episodes: Sequence[uuid.UUID], eyes: Seeing
) -> dict[uuid.UUID, tuple[PersonView, ...]]:
    """Everybody of these episodes, by episode; one query."""
    rows = Participant.objects.filter(episode__in=episodes).select_related("client", "member")
    found: dict[uuid.UUID, tuple[PersonView, ...]] = dict.fromkeys(episodes, ())
    for row in rows.order_by("created_at"):
        found[row.episode_id] += (person_view(row, eyes),)
    return found


@dataclass(frozen=True)
class SessionLine:
    """One session in a list. `next_step`: log, wait (it has not begun), or nothing."""

    id: uuid.UUID
    episode_id: uuid.UUID
    who: str
    number: int | None
    start_local: datetime | None
    length_min: int | None
    modality: str
    state: str
    log_state: str
    moments: int
    has_begun: bool
    version: int

    @property
    def modality_label(self) -> str:
        """Where it took place, in words."""
        return str(label(Modality(self.modality)))

    @property
    def state_label(self) -> str:
        """Whether it took place, in words."""
        return str(label(SessionState(self.state)))

    @property
    def log_state_label(self) -> str:
        """Whether it was looked back on, in words."""
        return str(label(LogState(self.log_state)))

    @property
    def is_open(self) -> bool:
        """Whether it took place and was not looked back on yet."""
        return self.state == SessionState.HELD and self.log_state == LogState.NOT_YET

    @property
    def next_step(self) -> str:
        """What could be done with it now: `log`, `wait`, or nothing at all."""
        if not self.is_open:
            return ""
        return "log" if self.has_begun else "wait"


def session_line(
    row: Session, eyes: Seeing, *, who: str, moments: int, now: datetime
) -> SessionLine:
    """One session for a list. A start that is not known counts as begun."""
    return SessionLine(
        id=row.pk,
        episode_id=row.episode_id,
        who=who,
        number=row.number,
        start_local=eyes.local(row.start),
        length_min=row.length_min,
        modality=row.modality,
        state=row.state,
        log_state=row.log_state,
        moments=moments,
        has_begun=row.start is None or row.start <= now,
        version=row.version,
    )


@dataclass(frozen=True)
class RiskLine:
    """An answer that may mean danger, until it is noted who saw it and what was done."""

    id: uuid.UUID
    episode_id: uuid.UUID
    answers_id: uuid.UUID
    who: str
    instrument: str
    question: str
    answer: str
    raised_at_local: datetime | None
    session_number: int | None
    version: int


@dataclass(frozen=True)
class WorryLine:
    """A worry about somebody's safety that is open: whose care it is in, and since when."""

    id: uuid.UUID
    who: str
    seen_at_local: datetime | None
    is_told: bool


def worry_lines(rows: Iterable[Safeguarding], eyes: Seeing) -> tuple[WorryLine, ...]:
    """These worries for a page, without a word of what was seen."""
    found = list(rows)
    names = names_by_episode({row.episode_id for row in found}, eyes)
    return tuple(
        WorryLine(row.pk, names[row.episode_id], eyes.local(row.seen_at), row.told_at is not None)
        for row in found
    )


def asked_words(instrument: Instrument, item_id: str) -> str:
    """What an item asks; where its words are not here, what is looked for in its answer."""
    item = instrument.item(item_id)
    if item is not None and item.text:
        return item.text
    return next((flag.name for flag in instrument.flags if flag.item == item_id), item_id)


def risk_line(row: RiskItem, eyes: Seeing) -> RiskLine:
    """One risk for a page; needs answers, client and session selected with it."""
    answers = row.answers
    instrument = as_read(answers.instrument)
    item = instrument.item(row.item) if instrument else None
    chosen = [one.text for one in item.scale.choices if one.value == row.value] if item else []
    return RiskLine(
        id=row.pk,
        episode_id=answers.episode_id,
        answers_id=answers.pk,
        who=display_name(answers.client, eyes.practice),
        instrument=instrument.name if instrument else answers.instrument,
        question=asked_words(instrument, row.item) if instrument else row.item,
        answer=chosen[0] if chosen else str(row.value),
        raised_at_local=eyes.local(row.raised_at),
        session_number=answers.session.number if answers.session else None,
        version=row.version,
    )


@dataclass(frozen=True)
class AnswersLine:
    """One filled questionnaire in a list. Without a total, `why` says why there is none."""

    id: uuid.UUID
    who: str
    instrument: str
    slug: str
    session_id: uuid.UUID | None
    session_number: int | None
    assessment: int | None
    given_at_local: datetime | None
    total: Decimal | None
    total_words: str
    band: str
    why: str
    missing: int
    is_prorated: bool
    source: str
    version: int

    @property
    def source_label(self) -> str:
        """How it came in, in words."""
        return str(label(AnswerSource(self.source)))


class Lines(Sequence[LineT]):
    """Lines that are made when they are looked at: most of a long list never is."""

    def __init__(self, rows: Sequence[RowT], make: Callable[[RowT], LineT]) -> None:
        """One line for each row, in their order; none is made yet."""
        self._rows, self._make = rows, make

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> LineT: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[LineT, ...]: ...
    def __getitem__(self, place: int | slice) -> LineT | tuple[LineT, ...]:
        """One line, or several."""
        if isinstance(place, slice):
            return tuple(self._make(row) for row in self._rows[place])
        return self._make(self._rows[place])


def answers_line(row: Filled, eyes: Seeing) -> AnswersLine:
    """One filled questionnaire for a list; needs client, session and plain score selected."""
    instrument = instrument_of(row)
    band = instrument.band(row.total) if instrument and row.total is not None else None
    return AnswersLine(
        id=row.pk,
        who=display_name(row.client, eyes.practice),
        instrument=instrument_name(row),
        slug=row.instrument,
        session_id=row.session_id,
        session_number=row.session.number if row.session else None,
        assessment=row.assessment,
        given_at_local=eyes.local(row.given_at),
        total=row.total,
        total_words=score_words(row),
        band=band or "",
        why=row.why,
        missing=row.missing,
        is_prorated=row.total is not None and row.missing > 0,
        source=row.source,
        version=row.version,
    )


def instrument_of(row: Filled) -> Instrument | None:
    """The shipped questionnaire of these answers; None for a score of the practice's own.

    A practice may have given its own score a short name that a questionnaire came to have later.
    """
    return None if row.plain_score is not None else as_read(row.instrument)


def instrument_name(row: Filled) -> str:
    """What the questionnaire is called."""
    if row.plain_score is not None:
        return str(row.plain_score.name)
    instrument = instrument_of(row)
    return instrument.name if instrument else row.instrument


def score_words(row: Filled) -> str:
    """A total with what it is out of: "9 of 27", "33 (20 to 80)"; empty without one."""
    source = instrument_of(row) or row.plain_score
    score = number_words(row.total)
    if source is None or not score:
        return score
    said = {
        "score": score,
        "low": number_words(source.minimum),
        "high": number_words(source.maximum),
    }
    if source.minimum == 0:
        return _("%(score)s of %(high)s") % said
    return _("%(score)s (%(low)s to %(high)s)") % said


def number_words(value: Decimal | None) -> str:
    """A score as people write it: 9, 8.7; empty for none."""
    return "" if value is None else f"{value.normalize():f}"
